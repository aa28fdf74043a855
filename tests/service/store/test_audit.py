"""The audit is enough to run an assessment again, and the commands get at it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from fhir_adapters.cli import main
from fhir_adapters.service.advice import Advice, Advisor
from fhir_adapters.service.journal import Pseudonyms
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.replay import replay
from fhir_adapters.service.store.reports import Window, audited
from tests.service.store.support import NOW, assessed, feedback, held
from tests.service.support import FIXTURES

Opened = Callable[..., SqlJournal]
EXPECTED = sorted(FIXTURES.glob("*.expected.toml"))
SITE = """
signed_by = "Dr A. Example"
signed_on = 2026-02-01
[parameters]
peroneal-surgery-eligible = "10 weeks"
severe-mrc = 1
"""


def audit_of(number: int, advice: Advice) -> object:
    """What a face keeps of an advice."""
    shown = advice.consultation
    return assessed(
        number,
        guideline_version=shown.book.version,
        overrides=tuple(each.model_dump(mode="json") for each in shown.book.overrides),
        input_sha256=advice.input_sha256,
        as_of=str(shown.as_of),
        outcome=advice.assessment.outcome,
        features=advice.features(),
        rules_fired=advice.rules_fired(),
        cards=(),
    )


@pytest.mark.parametrize("site", [None, SITE])
def test_from_what_was_kept_the_same_rules_fire_again(opened: Opened, url: str, site: str | None) -> None:
    journal, advisor = opened(url), Advisor(site)
    patients = 0
    for number, expected in enumerate(EXPECTED):
        as_of = str(tomllib.loads(expected.read_text())["as_of"])
        for record in FIXTURES.glob(expected.name.replace(".expected.toml", ".*json")):
            journal.assessed(audit_of(number, advisor.advise_now(record.read_bytes(), as_of)))  # type: ignore[arg-type]
            patients += 1
    advisor.close()
    assert journal.flush()
    rows = list(audited(journal.engine, Window()))
    assert len(rows) == patients > 10
    assert sum(len(rules) for row in rows for rules in row["rules_fired"].values()) > 100
    assert {row["id"]: replay(row) for row in rows} == dict.fromkeys((row["id"] for row in rows), "same")


def test_an_audit_that_was_tampered_with_differs_and_another_version_is_not_judged(
    opened: Opened, sqlite_url: str
) -> None:
    journal, advisor = opened(sqlite_url), Advisor()
    record = (FIXTURES / "peroneal-leg-crossing.json").read_bytes()
    journal.assessed(audit_of(1, advisor.advise_now(record, "2026-03-01")))  # type: ignore[arg-type]
    advisor.close()
    assert journal.flush()
    (row,) = audited(journal.engine, Window())
    assert replay(row) == "same"
    assert replay(row | {"rules_fired": {"left": [], "right": []}}) == "differs"
    weaker = row["features"]["left"] | {"mrc-ankle-dorsiflexion": 0}
    assert replay(row | {"features": row["features"] | {"left": weaker}}) == "differs"
    assert replay(row | {"guideline_version": "0.0.0"}) == "another version"
    assert replay(row | {"overrides": [{"parameter": "x", "value": "1", "signed_by": "a", "signed_on": "b"}]}) != "same"


@pytest.fixture
def environment(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings of a service whose database is the test's; it is given back."""
    given = {"DEVELOPMENT": "true", "PSEUDONYM_KEY": "k" * 32, "DATABASE_URL": url, "SPOOL": str(tmp_path / "spool")}
    for name, value in given.items():
        monkeypatch.setenv(f"FOOTDROP_{name}", value)
    return url


def printed(capfdbinary: pytest.CaptureFixture[bytes], *command: str) -> bytes:
    assert main(command) == 0
    return capfdbinary.readouterr().out


