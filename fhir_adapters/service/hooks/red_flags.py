"""What answers a red flag: it is never put away, and shares no card with what may be."""

from __future__ import annotations

from typing import Final

from guideline.assess import Consultation
from guideline.assessment import Alert, Proposal

OPEN: Final = "red-flag-open"  # the rulebook's own conclusion
_RED: Final = "FD-RED-"
_ORTHOSIS: Final = "ORT"  # the group whose orders hold up the foot and clear up nothing


class RedFlags:
    """The red flags that are open for each leg, by what the rulebook concludes them from."""

    def __init__(self, consultation: Consultation) -> None:
        self._book = consultation.book
        signs = frozenset[str]().union(*(entry.reads for entry in self._book.by_conclusion[OPEN]))
        self._open = {
            case.side: frozenset(name for name in signs if reading.env.get(name) is True)
            for case, reading in consultation.readings
            if reading.env[OPEN] is True
        }

    def alarms(self, alert: Alert) -> bool:
        """Whether an alert tells of an emergency, of a sign of one, or reads a red flag that is open for its leg. That
        a sign is explained is no alarm any more."""
        if alert.severity == "info":
            return False
        if alert.severity == "critical" or any(rule.startswith(_RED) for rule in alert.rules):
            return True
        open_ = frozenset[str]().union(*(signs for leg, signs in self._open.items() if alert.side in (None, leg)))
        return any(open_ & self._book.by_id[rule].reads for rule in alert.rules)

    def answered_by(self, order: Proposal) -> bool:
        """Whether an order or activity cannot wait: because a red flag asks for it, or because one is open for its leg,
        whichever rule asks. An orthosis does not wait either, and answers none."""
        if order.priority == "routine":
            return False
        if order.priority == "stat" or any(rule.startswith(_RED) for rule in order.rules):
            return True
        if all(self._book.by_id[rule].rule.group == _ORTHOSIS for rule in order.rules):
            return False
        return any(order.side in (None, leg) for leg in self._open)
