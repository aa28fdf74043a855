"""What the pages' own requests get, and what they never do: keep a record, say it in a log, show it as markup."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from fhir_adapters import assess
from fhir_adapters.assessment import consulted
from fhir_adapters.service.pages.samples import SAMPLES, records
from guideline.ask import ask_one
from guideline.difference import difference
from guideline.edition import edition
from guideline.explain import rule_page
from guideline.page import page as printed
from guideline.rulebook import rulebook
from guideline.vocabulary import diagnoses, features
from guideline.what_if import parse_setting, what_if
from guideline.why import why
from guideline.why_not import why_not
from tests.service import support
from tests.service.pages.support import below
from tests.service.support import FIXTURES, fixture

RECORD = fixture("peroneal-leg-crossing").decode()
AS_OF = "2026-03-01"
SERVED = ("/static/main.js", "/workbench/api/start", "/rules/FD-NONE-99")
PAGES = ("/", "/rules", "/rules/FD-SUR-01", "/algorithm")


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as made:
        yield made


def asked(method: str, path: str, body: Any = None, **settings: Any) -> httpx.Response:
    """One request to a service with settings of its own."""

    async def ask_it() -> httpx.Response:
        transport = httpx.ASGITransport(support.app(**settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, json=body)

    return asyncio.run(ask_it())


def ask_for(client: httpx.Client, what: str, **given: Any) -> Any:
    answer = client.post(f"/workbench/api/{what}", json={"record": RECORD, "as_of": AS_OF, **given})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_samples_are_the_fixtures(client: httpx.Client) -> None:
    index = (FIXTURES / "README.md").read_text()
    assert set(records()) == {each.name for each in SAMPLES}
    for sample in SAMPLES:
        assert records()[sample.name] == (FIXTURES / sample.name).read_bytes(), "run `make samples`"
        expected = tomllib.loads((FIXTURES / f"{sample.name.split('.')[0]}.expected.toml").read_text())
        assert sample.as_of == expected["as_of"]
        assert f"| [{sample.name}]({sample.name}) | {sample.story} |" in index
        assert client.get(f"/workbench/api/samples/{sample.name}").content == records()[sample.name]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.name)
def test_the_page_says_what_the_command_says(client: httpx.Client, sample: Any) -> None:
    record = records()[sample.name].decode()
    plan = ask_for(client, "plan", record=record, as_of=sample.as_of)["plan"]
    text = " ".join(printed(assess(record, as_of=sample.as_of)).split())
    for each in (*plan["alerts"], *plan["goals"], *plan["prognosis"], *plan["problems"], *plan["timeline"]):
        assert each["text"] in text
    for order in plan["orders"]:
        assert order["title"] in text
        if order["status"] == "new":
            assert order["text"] in text
            assert order["window"] in text
    assert plan["outcome"]["text"] in text


def test_a_changed_answer_is_the_what_if_of_the_guideline(client: httpx.Client) -> None:
    settings = ["anal-tone-reduced=yes", "mrc-ankle-dorsiflexion:left=1"]
    found = ask_for(client, "plan", settings=settings, previous=settings[:1])
    consultation = consultation_of_the_demo()
    told = what_if(consultation, [parse_setting(each, consultation.as_of) for each in settings])
    assert [order["key"] for order in found["plan"]["orders"]] == [order.key for order in told.after.orders]
    orders = [each for each in found["changes"] if each["part"] == "order"]
    assert [(each["key"], each["change"]) for each in orders] == [
        (each.key, each.change) for each in told.difference.orders
    ]
    first = what_if(consultation, [parse_setting(settings[0], consultation.as_of)])
    since = difference(first.after, told.after)
    alerts = [(each["key"], each["change"]) for each in found["since"] if each["part"] == "alert"]
    assert alerts == [(each.key, each.change) for each in since.alerts]
    assert ask_for(client, "assessment", settings=settings) == told.after.model_dump(mode="json")


def consultation_of_the_demo() -> Any:
    return consulted(RECORD, as_of=AS_OF)[0]


def test_why_why_not_and_effects_are_the_guidelines(client: httpx.Client) -> None:
    consultation = consultation_of_the_demo()
    found = ask_for(client, "why", key="ankle-foot-orthosis", side="left")
    told = why(consultation, "ankle-foot-orthosis", "left")
    assert [each["derivation"]["rule"] for each in found["said"]] == [each.derivation.rule for each in told.said]
    assert [each["answered"] for each in found["said"]] == [each.answered for each in told.said]
    found = ask_for(client, "why-not", key="mri-brain")
    assert [each["rule"] for each in found["obstacles"]] == [
        each.rule for each in why_not(consultation, "mri-brain").obstacles
    ]
    question = ask_one(consultation, "anal-tone-reduced", None)
    assert question is not None
    found = ask_for(client, "effects", key="anal-tone-reduced")
    assert [each["label"] for each in found["answers"]] == [each.label for each in question.answers]


def test_fhir_is_the_records_own_plan_whatever_was_answered(client: httpx.Client) -> None:
    own = assess(RECORD, as_of=AS_OF).to_fhir()
    assert ask_for(client, "fhir", settings=["anal-tone-reduced=yes"]) == own


def test_everything_of_the_vocabulary_can_be_answered(client: httpx.Client) -> None:
    rows = client.get("/workbench/api/start").json()["vocabulary"]
    assert {row["key"] for row in rows} == {*features(), *diagnoses(), "birth-date"}
    values = {"number": lambda row: str(row["low"] or 1), "date": lambda _: "2020-01-01"}
    settings = []
    for row in rows:
        value = row["choices"][0]["value"] if row["way"] == "choice" else values[row["way"]](row)
        settings += (
            [f"{row['key']}:{side}={value}" for side in ("left", "right")]
            if row["sided"]
            else [f"{row['key']}={value}"]
        )
    for start in range(0, len(settings), 100):
        found = ask_for(client, "plan", settings=settings[start : start + 100])
        for each in settings[start : start + 100]:
            where, _, value = each.partition("=")
            if where.partition(":")[0] not in ("severity", "course"):  # which grades overrule
                assert found["known"][where]["value"] == value


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"record": '{"resourceType": "Bundle", "type": "collection"}'}, 422, "no patient"),
        ({"as_of": "yesterday"}, 400, "whole date"),
        ({"as_of": "2026-03"}, 400, "whole date"),
        ({"settings": ["mrc-ankle-dorsiflexion:left=9"]}, 400, "from 0 to 5"),
        ({"settings": ["CANARY-7=1"]}, 400, "not an answer"),
        ({"settings": ["onset:left=2031-01-01"]}, 400, "not after the day of assessment"),
        ({"unknown": 1}, 400, "no question"),
        ({"settings": ["x" * 200]}, 400, "no question"),
    ],
)
def test_what_cannot_be_answered_is_refused_without_quoting_it(
    client: httpx.Client, given: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post("/workbench/api/plan", json={"record": RECORD, "as_of": AS_OF, **given})
    assert answer.status_code == status
    text = answer.json()["issue"][0]["details"]["text"]
    assert said in text
    assert "CANARY-7" not in answer.text


@pytest.mark.parametrize("what", ["why", "why-not", "effects"])
def test_a_key_that_is_not_there_is_refused(client: httpx.Client, what: str) -> None:
    answer = client.post(f"/workbench/api/{what}", json={"record": RECORD, "as_of": AS_OF, "key": "no-such-thing"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [*PAGES, *SERVED])
def test_every_page_is_locked_to_its_own_origin(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_a_style_of_its_own(client: httpx.Client, path: str) -> None:
    text = client.get(path).text
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert text.count("<script") == len(re.findall(r'<script src="\.\.?/static/', text))
    assert "http://" not in text.replace("http://www.w3.org/", "").split("<main")[0]


@pytest.mark.parametrize("path", ["", "rules", "rules/FD-SUR-01", "rules/FD-NONE-99", "algorithm", "docs"])
@pytest.mark.parametrize("given", [{}, {"workbench": False}])
def test_below_a_path_of_a_proxy_every_link_leads_to_where_the_service_is(path: str, given: dict[str, Any]) -> None:
    service = support.app(public_url="https://host.example/footdrop", **given)

    async def statuses() -> dict[str, int]:
        transport = httpx.ASGITransport(below(service, "/footdrop"))
        async with httpx.AsyncClient(transport=transport, base_url="https://host.example") as client:
            page = await client.get(f"/footdrop/{path}")
            named = {urljoin(str(page.url), each) for each in re.findall(r'(?:href|src)="([^"#]+)', page.text)}
            return {each: (await client.get(each)).status_code for each in named if "//host.example/" in each}

    found = asyncio.run(statuses())
    assert len(found) >= 3
    assert set(found.values()) == {200}, found


def test_nothing_of_a_record_is_kept_or_logged(
    client: httpx.Client, journal: support.MemoryJournal, caplog: pytest.LogCaptureFixture
) -> None:
    record = json.loads(RECORD)
    for entry in record["entry"]:
        entry["resource"]["text"] = {"status": "generated", "div": "CANARY-42"}
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            "/workbench/api/plan", json={"record": json.dumps(record), "as_of": AS_OF, "settings": ["egfr=41"]}
        )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "CANARY-42" not in caplog.text
    assert not journal.assessments


def test_the_day_is_today_where_none_is_given(client: httpx.Client) -> None:
    assert ask_for(client, "plan", as_of="")["plan"]["as_of"].startswith("2026-03-01")


def test_the_pages_can_be_switched_off() -> None:
    assert asked("GET", "/", pages=False).status_code == 404
    assert asked("POST", "/workbench/api/plan", {"record": RECORD}, pages=False).status_code == 404


def test_the_human_edition_reaches_every_rule_statement_and_number(client: httpx.Client) -> None:
    text = client.get("/rules").text
    book = rulebook()
    for rule in book.rules:
        assert f'<section class="rule" id="{rule.id}">' in text
        assert f'href="./rules/{rule.id}"' in text
        for statement in rule.statements:
            assert f'<td id="{statement}">' in text
    for key in book.parameters:
        assert f'<td id="{key}">' in text
    linked = {part.split(")")[0] for part in edition(book).split("](#")[1:]}
    assert not [anchor for anchor in linked if f'id="{anchor}"' not in text]
    assert "&lt;a id" not in text


def test_every_rule_has_a_page_with_all_that_it_cites(client: httpx.Client) -> None:
    book = rulebook()
    for rule in book.rules:
        answer = client.get(f"/rules/{rule.id}")
        assert answer.status_code == 200
        told = rule_page(rule.id, book)
        for cited in (*told.statements, *told.conflicts, *told.beyond, *told.decisions):
            assert f'<figure id="{cited.id}"' in answer.text


def test_a_site_reads_its_own_numbers(tmp_path: Any) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        'signed_by = "Dr A. Example"\nsigned_on = 2026-02-01\n[parameters]\nperoneal-surgery-eligible = "10 weeks"\n'
    )
    assert "10 weeks" in asked("GET", "/rules/FD-SUR-01", site=str(site)).text
    found = asked("POST", "/workbench/api/plan", {"record": RECORD, "as_of": AS_OF}, site=str(site))
    assert "10 weeks" in found.json()["plan"]["site_values"][0]
