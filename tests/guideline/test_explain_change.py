"""What to ask, what comes next, and what if: each answer is the difference between two plans."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cql_like import Date, Quantity, parse_moment
from guideline.answers import answers
from guideline.ask import Ask, ask_one
from guideline.assess import Consultation, consult
from guideline.findings import SIDES
from guideline.forecast import forecast
from guideline.patient_prose import ask_text, forecast_text, what_if_text
from guideline.rulebook import rulebook
from guideline.vocabulary import features
from guideline.what_if import Setting, SettingError, assume, parse_setting, rehearse, what_if
from tests.guideline.consultations import LATE, NAMES, day_of, fixture, questions_of
from tests.support.numbers import after, amount
from tests.support.patients import TODAY, Patient, patients

BOOK = rulebook()
DAY = parse_moment(TODAY)
UNTREATED = patients(cared_for=False, most=10)


def test_one_question_by_itself_is_asked_as_among_all() -> None:
    demo = fixture("peroneal-leg-crossing")
    for one in questions_of("peroneal-leg-crossing")[:8]:
        assert ask_one(demo, one.fact, one.side) == one
    assert ask_one(demo, "mrc-ankle-dorsiflexion", "left") is None, "it is known"


def asked(fact: str) -> Ask:
    """The question of a fact about the palsy."""
    return next(each for each in questions_of("peroneal-leg-crossing") if each.fact == fact)


def planned(consultation: Consultation) -> dict[tuple[str, str | None], tuple[str, str]]:
    return {(each.key, each.side): (each.priority, each.strength) for each in consultation.orders}


# ---------- ask


def test_a_red_flag_comes_first_with_what_a_yes_would_do() -> None:
    questions = questions_of("peroneal-leg-crossing")
    flags = [each.red_flag for each in questions]
    assert flags == sorted(flags, reverse=True)
    yes, no = asked("anal-tone-reduced").answers
    assert (yes.label, no.label) == ("yes", "no")
    changes = {effect.key: (effect.change, effect.after and effect.after.priority) for effect in yes.orders}
    assert changes["spine-surgery-consult"] == ("added", "stat")
    assert changes["mri-lumbar-spine"] == ("raised", "stat")
    assert [alert.key for alert in yes.alerts] == ["cauda-equina"]
    assert (no.orders, no.alerts) == ([], [])


def test_a_number_is_asked_on_both_sides_of_its_threshold() -> None:
    low, high = sorted(asked("post-void-residual").answers, key=lambda each: each.label.split()[-1])
    limit = amount("retention-volume")
    assert (low.label, high.label) == (f"{limit} mL or less", f"{limit + 1} mL or more")
    assert not low.orders
    assert high.orders


def test_an_answer_can_take_an_order_away() -> None:
    no = next(each for each in asked("ankle-clonus").answers if each.label == "no")
    assert [(effect.change, effect.key) for effect in no.orders] == [("removed", "neurological-assessment")]


@pytest.mark.parametrize("name", ["peroneal-leg-crossing", "sparse-record", "unsided-foot-drop"])
def test_each_answer_does_to_the_plan_what_it_says(name: str) -> None:
    consultation = fixture(name)
    before = planned(consultation)
    for question in questions_of(name)[:12]:
        for answer in question.answers:
            value = answers(question.fact, BOOK, consultation.as_of)
            chosen = next(
                each
                for each in value
                if str(each).replace("'", "") == str(answer.values[0]) or each == answer.values[0]
            )
            setting = Setting(question.fact, question.side, chosen)
            after = planned(rehearse(consultation, assume(consultation.record, [setting], consultation.as_of)))
            told = {(effect.key, effect.side) for effect in answer.orders}
            assert told == {where for where in {*before, *after} if before.get(where) != after.get(where)}


@pytest.mark.parametrize("name", NAMES)
def test_ask_holds_every_question_of_the_assessment_and_repeats_none(name: str) -> None:
    consultation = fixture(name)
    questions = [(each.fact, each.side) for each in questions_of(name)]
    assert len(questions) == len(set(questions))
    told = {(case.side, key) for case, _ in consultation.readings for key in case.values}
    for question in consultation.assessment().questions:
        known = any((side, question.fact) in told for side in SIDES if question.side in (None, side))
        assert known or (question.fact, question.side) in questions
    assert max(map(len, ask_text(questions_of(name), everything=True).splitlines())) <= 100


def test_the_answers_of_a_feature_are_allowed_by_the_vocabulary() -> None:
    for key, feature in features().items():
        for value in answers(key, BOOK, DAY):
            if feature.type == "code":
                assert value in feature.allowed
            elif feature.type in ("integer", "quantity"):
                number = value.value if isinstance(value, Quantity) else value
                assert isinstance(number, int | Decimal)
                assert (feature.low or 0) <= number <= (number if feature.high is None else feature.high)


# ---------- what if


def test_one_better_grade_silences_the_surgeon() -> None:
    consultation = fixture("peroneal-leg-crossing", LATE, foot_drop_mrc=4)
    found = what_if(consultation, [parse_setting("mrc-ankle-dorsiflexion:left=4", consultation.as_of)])
    difference = found.difference
    assert [(each.what, each.after) for each in difference.limbs] == [("severity", "mild"), ("course", "improving")]
    assert ("removed", "nerve-surgery-consult") in {(each.change, each.key) for each in difference.orders}
    assert ("removed", "orthosis-delayed") in {(each.change, each.key) for each in difference.alerts}
    assert "- removed: Nerve surgeon's opinion, left" in what_if_text(found)


def test_a_red_flag_adds_an_emergency() -> None:
    consultation = fixture("peroneal-leg-crossing")
    difference = what_if(consultation, [parse_setting("bladder-dysfunction=yes", consultation.as_of)]).difference
    assert ("added", "spine-surgery-consult") in {(each.change, each.key) for each in difference.orders}
    assert [(each.diagnosis, each.before, each.after) for each in difference.diagnoses] == [
        ("cauda-equina-syndrome", None, "suspected")
    ]


def test_a_side_that_was_missing_turns_questions_into_recommendations() -> None:
    consultation = fixture("unsided-foot-drop")
    found = what_if(consultation, [parse_setting("foot-drop:left=yes", consultation.as_of)])
    assert found.difference.outcome == ("needs-data", "recommendations")


def test_taking_knowledge_away_can_take_a_diagnosis_away() -> None:
    consultation = fixture("cauda-equina")
    keys = ("bladder-dysfunction", "saddle-anaesthesia", "anal-tone-reduced", "post-void-residual", "bowel-dysfunction")
    settings_ = [parse_setting(f"{key}=unknown", consultation.as_of) for key in keys]
    changes = {(each.change, each.key) for each in what_if(consultation, settings_).difference.alerts}
    assert ("removed", "cauda-equina") in changes


def test_a_child_is_another_patient() -> None:
    consultation = fixture("peroneal-leg-crossing", LATE)
    difference = what_if(consultation, [parse_setting("birth-date=2017-03-02", consultation.as_of)]).difference
    assert ("removed", "nerve-surgery-consult") in {(each.change, each.key) for each in difference.orders}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_known_is_no_difference(name: str) -> None:
    found = what_if(fixture(name), [])
    assert found.difference.is_empty
    assert found.before == found.after
    assert "stays as it is" in what_if_text(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mrc-ankle-dorsiflexion=4", "needs a side"),
        ("mrc-ankle-dorsiflexion:left=7", "from 0 to 5"),
        ("mrc-ankle-dorsiflexion:left=3.5", "whole number"),
        ("mrc-ankle-dorsiflexion:middle=3", "needs a side"),
        ("stroke:left=yes", "has no side"),
        ("stroke=perhaps", "yes, no or unknown"),
        ("strok=yes", "did you mean stroke"),
        ("course:left=bad", "one of improving"),
        ("egfr=25 mL", "cannot be told"),
        ("egfr=-3", "0 or more"),
        ("hba1c=48 mmol/mol", "cannot be told"),
        ("egfr=NaN", "whole number|is a number"),
        ("onset:left=2031-01-01", "lies after"),
        ("onset:left=soon", "is a date"),
        ("improvement=none", "derived: set mrc-ankle-dorsiflexion or course"),
        ("age=9", "set birth-date"),
        ("stroke", "KEY=VALUE"),
    ],
)
def test_a_setting_that_cannot_be_says_why(text: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        parse_setting(text, DAY)


def test_amounts_are_told_in_the_vocabularys_unit() -> None:
    assert parse_setting("post-void-residual=0.25 L", DAY).value == Quantity(250, "mL")  # type: ignore[arg-type]
    assert parse_setting("post-void-residual=250", DAY) == parse_setting("post-void-residual=250 mL", DAY)


# ---------- forecast


def test_the_forecast_of_a_palsy_names_its_windows() -> None:
    turns = {(each.date, each.key): each for each in forecast(fixture("peroneal-leg-crossing"))}
    onset = date(2025, 11, 14)
    due, lasting = after(onset, "surgery-due"), after(onset, "permanence").isoformat()
    assert turns[due.isoformat(), "nerve-surgery-consult"].kind == "due"
    assert turns[(due + timedelta(days=1)).isoformat(), "nerve-surgery-consult"].kind == "overdue"
    assert turns[due.isoformat(), "surgery-overdue"].kind == "alert"
    assert turns[lasting, "foot-ankle-surgery-consult"].kind == "added"


def test_a_sudden_onset_stops_being_a_stroke_after_its_window() -> None:
    turns = {(each.date, each.key): each.kind for each in forecast(fixture("sudden-onset"))}
    over = (after(date(2026, 11, 20), "sudden-onset-window") + timedelta(days=1)).isoformat()
    assert turns[over, "ct-head"] == "removed"
    assert turns[over, "mri-brain"] == "lowered"


def test_a_child_grows_up() -> None:
    palsy = {"foot-drop": True, "ambulatory": True, "habitual-leg-crossing": True}
    patient = Patient(born=f"{2026 - int(amount('adult-age'))}-09-01").given(palsy)
    turns = forecast(consult(patient.record(), DAY, BOOK))
    assert "added" in {each.kind for each in turns if each.date == "2026-09-01"}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_timeline_says_of_a_later_day_the_forecast_says_too(name: str) -> None:
    consultation = fixture(name)
    turns = forecast(consultation)
    said = {(each.date, each.change) for each in turns}
    later = [each for each in consultation.assessment().timeline if each.date > day_of(name)[:10]]
    assert [each for each in later if (each.date, each.change.rstrip(".")) not in said] == []
    assert max(map(len, forecast_text(turns, "today").splitlines())) <= 100


@pytest.mark.parametrize("name", NAMES)
def test_the_timeline_says_one_thing_of_an_order_on_one_date(name: str) -> None:
    orders = [
        (each.date, each.change.split(" is ")[0].split(" becomes ")[0]) for each in fixture(name).assessment().timeline
    ]
    assert len(orders) == len(set(orders))
    assert len({(each.date, each.key, each.side, each.kind == "alert") for each in forecast(fixture(name))}) == len(
        forecast(fixture(name))
    )


@settings(max_examples=20)
@given(patient=UNTREATED, ahead=st.integers(0, 540))
def test_today_and_the_turns_since_then_make_the_plan_of_any_later_day(patient: Patient, ahead: int) -> None:
    patient = patient.at(TODAY)
    start = consult(patient.record(), DAY, BOOK)
    later = (date.fromisoformat(TODAY) + timedelta(days=ahead)).isoformat()
    orders = set(planned(start))
    for turn in forecast(start):
        if turn.date <= later and turn.kind in ("added", "removed"):
            orders = orders | {(turn.key, turn.side)} if turn.kind == "added" else orders - {(turn.key, turn.side)}
    if start.concerned:
        assert orders == set(planned(rehearse(start, start.record, Date.parse(later))))
