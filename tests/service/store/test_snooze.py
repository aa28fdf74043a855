"""A card that a clinician has put off with a reason stays away: for them, for this patient, for a time. Others come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import create_engine

from fhir_adapters.service.journal import Feedback, IssuedCard
from fhir_adapters.service.store import answers, snooze
from fhir_adapters.service.store.journal import SqlJournal
from tests.service.store.support import NOW, TOPIC, Postgres, assessed, card, feedback

Opened = Callable[..., SqlJournal]
DAY = timedelta(days=1)
AWAY = frozenset({(TOPIC, "f1")})


def away(journal: SqlJournal, *, user: str = "user-a", patient: str = "patient-a", after: timedelta = DAY) -> Any:
    return asyncio.run(journal.snoozed(user=user, patient=patient, now=NOW + after))


@pytest.fixture(params=["remembered", "in the database", "said to another worker"])
def told(request: pytest.FixtureRequest, opened: Opened, url: str) -> Callable[..., SqlJournal]:
    """A journal that was told of cards and feedback: it answers from memory alone, from the database alone, or both."""

    def tell(cards: list[IssuedCard], entries: list[Feedback], **given: Any) -> SqlJournal:
        if request.param == "remembered":
            journal = opened("sqlite:////nowhere/at/all.db", **given)
            assert journal.trouble() is not None
        else:
            journal = opened(url, **given)
        for number, each in enumerate(cards):
            journal.assessed(assessed(number, cards=(each,)))
        if request.param == "said to another worker":
            assert journal.flush()
            journal = opened(url, **given)
        journal.feedback(entries)
        if request.param != "remembered":
            assert journal.flush()
        return opened(url, **given) if request.param == "in the database" else journal

    return tell


def test_what_was_overridden_with_a_reason_stays_away(told: Callable[..., SqlJournal]) -> None:
    journal = told([card()], [feedback()])
    assert away(journal) == AWAY
    assert away(journal, after=29 * DAY) == AWAY
    assert away(journal, after=30 * DAY) == frozenset(), "not for ever"
    assert away(journal, user="user-b") == frozenset(), "not for a colleague"
    assert away(journal, patient="patient-b") == frozenset(), "not for another patient"


def test_a_comment_is_a_reason_and_nothing_is_none(told: Callable[..., SqlJournal]) -> None:
    plain = {"reason_code": "", "reason_display": ""}
    cards = [card("said", fingerprint="said"), card("silent", fingerprint="silent")]
    journal = told(cards, [feedback("said", comment="On holiday.", **plain), feedback("silent", comment=" ", **plain)])
    assert away(journal) == {(TOPIC, "said")}


@pytest.mark.parametrize("given", [{"red_flag": True}, {"indicator": "critical"}])
def test_a_red_flag_always_comes_back(told: Callable[..., SqlJournal], given: dict[str, Any]) -> None:
    journal = told([card(**given)], [feedback()])
    assert away(journal) == frozenset()


def test_accepting_later_ends_it_and_the_last_word_counts_whatever_came_first(told: Callable[..., SqlJournal]) -> None:
    late, early = feedback("card-1", "accepted", after=timedelta(hours=2)), feedback(after=timedelta(hours=1))
    assert away(told([card()], [late, early])) == frozenset()


def test_overriding_after_accepting_counts(told: Callable[..., SqlJournal]) -> None:
    entries = [feedback("card-1", "accepted"), feedback(after=timedelta(hours=1))]
    assert away(told([card()], entries)) == AWAY


@pytest.mark.parametrize("outcomes", [("accepted", "overridden"), ("overridden", "accepted")])
def test_two_words_at_once_are_an_acceptance(told: Callable[..., SqlJournal], outcomes: tuple[str, str]) -> None:
    assert away(told([card()], [feedback("card-1", outcome) for outcome in outcomes])) == frozenset()


def test_accepting_another_card_on_the_topic_ends_it(told: Callable[..., SqlJournal]) -> None:
    cards = [card("one"), card("two", fingerprint="f2")]
    journal = told(cards, [feedback("one"), feedback("two", "accepted", after=timedelta(hours=1))])
    assert away(journal) == frozenset()


def test_of_several_acceptances_on_a_topic_the_last_one_counts(told: Callable[..., SqlJournal]) -> None:
    cards = [card(name, fingerprint=name) for name in ("first", "between", "last")]
    said = [feedback("last", "accepted", after=5 * DAY), feedback("between", after=3 * DAY)]
    journal = told(cards, [*said, feedback("first", "accepted", after=DAY)])
    assert away(journal, after=6 * DAY) == frozenset()


def test_accepting_another_card_on_the_topic_in_the_same_moment_ends_it(told: Callable[..., SqlJournal]) -> None:
    cards = [card("one"), card("two", fingerprint="f2")]
    assert away(told(cards, [feedback("one"), feedback("two", "accepted")])) == frozenset()


def test_a_clock_that_runs_ahead_does_not_put_a_card_off_for_longer(told: Callable[..., SqlJournal]) -> None:
    journal = told([card()], [feedback(at=NOW + 3650 * DAY)])
    assert away(journal) == AWAY
    assert away(journal, after=30 * DAY) == frozenset()


def test_feedback_of_another_issuer_changes_nothing(told: Callable[..., SqlJournal]) -> None:
    assert away(told([card()], [feedback(issuer="https://other.example")])) == frozenset()


def test_nobody_is_no_user_and_zero_days_are_never(told: Callable[..., SqlJournal]) -> None:
    journal = told([card()], [feedback()], snooze_days=0)
    assert away(journal) == away(journal, user="") == away(journal, patient="") == frozenset()


def test_memory_forgets_the_oldest_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snooze, "CARDS_REMEMBERED", 3)
    monkeypatch.setattr(snooze, "PEOPLE_REMEMBERED", 2)
    recent = snooze.Recent()
    for number in range(5):
        recent.issued(assessed(number, patient=f"patient-{number}"))
        recent.said([feedback(f"card-{number}")])
    recent.said([feedback("card-0")])
    known = [bool(recent.words("user-a", f"patient-{number}")) for number in range(5)]
    assert known == [False, False, False, True, True]


def test_an_answer_that_is_there_counts_however_late_the_event_loop_comes_to_it() -> None:
    asked: Future[list[str]] = Future()
    asked.set_result(["said"])
    assert asyncio.run(answers.within(0, asked)) == ["said"]


def test_work_that_nobody_waits_for_any_more_is_taken_back() -> None:
    asked: Future[None] = Future()
    with pytest.raises(TimeoutError):
        asyncio.run(answers.within(0, asked))
    assert asked.cancelled()


def test_a_database_that_fails_is_not_asked_again_and_again(
    opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question finds out; the second is not asked, even though it could be answered by now."""
    monkeypatch.setattr(answers, "RETRY_SECONDS", 3_600.0)  # longer than any machine makes this test last
    journal, other = opened(url), opened(url)
    other.assessed(assessed(1))
    other.feedback([feedback()])
    assert other.flush()
    renamed(url, "feedback", "elsewhere")
    assert away(journal) == frozenset()
    renamed(url, "elsewhere", "feedback")
    assert away(other) == AWAY
    assert away(journal) == frozenset()
    journal._process.answers.reached()
    assert away(journal) == AWAY


def renamed(url: str, old: str, new: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
    engine.dispose()


def test_a_server_that_is_slow_is_not_waited_for(opened: Opened, postgres: Postgres) -> None:
    journal = opened(postgres.database())
    assert journal.trouble() is None
    asking = journal._process.answers
    asking._patience = 0
    answered = Event()
    asking._thread.submit(answered.wait)  # the one thread that asks is held up, so no answer is in time
    assert away(journal) == frozenset()
    answered.set()


def test_a_server_that_was_started_anew_between_two_questions_answers_the_second(
    opened: Opened, fragile: Postgres
) -> None:
    """The connection that was kept is dead: it is noticed, and another one made at once."""
    url = fragile.database()
    journal, other = opened(url), opened(url)
    other.assessed(assessed(1))
    other.feedback([feedback()])
    assert other.flush()
    assert away(journal) == AWAY
    fragile.stop()
    fragile.start()
    assert journal.flush(), "whether or not its writer has met the server while that was away"
    assert away(journal) == AWAY
