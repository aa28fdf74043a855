"""Prometheus counters of cards and of what became of them, by rule.

Each card and each word is counted once, by the process that wrote it to the database. With several worker processes,
prometheus_client's multiprocess mode adds them up; across replicas a sum does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import Counter, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from fhir_adapters.service.journal import Journal
from fhir_adapters.service.store.database import Written


class JournalCollector(Collector):
    """The metrics of a journal, made when they are read: registering it starts nothing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def describe(self) -> list[Metric]:
        """Nothing: a registry need not read it to register it."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What a registry reads; nothing of a journal that counts nothing."""
        counters = getattr(self._journal, "counters", None)
        if counters is not None:
            yield from counters.collect()


class Counters:
    """`waiting`, `lost` and `set_aside` are asked when the metrics are read."""

    def __init__(self, waiting: Callable[[], int], lost: Callable[[], int], set_aside: Callable[[], int]) -> None:
        about = "Cards written to the journal, by rule."
        self._shown = Counter("footdrop_cards_shown", about, ["rule"], registry=None)
        about = "Feedback on cards, by rule and outcome (accepted, overridden)."
        self._answered = Counter("footdrop_cards_feedback", about, ["rule", "outcome"], registry=None)
        self._waiting, self._lost, self._set_aside = waiting, lost, set_aside

    def add(self, written: Written) -> None:
        """Count what was new in the database."""
        for rules in written.shown:
            for rule in rules:
                self._shown.labels(rule).inc()
        for rules, outcome in written.answered:
            for rule in rules:
                self._answered.labels(rule, outcome).inc()

    def collect(self) -> Iterator[Metric]:
        """What a registry reads."""
        yield from self._shown.collect()
        yield from self._answered.collect()
        about = "Records that are not in the database yet."
        yield GaugeMetricFamily("footdrop_journal_waiting", about, value=self._waiting())
        about = "Records lost because neither disk nor memory took them."
        yield CounterMetricFamily("footdrop_journal_lost", about, value=self._lost())
        about = "Records that the database refused or that were damaged; they lie in the spool."
        yield CounterMetricFamily("footdrop_journal_set_aside", about, value=self._set_aside())
