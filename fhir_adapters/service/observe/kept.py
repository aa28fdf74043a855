"""Every assessment is kept in the journal and counted, by one call on every face."""

from __future__ import annotations

from fhir_adapters.service.context import Service
from fhir_adapters.service.journal import Assessed


def remember(service: Service, event: Assessed) -> None:
    """Keep one assessment, and count it with its rules."""
    service.journal.assessed(event)
    fired = {rule for rules in event.rules_fired.values() for rule in rules}
    service.metrics.assessed(event.face, event.outcome, sorted(fired))
