"""Rates, export and metrics say what happened to the cards of each rule."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.hooks.reasons import OVERRIDE_REASONS
from fhir_adapters.service.store import collector, reports
from fhir_adapters.service.store import journal as store
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.reports import Window, audited, exported, rates
from fhir_adapters.service.store.upkeep import erase, prune
from tests.service.store.support import ISSUER, NOW, REASONS, assessed, card, feedback, held
from tests.service.support import settings

Opened = Callable[..., SqlJournal]
CALLER = Caller(ISSUER)
OTHER = "https://other.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def journal(opened: Opened, url: str) -> SqlJournal:
    """Ten visits: three cards accepted, four overridden (one after acceptance), three ignored; a word on no card."""
    journal = opened(url)
    for number in range(10):
        rules = ("FD-ORT-01", "FD-ORT-03") if number % 2 else ("FD-ORT-01",)
        journal.assessed(assessed(number, cards=(card(f"card-{number}", rules=rules),), at=NOW + number * HOUR))
    said = [feedback(f"card-{number}", "accepted", accepted=("suggestion-1",)) for number in range(4)]
    said += [feedback(f"card-{number}", after=HOUR) for number in (3, 4, 5)]
    said += [feedback("card-6", reason_code="", reason_system="", comment="=CANARY, no")]
    journal.feedback([*said, *said, feedback("nobody's")])
    assert journal.flush()
    return journal


def test_rates_count_the_last_word_on_each_card(journal: SqlJournal) -> None:
    found = rates(journal.engine, Window())
    assert found == {
        "rules": [
            {
                "rule": "FD-ORT-01",
                "shown": 10,
                "accepted": 3,
                "overridden": 4,
                "ignored": 3,
                "acceptance_rate": 0.3,
                "override_rate": 0.4,
                "reasons": [
                    {"code": "", "system": "", "display": "", "count": 1},
                    {"code": "not-now", "system": REASONS, "display": "", "count": 3},
                ],
            },
            {
                "rule": "FD-ORT-03",
                "shown": 5,
                "accepted": 1,
                "overridden": 2,
                "ignored": 2,
                "acceptance_rate": 0.2,
                "override_rate": 0.4,
                "reasons": [{"code": "not-now", "system": REASONS, "display": "", "count": 2}],
            },
        ],
        "unknown_cards": 1,
    }


def two_issuers(journal: SqlJournal) -> None:
    """Two clients have shown a card of the same uuid; one user accepted it, an hour later the other's declined it."""
    journal.assessed(assessed(1, cards=(card("same"),)))
    journal.assessed(assessed(2, cards=(card("same"),), issuer=OTHER, patient="patient-b"))
    journal.feedback([feedback("same", "accepted"), feedback("same", issuer=OTHER, after=HOUR)])
    assert journal.flush()


def test_what_another_client_says_of_a_card_of_the_same_uuid_is_not_in_my_rates(opened: Opened, url: str) -> None:
    journal = opened(url)
    two_issuers(journal)
    for issuer, outcome in ((ISSUER, "accepted"), (OTHER, "overridden")):
        found = rates(journal.engine, Window(issuer=issuer))
        assert [(rule["shown"], rule[outcome], rule["ignored"]) for rule in found["rules"]] == [(1, 1, 0)] * 2
        assert found["unknown_cards"] == 0


def test_rates_take_two_words_at_once_for_an_acceptance(opened: Opened, url: str) -> None:
    """Of many cards, whose feedback has its ids in either order."""
    journal = opened(url)
    names = [f"card-{number}" for number in range(12)]
    journal.assessed(assessed(1, cards=tuple(card(name) for name in names)))
    journal.feedback([feedback(name, outcome) for name in names for outcome in ("accepted", "overridden")])
    assert journal.flush()
    for rule in rates(journal.engine, Window())["rules"]:
        assert (rule["shown"], rule["accepted"], rule["overridden"]) == (12, 12, 0)


def test_a_reason_is_one_by_its_code_and_is_shown_with_its_display_though_not_every_word_of_it_had_one(
    opened: Opened, url: str
) -> None:
    journal = opened(url)
    shown = {"one": ("A", "B"), "two": ("A",), "three": ("C", "D"), "four": ("C",)}
    journal.assessed(assessed(1, cards=tuple(card(name, rules=rules) for name, rules in shown.items())))
    said = {"one": "Not now", "two": "", "three": "", "four": "Not now"}
    journal.feedback([feedback(name, reason_display=display) for name, display in said.items()])
    assert journal.flush()
    found = {rule["rule"]: rule["reasons"] for rule in rates(journal.engine, Window(), comments=True)["rules"]}
    not_now = {"code": "not-now", "system": REASONS, "display": "Not now"}
    assert found["A"] == found["C"] == [not_now | {"count": 2}]
    assert found["B"] == [not_now | {"count": 1}]
    assert found["D"] == [not_now | {"display": "", "count": 1}]


