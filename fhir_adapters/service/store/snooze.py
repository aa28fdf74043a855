"""Which cards a clinician need not see again yet, from what was said of earlier ones.

A card stays away if its user overrode it with a reason, less than `snooze_days` ago, and has not accepted a card on
the same topic since. Red flags and critical cards always come. Where anything is in doubt, the card comes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fhir_adapters.service.journal import Assessed, Feedback, IssuedCard
from fhir_adapters.service.store.lines import in_utc

CARDS_REMEMBERED: Final = 20_000
PEOPLE_REMEMBERED: Final = 2_000
WORDS_REMEMBERED: Final = 200  # of one user about one patient

Key = tuple[str, str]  # issuer and uuid of a card
People = tuple[str, str]  # user and patient


@dataclass(frozen=True, slots=True)
class Word:
    """What was last said of one card. `at` is the client's time, never later than `received_at`."""

    card: Key
    topic: str
    fingerprint: str
    outcome: str
    reasoned: bool
    at: datetime
    received_at: datetime

    @property
    def age(self) -> tuple[datetime, datetime, bool]:
        """The greatest is the last word; of two at once, acceptance."""
        return self.at, self.received_at, self.outcome == "accepted"


def may_snooze(indicator: str, *, red_flag: bool) -> bool:
    """Whether a card may stay away at all."""
    return not red_flag and indicator != "critical"


def snoozed(words: Iterable[Word], now: datetime, days: int) -> frozenset[tuple[str, str]]:
    """(topic, fingerprint) of what stays away at `now`."""
    last: dict[Key, Word] = {}
    for word in words:
        if word.card not in last or last[word.card].age < word.age:
            last[word.card] = word
    accepted: dict[str, datetime] = {}
    for word in last.values():
        if word.outcome == "accepted":
            accepted[word.topic] = max(word.at, accepted.get(word.topic, word.at))
    since = in_utc(now) - timedelta(days=days)
    return frozenset(
        (word.topic, word.fingerprint)
        for word in last.values()
        if word.outcome == "overridden"
        and word.reasoned
        and word.at > since
        and (word.topic not in accepted or accepted[word.topic] < word.at)
    )


class Recent:
    """The last cards and words of this process: what was said a moment ago counts before it is in the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cards: OrderedDict[Key, tuple[People, str, str]] = OrderedDict()
        self._words: OrderedDict[People, OrderedDict[Key, Word]] = OrderedDict()

    def issued(self, event: Assessed) -> None:
        """Remember the cards of one assessment."""
        if not (event.cards and event.user and event.patient):
            return
        people = event.user, event.patient
        with self._lock:
            for card in event.cards:
                if _remembered(card):
                    self._cards.setdefault((event.issuer, card.uuid), (people, card.topic, card.fingerprint))
            while len(self._cards) > CARDS_REMEMBERED:
                self._cards.popitem(last=False)

    def said(self, entries: Sequence[Feedback]) -> None:
        """Remember feedback on cards that are remembered."""
        with self._lock:
            for entry in entries:
                key = entry.issuer, entry.card
                if key in self._cards:
                    people, topic, fingerprint = self._cards[key]
                    self._remember(people, _word(entry, key, topic, fingerprint))
            while len(self._words) > PEOPLE_REMEMBERED:
                self._words.popitem(last=False)

    def _remember(self, people: People, word: Word) -> None:
        words = self._words.setdefault(people, OrderedDict())
        self._words.move_to_end(people)
        if word.card not in words or words[word.card].age < word.age:
            words[word.card] = word
            words.move_to_end(word.card)
        if len(words) > WORDS_REMEMBERED:
            words.popitem(last=False)

    def words(self, user: str, patient: str) -> list[Word]:
        """What this user said of this patient's cards, as far as it is remembered."""
        with self._lock:
            return list(self._words.get((user, patient), {}).values())


def _remembered(card: IssuedCard) -> bool:
    return may_snooze(card.indicator, red_flag=card.red_flag)


def _word(entry: Feedback, card: Key, topic: str, fingerprint: str) -> Word:
    at, received_at = in_utc(entry.at), in_utc(entry.received_at)
    reasoned = bool(entry.reason_code or entry.reason_display or entry.comment.strip())
    return Word(card, topic, fingerprint, entry.outcome, reasoned, min(at, received_at), received_at)
