"""What has been read so far of one record, and the few ways to add to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cql_like import Date
from fhir_adapters.read.errors import Unreadable, problem
from fhir_adapters.read.sides import BOTH, Resolve, Sides
from guideline.findings import Existing, Finding, Moment, Problem, Side, Unanswered, Value
from guideline.unsided import KEPT_UNSIDED


class Draft:
    """One patient's data on the way in. It lives as long as one call of `read_record`.

    `ended` are the "no" of something that was over (a resolved Condition, a finished use): they count only where
    nothing of the same key is still going on, which `going_on` remembers. `one_limb` waits until every foot drop is
    known: what has no side of its own is then given to the only limb with a foot drop, or reported. `dangling` are the
    uses of each resource type, with the element, whose link to what is used leads nowhere.
    """

    def __init__(
        self,
        as_of: Moment,
        find: Callable[[str, dict[str, Any]], dict[str, Any] | None],
        birth_date: Date | None,
        problems: list[Problem],
    ) -> None:
        self.as_of = as_of
        self.find = find
        self.birth_date = birth_date
        self.problems = problems
        self.findings: list[Finding] = []
        self.existing: list[Existing] = []
        self.unsided_foot_drop: list[str] = []
        self.unread_foot_drop: list[str] = []
        self.unanswered: list[Unanswered] = []
        self.ended: list[Finding] = []
        self.going_on: set[tuple[str, Side | None]] = set()
        self.one_limb: list[tuple[Finding | Existing, str]] = []
        self.dangling: dict[str, set[tuple[str, str]]] = {}

    def resolver(self, raw: dict[str, Any]) -> Resolve:
        """Looks a reference up: contained in `raw` ("#id"), or elsewhere in the record."""
        return lambda reference: self.find(reference, raw) if reference else None

    def problem(self, resource: str, element: str, text: str, code: str = "value") -> None:
        self.problems.append(problem(resource, element, text, code))

    def unreadable(self, resource: str, error: Unreadable) -> None:
        self.problem(resource, error.element, error.text, error.code)

    def no_side(self, resource: str, element: str, key: str) -> None:
        self.problem(resource, element, f"names no side, and {key} needs one (left, right or both)", "required")

    def limbs(self, key: str, *, sided: bool, sides: Sides, resource: str, element: str) -> tuple[Side | None, ...]:
        """The sides to write a key for: (None,) if it has no side, () and a problem if it needs one and has none."""
        if not sided:
            return (None,)
        if not sides and key == "skin-breakdown":
            return BOTH  # inputs.csv: without a side it applies to both legs
        if not sides:
            self.no_side(resource, element, key)
        return sides

    def add_course(
        self, key: str, limbs: tuple[Side | None, ...], course: list[tuple[bool, Moment | None]], resource: str,
        *, answers: bool = True,
    ) -> None:  # fmt: skip
        """A yes/no finding that lasts: present since, and absent since where it ended. `answers`: whether its end says
        that it is not there today, too."""
        for side in limbs or _kept_unsided(key):
            for present, since in course:
                finding = Finding(key, side, present, since, resource, over=not (present or answers))
                (self.findings if present else self.ended).append(finding)
            if course and course[-1][0]:
                self.going_on.add((key, side))

    def add(
        self, key: str, limbs: tuple[Side | None, ...], value: Value, when: Moment | None, resource: str,
        *, history: bool = False, noted: bool = False,
    ) -> None:  # fmt: skip
        for side in limbs or _kept_unsided(key):
            self.findings.append(Finding(key, side, value, when, resource, history, noted))


def _kept_unsided(key: str) -> tuple[None, ...]:
    """What tells of a foot drop, or of a limb in danger, is kept without its side: it counts for neither leg, and is
    not lost for the patient."""
    return (None,) if key in KEPT_UNSIDED else ()