def test_a_window_holds_the_cards_shown_in_it_from_its_first_moment_to_before_its_last(journal: SqlJournal) -> None:
    (rule, *_) = rates(journal.engine, Window(NOW + HOUR, NOW + 3 * HOUR))["rules"]
    assert (rule["rule"], rule["shown"], rule["accepted"]) == ("FD-ORT-01", 2, 2)
    assert rates(journal.engine, Window(issuer="https://other.example")) == {"rules": [], "unknown_cards": 0}
    assert rates(journal.engine, Window(tenant="south"))["rules"] == []
    assert rates(journal.engine, Window(tenant="north"))["rules"][0]["shown"] == 10


def test_metrics_count_each_card_and_each_word_once(journal: SqlJournal, opened: Opened, url: str) -> None:
    for number in range(3):  # a retry
        journal.assessed(assessed(number))
    assert journal.flush()
    registry = CollectorRegistry()
    registry.register(collector(journal))
    seen = generate_latest(registry).decode()
    assert 'footdrop_cards_shown_total{rule="FD-ORT-01"} 10.0' in seen
    assert 'footdrop_cards_feedback_total{outcome="accepted",rule="FD-ORT-01"} 4.0' in seen
    assert 'footdrop_cards_feedback_total{outcome="overridden",rule="FD-ORT-03"} 2.0' in seen
    assert "footdrop_journal_waiting 0.0" in seen
    again = opened(url)
    assert again.flush()
    assert "FD-ORT-01" not in "".join(str(each) for each in again.counters.collect()), "another process has not counted"


def test_metrics_of_a_journal_that_is_not_in_use_start_nothing(opened: Opened, sqlite_url: str) -> None:
    journal = opened(sqlite_url)
    CollectorRegistry(auto_describe=True).register(collector(journal))
    assert journal._here is None


def get(journal: SqlJournal, path: str, caller: Caller = CALLER, **given: Any) -> httpx.Response:
    """What the service answers to this caller; `given` are settings."""

    async def known(_: object) -> Caller:
        return caller

    async def asked() -> httpx.Response:
        app = create_app(settings(**given), journal=journal, authenticate=known, clock=lambda: NOW)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(asked())


def test_the_endpoint_gives_each_caller_its_own_rates(journal: SqlJournal) -> None:
    answer = get(journal, "/feedback/rates?since=2026-03-01&until=2026-03-01T10:30:00Z")
    assert answer.status_code == 200
    assert answer.json()["since"] == "2026-03-01T00:00:00+00:00"
    assert [rule["shown"] for rule in answer.json()["rules"]] == [1]
    assert get(journal, "/feedback/rates", Caller("https://other.example")).json()["rules"] == []
    assert get(journal, "/feedback/rates", Caller(ISSUER, tenant="south")).json()["rules"] == []


