"""A rulebook of a few rules, and a man whose left foot drops: how rules become a plan, with nothing else around."""

from __future__ import annotations

from typing import Any

from cql_like import Date, parse_moment
from guideline.assess import assess_record
from guideline.assessment import Assessment, Proposal, Side
from guideline.findings import Existing, Finding, Record, Value
from guideline.loading import load_rulebook
from guideline.parameters import default_parameters
from guideline.rule import Conclude, Effect, Order, Rule
from guideline.rulebook import Rulebook

AS_OF = Date.parse("2026-06-15")
NOTED = "pain-medication-review"  # an order of the patient that no other rule of these books asks for


def a_rule(number: int, when: str, *then: Effect, strength: str = "recommend") -> Rule:
    return Rule(
        id=f"FD-XX-{number:02}",
        title="A rule under test",
        why="It is under test.",
        statements=("RED-01",),
        strength=strength,  # type: ignore[arg-type]
        population="everyone",
        when=when,
        then=then,
    )


CONCERNED = (
    a_rule(90, '"mrc-ankle-dorsiflexion" <= "foot-drop-mrc"', Conclude(name="has-foot-drop")),
    a_rule(91, '"saddle-anaesthesia"', Conclude(name="emergency")),
    a_rule(92, '"foot-drop-unsided"', Conclude(name="possible-foot-drop")),
)


def book_of(*rules: Rule) -> Rulebook:
    return load_rulebook((*CONCERNED, *rules), default_parameters())


def found(key: str, value: Value, day: str, side: Side | None = None) -> Finding:
    return Finding(key, side, value, parse_moment(day), f"Observation/{key}/{side}")


def plan(book: Rulebook, *findings: Finding, existing: tuple[Existing, ...] = ()) -> Assessment:
    """The answer for a man whose left foot has dropped since 1 May."""
    drop = (
        found("mrc-ankle-dorsiflexion", 3, "2026-06-15", "left"),
        found("onset", Date(2026, 5, 1), "2026-05-01", "left"),
    )
    return assess_record(Record("Patient/p", findings=(*drop, *findings), existing=existing), AS_OF, book)


def done(key: str, day: str, side: Side | None = None) -> Existing:
    return Existing(key, "order", side, "done", None, parse_moment(day), f"ServiceRequest/{key}")


def ask(key: str = NOTED, priority: str = "routine", text: str = "Ask.", **more: Any) -> Order:
    return Order(key=key, priority=priority, text=text, **more)  # type: ignore[arg-type]


def only_order(answer: Assessment) -> Proposal:
    [one] = answer.orders
    return one


ALWAYS = '"has-foot-drop"'
