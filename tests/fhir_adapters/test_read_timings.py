"""Times that are given as a Timing, an age or words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_adapters.test_read_samples import (
    Json,
    concept,
    observation,
    only_existing,
    only_problem,
    read,
    request,
    resource,
    site,
    values,
)

DORSIFLEXION = "mrc-ankle-dorsiflexion"


def timed(timing: Any, **more: Any) -> Json:
    given = observation(f"finding {DORSIFLEXION}", "left", id="timed", valueInteger=1, effectiveTiming=timing, **more)
    return {key: value for key, value in given.items() if key != "effectiveDateTime"}


@pytest.mark.parametrize(
    ("timing", "when"),
    [
        ({"event": ["2026-02-20"]}, "2026-02-20"),
        ({"event": ["2026-02-20", "2026-02-25", "2026-02-22", "2027-01-01"]}, "2026-02-25"),
        ({"repeat": {"boundsPeriod": {"start": "2026-02-01", "end": "2026-02-10"}}}, "2026-02-10"),
        ({"repeat": {"boundsPeriod": {"start": "2026-02-01"}, "frequency": 2}}, "2026-02-01"),
        ({"event": ["2026-02-20"], "repeat": {"boundsPeriod": {"start": "2026-02-25"}}}, "2026-02-20"),
        ({"event": [None, "2026-02-20", None], "_event": [{"extension": []}, None, {}]}, "2026-02-20"),
    ],
)
def test_a_finding_counts_at_the_latest_event_of_its_timing_else_by_its_bounds(timing: Any, when: str) -> None:
    record = read(timed(timing))
    assert values(record, DORSIFLEXION) == [("left", 1, when)]
    assert not record.problems


@pytest.mark.parametrize("timing", [{"event": ["2027-02-20"]}, {"repeat": {"boundsPeriod": {"start": "2026-05-01"}}}])
def test_a_timing_that_lies_in_the_future_does_not_count_yet(timing: Any) -> None:
    record = read(timed(timing))
    assert not record.findings
    assert not record.problems


@pytest.mark.parametrize(
    ("timing", "element"),
    [
        ({"event": ["2026-02-20", "2026-02-30"]}, "effectiveTiming.event[1]"),
        ({"event": "2026-02-20"}, "effectiveTiming.event"),
        ({"event": [None, 5]}, "effectiveTiming.event[1]"),
        ({"repeat": {"boundsPeriod": {"start": "x"}}}, "effectiveTiming.repeat.boundsPeriod.start"),
    ],
)
def test_a_timing_whose_date_cannot_be_read_is_reported_and_the_finding_not_used(timing: Any, element: str) -> None:
    record = read(timed(timing))
    assert not record.findings
    assert only_problem(record).element == f"Observation.{element}"


@pytest.mark.parametrize("timing", [{}, {"repeat": {"frequency": 3}}, {"event": [None], "_event": [{}]}])
def test_a_finding_whose_timing_tells_no_date_counts_when_it_was_issued_else_undated(timing: Any) -> None:
    issued = "2026-02-20T08:00:00Z"
    for more, when in (({"issued": issued}, issued), ({}, None)):
        record = read(timed(timing, **more))
        assert values(record, DORSIFLEXION) == [("left", 1, when)]
        assert only_problem(record).element == "Observation.effectiveTiming"
    assert not read(timed(timing, issued="2026-05-01T08:00:00Z")).findings


@pytest.mark.parametrize(
    ("performed", "date"),
    [
        ({"performedAge": {"value": 55, "code": "a"}}, "2025"),
        ({"occurrenceAge": {"value": 55, "unit": "years"}}, "2025"),
        ({"occurrenceTiming": {"event": ["2026-01-20", "2026-01-10"]}}, "2026-01-20"),
    ],
)
def test_a_procedure_is_dated_by_the_age_or_the_timing_it_was_done_at(performed: Any, date: str) -> None:
    record = read(procedure(**performed))
    assert str(only_existing(record).date) == date
    assert not record.problems


@pytest.mark.parametrize(
    ("element", "given"),
    [
        ("performedString", "last year"),
        ("performedRange", {"low": {"value": 3}}),
        ("occurrenceString", "last year"),
        ("occurrenceRange", {"low": {"value": 3}}),
        ("performedAge", {"value": 55, "code": "mo"}),
        ("occurrenceAge", {"value": "55", "code": "a"}),
        ("performedDateTime", "2026-02-30"),
        ("occurrenceDateTime", "2026-02-30"),
    ],
)
def test_a_procedure_whose_time_tells_no_date_is_reported_and_was_done(element: str, given: Any) -> None:
    for recorded in (None, "2026-02-01"):
        record = read(procedure(**{element: given, "recorded": recorded}))
        done = only_existing(record)
        assert (done.state, done.date and str(done.date)) == ("done", recorded)
        assert only_problem(record).element == f"Procedure.{element}"
    assert not read(procedure(status="not-done", **{element: given})).existing
    assert not read(procedure(**{element: given, "recorded": "2026-05-01"})).existing


def procedure(**more: Any) -> Json:
    given = {"status": "completed", **more}
    return resource("Procedure", "p1", code=concept("sct 42803009"), bodySite=[site("left")], **given)


def test_an_order_that_is_done_has_the_date_of_its_timing_and_else_that_of_the_order() -> None:
    often: Json = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}}
    for timing, date in ((often, "2026-01-10"), ({"event": ["2026-02-01"]}, "2026-02-01")):
        record = read(request("order mri-brain", status="completed", occurrenceTiming=timing))
        assert str(only_existing(record).date) == date
        assert not record.problems


def test_a_device_is_in_use_from_the_start_of_its_timing_to_the_end() -> None:
    def use(**bounds: str) -> Json:
        orthosis = {"concept": concept("hcpcs L1932")}
        timing = {"repeat": {"boundsPeriod": bounds}}
        return resource(
            "DeviceUsage", "u", status="active", device=orthosis, bodySite=site("left"), timingTiming=timing
        )

    assert values(read(use(start="2026-01-01")), "afo-in-use") == [("left", True, "2026-01-01")]
    assert values(read(use(start="2026-01-01", end="2026-02-01")), "afo-in-use")[-1] == ("left", False, "2026-02-01")
    assert only_problem(read(use(start="x"))).element == "DeviceUsage.timingTiming.repeat.boundsPeriod.start"
