"""Why something is in the plan, down to the record; and the smallest thing that keeps something out of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cql_like import Date, parse_moment
from guideline.assess import Consultation, consult, engine_of
from guideline.explain import UnknownNameError
from guideline.findings import Finding, Record
from guideline.forecast import forecast
from guideline.obstacles import Search
from guideline.rulebook import rulebook
from guideline.vocabulary import order_kinds
from guideline.why import Condition, Derivation, Why, why
from guideline.why_not import Obstacle, why_not
from guideline.why_prose import why_not_text, why_text
from tests.guideline.consultations import LATE, NAMES, fixture
from tests.support.numbers import after, amount, words
from tests.support.patients import PATIENTS, Patient
from tests.support.small_books import AS_OF, NOTED, a_rule, ask, book_of, done, found

BOOK = rulebook()
ORDERS = tuple(order_kinds())
ELIGIBLE = "peroneal-surgery-eligible"


def told(conditions: Iterable[Condition]) -> Iterable[Condition]:
    """Every condition of a derivation, at any depth."""
    for each in conditions:
        yield each
        yield from told(each.parts)
        for rule in each.rules:
            yield from told(rule.conditions)


def derivations(found: Why) -> list[Derivation]:
    return [said.derivation for said in found.said]


def nearest(consultation: Consultation, key: str) -> Obstacle:
    return why_not(consultation, key).obstacles[0]


def test_a_surgeons_opinion_is_derived_from_the_grades_and_their_resources() -> None:
    found = why(fixture("peroneal-leg-crossing", LATE), "nerve-surgery-consult", "left")
    (first, *_) = derivations(found)
    assert first.rule == "FD-SUR-01"
    by_text = {each.text: each for each in told(first.conditions)}
    improvement = by_text["improvement since the first grade is none"]
    assert [fact.resource for fact in improvement.facts] == ["Observation/obs-05", "Observation/obs-13"]
    assert by_text[f"ankle eversion (MRC grade) is {amount('foot-drop-mrc')} or less"].facts[0].value == 3
    assert "FD-LOC-13" in {rule.rule for each in told(first.conditions) for rule in each.rules}
    assert found.proposals[0].earliest == after(date(2025, 11, 14), ELIGIBLE).isoformat()


def test_the_page_of_a_why_is_a_tree_with_numbers_and_sources() -> None:
    text = why_text(why(fixture("peroneal-leg-crossing", LATE), "nerve-surgery-consult"))
    assert "    = ankle eversion (MRC grade) 3 (left) [Observation/obs-15]" in text
    assert "the peroneal nerve is taken for the cause (see above)" in text
    assert f"{ELIGIBLE} = {words(ELIGIBLE)}" in text
    assert "SUR-01  Peroneal neuropathy that is unimproved at 3 months" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_order_of_every_fixture_is_derived_by_the_rules_it_names(name: str) -> None:
    consultation = fixture(name)
    for order in consultation.orders:
        found = why(consultation, order.key, order.side)
        assert {each.rule for each in derivations(found)} == set(order.rules)
        for each in derivations(found):
            assert all(condition.value is True for condition in each.conditions), (order.key, each.rule)
        facts = {
            (fact.fact, fact.resource) for each in derivations(found) for c in told(each.conditions) for fact in c.facts
        }
        assert {(fact.fact, fact.resource) for fact in order.because} <= facts
        assert max(map(len, why_text(found).splitlines())) <= 100


def test_alerts_activities_and_diagnoses_are_derived_too() -> None:
    consultation = fixture("peroneal-leg-crossing")
    for key, rule in (("orthosis-delayed", "FD-PIT-01"), ("peroneal-neuropathy", "FD-LOC-13")):
        assert rule in {
            each.rule
            for first in derivations(why(consultation, key))
            for each in (first, *(below for c in told(first.conditions) for below in c.rules))
        }
    assert why(consultation, "strengthening").said


def test_a_rule_that_work_done_has_answered_comes_last_and_says_so() -> None:
    """The first rule is answered; the second asks for newer work."""
    book = book_of(
        a_rule(1, '"has-foot-drop"', ask(), strength="recommend"),
        a_rule(2, '"has-foot-drop"', ask(fresh_from='"as-of"'), strength="consider"),
    )
    drop = found("mrc-ankle-dorsiflexion", 3, "2026-06-15", "left")
    record = Record("Patient/p", findings=(drop,), existing=(done(NOTED, "2026-06-14"),))
    told = why(consult(record, AS_OF, book), NOTED)
    assert [(each.derivation.rule, each.answered) for each in told.said] == [("FD-XX-02", False), ("FD-XX-01", True)]
    assert "(recommend); answered by what is done" in why_text(told)


def test_what_is_not_proposed_points_to_why_not() -> None:
    found = why(fixture("peroneal-leg-crossing"), "mri-brain")
    assert found.said == []
    assert "why-not" in why_text(found)


def test_an_unknown_key_is_met_with_a_suggestion() -> None:
    for explain in (why, why_not):
        with pytest.raises(UnknownNameError, match="did you mean mri-brain"):
            explain(fixture("peroneal-leg-crossing"), "mri-brian")


def test_a_window_that_has_not_opened_says_from_when() -> None:
    found = why_not(fixture("afo-existing-orders"), "nerve-surgery-consult", "left")
    obstacle = next(each for each in found.obstacles if each.rule == "FD-SUR-01")
    (blocker,) = obstacle.blockers
    opens = after(date(2026, 7, 20), ELIGIBLE)
    assert (blocker.unknown, blocker.holds_from) == (False, opens.isoformat())
    assert blocker.facts[0].fact == "onset"


def test_what_time_alone_opens_is_told_with_its_day() -> None:
    """A fracture that keeps stimulation away is past one day: that it never was is the other way round it."""
    facts = {"mrc-ankle-dorsiflexion": 3, "spasticity": True}
    patient = Patient().given(facts).record()
    broken = Finding("fibular-fracture", "left", True, Date(2026, 5, 1), "Condition/fracture")
    consultation = consult(patient._replace(findings=(*patient.findings, broken)), Date(2026, 6, 15), BOOK)
    first = nearest(consultation, "fes-assessment")
    opens = [each.date for each in forecast(consultation) if (each.kind, each.key) == ("added", "fes-assessment")]
    assert [each.holds_from for each in first.blockers] == opens
    assert len(opens) == 1


def test_an_orthosis_in_use_is_the_one_thing_that_keeps_another_away() -> None:
    obstacle = nearest(fixture("afo-existing-orders"), "ankle-foot-orthosis")
    (blocker,) = obstacle.blockers
    assert blocker.text == "no ankle-foot orthosis in use"
    assert not blocker.unknown
    assert blocker.facts[0].resource == "DeviceUseStatement/devuse-01"


def test_what_is_merely_unknown_is_told_from_what_failed() -> None:
    found = why_not(fixture("peroneal-leg-crossing"), "mri-brain")
    rules = {each.rule: each for each in found.obstacles}
    assert found.obstacles[0].rule == "FD-RED-10d"
    assert [blocker.unknown for blocker in rules["FD-RED-10d"].blockers] == [True]
    assert [blocker.unknown for blocker in rules["FD-RED-08"].blockers] == [False]
    assert "course of the weakness: stable" in why_not_text(found)


def test_several_answers_to_one_question_are_one_condition() -> None:
    found = why_not(fixture("stroke-spastic", foot_drop_mrc=4), "electrodiagnostic-study")
    repeat = next(each for each in found.obstacles if each.rule == "FD-EDX-03")
    assert len(repeat.blockers) == 2
    assert any(" is the peroneal nerve or the sciatic nerve or " in blocker.text for blocker in repeat.blockers)


def test_existing_care_is_named_where_it_is_why() -> None:
    found = why_not(fixture("afo-existing-orders"), "electrodiagnostic-study")
    assert (found.status, found.obstacles) == ("done", [])
    assert "ServiceRequest/req-03" in {care.resource for care in found.existing}


def test_without_a_foot_drop_a_foot_drop_is_what_is_missing() -> None:
    found = why_not(fixture("no-foot-drop"), "ankle-foot-orthosis")
    assert found.status == "not-applicable"
    assert [blocker.text for blocker in found.obstacles[0].blockers] == ["the patient has a foot drop"]


@settings(max_examples=25)
@given(patient=PATIENTS, key=st.sampled_from(ORDERS))
def test_meeting_exactly_these_conditions_makes_the_engine_fire_the_rule(patient: Patient, key: str) -> None:
    consultation = consult(patient.record(), parse_moment(patient.as_of), BOOK)
    makers = [rule.id for rule in BOOK.rules if any(getattr(effect, "key", None) == key for effect in rule.then)]
    for case, reading in consultation.readings:
        search = Search(case, reading, consultation.concerned)
        for rule in makers:
            found = search.smallest(rule)
            met = search.met(found.needs)
            if not found.enough:
                continue
            assert met is not None
            fired = engine_of(BOOK).run({atom: met[atom] for atom, _ in BOOK.atoms}).fired
            assert rule in fired
            assert (found.needs == frozenset()) is (rule in reading.fired() and consultation.concerned)
            for need in found.needs:
                assert not search.suffices(rule, found.needs - {need}), "a smaller set would do"


@settings(max_examples=25)
@given(patient=PATIENTS, key=st.sampled_from(ORDERS))
def test_an_order_is_either_derived_or_told_what_it_lacks(patient: Patient, key: str) -> None:
    consultation = consult(patient.record(), parse_moment(patient.as_of), BOOK)
    derived, missing = why(consultation, key), why_not(consultation, key)
    assert bool(derived.said) is (key in {order.key for order in consultation.orders})
    assert bool(missing.obstacles) is not bool(derived.said)
    assert all(obstacle.blockers for obstacle in missing.obstacles)
    ranks = [(not each.enough, len(each.blockers)) for each in missing.obstacles]
    assert ranks == sorted(ranks), "the nearest rule comes first"
