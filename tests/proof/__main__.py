"""`python -m tests.proof`: prove everything, and say what the named cases do not show. Status 1: not proved."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator

from cql_like import parse_moment
from guideline.case import build_cases
from guideline.reader import read_case
from guideline.rulebook import rulebook
from tests.proof import worth
from tests.proof.claims import CLAIMS
from tests.proof.coverage import gaps
from tests.proof.every_case import EveryCase, every_case
from tests.proof.mutants import verdict
from tests.proof.patient_of import told
from tests.proof.plan import Plan
from tests.proof.three import Bool
from tests.proof.turned_on import losses, orthosis_keepers, red_flags
from tests.support.patients import any_patient

RECORDS = 1000
NOTICED = 0.95
Problem = str


def main() -> int:
    space = every_case(rulebook())
    print(
        f"{len(space.book.rules)} rules over {len(space.names)} features, "
        f"{len(space.calendar.rows)} kinds of calendar day"
    )
    problems = [problem for part in (agree, invariants, facts, cases) for problem in _told(part, space)]
    for title, found in notes(space):
        print(f"\n{title} ({len(found)})")
        print("\n".join(f"  {each}" for each in found))
    print(f"\n{len(problems)} problems" if problems else "\nall proved")
    return 1 if problems else 0


def _told(part: Callable[[EveryCase], Iterator[Problem]], space: EveryCase) -> list[Problem]:
    print(f"\n{part.__doc__}")
    found = list(part(space))
    print("\n".join(found) or "  holds")
    return found


def agree(space: EveryCase) -> Iterator[Problem]:
    """The formulas and the reference reader agree on generated records"""
    numbers = random.Random(0)
    for _ in range(RECORDS):
        patient = any_patient(numbers)
        for case in build_cases(patient.record(), parse_moment(patient.as_of), space.book.numbers).values():
            if space.read(case.values) != read_case(space.book, case.values).rules:
                yield f"  they disagree on the {case.side} leg of\n{patient!r}"


def invariants(space: EveryCase) -> Iterator[Problem]:
    """The safety invariants hold for every Case"""
    plan = Plan(space.reading)
    for claim in CLAIMS:
        yield from _broken(space, f"{claim.invariant} {claim.says}", claim.broken(plan))


def facts(space: EveryCase) -> Iterator[Problem]:
    """No red flag takes an order, its priority or a card away; planned surgery leaves the brace alone"""
    for turn in (*red_flags(space), *orthosis_keepers(space)):
        for loss in losses(space, turn):
            yield from _broken(space, f"turning on {turn.name} takes {loss.what} away", loss.condition)


def _broken(space: EveryCase, what: str, condition: Bool) -> Iterator[Problem]:
    if not space.never(condition):
        found = space.find(condition, simplest=True)
        if found is not None:
            patient = told(space.book, found.values)
            again = (
                "the record, read again, breaks it too" if patient.breaks(space, condition) else "not by this record"
            )
            yield f"  BROKEN {what}\n  by {found}\n  ({again})\n{patient}"


def cases(space: EveryCase) -> Iterator[Problem]:
    """The named cases decide every condition both ways, and notice small wrongs"""
    yield from (f"  {gap}" for gap in gaps(space.book))
    found = verdict(space.book, space)
    print(f"  {found.killed} wrongs noticed, {len(found.survivors)} not: {found.rate:.1%}")
    if found.rate < NOTICED:
        yield f"  fewer than {NOTICED:.0%} of the wrongs are noticed"


def notes(space: EveryCase) -> Iterator[tuple[str, list[object]]]:
    """What is worth a look and is no error."""
    found = verdict(space.book, space)
    yield "Rules that can never fire", [*worth.never_fire(space)]
    yield "Rules that always fire", [*worth.always_fire(space)]
    yield "Conclusions that are constant", [*worth.never_settled(space)]
    yield "Rules for one order that can never both hold", [*worth.exclusive(space)]
    yield "Orders that another rule always gives as well", [*worth.said_already(space)]
    yield "Words of a condition that change nothing", [f"{one.rule}: {one.wrong}" for one in found.same]
    yield "Wrongs that no case notices, and a case that would", [one.told(space) for one in found.survivors]


if __name__ == "__main__":
    sys.exit(main())