def test_migrate_says_what_it_did(environment: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert json.loads(printed(capfdbinary, "migrate")) == {"before": None, "after": "0002"}
    assert json.loads(printed(capfdbinary, "migrate")) == {"before": "0002", "after": "0002"}


def test_audit_rates_and_export_print_what_is_kept(
    environment: str, opened: Opened, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    journal = opened(environment, keep_records=True)
    journal.assessed(assessed(1, record=b"{}"))
    journal.assessed(assessed(2, at=NOW + timedelta(days=1)))
    journal.feedback([feedback(comment="CANARY", reason_code="CANARY's", reason_display="CANARY")])
    assert journal.flush()
    (first, second) = json.loads(printed(capfdbinary, "audit", "--replay"))
    assert (first["id"], second["cards"][0]["uuid"]) == ("assessment-00001", "card-2")
    assert first["replay"] == "differs", "these features were made up"
    assert "record" not in first
    assert (
        json.loads(printed(capfdbinary, "audit", "--records", "--format", "ndjson", "--until", "2026-03-02"))["record"]
        == "e30="
    )
    assert json.loads(printed(capfdbinary, "audit", "--since", "2026-04-01")) == []
    assert json.loads(printed(capfdbinary, "rates"))["rules"][0]["override_rate"] == 0.5
    assert b"CANARY" not in printed(capfdbinary, "rates") + printed(capfdbinary, "export")
    assert b"CANARY" in printed(capfdbinary, "rates", "--comments")
    assert json.loads(printed(capfdbinary, "export", "--comments"))["comment"] == "CANARY"


def test_prune_and_erase_say_how_much_they_deleted(
    environment: str, opened: Opened, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    patient = Pseudonyms("k" * 32).of("patient", "https://ehr.example/fhir", "p1")
    journal = opened(environment)
    journal.assessed(assessed(1, patient=patient))
    journal.assessed(assessed(2, at=NOW - timedelta(days=4000)))
    assert journal.flush()
    assert json.loads(printed(capfdbinary, "prune"))["deleted"] == {"assessments": 1, "feedback": 0}
    erased = printed(capfdbinary, "erase", "--scope", "https://ehr.example/fhir", "--id", "p1")
    deleted = {"assessments": 1, "cards": 1, "feedback": 0}
    assert json.loads(erased) == {"patient": patient, "deleted": deleted, "waiting": 0}
    assert held(environment, "assessments") == []
    of_tenant = printed(capfdbinary, "erase", "--scope", "https://ehr.example", "--scope", "north", "--id", "p1")
    assert json.loads(of_tenant)["patient"] == Pseudonyms("k" * 32).of("patient", "https://ehr.example", "north", "p1")


def test_erase_says_what_waits_in_the_spool_and_may_come_in_after_it(
    environment: str, opened: Opened, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    away = opened("sqlite:////nowhere/at/all.db")
    for number, patient in enumerate(("patient-a", "patient-b", "patient-b")):
        away.assessed(assessed(number, patient=patient))
    away.feedback([feedback()])
    away.close()
    assert opened(environment, spool=tmp_path / "of another").trouble() is None  # makes the tables
    assert main(["erase", "patient-a"]) == 2
    said = capfdbinary.readouterr()
    assert json.loads(said.out)["waiting"] == 2, "the patient's own, and a word on a card that may be the patient's"
    assert b"records in the spool that may be this patient's: 2; run it again without them" in said.err
    journal = opened(environment)
    assert journal.flush()
    erased = json.loads(printed(capfdbinary, "erase", "patient-a"))
    assert (erased["deleted"]["assessments"], erased["waiting"]) == (1, 0)


def test_a_spool_that_cannot_be_read_is_told_before_anything_is_erased(
    environment: str, opened: Opened, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    journal = opened(environment)
    journal.assessed(assessed(1))
    assert journal.flush()
    (tmp_path / "spool" / "7" / "1").mkdir(parents=True)
    assert main(["erase", "patient-a"]) == 2
    assert b"FOOTDROP_SPOOL: Is a directory" in capfdbinary.readouterr().err
    assert len(held(environment, "assessments")) == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["erase"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["erase", "p", "--scope", "s", "--id", "i"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["erase", "--scope", "s"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["erase", "--id", "i"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["erase", "p", "--scope", "s"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["erase", "p", "--id", "i"], "give the patient's PSEUDONYM, or --scope and --id"),
        (["audit", "--since", "yesterday"], "'yesterday' is neither a date nor a moment"),
        (["rates"], "FOOTDROP_DATABASE_URL: the database cannot be used (OperationalError"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str], said: str
) -> None:
    monkeypatch.setenv("FOOTDROP_DEVELOPMENT", "true")
    monkeypatch.setenv("FOOTDROP_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    assert main(command) == 2
    assert said in capsys.readouterr().err


def test_wrong_settings_are_told_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTDROP_PSEUDONYM_KEY", "too-short")
    monkeypatch.setenv("FOOTDROP_DATABASE_URL", "postgresql://user:PASSWORD@host/db")
    monkeypatch.setenv("FOOTDROP_SNOOZE_DAYS", "SOON")
    assert main(["migrate"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("footdrop: FOOTDROP_SNOOZE_DAYS: ")
    assert "PASSWORD" not in told
    assert "too-short" not in told


@pytest.mark.parametrize(("name", "value"), [("DATABASE_URL", "s3cret"), ("ISSUERS", "s3cret")])
def test_a_setting_that_cannot_be_read_is_named_as_the_service_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv("FOOTDROP_DEVELOPMENT", "true")
    monkeypatch.setenv(f"FOOTDROP_{name}", value)
    assert main(["rates"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"footdrop: FOOTDROP_{name}: ")
    assert "s3cret" not in told


def test_without_the_extra_the_command_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['sqlalchemy'] = None; from fhir_adapters.cli import main; sys.exit(main(['rates']))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr == (
        "footdrop: sqlalchemy is not installed; this command needs pip install 'footdrop-guideline[service]'\n"
    )
