"""What Prometheus is told: how fast, how often, which rules; and of several workers, the sum."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from fhir_adapters import assess
from tests.service.asking import as_of, ask
from tests.service.support import MemoryJournal, app, fixture

ONE = """
from fhir_adapters.service.observe.metrics import Metrics
from tests.service.support import MemoryJournal
metrics = Metrics()
metrics.answered("POST", "/assess", 200, 0.1)
metrics.assessed("assess", "recommendations", ["FD-DEF-01"])
print(metrics.text(MemoryJournal()).decode())
"""


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status() -> None:
    service = app()
    ask(service, "GET", "/PlanDefinition/footdrop")
    ask(service, "GET", "/PlanDefinition/nobody-s-name")
    ask(service, "GET", "/somebody-s-name")
    ask(service, "JANE", "/health")
    found = samples(ask(service, "GET", "/metrics").text)
    assert found["footdrop_requests_total", "GET", "/PlanDefinition/{resource_id}", "200"] == 1
    assert found["footdrop_requests_total", "GET", "/PlanDefinition/{resource_id}", "404"] == 1
    assert found["footdrop_requests_total", "GET", "unknown", "404"] == 1
    assert found["footdrop_requests_total", "other", "/health", "405"] == 1


@pytest.mark.requirement("1.4-29")
def test_the_budget_of_half_a_second_is_a_bucket_of_the_times() -> None:
    service = app()
    ask(service, "POST", "/assess", fixture("sparse-record"))
    found = samples(ask(service, "GET", "/metrics").text)
    assert found["footdrop_request_seconds_bucket", "0.5", "/assess"] <= 1
    assert found["footdrop_request_seconds_count", "/assess"] == 1


def test_assessments_are_counted_by_outcome_and_rule() -> None:
    service = app()
    for name in ("cauda-equina", "no-foot-drop"):
        ask(service, "POST", f"/$evaluate?evaluatedAt={as_of(name)}", fixture(name))
    found = samples(ask(service, "GET", "/metrics").text)
    assert found["footdrop_assessments_total", "evaluate", "recommendations"] == 1
    assert found["footdrop_assessments_total", "evaluate", "not-applicable"] == 1
    assert found["footdrop_rules_fired_total", "FD-RED-01"] == 1
    spoke = {
        rule for order in assess(fixture("cauda-equina"), as_of=as_of("cauda-equina")).orders for rule in order.rules
    }
    assert spoke <= {key[1] for key in found if key[0] == "footdrop_rules_fired_total"}


def test_what_the_journal_counts_and_its_trouble_stand_beside() -> None:
    class Counting(MemoryJournal):
        def __init__(self) -> None:
            super().__init__()
            self.wrong = "The database is away."

            def collect() -> Iterator[Metric]:
                yield CounterMetricFamily("footdrop_cards_shown", "Cards.", value=7)

            self.counters = SimpleNamespace(collect=collect)

    found = samples(ask(app(Counting()), "GET", "/metrics").text)
    assert (found["footdrop_cards_shown_total",], found["footdrop_journal_trouble",]) == (7, 1)


def test_of_several_workers_any_gives_the_sum(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", ONE]
    texts = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout
        for _ in range(2)
    ]
    found = samples(texts[1])
    assert found["footdrop_requests_total", "POST", "/assess", "200"] == 2
    assert found["footdrop_request_seconds_bucket", "0.5", "/assess"] == 2
    assert found["footdrop_rules_fired_total", "FD-DEF-01"] == 2


def test_a_site_that_wants_no_metrics_serves_none() -> None:
    assert ask(app(metrics=False), "GET", "/metrics").status_code == 404
