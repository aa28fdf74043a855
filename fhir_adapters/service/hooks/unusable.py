"""What the record holds and nobody could use: a card tells it where it could concern this guideline.

Without it a flawed record would look like a harmless one, in which nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from fhir_adapters.read import codes
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.identity import resource_name
from fhir_adapters.service.advice import Advice, read_by
from fhir_adapters.service.hooks.elements import Json
from fhir_adapters.service.hooks.gather import Gap
from fhir_adapters.service.hooks.matter import CARD_SYSTEM, Indicator, Matter
from fhir_adapters.service.hooks.words import listing
from guideline.assess import CONCERNS
from guideline.findings import Problem, Record
from guideline.markdown import plain
from guideline.rulebook import Rulebook
from guideline.vocabulary import features
from guideline.wording import wording

SHOWN: Final = 10  # problems of one card; all of them are in its extension
_COUNTED: Final = frozenset({"Observation.status", "Condition.clinicalStatus", "Condition.verificationStatus"})
_BROKEN: Final = "no CodeableConcept"
# What can tell of a foot drop or an emergency, and by which codes.
_TELLING: Final = {
    **dict.fromkeys(("Observation", "Condition", "DiagnosticReport"), codes.clinical),
    **dict.fromkeys(("MedicationStatement", "MedicationRequest", "MedicationUsage"), codes.drugs),
}
_COST: Final[dict[Indicator, str]] = {
    "warning": "Anything that rests on it may be missing, red flags among it.",
    "info": "Advice that rests on it may be missing.",
}


def unusable_card(advice: Advice, bundle: Json, gaps: Sequence[Gap]) -> Iterator[Matter]:
    """The problems of the record. Where nothing of this guideline concerns the patient, only those of what would show
    a foot drop or an emergency; a warning where a red flag may be among them."""
    record, concerned = advice.consultation.record, advice.consultation.concerned
    lost = [each for each in record.problems if _is_loss(each, record, gaps)]
    if not lost:
        return
    wanted = _signs(advice.consultation.book) | (_red_flags() if concerned else frozenset())
    # Of who has no foot drop, the words of a continence scale are no sign of an emergency.
    hiding = _hiding(bundle, lost, record, wanted, scales=concerned)
    grave = [each for each in lost if each.resource in hiding]
    told = [*grave, *(each for each in lost if each.resource not in hiding)] if concerned else grave
    if not told:
        return
    indicator: Indicator = "warning" if grave else "info"
    elements = list(dict.fromkeys(each.element for each in told))
    lines = [f"- {plain(f'{each.resource}: {each.text}')}" for each in told[:SHOWN]]
    rest = [f"- and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    lead = f"**What is recorded here could not be used**, so it is unknown, which is not no. {_COST[indicator]}"
    yield Matter(
        topic="unusable",
        code=(CARD_SYSTEM, "unusable", "Data that could not be used"),
        indicator=indicator,
        summary=listing("Recorded data could not be used, and advice that needs them may be missing", elements),
        notes=(lead, "\n".join([*lines, *rest])),
        lasting=True,
    )


def _is_loss(problem: Problem, record: Record, gaps: Iterable[Gap]) -> bool:
    """Whether something was recorded and is not in the assessment, nor told by another card."""
    kind = problem.resource.partition("/")[0]
    told = (
        problem.code in ("informational", "duplicate")  # left out on purpose; read twice
        or (problem.code == "required" and problem.element.endswith(".value[x]"))  # asked, and nobody could tell
        or (problem.code == "code-invalid" and problem.element in _COUNTED)  # it counts all the same
        or (problem.code == "required" and problem.resource in record.unsided_foot_drop)  # an alert asks for the leg
        or (problem.code == "not-found" and any(kind in gap.template.types for gap in gaps))
    )
    return not told


def _hiding(bundle: Json, lost: Iterable[Problem], record: Record, wanted: frozenset[str], *, scales: bool) -> set[str]:
    """The resources, by name, that mean one of these facts and did not give it; or of which nobody can say what they
    mean."""
    by_name = _by_name(bundle)
    names = {each.resource for each in lost}
    given: dict[str, set[str]] = {name: set() for name in names}
    for finding in record.findings:
        if finding.resource in names:
            given[finding.resource].add(finding.key)
    return {
        name for name in names if any(_may_mean(raw, wanted - given[name], scales=scales) for raw in _of(name, by_name))
    }


def _by_name(bundle: Json) -> dict[str, list[Json]]:
    """Every resource by what the reader calls it."""
    found: dict[str, list[Json]] = {}
    for place, entry in enumerate(bundle["entry"]):
        raw = entry["resource"]
        read = Entry(raw, raw["resourceType"], entry.get("fullUrl"), "Bundle.entry[%d]", place)
        found.setdefault(resource_name(read), []).append(raw)
    return found


def _of(name: str, by_name: dict[str, list[Json]]) -> Iterator[Json]:
    """The resources of a name; "DiagnosticReport/1#a" is one that a report contains."""
    holder, _, inner = name.partition("#")
    for raw in by_name.get(name, ()) or by_name.get(holder, ()):
        kind = raw["resourceType"]
        if kind in _TELLING:
            yield raw
        contained = raw.get("contained") if kind == "DiagnosticReport" else None
        for one in contained if isinstance(contained, list) else ():
            if isinstance(one, dict) and one.get("resourceType") == "Observation" and inner in ("", one.get("id")):
                yield one


def _may_mean(raw: Json, wanted: frozenset[str], *, scales: bool) -> bool:
    index = _TELLING[raw["resourceType"]]()
    return any(
        index.names(concept, wanted, scales=scales) or (index.hits(concept) and not index.names(concept, wording()))
        for concept in _concepts(raw)
    )


def _concepts(raw: Json) -> Iterator[Any]:
    """What a resource, its components or its conclusions say in codes, as it came; what should be one of several and is
    none counts as a broken code."""
    if raw["resourceType"] == "DiagnosticReport":
        said = raw.get("conclusionCode")
        yield from said if isinstance(said, list) else [said]
        return
    yield raw.get("medicationCodeableConcept", raw.get("code"))
    parts = raw.get("component")
    for part in parts if isinstance(parts, list) else [] if parts is None else [_BROKEN]:
        yield part.get("code") if isinstance(part, dict) else _BROKEN


@lru_cache(maxsize=8)
def _signs(book: Rulebook) -> frozenset[str]:
    """The facts that could by themselves show a foot drop or an emergency: red flags, and what the conclusions read
    directly and is no measurement, which is one only beside something else (blood pressure)."""
    makers = [entry for name in CONCERNS for entry in book.by_conclusion[name]]
    behind = read_by(book, tuple(entry.rule.id for entry in makers))
    direct = frozenset[str]().union(*(entry.reads for entry in makers))
    measured = {key for key in direct if key in features() and features()[key].unit}
    return behind & ((direct - measured) | _red_flags())


@lru_cache(maxsize=1)
def _red_flags() -> frozenset[str]:
    return frozenset(key for key, words in wording().items() if words.red_flag)