@pytest.mark.requirement("5.1")
def test_the_export_says_who_did_what_when_and_where(journal: SqlJournal) -> None:
    answer = get(journal, "/feedback/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    (row,) = [row for row in map(orjson.loads, answer.content.splitlines()) if row["card"] == "card-0"]
    assert len(row.pop("id")) == 64
    assert row == {
        "service": "footdrop-patient-view",
        "card": "card-0",
        "topic": "orthosis:left",
        "indicator": "warning",
        "rules": ["FD-ORT-01"],
        "guideline_version": "0.1.0",
        "user": "user-a",
        "issuer": ISSUER,
        "tenant": "north",
        "at": "2026-03-01T09:30:00+00:00",
        "received_at": "2026-03-01T09:30:00+00:00",
        "action": "accepted",
        "accepted": ["ankle-foot-orthosis"],
        "reason_code": "",
        "reason_system": "",
        "reason_display": "",
    }


def test_comments_are_exported_only_where_the_site_allows_it_and_never_as_a_formula(journal: SqlJournal) -> None:
    for form in ("ndjson", "csv"):
        path = f"/feedback/export?format={form}"
        assert "CANARY" not in get(journal, path).text
        assert "CANARY" in get(journal, path, export_comments=True).text
    lines = get(journal, "/feedback/export?format=csv", export_comments=True).text.splitlines()
    assert lines[0].startswith("id,service,card,topic")
    assert lines[0].endswith(",comment")
    assert len(lines) == 10
    (dangerous,) = [line for line in lines if "CANARY" in line]
    assert dangerous.endswith(""","'=CANARY, no\"""")


PUBLISHED = OVERRIDE_REASONS[8]
FREE = "Other: CANARY, her daughter"
MASKED = ("masked", "http://terminology.hl7.org/CodeSystem/data-absent-reason", "Masked")


@pytest.mark.parametrize(
    ("code", "system", "display", "leaves"),
    [
        (PUBLISHED["code"], PUBLISHED["system"], FREE, (PUBLISHED["code"], PUBLISHED["system"], PUBLISHED["display"])),
        (PUBLISHED["code"], "", FREE, (PUBLISHED["code"], "", PUBLISHED["display"])),
        ("7", "urn:oid:1.2.3", FREE, ("7", "urn:oid:1.2.3", "")),
        ("7", REASONS, FREE, ("7", REASONS, "")),
        (FREE, REASONS, "", MASKED),
        (FREE, PUBLISHED["system"], "", MASKED),
        ("7", FREE, "", MASKED),
        ("7", f"{REASONS}/{FREE}", "", MASKED),
        ("CANARY", "", "", MASKED),
        ("", REASONS, FREE, MASKED),
        ("", "", FREE, MASKED),
        ("", "", "", ("", "", "")),
    ],
)
def test_a_reason_leaves_as_a_code_and_in_free_text_only_where_comments_may(
    opened: Opened, sqlite_url: str, code: str, system: str, display: str, leaves: tuple[str, str, str]
) -> None:
    journal = opened(sqlite_url)
    journal.assessed(assessed(1, cards=(card("card-1", rules=("A",)),)))
    journal.feedback([feedback(reason_code=code, reason_system=system, reason_display=display)])
    assert journal.flush()
    for allowed, expected in ((False, leaves), (True, (code, system, display))):
        (rule,) = get(journal, "/feedback/rates", export_comments=allowed).json()["rules"]
        told = dict(zip(("code", "system", "display"), expected, strict=True))
        assert rule["reasons"] == [told | {"count": 1}]
        row = orjson.loads(get(journal, "/feedback/export", export_comments=allowed).content)
        assert (row["reason_code"], row["reason_system"], row["reason_display"]) == expected
        (cells,) = csv.DictReader(io.StringIO(get(journal, "/feedback/export?format=csv").text, newline=""))
        assert (cells["reason_code"], cells["reason_system"], cells["reason_display"]) == leaves


def test_reasons_that_may_not_leave_are_counted_together(opened: Opened, sqlite_url: str) -> None:
    journal = opened(sqlite_url)
    journal.assessed(assessed(1, cards=tuple(card(name, rules=("A",)) for name in ("one", "two", "three"))))
    journal.feedback([feedback(name, reason_code=f"CANARY {name}") for name in ("one", "two")] + [feedback("three")])
    assert journal.flush()
    (rule,) = rates(journal.engine, Window())["rules"]
    assert [(reason["code"], reason["count"]) for reason in rule["reasons"]] == [("masked", 2), ("not-now", 1)]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"], ids=repr)
def test_no_cell_of_the_csv_is_run_by_a_spreadsheet(opened: Opened, sqlite_url: str, sign: str) -> None:
    journal = opened(sqlite_url)
    journal.feedback([feedback(comment=f"{sign}cmd|calc", reason_display=f"a{sign}b")])
    assert journal.flush()
    text = get(journal, "/feedback/export?format=csv", export_comments=True).text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["comment"], row["reason_display"]) == (f"'{sign}cmd|calc", f"a{sign}b")


