"""Feedback: every form that the specification leaves open is taken; what is not usable is named, not lost silently."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fhir_adapters.service.hooks.feedback import MOST_ENTRIES, MOST_REMARKS, MOST_SUGGESTIONS
from fhir_adapters.service.hooks.reasons import OVERRIDE_REASONS
from tests.service.hooks.calling import Client, Json, issue, patient_view
from tests.service.hooks.invariants import holds
from tests.service.support import NOW

CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
CHOSEN = "e56e1945-20b3-4393-8503-a1a20fd73152"
REASON = OVERRIDE_REASONS[6]


def accepted(**more: Any) -> Json:
    return {
        "card": CARD,
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": CHOSEN}],
        "outcomeTimestamp": "2026-02-28T10:05:31Z",
        **more,
    }


def overridden(**more: Any) -> Json:
    return {"card": CARD, "outcome": "overridden", "outcomeTimestamp": "2026-02-28T10:05:31Z", **more}


def send(client: Client, *entries: Any, base: str = "") -> httpx.Response:
    return client.send("POST", f"{base}/cds-services/footdrop-patient-view/feedback", json={"feedback": list(entries)})


def remarks(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return [found["expression"][0] for found in outcome["issue"] if found["severity"] == "warning"]


@pytest.mark.requirement("1.6-48", "1.6-51")
@pytest.mark.parametrize("base", ["", "/v3"])
def test_accepted_suggestions_are_kept(base: str) -> None:
    client = Client(NOW)
    assert remarks(send(client, accepted(), base=base)) == []
    (entry,) = client.journal.entries
    assert (entry.card, entry.outcome, entry.accepted) == (CARD, "accepted", (CHOSEN,))
    assert entry.at == datetime(2026, 2, 28, 10, 5, 31, tzinfo=UTC)
    assert entry.received_at == NOW
    assert (entry.service, entry.issuer) == ("footdrop-patient-view", "https://ehr.example")


@pytest.mark.requirement("1.6-48")
def test_a_reason_and_a_comment_are_kept() -> None:
    client = Client(NOW)
    entry = overridden(overrideReason={"reason": dict(REASON), "userComment": " Seen by neurology. "})
    assert holds("cds-fb-1", entry)
    assert holds("cds-fb-2", entry)
    assert holds("cds-fb-3", entry["overrideReason"])
    assert remarks(send(client, entry)) == []
    (kept,) = client.journal.entries
    assert (kept.reason_code, kept.reason_system) == (REASON["code"], REASON["system"])
    assert (kept.reason_display, kept.comment) == (REASON["display"], "Seen by neurology.")


@pytest.mark.requirement("1.6-49")
@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ({"reason": {"code": "d7ecf885", "system": "https://example.com/reasons"}}, ("d7ecf885", "")),
        ({"reason": {"code": "d7ecf885"}}, ("d7ecf885", "")),
        ({"reason": {"display": "Other"}, "userComment": "x"}, ("", "x")),
        ({"reason": "d7ecf885"}, ("d7ecf885", "")),
        ({"userComment": "only words"}, ("", "only words")),
        ({"reason": None, "userComment": None}, ("", "")),
        ({}, ("", "")),
        (None, ("", "")),
    ],
)
def test_a_reason_may_lack_any_part(reason: Json | None, expected: tuple[str, str]) -> None:
    client = Client(NOW)
    assert remarks(send(client, overridden(overrideReason=reason))) == []
    (kept,) = client.journal.entries
    assert (kept.reason_code, kept.comment) == expected


CODING = {"code": "d7ecf885", "system": "https://example.com/reasons", "display": "Not now"}
CONCEPT = {"coding": [{"code": "d7ecf885", "system": "https://example.com/reasons"}], "text": "Not now"}


@pytest.mark.requirement("1.6-49")
@pytest.mark.parametrize(
    "form",
    [
        {"overrideReason": {"reason": CONCEPT}},
        {"overrideReason": {"reason": [CODING]}},
        {"overrideReason": {"reason": [CONCEPT]}},
        {"overrideReason": [{"reason": CODING}]},
        {"overrideReason": CODING},
        {"overrideReason": CONCEPT},
        {"overrideReasons": [{"reason": CODING}]},
        {"overrideReasons": [CODING]},
        {"overrideReasons": {"reason": CODING}},
        {"overrideReason": None, "overrideReasons": [None, {}, CODING]},
    ],
)
def test_a_reason_in_a_form_that_is_nearly_right_is_kept(form: Json) -> None:
    client = Client(NOW)
    assert remarks(send(client, overridden(**form))) == []
    (kept,) = client.journal.entries
    assert (kept.reason_code, kept.reason_system) == (CODING["code"], CODING["system"])
    assert kept.reason_display == CODING["display"]


def test_what_was_written_beside_a_reason_in_another_form_is_kept() -> None:
    client = Client(NOW)
    send(client, overridden(overrideReasons=[{**CODING, "userComment": "Later."}]))
    send(client, overridden(overrideReason={"reason": {"text": "Not now"}, "userComment": "Later."}))
    send(client, overridden(overrideReason={"reason": {"coding": [CODING], "text": "Her daughter decides"}}))
    send(client, overridden(overrideReason={"reason": {**CODING, "text": "Her daughter decides"}}))
    assert [(each.reason_code, each.reason_display, each.comment) for each in client.journal.entries] == [
        (CODING["code"], CODING["display"], "Later."),
        ("", "Not now", "Later."),
        (CODING["code"], "Her daughter decides", ""),
        (CODING["code"], CODING["display"], ""),
    ]


@pytest.mark.requirement("1.6-49")
@pytest.mark.parametrize(
    ("form", "element"),
    [
        ({"overrideReason": "d7ecf885"}, "overrideReason"),
        ({"overrideReasons": [1]}, "overrideReasons"),
        ({"overrideReason": {"reason": {"system": "https://example.com"}}}, "overrideReason.reason"),
        ({"overrideReason": {"reason": {"coding": [{"version": "1"}]}}}, "overrideReason.reason"),
        ({"overrideReason": {"reason": {"coding": [CODING, CODING]}}}, "overrideReason.reason.coding"),
        ({"overrideReason": {"reason": [CODING, CODING]}}, "overrideReason.reason"),
        ({"overrideReasons": [CODING, CODING]}, "overrideReasons"),
        ({"overrideReason": {"reason": {**CODING, "system": 7}}}, "overrideReason.reason.system"),
        ({"overrideReason": {"reason": {**CODING, "display": "x" * 401}}}, "overrideReason.reason.display"),
        ({"overrideReason": {"userComment": ["Later."]}}, "overrideReason.userComment"),
    ],
)
def test_of_a_reason_nothing_is_lost_without_a_word(form: Json, element: str) -> None:
    client = Client(NOW)
    assert remarks(send(client, overridden(**form))) == [f"feedback[0].{element}"]
    assert len(client.journal.entries) == 1


@pytest.mark.requirement("1.6-49")
def test_a_single_entry_needs_no_array() -> None:
    client = Client(NOW)
    path = "/cds-services/footdrop-patient-view/feedback"
    assert remarks(client.send("POST", path, json={"feedback": accepted()})) == []
    assert [each.card for each in client.journal.entries] == [CARD]


@pytest.mark.requirement("1.6-49")
def test_several_cards_repeats_and_an_accept_after_an_override_are_all_kept() -> None:
    client = Client(NOW)
    other = "9368d37b-283f-44a0-93ea-547cebab93ed"
    assert remarks(send(client, overridden(), accepted(), accepted(), overridden(card=other))) == []
    assert [(each.card, each.outcome) for each in client.journal.entries] == [
        (CARD, "overridden"), (CARD, "accepted"), (CARD, "accepted"), (other, "overridden"),
    ]  # fmt: skip


@pytest.mark.requirement("1.6-49")
def test_the_cards_uuid_is_known_in_capitals_and_as_a_urn() -> None:
    client = Client(NOW)
    send(client, accepted(card=f"urn:uuid:{CARD.upper()}", acceptedSuggestions=[{"id": CHOSEN.upper()}, CHOSEN, {}]))
    (kept,) = client.journal.entries
    assert (kept.card, kept.accepted) == (CARD, (CHOSEN,))


@pytest.mark.requirement("1.6-49")
def test_fields_that_nobody_knows_and_the_old_form_of_them_are_ignored() -> None:
    client = Client(NOW)
    answer = send(client, overridden(extension={"x": 1}, overrideReasons=[], acceptedSuggestions=[]))
    assert remarks(answer) == []
    assert len(client.journal.entries) == 1


@pytest.mark.requirement("1.6-49", "1.6-51")
@pytest.mark.parametrize(
    ("entry", "element"),
    [
        ("x", "card"),
        (None, "card"),
        ({}, "card"),
        (overridden(card=""), "card"),
        (overridden(card=7), "card"),
        (overridden(outcome="ignored"), "outcome"),
        (overridden(outcome=None), "outcome"),
    ],
)
def test_an_entry_that_says_nothing_is_named_and_the_others_are_kept(entry: Any, element: str) -> None:
    client = Client(NOW)
    assert remarks(send(client, accepted(), entry, overridden())) == [f"feedback[1].{element}"]
    assert len(client.journal.entries) == 2


@pytest.mark.requirement("1.6-49")
@pytest.mark.parametrize(
    ("given", "kept", "told"),
    [
        ("2026-02-28T10:05:31.520Z", datetime(2026, 2, 28, 10, 5, 31, 520000, tzinfo=UTC), False),
        ("2026-02-28T11:05:31+01:00", datetime(2026, 2, 28, 10, 5, 31, tzinfo=UTC), False),
        ("2026-02-28T10:05:31", datetime(2026, 2, 28, 10, 5, 31, tzinfo=UTC), False),
        ("2026-02-28t10:05:31z", datetime(2026, 2, 28, 10, 5, 31, tzinfo=UTC), False),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC), False),
        ("2017-01-01t00:59:60.5+01:00", datetime(2017, 1, 1, microsecond=500_000, tzinfo=UTC), False),
        ("2026-02-28T10:05:61Z", NOW, True),
        ("yesterday", NOW, True),
        (None, NOW, True),
        (1_700_000_000, NOW, True),
    ],
)
def test_a_time_that_cannot_be_read_does_not_lose_the_entry(given: Any, kept: datetime, told: bool) -> None:
    client = Client(NOW)
    found = remarks(send(client, overridden(outcomeTimestamp=given)))
    assert found == (["feedback[0].outcomeTimestamp"] if told else [])
    assert client.journal.entries[0].at == kept


@pytest.mark.requirement("1.6-48")
def test_an_accept_that_names_no_suggestion_is_kept_for_its_card() -> None:
    client = Client(NOW)
    entry = accepted(acceptedSuggestions=[])
    assert not holds("cds-fb-2", {key: value for key, value in entry.items() if value})
    assert remarks(send(client, entry)) == ["feedback[0].acceptedSuggestions"]
    assert client.journal.entries[0].accepted == ()


def test_a_comment_of_any_length_does_not_break_the_store() -> None:
    client = Client(NOW)
    assert remarks(send(client, overridden(overrideReason={"userComment": "x" * 50_000}))) == [
        "feedback[0].overrideReason.userComment"
    ]
    assert len(client.journal.entries[0].comment) == 10_000


@pytest.mark.requirement("1.6-51")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"feedback": {}}', b'{"feedback": null}', b'"x"'])
def test_only_a_body_without_feedback_is_an_error(body: bytes) -> None:
    client = Client(NOW)
    path = "/cds-services/footdrop-patient-view/feedback"
    issue(client.send("POST", path, content=body, headers={"content-type": "application/json"}), 400)
    assert client.journal.entries == []


def test_more_entries_than_any_client_sends_are_refused_and_none_of_them_is_kept() -> None:
    client = Client(NOW)
    assert remarks(send(client, *[accepted()] * MOST_ENTRIES)) == []
    refused = issue(send(client, *[accepted()] * (MOST_ENTRIES + 1)), 413)
    assert (refused["code"], refused["expression"]) == ("too-costly", ["feedback"])
    assert len(client.journal.entries) == MOST_ENTRIES


def test_remarks_without_end_are_counted_and_what_is_usable_is_kept() -> None:
    client = Client(NOW)
    answer = send(client, *[{}] * (MOST_ENTRIES - 1), accepted())
    assert remarks(answer) == [*(f"feedback[{number}].card" for number in range(MOST_REMARKS)), "feedback"]
    last = answer.json()["issue"][-1]["details"]["text"]
    assert last == f"Remarks of this kind that are not told one by one: {MOST_ENTRIES - 1 - MOST_REMARKS}."
    assert len(client.journal.entries) == 1


def test_suggestions_without_end_are_cut_and_that_is_told() -> None:
    client = Client(NOW)
    chosen = [{"id": str(number)} for number in range(MOST_SUGGESTIONS + 1)]
    assert remarks(send(client, accepted(acceptedSuggestions=chosen[:-1]))) == []
    assert remarks(send(client, accepted(acceptedSuggestions=chosen))) == ["feedback[0].acceptedSuggestions"]
    assert [len(each.accepted) for each in client.journal.entries] == [MOST_SUGGESTIONS] * 2


def test_no_feedback_at_all_is_fine() -> None:
    client = Client(NOW)
    assert remarks(send(client)) == []
    assert client.journal.entries == []


@pytest.mark.requirement("gap-9", "1.6-48")
def test_feedback_on_a_card_finds_the_rules_behind_it() -> None:
    client, body = patient_view("cauda-equina")
    card = client.cards(body)[0]
    chosen = card["suggestions"][0]["uuid"]
    send(client, accepted(card=card["uuid"], acceptedSuggestions=[{"id": chosen}]))
    (entry,), (event,) = client.journal.entries, client.journal.assessments
    issued = next(each for each in event.cards if each.uuid == entry.card)
    assert issued.rules
    assert issued.suggestions[entry.accepted[0]] == "emergency-assessment"


@pytest.mark.requirement("1.6-51", "gap-7")
def test_the_answer_to_feedback_repeats_nothing_that_was_said() -> None:
    entry = overridden(card="canary-card", outcome="canary", overrideReason={"userComment": "canary"})
    answer = send(Client(NOW), entry, overridden(overrideReason="canary", outcomeTimestamp="canary"))
    assert "canary" not in answer.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_the_calendar_does_not_have_in_utc_is_no_time_and_costs_no_other_entry(moment: str) -> None:
    client = Client(NOW)
    answer = send(client, accepted(), overridden(card="another", outcomeTimestamp=moment))
    assert remarks(answer) == ["feedback[1].outcomeTimestamp"]
    assert [entry.at == NOW for entry in client.journal.entries] == [False, True]
