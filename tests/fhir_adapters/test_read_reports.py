"""Reports and the Observations they list: whose side counts, and what is contained."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters import assess
from tests.fhir_adapters.test_read_samples import (
    PATIENT,
    SUBJECT,
    Json,
    bundle,
    concept,
    condition,
    observation,
    only_problem,
    read,
    resource,
    values,
)

DROP = condition("icd M21.371")


def report(*results: str, contained: list[Json] | None = None, **more: Any) -> Json:
    given = {"status": "final", "code": concept("loinc 18749-2"), "effectiveDateTime": "2026-01-20", **more}
    links = [{"reference": reference} for reference in results]
    return resource("DiagnosticReport", "d", result=links, **given, **({"contained": contained} if contained else {}))


def localised(name: str, side: str, **more: Any) -> Json:
    answer = {"valueCodeableConcept": concept("answer peroneal")}
    return observation("finding edx-localisation", side, id=name, **answer, **more)


@pytest.mark.parametrize(
    "more",
    [{"status": "entered-in-error"}, {"status": "cancelled"}, {"modifierExtension": [{"url": "urn:not"}]},
     {"subject": {"reference": "Group/g"}}, {"focus": [{"reference": "Patient/fetus"}]}],
)  # fmt: skip
def test_an_observation_that_does_not_count_gives_a_report_no_side(more: Any) -> None:
    used, unused = localised("x", "right"), localised("y", "left", **more)
    both = report("Observation/x", "Observation/y")
    assert values(read(both, used, unused), "edx-done") == [("right", "2026-01-20", "2026-01-20")]
    assert not read(report("Observation/y"), unused).existing
    counted = read(both, used, localised("y", "left"))
    assert [side for side, _, _ in values(counted, "edx-done")] == ["left", "right"]


def test_a_contained_observation_is_read_like_an_entry_of_its_own() -> None:
    inside = {key: value for key, value in localised("x", "right").items() if key != "subject"}
    apart = read(DROP, report("Observation/x"), localised("x", "right"))
    within = read(DROP, report("#x", contained=[inside]))
    assert values(within, "edx-localisation") == values(apart, "edx-localisation")
    assert values(within, "edx-done") == values(apart, "edx-done")
    [finding] = [f for f in within.findings if f.key == "edx-localisation"]
    assert finding.resource == "DiagnosticReport/d#x"
    assert not within.problems


def test_a_report_that_means_nothing_here_may_contain_what_does() -> None:
    sugar = observation("loinc 4548-4", id="x", valueQuantity={"value": 8, "unit": "%"})
    panel = report("#x", contained=[sugar], code=concept("loinc 24331-1"))
    assert values(read(panel), "hba1c") == [(None, "8 '%'", "2026-01-05")]
    assert not read(report("#x", contained=[observation("loinc 1-1", id="x")], code=concept("loinc 24331-1"))).problems


@pytest.mark.parametrize(
    "more",
    [{"status": "entered-in-error"}, {"status": "cancelled"}, {"effectiveDateTime": "2026-05-01"},
     {"modifierExtension": [{"url": "urn:not"}]}],
)  # fmt: skip
def test_what_a_report_contains_counts_no_more_than_the_report(more: Any) -> None:
    assert not read(report("#x", contained=[localised("x", "right")], **more)).findings


def test_what_is_not_listed_or_not_usable_inside_a_report_is_not_read() -> None:
    assert not values(read(report(contained=[localised("x", "right")])), "edx-localisation")
    stranger = localised("x", "right", subject={"reference": "Group/g"})
    record = read(DROP, report("#x", "#y", contained=[stranger]))
    assert not values(record, "edx-localisation")
    assert [p.element for p in record.problems] == ["DiagnosticReport.result[0]", "DiagnosticReport.result[1]"]


def test_a_problem_inside_a_report_names_the_place() -> None:
    wrong = observation("finding mrc-ankle-dorsiflexion", "right", id="x", valueInteger=7)
    found = only_problem(read(DROP, report("#x", contained=[wrong])))
    assert (found.resource, found.element) == ("DiagnosticReport/d#x", "Observation.valueInteger")


def test_a_reference_to_what_a_report_contains_names_the_report() -> None:
    graded = observation("finding mrc-ankle-dorsiflexion", "right", id="x", valueInteger=2)
    written = assess(bundle(PATIENT, DROP, report("#x", contained=[graded])), as_of="2026-03-01").to_fhir()
    assert "DiagnosticReport/d'" in str(written)
    assert "#x" not in str(written)
    assert SUBJECT["reference"] in str(written)


CAUDA = {"code": concept("loinc 30679-5"), "conclusionCode": [concept("sct 192970008")]}


@pytest.mark.parametrize("status", ["final", "amended", "preliminary", "partial"])
def test_what_a_report_concludes_counts_as_found(status: str) -> None:
    told = read(DROP, report(**CAUDA, status=status))
    assert values(told, "cauda-equina-syndrome") == [(None, True, "2026-01-20")]
    assert not told.problems
    orders = assess(bundle(PATIENT, DROP, report(**CAUDA, status=status)), as_of="2026-03-01").orders
    assert ("spine-surgery-consult", "stat") in {(each.key, each.priority) for each in orders}


def test_a_report_that_means_nothing_here_may_conclude_what_does() -> None:
    other = report(code=concept("loinc 2345-7"), conclusionCode=[concept("x 1"), concept("icd R33.9")])
    assert values(read(other), "bladder-dysfunction") == [(None, True, "2026-01-20")]


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error"])
def test_a_report_that_is_none_concludes_nothing(status: str) -> None:
    assert not values(read(report(**CAUDA, status=status)), "cauda-equina-syndrome")


def test_a_conclusion_about_a_leg_is_about_that_of_the_report_or_the_only_one_that_drops() -> None:
    palsy = report(code=concept("loinc 2345-7"), conclusionCode=[concept("sct 399081005")])
    assert values(read(DROP, palsy), "peroneal-neuropathy") == [("right", True, "2026-01-20")]
    listed = {**palsy, "result": [{"reference": "Observation/x"}]}
    assert values(read(DROP, listed, localised("x", "left")), "peroneal-neuropathy") == [("left", True, "2026-01-20")]
    assert only_problem(read(palsy)).element == "DiagnosticReport.conclusionCode[0]"


@pytest.mark.parametrize("code", ["loinc 28239-2", "loinc 4548-4", "sct 765771006"])
def test_a_question_is_no_conclusion(code: str) -> None:
    told = read(report(code=concept("loinc 2345-7"), conclusionCode=[concept(code)]))
    assert not told.findings
    assert only_problem(told).element == "DiagnosticReport.conclusionCode[0]"
