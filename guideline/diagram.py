"""The algorithm as a picture, drawn from the rules, with a patient's path lit.

diagram(None)                        the algorithm, as SVG
diagram(consultation, "mermaid")     one patient's path, as a Mermaid flowchart
"""

from __future__ import annotations

from typing import Literal

from guideline.assess import Consultation
from guideline.assessment import NOTICE
from guideline.drawing import picture
from guideline.mermaid import flowchart
from guideline.rulebook import Rulebook, rulebook
from guideline.sheet import bands
from guideline.wording import titles

TITLE = "Foot drop: the clinical algorithm"


def diagram(
    consultation: Consultation | None, form: Literal["svg", "mermaid"] = "svg", book: Rulebook | None = None
) -> str:
    """The algorithm of a rulebook (the patient's own, else `book`, else the published one), ending in a line break.

    With a consultation, what holds for the patient is lit, what is not known is dashed, and the rest is faint.
    """
    book = consultation.book if consultation else book or rulebook()
    found = bands(book, consultation)
    if form == "mermaid":
        return flowchart(found)
    return picture(TITLE, _lines(book, consultation), _description(book, consultation), found, consultation is not None)


def _lines(book: Rulebook, consultation: Consultation | None) -> list[str]:
    drawn = f"Drawn from the {len(book.rules)} rules of version {book.version}. {NOTICE}"
    changed = [f"{each.parameter} is {each.value} instead of {each.default}" for each in book.overrides]
    site = [f"Site values: {'; '.join(changed)}."] if changed else []
    if consultation is None:
        return [drawn, *site]
    return [_patient(consultation), drawn, *site]


def _patient(consultation: Consultation) -> str:
    legs = {True: "drops", False: "does not drop", None: "was not examined"}
    said = "; ".join(
        f"the {case.side} foot {legs[reading.env['has-foot-drop']]}" for case, reading in consultation.readings
    )
    found = f"{consultation.record.patient}, as of {consultation.as_of}: {said}."
    return found if consultation.concerned else f"{found} The guideline is not concerned, so nothing is lit."


def _description(book: Rulebook, consultation: Consultation | None) -> str:
    stages = "From top to bottom: what is recorded, red flags, localisation, work-up, support, waiting or surgery, "
    stages += f"follow-up. Each card is a topic with the orders its rules ask for; {len(book.rules)} rules in all. "
    if consultation is None:
        return stages + "The same in words is the human edition of the guideline."
    lit = sorted({f"{titles('orders')[order.key]} ({order.priority})" for order in consultation.orders})
    return stages + (
        f"Proposed for this patient: {', '.join(lit)}." if lit else "Nothing is proposed for this patient."
    )
