"""What nobody recorded that could change the plan: computed from the rules still open, never listed by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Final

from guideline import vocabulary
from guideline.assessment import PRIORITIES, Proposal, Question, Side, unchecked
from guideline.case import Case, ask_for
from guideline.marks import Mark, Marks
from guideline.reader import Reading
from guideline.rulebook import Rulebook
from guideline.stakes import Stakes, Told, raises_alarm, stakes_of
from guideline.wording import wording

_made: Final = unchecked(Question)
_OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}
Where = tuple[str, Side | None]
_Ranked = tuple[int, int, int, str, str, Question]  # a question after all that questions are sorted by


def questions(readings: Sequence[tuple[Case, Reading]], orders: Collection[Proposal]) -> list[Question]:
    """The questions for this patient: red flags first, then by the urgency and number of the orders they could change.

    On a limb whose foot drop is itself unknown only what would settle that, or show an emergency, is asked; and where
    everything turns on it, because no leg is known to drop and one may, that comes before all else.
    """
    stakes = stakes_of(readings[0][1].book)
    found: defaultdict[Where, Mark] = defaultdict(int)
    for case, reading in readings:
        present = reading.env.get("has-foot-drop")
        if present is False and reading.env.get("emergency") is False:
            continue
        _ask_open(case, reading, [order for order in orders if order.side in (None, case.side)], stakes, found)
        if present:
            _ask_red_flags(case, stakes.red_flag, found)
    first, told = _turning_facts(readings), stakes.told
    made = [_question(*where, told(mark), where in first) for where, mark in found.items()]
    return [question for *_, question in sorted(made)]


def _turning_facts(readings: Sequence[tuple[Case, Reading]]) -> frozenset[Where]:
    """What would say whether there is a foot drop at all, where one may have gone unexamined."""
    if any(reading.env["has-foot-drop"] is True for _, reading in readings):
        return frozenset()
    return frozenset(
        where
        for case, reading in readings
        if reading.env["possible-foot-drop"] is True
        for maker in reading.book.by_conclusion["has-foot-drop"]
        for name in reading.open_for(maker.rule.id)
        for where in _askable(name, case.side)
    )


def _ask_open(
    case: Case, reading: Reading, orders: Iterable[Proposal], stakes: Stakes, found: defaultdict[Where, Mark]
) -> None:
    (marks, together), present = stakes.marks(reading, orders), reading.env["has-foot-drop"]
    if not present:
        for rule in _entry_rules(reading):
            marks[rule] = marks.get(rule, 0) | stakes.entry
    spread = Marks(reading, stakes.helping).spread(marks)
    if together:
        spread = stakes.settled(spread, together)
    if not present:
        spread = {fact: mark ^ stakes.entry for fact, mark in spread.items() if mark & stakes.entry}
    names, side = reading.parts.names, case.side
    for fact, mark in spread.items():
        for where in _askable(names[fact], side):
            found[where] |= mark


def _entry_rules(reading: Reading) -> list[str]:
    """On a limb without a known foot drop: the unknown rules that would say whether there is one, or an emergency.

    One emergency answers for no other: where there is one, each other kind is still asked about, and the further danger
    that this one brings.
    """
    found = _makers(reading.book, ("has-foot-drop", "emergency"))
    if reading.env["emergency"]:
        for kind, makers, alarming in _kinds_of_emergency(reading.book):
            found += alarming if reading.env[kind] else makers
    return [rule for rule in dict.fromkeys(found) if reading.rules[rule] is None]


@lru_cache(maxsize=8)
def _kinds_of_emergency(book: Rulebook) -> tuple[tuple[str, list[str], list[str]], ...]:
    """Each kind of emergency with the rules that say whether it is one, and those that raise an alarm over it."""
    kinds = {name for entry in book.by_conclusion["emergency"] for name in entry.reads if name in book.by_conclusion}
    alarming = [entry for entry in book.entries if raises_alarm(entry.rule)]
    return tuple(
        [
            (kind, _makers(book, (kind,)), [entry.rule.id for entry in alarming if kind in entry.reads])
            for kind in sorted(kinds)
        ]
    )


def _makers(book: Rulebook, names: Iterable[str]) -> list[str]:
    return [entry.rule.id for name in names for entry in book.by_conclusion[name]]


@lru_cache(maxsize=4096)
def _askable(name: str, side: Side) -> tuple[Where, ...]:
    return tuple((key, None if leg is None else side if leg == "same" else _OTHER[side]) for key, leg in ask_for(name))


@lru_cache(maxsize=1)
def _red_flags() -> tuple[tuple[str, bool], ...]:
    known = vocabulary.features()
    return tuple((key, known[key].sided) for key, words in wording().items() if words.red_flag and key in known)


def _ask_red_flags(case: Case, statement: Mark, found: defaultdict[Where, Mark]) -> None:
    """A red flag nobody asked about is always a question, even if it would change no order (P5: unknown is not no)."""
    for key, sided in _red_flags():
        if case.values.get(key) is None:
            found[key, case.side if sided else None] |= statement


@lru_cache(maxsize=1024)
def _wording(key: str, side: Side | None) -> tuple[str, bool]:
    """What is asked, and whether it is a red flag."""
    words = wording()[key]
    text = f"{words.ask} ({side} leg)" if side else words.ask
    return text, words.red_flag and key in vocabulary.features()


def _question(key: str, side: Side | None, told: Told, turning: bool) -> _Ranked:
    level, orders, statements = told
    text, red_flag = _wording(key, side)
    rank = 0 if red_flag else 1 if level >= len(PRIORITIES) else 2
    question = _made(fact=key, side=side, text=text, would_change=[*orders], statements=[*statements])
    return rank - 3 if turning else rank, -level, -len(orders), key, side or "", question
