"""How the rules that fire become one plan, told with a rulebook of a few rules."""

from __future__ import annotations

from typing import Any

import pytest

from cql_like import parse_moment
from guideline.assess import assess_record
from guideline.assessment import Alert as Told
from guideline.assessment import Side
from guideline.engine import Engine, Outcome
from guideline.errors import EngineError
from guideline.findings import Existing, Record
from guideline.rule import Activity, Alert, Differential
from tests.support.small_books import ALWAYS, AS_OF, NOTED, a_rule, ask, book_of, done, found, only_order, plan


@pytest.mark.parametrize(
    ("windows", "window"),
    [
        (
            [("urgent", "@2026-06-18", "@2026-07-10"), ("urgent", "@2026-06-16", "@2026-07-20")],
            ("2026-06-16", "2026-07-10"),
        ),
        (
            [("urgent", "@2026-06-18", "@2026-07-10"), ("routine", "@2026-06-16", "@2026-07-02")],
            ("2026-06-18", "2026-07-10"),
        ),
        ([("urgent", "@2026-06-18", "@2026-07-10"), ("urgent", None, None)], ("2026-06-18", "2026-07-10")),
        ([("urgent", None, None), ("routine", "@2026-06-16", "@2026-07-02")], (None, None)),
    ],
    ids=["the earliest of equals", "no weaker rule's", "a rule without a window bounds nothing", "not even instead"],
)
def test_a_window_is_the_tightest_of_the_rules_that_lead(
    windows: list[tuple[str, str | None, str | None]], window: tuple[str | None, str | None]
) -> None:
    for given in (windows, windows[::-1]):
        asking = [a_rule(n, ALWAYS, ask(priority=p, window=(s, e))) for n, (p, s, e) in enumerate(given)]
        order = only_order(plan(book_of(*asking)))
        assert (order.priority, order.earliest, order.latest) == ("urgent", *window)


@pytest.mark.parametrize(
    ("priority", "strength", "kept"),
    [
        ("routine", "recommend", True),  # as strong
        ("routine", "option", False),  # weaker, and less urgent
    ],
)
def test_what_is_said_beside_the_most_urgent_rule(priority: str, strength: str, kept: bool) -> None:
    first, second = ask(priority="urgent", text="Now."), ask(priority=priority, text="By the way.")
    book = book_of(a_rule(1, ALWAYS, first), a_rule(2, ALWAYS, second, strength=strength))
    assert only_order(plan(book)).text == ("Now. By the way." if kept else "Now.")


def test_a_weaker_rule_of_the_same_urgency_is_heard_as_well() -> None:
    book = book_of(a_rule(1, ALWAYS, ask(text="Do it.")), a_rule(2, ALWAYS, ask(text="Or so."), strength="option"))
    order = only_order(plan(book))
    assert (order.strength, order.text) == ("recommend", "Do it. Or so.")


@pytest.mark.parametrize(("second", "pressed"), [("2026-06-11", True), ("2026-06-10", False)])
def test_a_rule_that_asks_twice_presses_until_both_are_answered(second: str, pressed: bool) -> None:
    """What was done on the 10th answers the one question, and the other only if it arose by then."""
    alert = Alert(key="overdue", severity="warning", text="It is overdue.", until_done=NOTED)
    rule = a_rule(1, ALWAYS, alert, ask(text="First."), ask(text="Second.", fresh_from=f"@{second}"))
    answer = plan(book_of(rule), existing=(done(NOTED, "2026-06-10"),))
    assert [each.key for each in answer.alerts] == (["overdue"] if pressed else [])


@pytest.mark.parametrize(
    ("key", "looks"),
    [
        ("mri-brain", True),  # imaging
        ("post-void-residual", True),  # diagnostic
        ("creatine-kinase", True),  # laboratory
        ("emergency-assessment", True),  # referral
        (NOTED, True),  # assessment
        ("walking-aid", False),  # what was given still holds
    ],
)
@pytest.mark.parametrize(("day", "seen"), [("2026-06-09", False), ("2026-06-10", True)])
def test_whoever_looked_before_the_red_flag_has_not_seen_it(key: str, looks: bool, day: str, seen: bool) -> None:
    book = book_of(a_rule(1, '"bladder-dysfunction"', ask(key, "urgent")))
    answer = plan(book, found("bladder-dysfunction", True, "2026-06-10"), existing=(done(key, day),))
    assert only_order(answer).status == ("done" if seen or not looks else "new")


def test_a_red_flag_behind_a_routine_wish_alone_makes_no_urgent_work_stale() -> None:
    urgent = a_rule(1, '"saddle-anaesthesia"', ask(priority="urgent"))
    routine = a_rule(2, '"bladder-dysfunction"', ask())
    flags = found("saddle-anaesthesia", True, "2026-06-01"), found("bladder-dysfunction", True, "2026-06-10")
    order = only_order(plan(book_of(urgent, routine), *flags, existing=(done(NOTED, "2026-06-05"),)))
    assert (order.priority, order.status) == ("urgent", "done")


@pytest.mark.parametrize("priority", ["routine", "urgent", "stat"])
def test_an_activity_that_is_under_way_is_not_proposed_again_however_urgent(priority: str) -> None:
    """A plan's activity has no priority that could be too low."""
    book = book_of(a_rule(1, ALWAYS, Activity(key="education", priority=priority, text="Explain.")))  # type: ignore[arg-type]
    under_way = Existing("education", "activity", None, "ordered", None, parse_moment("2026-06-10"), "CarePlan/k")
    [activity] = plan(book, existing=(under_way,)).activities
    assert (activity.status, activity.supersedes) == ("already-ordered", None)


def alarms(*keys: str, severity: str = "critical") -> list[Told]:
    rules = [
        a_rule(n, ALWAYS, Alert(key=key, severity=severity, scope="patient", text=f"{key}."))  # type: ignore[arg-type]
        for n, key in enumerate(keys)
    ]
    return plan(book_of(*rules)).alerts


def test_a_childs_plan_opens_with_the_word_that_it_is_not_validated() -> None:
    """Decision D-14, also where another alert as grave stands earlier in the alphabet."""
    first = "not-validated-for-children"
    assert [each.key for each in alarms("cauda-equina", first, "zoster")] == [first, "cauda-equina", "zoster"]


def test_an_engine_and_a_reading_that_disagree_give_no_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    book, fire = book_of(a_rule(1, ALWAYS, ask()), a_rule(2, '"bladder-dysfunction"', ask())), Engine.run_each

    def forgetful(engine: Engine, cases: Any) -> list[Outcome]:
        outcomes = fire(engine, cases)
        return [each._replace(fired=tuple(rule for rule in each.fired if rule != "FD-XX-01")) for each in outcomes]

    assert plan(book).orders
    monkeypatch.setattr(Engine, "run_each", forgetful)
    with pytest.raises(EngineError, match="disagree on FD-XX-01"):
        plan(book)


@pytest.mark.parametrize(("grade", "listed"), [(5, ["left", "right"]), (3, ["left"])])
def test_an_emergency_without_a_drop_has_its_diagnoses_on_both_legs(grade: int, listed: list[Side]) -> None:
    """Where one leg drops, the other has no list of its own."""
    book = book_of(a_rule(1, '"saddle-anaesthesia"', Differential(diagnosis="cauda-equina-syndrome")))
    findings = (
        found("mrc-ankle-dorsiflexion", grade, "2026-06-15", "left"),
        found("saddle-anaesthesia", True, "2026-06-15"),
    )
    answer = assess_record(Record("Patient/p", findings=findings), AS_OF, book)
    assert [limb.side for limb in answer.limbs if limb.differential] == listed