def test_an_export_in_pages_is_the_same_and_holds_no_connection_between_them(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many downloads were broken off, or are read slowly: the next report is given."""
    journal.feedback([feedback("card-1", comment=str(number)) for number in range(7)])  # all of one moment
    assert journal.flush()
    whole = list(exported(journal.engine, Window(), comments=True))
    monkeypatch.setattr(reports, "ROWS_AT_ONCE", 3)
    begun = [exported(journal.engine, Window(), comments=True) for _ in range(5)]
    assert [next(each) for each in begun] == [whole[0]] * 5
    assert get(journal, "/feedback/rates").status_code == 200
    assert [whole[0], *begun[0]] == whole
    assert len({row["id"] for row in whole}) == len(whole) == 16


def test_a_report_does_not_wait_long_for_others(opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the exit of the service wait for it."""
    monkeypatch.setattr(store, "QUEUE_SECONDS", 0.0)
    journal = opened(url)
    assert journal.trouble() is None
    with journal.engine.connect(), journal.engine.connect():
        assert get(journal, "/feedback/rates").status_code == 503
        assert get(journal, "/feedback/export").status_code == 503
    assert get(journal, "/feedback/rates").status_code == 200


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/feedback/rates?since=yesterday", "since is neither"),
        ("/feedback/export?format=xml", "format is ndjson or csv"),
    ],
)
def test_a_wrong_question_is_told_so(opened: Opened, sqlite_url: str, path: str, said: str) -> None:
    answer = get(opened(sqlite_url), path)
    assert answer.status_code == 400
    assert said in answer.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize("path", ["/feedback/rates", "/feedback/export", "/feedback/export?format=csv"])
def test_a_database_that_is_away_is_an_error_and_no_empty_list(opened: Opened, path: str) -> None:
    answer = get(opened("sqlite:////nowhere/at/all.db"), path)
    assert answer.status_code == 503
    assert answer.json()["issue"][0]["code"] == "transient"


def test_the_audit_lists_assessments_with_their_cards(journal: SqlJournal) -> None:
    rows = list(audited(journal.engine, Window(NOW + 8 * HOUR)))
    assert [row["id"] for row in rows] == ["assessment-00008", "assessment-00009"]
    assert "record" not in rows[0]
    assert rows[0]["at"] == "2026-03-01T17:30:00+00:00"
    assert [each["uuid"] for each in rows[1]["cards"]] == ["card-9"]


def test_pruning_deletes_what_is_older_and_nothing_else(journal: SqlJournal, url: str) -> None:
    assert prune(journal.engine, NOW + 8 * HOUR) == {"assessments": 8, "feedback": 9}
    assert [row["id"] for row in held(url, "assessments")] == ["assessment-00008", "assessment-00009"]
    assert [row["uuid"] for row in held(url, "cards")] == ["card-8", "card-9"]


def test_the_age_of_feedback_is_the_time_since_it_came_in_whatever_the_clients_clock_said(
    opened: Opened, url: str
) -> None:
    long_ago = NOW.replace(year=1990)
    journal = opened(url)
    journal.feedback([feedback("came today", at=long_ago), feedback("came long ago", received_at=long_ago)])
    assert journal.flush()
    assert prune(journal.engine, NOW - HOUR) == {"assessments": 0, "feedback": 1}
    assert [row["card"] for row in held(url, "feedback")] == ["came today"]


def test_pruning_leaves_what_is_still_in_the_spool(opened: Opened, url: str) -> None:
    journal = opened(url)
    assert journal.trouble() is None
    waiting = opened("sqlite:////nowhere/at/all.db")
    waiting.assessed(assessed(1))
    assert not waiting.flush()
    assert prune(journal.engine, NOW + 10 * HOUR) == {"assessments": 0, "feedback": 0}
    waiting.close()
    assert journal.flush()
    assert len(held(url, "assessments")) == 1


def test_erasing_a_patient_leaves_the_others(journal: SqlJournal, url: str) -> None:
    journal.assessed(assessed(50, patient="patient-b"))
    journal.feedback([feedback("card-50")])
    assert journal.flush()
    assert erase(journal.engine, "patient-a") == {"assessments": 10, "cards": 10, "feedback": 8}
    assert [row["patient_pseudonym"] for row in held(url, "assessments")] == ["patient-b"]
    assert [row["uuid"] for row in held(url, "cards")] == ["card-50"]
    assert {row["card"] for row in held(url, "feedback")} == {"card-50", "nobody's"}
    assert erase(journal.engine, "patient-a") == {"assessments": 0, "cards": 0, "feedback": 0}


def test_erasing_a_patient_leaves_what_another_client_said_of_a_card_of_the_same_uuid(opened: Opened, url: str) -> None:
    journal = opened(url)
    two_issuers(journal)
    assert erase(journal.engine, "patient-a") == {"assessments": 1, "cards": 1, "feedback": 1}
    assert [row["issuer"] for row in held(url, "feedback")] == [OTHER]
    assert [row["issuer"] for row in held(url, "cards")] == [OTHER]
