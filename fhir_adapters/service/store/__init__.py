"""What is kept: the Journal on SQLite or PostgreSQL, what is told of it, and the commands around it.

open_journal(settings)  the Journal; starts no thread and opens no file before it is used
collector(journal)      its Prometheus metrics
router(service)         rates and export of feedback over HTTP (fhir_adapters.service.store.routes)

Nothing is imported before it is asked for: the `footdrop` command must start without a database's libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from fhir_adapters.service.journal import Journal
    from fhir_adapters.service.settings import Settings


def open_journal(settings: Settings) -> Journal:
    """The Journal that the settings describe. ValueError if the database's URL is not one that can be used."""
    from fhir_adapters.service.store.journal import SqlJournal

    return SqlJournal(settings)


def collector(journal: Journal) -> Collector:
    """What a Prometheus registry registers to see this journal: cards and feedback by rule, records that wait."""
    from fhir_adapters.service.store.counters import JournalCollector

    return JournalCollector(journal)
