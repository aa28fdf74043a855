"""A rule is a value: what it says, why, on whose word, when it holds and what follows. It knows no engine.

`when` is CQL text over the Case's features, the parameters and the conclusions of other rules. Everything a person or
a machine sees of a rule (the engine's program, the three-valued reading, the published Library, the sentence, the
diagram) is generated from this value. Text may hold `{parameter-or-feature}` in braces, filled when it is shown, so
that no sentence repeats a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from guideline.assessment import Certainty, Priority, Strength

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=r"^FD-[A-Z]{2,4}-\d{2}[a-z]?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Conclude(_Value):
    """Settles a named yes/no/unknown that later rules may read."""

    kind: Literal["conclude"] = "conclude"
    name: Name


class Differential(_Value):
    """Puts a diagnosis on the limb's list; later rules read it as `ddx-<diagnosis>` (and `-probable`, `-confirmed`)."""

    kind: Literal["differential"] = "differential"
    diagnosis: Name
    certainty: Certainty = "suspected"


class Order(_Value):
    """Proposes a request of orders.csv; later rules read it as `proposed-<key>`.

    `window` holds two CQL expressions that give dates, earliest and latest (None: no such bound).

    A rule weaker than "recommend" may ask for more than routine only if `priority_from` names the statement whose own
    row says so (decision D-02). Work completed before `fresh_from` (a CQL date) does not count as done. `{missing}` in
    the text lists the recorded features the rule reads and nobody has recorded.
    """

    kind: Literal["order"] = "order"
    key: Name
    text: Text
    priority: Priority = "routine"
    priority_from: str | None = None
    window: tuple[str | None, str | None] | None = None
    fresh_from: str | None = None


class Activity(_Value):
    """Puts an activity without an order into the care plan."""

    kind: Literal["activity"] = "activity"
    key: Name
    text: Text
    priority: Priority = "routine"
    window: tuple[str | None, str | None] | None = None


class Goal(_Value):
    kind: Literal["goal"] = "goal"
    key: Name
    text: Text


class Alert(_Value):
    """Tells the clinician something now. A `patient` alert carries no side.

    An alert with `until_done` presses for that order: it is not given once what the rule asks for is done or, of a rule
    that does not ask for it itself, once the order is.
    """

    kind: Literal["alert"] = "alert"
    key: Name
    severity: Literal["critical", "warning", "info"]
    text: Text
    scope: Literal["limb", "patient"] = "limb"
    until_done: Name | None = None


class Prognosis(_Value):
    kind: Literal["prognosis"] = "prognosis"
    text: Text


Effect = Annotated[Conclude | Differential | Order | Activity | Goal | Alert | Prognosis, Field(discriminator="kind")]


class Cql(_Value):
    """A case's value given as a CQL expression, so that it moves with the parameters."""

    cql: str


CaseValue = bool | int | Decimal | str | Cql | None


class Example(NamedTuple):
    """A named patient who fires the rule, or does not. Whatever `given` leaves out, or gives as None, is unknown."""

    name: Text
    fires: bool
    given: Mapping[str, CaseValue]


def at(expression: str) -> Cql:
    """A date, quantity or number of a case, as CQL: `at('"as-of" - "peroneal-surgery-eligible"')`."""
    return Cql(cql=expression)


def yes(name: str, *given: Mapping[str, CaseValue]) -> Example:
    """A patient for whom the rule fires; the mappings are merged left to right."""
    return Example(name=name, fires=True, given={k: v for part in given for k, v in part.items()})


def no(name: str, *given: Mapping[str, CaseValue]) -> Example:
    """A patient for whom the rule does not fire."""
    return Example(name=name, fires=False, given={k: v for part in given for k, v in part.items()})


class Rule(_Value):
    """One rule.

    `statements` are catalogue ids (RED-01, C-12, B-15, D-07), the most specific first. `sources` adds sources beyond
    those the statements carry. `certainty` grades the evidence as GRADE words; almost all of it is very low.
    `population` adults: the rulebook adds "and the patient is not known to be a child" to `when` (decision D-14).
    """

    id: RuleId
    title: Text
    why: Text
    statements: Annotated[tuple[str, ...], Field(min_length=1)]
    sources: tuple[str, ...] = ()
    strength: Strength
    certainty: Literal["high", "moderate", "low", "very-low"] = "very-low"
    population: Literal["adults", "everyone"] = "adults"
    when: Text
    then: Annotated[tuple[Effect, ...], Field(min_length=1)]
    cases: tuple[Example, ...] = ()

    @property
    def group(self) -> str:
        return self.id.split("-")[1]
