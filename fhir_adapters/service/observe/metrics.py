"""Counters and times for Prometheus. Labels are routes, statuses, rule ids, outcomes: never a value of a record.

With several workers, each writes to files in PROMETHEUS_MULTIPROC_DIR (`footdrop serve` sets it), and whichever is
asked gives the sum of all. Of the journal it tells what this worker sees; cards and feedback are counted there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from fhir_adapters.service.journal import Journal
from guideline.rulebook import GUIDELINE_VERSION

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double the series, and tell only of starts
# The budget of CDS Hooks is 0.5 s; the time limit of a request is 20 s unless the settings say otherwise.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


class Metrics:
    """One set for each app."""

    def __init__(self) -> None:
        own = self._own = CollectorRegistry()
        about = "Requests answered."
        self._requests = Counter("footdrop_requests", about, ("method", "route", "status"), registry=own)
        about = "Time to answer."
        self._seconds = Histogram("footdrop_request_seconds", about, ("route",), buckets=_SECONDS, registry=own)
        about = "Assessments given."
        self._assessments = Counter("footdrop_assessments", about, ("face", "outcome"), registry=own)
        about = "Assessments in which a rule held for a leg."
        self._rules = Counter("footdrop_rules_fired", about, ("rule",), registry=own)
        self._children: dict[str, Counter] = {}  # by rule: there are as many as the rulebook has
        about = "The guideline that is served."
        served = Gauge("footdrop_guideline", about, ("version",), registry=own, multiprocess_mode="livemax")
        served.labels(GUIDELINE_VERSION).set(1)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def assessed(self, face: str, outcome: str, rules: Iterable[str]) -> None:
        """Count an assessment, with the rules that held."""
        self._assessments.labels(face, outcome).inc()
        for rule in rules:
            child = self._children.get(rule)
            if child is None:
                child = self._children[rule] = self._rules.labels(rule)
            child.inc()

    def text(self, journal: Journal) -> bytes:
        """Everything in the text format of Prometheus, with what the journal counts."""
        registry = CollectorRegistry()
        registry.register(_Everything(self._own, journal))
        return generate_latest(registry)


class _Everything(Collector):
    def __init__(self, own: CollectorRegistry, journal: Journal) -> None:
        self._own = own
        self._journal = journal

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        several = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        source: Any = MultiProcessCollector(None) if several else self._own  # type: ignore[no-untyped-call]
        families = list(source.collect())
        yield from families
        about = "1 while the journal has something to say to /ready."
        yield GaugeMetricFamily("footdrop_journal_trouble", about, value=bool(self._journal.trouble()))
        counters = getattr(self._journal, "counters", None)
        if counters is not None:  # with several workers, some of them are among the others already
            known = {family.name for family in families}
            yield from (family for family in counters.collect() if family.name not in known)
