"""Counters and times for Prometheus. Labels are routes, statuses, rule ids, outcomes: never a value of a record.

With several workers, each writes to files in PROMETHEUS_MULTIPROC_DIR (`footdrop serve` sets it), and whichever is
asked gives the sum of all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from guideline.rulebook import GUIDELINE_VERSION

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double the series, and say only when a worker started
# The budget of CDS Hooks is 0.5 s; the time limit of a request is 20 s unless the settings say otherwise.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


class Metrics:
    """One set for each app."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._requests = Counter(
            "footdrop_requests", "Requests answered.", ("method", "route", "status"), registry=self._own
        )
        self._seconds = Histogram(
            "footdrop_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=self._own
        )
        self._assessments = Counter(
            "footdrop_assessments", "Assessments given.", ("face", "outcome"), registry=self._own
        )
        self._rules = Counter(
            "footdrop_rules_fired", "Assessments in which a rule held for a leg.", ("rule",), registry=self._own
        )
        self._cards = Counter(
            "footdrop_cards_shown", "Cards shown, for each rule behind them.", ("service", "rule"), registry=self._own
        )
        self._waiting = Gauge(
            "footdrop_journal_waiting",
            "1 while what is kept is not in the database yet.",
            registry=self._own,
            multiprocess_mode="livemostrecent",
        )
        self._about = Gauge(
            "footdrop_guideline",
            "The guideline that is served.",
            ("version",),
            registry=self._own,
            multiprocess_mode="livemax",
        )
        self._about.labels(GUIDELINE_VERSION).set(1)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def assessed(self, face: str, outcome: str, rules: Iterable[str]) -> None:
        self._assessments.labels(face, outcome).inc()
        for rule in rules:
            self._rules.labels(rule).inc()

    def shown(self, service: str, rules: Iterable[str]) -> None:
        """One card of a CDS service went out."""
        for rule in rules:
            self._cards.labels(service, rule).inc()

    def text(self, *, waiting: bool) -> bytes:
        """Everything in the text format of Prometheus. `waiting`: whether the journal is in trouble just now."""
        self._waiting.set(waiting)
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._own)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)
