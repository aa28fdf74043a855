"""What is kept is what was said: every field, once, on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from fhir_adapters.service.store.journal import SqlJournal
from tests.service.store.support import ISSUER, NOW, OVERRIDE, assessed, card, feedback, held

Opened = Callable[..., SqlJournal]


def test_an_assessment_is_kept_whole_with_its_cards(opened: Opened, url: str) -> None:
    journal = opened(url)
    journal.assessed(assessed(1, cards=(card("one"), card("two", red_flag=True, indicator="critical"))))
    assert journal.flush()
    (row,) = held(url, "assessments")
    assert row == {
        "id": "assessment-00001",
        "at": NOW,
        "face": "patient-view",
        "request_id": "request-1",
        "issuer": ISSUER,
        "tenant": "north",
        "patient_pseudonym": "patient-a",
        "user_pseudonym": "user-a",
        "guideline_version": "0.1.0",
        "overrides": [OVERRIDE],
        "input_sha256": "ab" * 32,
        "as_of": "2026-03-01",
        "outcome": "recommendations",
        "features": {"left": {"mrc-ankle-dorsiflexion": 3, "foot-drop": True}, "right": {}},
        "rules_fired": {"left": ["FD-ORT-01", "FD-ORT-03"], "right": []},
        "record": None,
    }
    first, second = held(url, "cards")
    assert first["assessment_id"] == row["id"]
    assert first["suggestions"] == {"suggestion-1": "ankle-foot-orthosis"}
    assert first["rules"] == ["FD-ORT-01", "FD-ORT-03"]
    assert (second["uuid"], second["red_flag"], second["indicator"]) == ("two", True, "critical")


def test_feedback_is_kept_in_every_form_even_on_a_card_that_nobody_knows(opened: Opened, url: str) -> None:
    journal = opened(url)
    overridden = feedback("nobody's", reason_system="https://codes.example", reason_display="Not now", comment="Later.")
    accepted = feedback("card-1", "accepted", accepted=("suggestion-1",))
    journal.feedback([overridden, accepted])
    assert journal.flush()
    rows = {row["card"]: row for row in held(url, "feedback")}
    assert rows["card-1"]["accepted"] == ["suggestion-1"]
    kept = rows["nobody's"]
    assert (kept["reason_code"], kept["reason_system"]) == ("not-now", "https://codes.example")
    assert (kept["reason_display"], kept["comment"], kept["at"]) == ("Not now", "Later.", NOW)


def test_the_same_word_twice_is_one(opened: Opened, url: str) -> None:
    journal = opened(url)
    for later in (timedelta(), timedelta(seconds=9)):
        journal.assessed(assessed(1))
        journal.feedback([replace(feedback(), received_at=NOW + later)] * 2)
        assert journal.flush()
    assert [len(held(url, table)) for table in ("assessments", "cards", "feedback")] == [1, 1, 1]


def test_two_issuers_may_use_the_same_card_uuid(opened: Opened, url: str) -> None:
    journal = opened(url)
    journal.assessed(assessed(1, cards=(card("same"),)))
    journal.assessed(assessed(2, cards=(card("same"),), issuer="https://other.example"))
    assert journal.flush()
    assert [row["issuer"] for row in held(url, "cards")] == [ISSUER, "https://other.example"]


def test_a_record_is_kept_only_where_the_site_asks_for_it(opened: Opened, url: str) -> None:
    record = bytes(range(256))
    plain, keeping = opened(url), opened(url, keep_records=True)
    plain.assessed(assessed(1, record=record))
    keeping.assessed(assessed(2, record=record))
    assert plain.flush()
    assert keeping.flush()
    assert [row["record"] for row in held(url, "assessments")] == [None, record]


def test_no_character_is_too_odd_to_be_kept(opened: Opened, url: str) -> None:
    journal = opened(url)
    journal.feedback([feedback(comment="a\0b \ud800 c\nd \\u0000 \u2028")])
    journal.assessed(assessed(1, features={"left": {"count": 2**70, "note": "\0"}}))
    assert journal.flush()
    assert journal.trouble() is None
    assert held(url, "feedback")[0]["comment"] == "a\ufffdb ? c\nd \\u0000 \u2028"
    assert held(url, "assessments")[0]["features"] == {"left": {"count": str(2**70), "note": "\ufffd"}}


def test_no_feedback_is_too_much(opened: Opened, url: str) -> None:
    journal = opened(url)
    noise = "".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(1000))
    journal.assessed(assessed(1))
    many = [feedback(f"card-{number}") for number in range(1100)]  # more than one statement asks for
    journal.feedback([*many, feedback(noise)])
    assert journal.flush()
    journal.feedback(many)
    assert journal.flush()
    assert journal.trouble() is None
    assert len(held(url, "feedback")) == 1101


def test_times_are_moments_whatever_their_zone(opened: Opened, url: str) -> None:
    east = timezone(timedelta(hours=9))
    journal = opened(url)
    journal.feedback(
        [
            feedback("east", at=NOW.astimezone(east)),
            feedback("no zone", at=NOW.replace(tzinfo=None)),
            feedback("first day", at=datetime.min.replace(tzinfo=east)),
            feedback("last day", at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-9)))),
        ]
    )
    assert journal.flush()
    rows = {row["card"]: row for row in held(url, "feedback")}
    assert rows["east"]["at"] == rows["no zone"]["at"] == NOW
    assert rows["first day"]["said_at"] == datetime.min.replace(tzinfo=UTC)
    assert rows["last day"]["said_at"] == NOW, "a clock that runs ahead says nothing later than it was heard"


def test_a_journal_that_is_closed_leaves_nothing_behind_and_may_be_used_again(opened: Opened, url: str) -> None:
    journal = opened(url)
    journal.assessed(assessed(1))
    journal.close()
    journal.assessed(assessed(2))
    journal.close()
    assert len(held(url, "assessments")) == 2
