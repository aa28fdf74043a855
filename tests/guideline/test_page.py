"""The page a clinician reads: what is urgent first, every proposal with its why, nothing wider than the screen."""

from itertools import pairwise
from pathlib import Path

import pytest

from cql_like import Date
from fhir_adapters import assess
from guideline.assess import assess_record
from guideline.assessment import Assessment
from guideline.findings import Finding, Record
from guideline.page import WIDTH, page
from guideline.rulebook import site_rulebook
from tests.support.numbers import another, site, words

AS_OF = Date.parse("2026-06-15")
PATIENTS = sorted(Path(__file__).parents[2].glob("fixtures/*.json"))


def drop(**said: bool) -> Record:
    findings = [Finding("mrc-ankle-dorsiflexion", "left", 1, AS_OF, "Observation/df")]
    findings += [
        Finding(key.replace("_", "-"), None, value, AS_OF, f"Observation/{key}") for key, value in said.items()
    ]
    return Record("Patient/p", findings=tuple(findings))


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda path: path.stem)
def test_every_fixture_has_a_page_that_fits_and_never_says_there_are_no_red_flags(patient: Path) -> None:
    assessment = assess(patient.read_bytes(), as_of="2026-11-21")
    text = page(assessment)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "no red flag" not in text.lower()
    assert assessment.notice in " ".join(text.split())


def sections(assessment: Assessment) -> list[str]:
    lines = page(assessment).splitlines()
    return [title for title, rule in pairwise(lines) if rule and set(rule) == {"-"}]


def test_alerts_come_first_then_orders_then_the_rest() -> None:
    found = sections(assess_record(drop(bladder_dysfunction=True), AS_OF))
    assert found[:3] == ["ALERTS", "ORDERS PROPOSED", "IN THE CARE PLAN"]
    assert found[-1] == "WHAT COMES NEXT"


def test_the_most_urgent_order_is_read_first_with_its_fact_its_rule_and_its_source() -> None:
    text = page(assess_record(drop(bladder_dysfunction=True), AS_OF))
    orders = text[text.index("ORDERS PROPOSED") :]
    first = orders[: orders.index("[FD-")]
    assert "STAT" in first
    assert "new bladder dysfunction [Observation/bladder_dysfunction]" in " ".join(first.split())
    assert "sources: 003_d04c" in orders


def test_a_red_flag_nobody_asked_about_is_among_the_first_questions() -> None:
    text = page(assess_record(drop(), AS_OF))
    asked = text[text.index("QUESTIONS, MOST USEFUL FIRST") :]
    assert "bladder" in asked[:1500]


def test_a_sites_own_number_stands_at_the_top_of_the_page() -> None:
    key = "retention-volume"
    book = site_rulebook(site({key: another(key)}))
    text = page(assess_record(drop(), AS_OF, book), book)
    assert f"Site value: {key} is {another(key)} instead of {words(key)} (Dr Hale, 2026-01-01)." in text[:900]


def test_a_patient_without_a_foot_drop_is_told_so_and_no_more() -> None:
    healthy = Record("Patient/p", findings=(Finding("mrc-ankle-dorsiflexion", "left", 5, AS_OF, "Observation/df"),))
    assessment = assess_record(healthy, AS_OF)
    assert assessment.outcome == "not-applicable"
    assert "does not apply" in page(assessment)
    assert sections(assessment) == []
