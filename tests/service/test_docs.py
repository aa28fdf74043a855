"""What is written about the service is what it does: pages, OpenAPI, examples."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import orjson
import pytest
from fastapi.openapi.models import OpenAPI

from fhir_adapters import CannotAssess, assess
from fhir_adapters.service import errors
from fhir_adapters.service.errors import ServiceError
from fhir_adapters.service.http.answers import NDJSON
from fhir_adapters.service.http.throttle import DOORS
from fhir_adapters.service.operations.names import PLAN_URL
from fhir_adapters.service.settings import Settings, table
from tests.service.asking import Json, ask, bundle, shared
from tests.service.support import fixture

DOCS = Path(__file__).resolve().parents[2] / "docs"
SERVICE = (DOCS / "service.md").read_text()
RECORD = bundle(fixture("sparse-record"))
DAY = "2026-11-10"


def openapi() -> Json:
    found: Json = ask(shared(), "GET", "/openapi.json").json()
    return found


def operations() -> list[tuple[str, str, Json]]:
    return [(path, method, about) for path, methods in openapi()["paths"].items() for method, about in methods.items()]


def test_the_table_of_settings_is_the_settings() -> None:
    begin, end = "<!-- settings:begin -->\n", "<!-- settings:end -->"
    assert SERVICE.partition(begin)[2].partition(end)[0] == table(), "run `make docs`"
    assert table().count("\n") == len(Settings.model_fields) + 2
    assert "None" not in table()


def test_every_refusal_is_in_the_page_with_its_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ServiceError)]
    rows = " ".join(re.findall(r"^\| ([\d, ]+) \|", SERVICE, re.MULTILINE))
    assert {str(kind.status) for kind in kinds} <= set(re.findall(r"\d{3}", rows))


def test_every_address_is_in_the_page() -> None:
    table = SERVICE.partition("## What it answers")[2].partition("###")[0]
    for path, _, _ in operations():
        assert f"/{path.split('/')[1]}" in table, path


def test_the_page_names_the_canonical_of_the_guideline() -> None:
    assert f"`{PLAN_URL}`" in SERVICE, "the address ends in another word"


def test_the_openapi_description_is_valid_and_refers_to_what_it_has() -> None:
    found = openapi()
    OpenAPI.model_validate(found)
    for reference in re.findall(r'"\$ref":\s*"#/([^"]+)"', json.dumps(found)):
        part = found
        for step in reference.split("/"):
            part = part[step]
    ids = [about["operationId"] for _, _, about in operations()]
    assert len(ids) == len(set(ids))


def test_every_operation_is_described_and_every_refusal_has_its_example() -> None:
    for path, _, about in operations():
        assert about["summary"], path
        assert about["tags"], path
        for status, response in about["responses"].items():
            assert response["description"], (path, status)
            if int(status) >= 400 and (path, status) != ("/ready", "503"):
                shown = response["content"]["application/fhir+json"]["example"]
                assert shown["resourceType"] == "OperationOutcome"


def test_whoever_reads_the_description_knows_where_a_token_is_asked_for_and_what_kind() -> None:
    found = openapi()
    (name,) = (each for each, about in found["components"]["securitySchemes"].items() if about["scheme"] == "bearer")
    for path, _, about in operations():
        assert (about.get("security") == [{name: []}]) == bool(DOORS.fullmatch(path)), path


def test_the_description_of_feedback_and_of_ndjson_is_that_of_the_page() -> None:
    paths = openapi()["paths"]
    rates, export = (paths[f"/feedback/{each}"]["get"] for each in ("rates", "export"))
    assert [each["name"] for each in rates["parameters"]] == ["since", "until"]
    assert [each["name"] for each in export["parameters"]] == ["since", "until", "format"]
    assert {"400", "401", "429", "503"} <= rates["responses"].keys() & export["responses"].keys()
    assert set(export["responses"]["200"]["content"]) == {"application/x-ndjson", "text/csv"}
    for path in ("/$evaluate", "/assess"):
        assert set(paths[path]["post"]["requestBody"]["content"]) > NDJSON


def test_the_examples_are_a_fixture_and_are_answered() -> None:
    tried = 0
    for path, method, about in operations():
        body = about.get("requestBody", {}).get("content", {}).get("application/fhir+json", {})
        for example in body.get("examples", {}).values():
            assert json.dumps(RECORD, sort_keys=True) in json.dumps(example["value"], sort_keys=True)
            address = path.replace("{resource_id}", "footdrop")
            answer = ask(shared(), method.upper(), address, orjson.dumps(example["value"]))
            assert answer.status_code == 200, (path, answer.text)
            tried += 1
    assert tried >= 5


def test_the_example_of_a_call_of_cds_hooks_gets_cards() -> None:
    for base in ("", "/v3"):
        about = openapi()["paths"][f"{base}/cds-services/{{id}}"]["post"]
        example = about["requestBody"]["content"]["application/json"]["example"]
        address = f"{base}/cds-services/footdrop-{example['hook']}"
        answer = ask(shared(), "POST", address, orjson.dumps(example), content_type="application/json")
        assert answer.status_code == 200, answer.text
        assert [card["indicator"] for card in answer.json()["cards"]] == ["warning", "info", "info"]


def test_the_page_of_cds_hooks_shows_a_call_and_what_it_answers() -> None:
    page = (DOCS / "cds-hooks.md").read_text()
    call = re.search(r"curl .*?--data-binary @(\S+) \\\n *http://127.0.0.1:8080(\S+)", page)
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert call is not None
    assert shown is not None
    answer = ask(shared(), "POST", call[2], (DOCS.parent / call[1]).read_bytes(), content_type="application/json")
    said = [f"{card['indicator']} {card['summary']}" for card in answer.json()["cards"]]
    for line, card in zip(shown[1].splitlines(), said, strict=True):
        words = " ".join(line.split())
        assert re.fullmatch(".*".join(map(re.escape, words.split("…"))), card), (words, card)


def test_the_description_says_of_each_form_of_apply_what_it_can_give_and_what_any_call_may_answer() -> None:
    found = openapi()
    for path in ("/PlanDefinition/$apply", "/PlanDefinition/{resource_id}/$apply"):
        (form,) = (each for each in found["paths"][path]["post"]["parameters"] if each["name"] == "form")
        assert form["schema"]["enum"] == ["careplan", "bundle"]
    assert all(word in found["info"]["description"] for word in ("405", "500", "HTML"))


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xfe{}", {}, 400),
        (b"", {}, 400),
        (b"hello", {}, 400),
        (b"hello", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_type": "application/json; charset=latin1"}, 415),
        (b"{}", {"content_encoding": "gzip"}, 415),
    ],
)
def test_what_is_no_json_is_400_and_what_says_that_it_is_something_else_is_415(
    body: bytes, headers: dict[str, str], status: int
) -> None:
    """As both pages have it."""
    for path in ("/cds-services/footdrop-patient-view", "/assess", "/$evaluate", "/PlanDefinition/$apply"):
        assert ask(shared(), "POST", path, body, **headers).status_code == status, path


def test_the_page_of_it_needs_no_network() -> None:
    page = ask(shared(), "GET", "/docs").text
    needed = re.findall(r'(?:src|href)="([^"]+)"', page) + re.findall(r"url: '([^']+)'", page)
    assert len(needed) >= 4
    for address in needed:
        assert not re.match("[a-z]+:|/", address), "neither of another host, nor of another path of a proxy"
        assert ask(shared(), "GET", f"/{address}").status_code == 200


# --- the workflow engines of engines.md, over stand-ins with the few names that the snippets use


def snippet(heading: str) -> str:
    text = (DOCS / "engines.md").read_text()
    found = re.search(rf"^## {re.escape(heading)}.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found.group(1)


def run(monkeypatch: pytest.MonkeyPatch, heading: str, **modules: Any) -> dict[str, Any]:
    for name, names in modules.items():
        module = ModuleType(name.replace("__", "."))
        module.__dict__.update(names)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    space: dict[str, Any] = {}
    exec(snippet(heading), space)
    return space


def cannot() -> CannotAssess:
    with pytest.raises(CannotAssess) as caught:
        assess({}, as_of=DAY)
    return caught.value


def test_in_zeebe_a_bad_record_is_a_bpmn_error_and_our_own_error_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class ZeebeTaskRouter:
        def task(self, task_type: str, exception_handler: Any) -> Any:
            assert (task_type, exception_handler.__name__) == ("assess-foot-drop", "refused")
            return lambda function: function

    class Controller:
        def __init__(self) -> None:
            self.told: list[tuple[str, str | int]] = []

        async def set_error_status(self, message: str, error_code: str = "") -> None:
            self.told.append((error_code, message))

        async def set_failure_status(self, message: str, retry_back_off_ms: int = 0) -> None:
            self.told.append((message, retry_back_off_ms))

    names = {"Job": object, "JobController": Controller, "ZeebeTaskRouter": ZeebeTaskRouter}
    space = run(monkeypatch, "Zeebe (Camunda 8), as a job worker", pyzeebe=names)
    found = space["assess_foot_drop"](RECORD, DAY)
    expected = assess(RECORD, as_of=DAY)
    assert found == {
        "outcome": expected.outcome,
        "orders": [each.key for each in expected.orders if each.status == "new"],
    }
    controller = Controller()
    for wrong in (cannot(), RuntimeError("Jane Doe")):
        asyncio.run(space["refused"](wrong, object(), controller))
    assert controller.told == [("CANNOT_ASSESS", str(cannot())), ("RuntimeError", 5000)]


def test_in_temporal_a_bad_record_is_never_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class ApplicationError(Exception):
        def __init__(self, message: str, *details: Any, type: str | None = None, non_retryable: bool = False) -> None:  # noqa: A002
            super().__init__(message)
            self.details, self.type, self.non_retryable = details, type, non_retryable

    activity = SimpleNamespace(defn=lambda function: function)
    modules = {"temporalio": {"activity": activity}, "temporalio__exceptions": {"ApplicationError": ApplicationError}}
    space = run(monkeypatch, "Temporal, as an activity", **modules)
    assert space["assess_foot_drop"](RECORD, DAY) == assess(RECORD, as_of=DAY).model_dump(mode="json")
    with pytest.raises(ApplicationError) as caught:
        space["assess_foot_drop"]({}, DAY)
    assert (caught.value.type, caught.value.non_retryable) == ("CannotAssess", True)
    assert caught.value.details == (cannot().outcome,)


def test_in_spiffworkflow_a_service_task_gets_json(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine(environment: Any) -> Any:
        return SimpleNamespace(environment=environment)

    names = {"PythonScriptEngine": engine, "TaskDataEnvironment": object}
    engines = {"SpiffWorkflow__bpmn__script_engine": names}
    space = run(monkeypatch, "SpiffWorkflow, as a service task", SpiffWorkflow={}, SpiffWorkflow__bpmn={}, **engines)
    call = space["engine"].environment.call_service
    for record, outcome in ((RECORD, assess(RECORD, as_of=DAY).outcome), ({}, "cannot-assess")):
        given = {"record": {"value": record, "type": "any"}, "evaluated_at": {"value": DAY, "type": "str"}}
        assert json.loads(call({}, operation_name="assess-foot-drop", operation_params=given))["outcome"] == outcome
    with pytest.raises(ValueError, match="unknown operation"):
        call({}, operation_name="other", operation_params={})


def test_in_airflow_a_task_goes_from_path_to_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class AirflowFailException(Exception):  # noqa: N818 - its name there
        pass

    modules = {"airflow": {}, "airflow__exceptions": {"AirflowFailException": AirflowFailException}}
    space = run(monkeypatch, "Airflow, over files", **modules)
    record, answer = tmp_path / "record.json", tmp_path / "answer.json"
    record.write_bytes(fixture("sparse-record"))
    assert space["assess_foot_drop"](str(record), DAY, str(answer)) == str(answer)
    assert json.loads(answer.read_bytes()) == assess(RECORD, as_of=DAY).to_fhir()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    record.write_bytes(b"{}")
    with pytest.raises(AirflowFailException):
        space["assess_foot_drop"](str(record), DAY, str(tmp_path / "none.json"))
    assert not (tmp_path / "none.json").exists()
