"""`POST /assess` is the command over HTTP: the same record and day give the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fhir_adapters import cli
from tests.service.asking import RECORDS, as_of, ask, outcome, shared
from tests.service.support import FIXTURES, app, fixture

SITE = 'signed_by = "Dr A"\nsigned_on = 2026-02-01\n[parameters]\nretention-volume = 150\n'


def printed(capfdbinary: pytest.CaptureFixture[bytes], name: str, form: str, *more: str) -> bytes:
    record = next(str(path) for path in FIXTURES.glob(f"{name}.*json"))
    assert cli.main(["assess", record, "--as-of", as_of(name), "--format", form, *more]) == 0
    sys.stdout.flush()
    return capfdbinary.readouterr().out


@pytest.mark.parametrize("form", ["json", "fhir", "text"])
@pytest.mark.parametrize("name", RECORDS)
def test_it_answers_what_the_command_prints(name: str, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = ask(shared(), "POST", f"/assess?as_of={as_of(name)}&format={form}", fixture(name))
    assert answer.content == printed(capfdbinary, name, form)


def test_with_a_site_s_numbers_and_cpt_too(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE)
    name = "cauda-equina"
    answer = ask(app(site=site, cpt=True), "POST", f"/assess?as_of={as_of(name)}&format=fhir", fixture(name))
    assert answer.content == printed(capfdbinary, name, "fhir", "--cpt", "--site", str(site))
    assert b"retention-volume" in answer.content


@pytest.mark.parametrize(
    ("form", "kind"),
    [("json", "application/json"), ("fhir", "application/fhir+json"), ("text", "text/plain; charset=utf-8")],
)
def test_each_format_has_its_media_type(form: str, kind: str) -> None:
    answer = ask(shared(), "POST", f"/assess?format={form}", fixture("sparse-record"), content_type="application/json")
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("format=json", "application/json", 200),
        ("format=json", "text/plain", 406),
        ("format=fhir", "application/xml", 406),
        ("format=fhir&_format=xml", "*/*", 406),
        ("format=text", "text/plain", 200),
        ("format=text", "text/*", 200),
        ("format=text", "*/*", 200),
        ("format=text", "application/json", 406),
        ("format=text&_format=json", "*/*", 406),
    ],
)
def test_it_gives_no_form_that_the_client_does_not_take(query: str, accept: str, status: int) -> None:
    answer = ask(shared(), "POST", f"/assess?{query}", fixture("sparse-record"), accept=accept)
    assert answer.status_code == status


def test_json_as_of_now_is_what_comes_unasked() -> None:
    answer = ask(shared(), "POST", "/assess", fixture("sparse-record"))
    assert answer.json()["as_of"] == "2026-03-01T09:30:00Z"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/assess?asof=2026-03-01", ["http.asof"]),
        ("/assess?as_of=2026-03-01&Format=text&evaluatedAt=2026", ["http.Format", "http.evaluatedAt"]),
        ("/assess?patient=1&gateway-key=x", ["http.patient"]),
        ("/assess?as-of=2026-03-01", ["http.as-of"]),
        ("/assess?timestamp=2026-03-01", ["http.timestamp"]),
        ("/assess?as_of_date=2026-03-01", ["http.as_of_date"]),
        ("/$evaluate?as_of=2026-03-01", ["http.as_of"]),
        ("/PlanDefinition/footdrop/$apply?evaluatedAt=2026-03-01", ["http.evaluatedAt"]),
    ],
)
def test_a_misspelt_parameter_is_refused_by_its_name(address: str, where: list[str]) -> None:
    answer = ask(shared(), "POST", address, fixture("sparse-record"))
    assert answer.status_code == 400, "a misspelt day would be assessed as of now"
    said = outcome(answer)
    assert (said["code"], said["expression"]) == ("not-supported", where)


def test_what_every_request_may_say_and_what_a_gateway_adds_is_no_such_parameter() -> None:
    query = "format=json&_format=json&_pretty=true&gateway-key=x&from=portal&data=1&update=no&state=x&today=1"
    answer = ask(shared(), "POST", f"/assess?{query}", fixture("sparse-record"))
    assert answer.status_code == 200


@pytest.mark.parametrize(("query", "where"), [("format=pdf", "http.format"), ("as_of=yesterday", "http.as_of")])
def test_what_cannot_be_given_is_a_400_that_names_the_parameter(query: str, where: str) -> None:
    answer = ask(shared(), "POST", f"/assess?{query}", fixture("sparse-record"))
    assert (answer.status_code, outcome(answer)["expression"]) == (400, [where])
