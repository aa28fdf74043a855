"""The answer: what `assess` returns and `--format json` prints, field for field as the exchange contract names it.

Dates are ISO strings (YYYY-MM-DD). `rules` are rule ids, `statements` catalogue ids; neither is ever empty where a
rule spoke. Every list is sorted, so equal inputs give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeVar, cast

from pydantic import BaseModel, ConfigDict

Side = Literal["left", "right"]
Priority = Literal["routine", "urgent", "asap", "stat"]
Strength = Literal["recommend", "consider", "option"]
Outcome = Literal["recommendations", "needs-data", "not-applicable", "nothing-new"]
Certainty = Literal["suspected", "probable", "confirmed"]
PRIORITIES: tuple[Priority, ...] = ("routine", "urgent", "asap", "stat")
STRENGTHS: tuple[Strength, ...] = ("option", "consider", "recommend")

NOTICE = "This plan supports, and does not replace, clinical judgement; verify it against the patient and the record."


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Guideline(_Out):
    id: str
    version: str


class Because(_Out):
    """One recorded fact a proposal rests on. `value` is JSON (true, 3, "reduced", "2026-01-05", "250 mL")."""

    fact: str
    side: Side | None
    value: bool | int | float | str | None
    resource: str | None


class Differential(_Out):
    diagnosis: str
    certainty: Certainty
    rules: list[str]
    statements: list[str]


class Limb(_Out):
    side: Side
    foot_drop: bool | None
    severity: str | None
    course: str | None
    onset: str | None
    differential: list[Differential]


class Proposal(_Out):
    """An order, or an activity of the care plan without one. `earliest`/`latest` are dates or null."""

    key: str
    side: Side | None
    priority: Priority
    strength: Strength
    earliest: str | None
    latest: str | None
    status: Literal["new", "already-ordered", "done"]
    supersedes: str | None
    text: str
    rules: list[str]
    statements: list[str]
    because: list[Because]


class Goal(_Out):
    key: str
    text: str


class Alert(_Out):
    severity: Literal["critical", "warning", "info"]
    key: str
    side: Side | None
    text: str
    rules: list[str]
    statements: list[str]
    because: list[Because]


class Question(_Out):
    """Something nobody recorded that could change the plan; `would_change` holds order keys."""

    fact: str
    side: Side | None
    text: str
    would_change: list[str]
    statements: list[str]


class Prognosis(_Out):
    text: str
    side: Side | None
    statements: list[str]


class TimelineEntry(_Out):
    date: str
    change: str
    rules: list[str]


class ReportedProblem(_Out):
    resource: str
    element: str
    text: str


class Override(_Out):
    """A site's own value for a parameter: what it was, what it is, who signed it and when."""

    parameter: str
    default: str
    value: str
    signed_by: str
    signed_on: str


class Assessment(_Out):
    outcome: Outcome
    notice: str
    as_of: str
    guideline: Guideline
    patient: str
    limbs: list[Limb]
    orders: list[Proposal]
    activities: list[Proposal]
    goals: list[Goal]
    alerts: list[Alert]
    questions: list[Question]
    prognosis: list[Prognosis]
    timeline: list[TimelineEntry]
    problems: list[ReportedProblem]
    overrides: list[Override]


_Arguments = ParamSpec("_Arguments")
_Model = TypeVar("_Model", bound=_Out)
_SLOTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
# A frozen model refuses setattr, and of the ways around it a slot's own descriptor is the shortest.
_put_values, _put_names, _put_extra, _put_private = (BaseModel.__dict__[slot].__set__ for slot in _SLOTS)


def unchecked(model: Callable[_Arguments, _Model]) -> Callable[_Arguments, _Model]:
    """The constructor of a model for values that this package worked out itself: nothing is validated or copied.

    It takes every field of the model by name, in the model's order, and keeps the very lists that it is given. All that
    it makes share one set of the fields that are set: always all of them, and whoever copies a model copies the set.
    """
    kind = cast(type[_Out], model)
    new, names = kind.__new__, set(kind.model_fields)

    def make(**values: Any) -> _Out:
        made = new(kind)
        _put_values(made, values)
        _put_names(made, names)
        _put_extra(made, None)
        _put_private(made, None)
        return made

    return cast(Callable[_Arguments, _Model], make)
