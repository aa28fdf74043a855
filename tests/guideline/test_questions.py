"""The questions: what everything turns on comes first, then red flags, then what could change most."""

import pytest

from cql_like import Date
from guideline.assess import assess_record
from guideline.assessment import Assessment, Question
from guideline.findings import Finding, Record
from guideline.vocabulary import order_kinds
from guideline.wording import wording
from tests.support.small_books import ALWAYS, NOTED, a_rule, ask, book_of, found, plan

AS_OF = Date.parse("2026-06-15")


def asked(*said: tuple[str, str | None, bool | int]) -> list[Question]:
    findings = [Finding(key, side, value, AS_OF, f"Observation/{key}") for key, side, value in said]  # type: ignore[arg-type]
    return assess_record(Record("Patient/p", findings=tuple(findings)), AS_OF).questions


def test_tripping_in_a_leg_nobody_graded_asks_for_dorsiflexion_before_all_else() -> None:
    first = asked(("intermittent-tripping", None, True))
    assert {(each.fact, each.side) for each in first[:4]} == {
        ("mrc-ankle-dorsiflexion", "left"),
        ("mrc-ankle-dorsiflexion", "right"),
        ("foot-drop", "left"),
        ("foot-drop", "right"),
    }


def test_with_a_known_foot_drop_a_red_flag_that_alone_would_call_the_surgeon_comes_first() -> None:
    first = asked(("mrc-ankle-dorsiflexion", "left", 3))[0]
    assert wording()[first.fact].red_flag
    assert "spine-surgery-consult" in first.would_change


def test_every_red_flag_nobody_asked_about_is_a_question_and_none_that_was_answered_is() -> None:
    facts = {each.fact for each in asked(("mrc-ankle-dorsiflexion", "left", 3), ("bladder-dysfunction", None, False))}
    assert "bladder-dysfunction" not in facts
    assert {"bowel-dysfunction", "saddle-anaesthesia", "fever", "weight-loss-unintentional"} <= facts


def test_a_leg_that_does_not_drop_is_asked_about_as_long_as_it_may_be_in_danger() -> None:
    said = ("mrc-ankle-dorsiflexion", "left", 3), ("foot-drop", "right", False)
    danger = {("compartment-syndrome-suspected", "right"), ("knee-dislocation", "right")}
    assert danger <= {(each.fact, each.side) for each in asked(*said)}


@pytest.mark.parametrize("grade", [None, 5])
@pytest.mark.parametrize(
    ("emergency", "still_asked"),
    [
        (
            ("knee-dislocation", "right", True),
            {"compartment-syndrome-suspected", "distal-pulses", "ankle-brachial-index"},
        ),
        (("compartment-syndrome-suspected", "right", True), {"knee-dislocation", "ischaemia-onset"}),
        (("cauda-equina-syndrome", None, True), {"compartment-syndrome-suspected", "knee-dislocation"}),
    ],
)
def test_one_emergency_of_a_leg_leaves_no_other_unasked(
    emergency: tuple[str, str | None, bool], still_asked: set[str], grade: int | None
) -> None:
    graded = () if grade is None else (("mrc-ankle-dorsiflexion", "right", grade),)
    assert still_asked <= {each.fact for each in asked(emergency, *graded) if each.side == "right"}


def would_change(answer: Assessment, fact: str) -> list[str]:
    return [key for each in answer.questions if each.fact == fact for key in each.would_change]


WALKS, STANDS = '"ambulatory" is not false', '"spasticity" is not true'


def test_an_order_that_one_answer_takes_from_all_its_rules_would_change() -> None:
    book = book_of(a_rule(1, f"{ALWAYS} and {WALKS}", ask()), a_rule(2, f"{ALWAYS} and {WALKS} and {STANDS}", ask()))
    answer = plan(book)
    assert would_change(answer, "ambulatory") == [NOTED]
    assert would_change(answer, "spasticity") == [], "the other rule still asks"


def test_an_order_that_an_answer_makes_less_urgent_would_change() -> None:
    rules = a_rule(1, f"{ALWAYS} and {WALKS}", ask(priority="urgent")), a_rule(2, f"{ALWAYS} and {STANDS}", ask())
    answer = plan(book_of(*rules))
    assert would_change(answer, "ambulatory") == [NOTED]
    assert would_change(answer, "spasticity") == []


@pytest.mark.parametrize(
    "alternative",
    [
        '"mri-explains-deficit" is false',
        '"mri-explains-deficit" is not null',
        '"mri-explains-deficit" is not null and "toe-drag" is not true',
    ],
)
def test_an_alternative_that_took_the_unknown_for_a_no_is_asked_about(alternative: str) -> None:
    answer = plan(book_of(a_rule(1, f'{ALWAYS} and ("toe-drag" or {alternative})', ask(priority="urgent"))))
    assert would_change(answer, "mri-explains-deficit") == [NOTED]


def test_an_alternative_that_two_things_deny_is_not_asked_about() -> None:
    alternative = '"mri-explains-deficit" is false and "spasticity"'
    book = book_of(a_rule(1, f'{ALWAYS} and ("toe-drag" or {alternative})', ask()))
    answer = plan(book, found("spasticity", False, "2026-06-15", "left"))
    assert would_change(answer, "mri-explains-deficit") == []


def test_what_the_imaging_did_not_explain_would_bring_the_brain_scan() -> None:
    explains = [each for each in asked(("mrc-ankle-dorsiflexion", "left", 3)) if each.fact == "mri-explains-deficit"]
    assert "mri-brain" in [key for each in explains for key in each.would_change]


def test_a_question_names_only_orders_and_the_statements_behind_it() -> None:
    for each in asked(("mrc-ankle-dorsiflexion", "left", 3)):
        assert set(each.would_change) <= set(order_kinds())
        assert each.statements
        assert each.text.endswith(("?", "leg)"))


def test_a_patient_without_a_sign_of_foot_drop_is_asked_nothing() -> None:
    assert asked(("mrc-ankle-dorsiflexion", "left", 5), ("back-pain", None, True)) == []


def test_a_question_is_a_model_like_any_other_and_a_changed_copy_leaves_it_alone() -> None:
    first, second = asked(("mrc-ankle-dorsiflexion", "left", 3))[:2]
    assert first == Question.model_validate(first.model_dump())
    assert first.model_dump(exclude_unset=True) == first.model_dump()
    copied = first.model_copy(update={"text": "?"})
    copied.model_fields_set.discard("text")
    assert first.model_fields_set == second.model_fields_set == set(Question.model_fields)
