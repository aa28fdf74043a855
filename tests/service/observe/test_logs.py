"""A log is one JSON object a line, and no library can put a value into it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from fhir_adapters.service.observe import logs
from tests.service.asking import ask, shared
from tests.service.support import CALLER, MemoryJournal, app, fixture


def formatted(name: str, level: int, message: object, *args: object, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord(name, level, "x.py", 1, message, args, more.pop("exc_info", None))
    record.__dict__.update(more)
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_our_own_message_comes_with_its_fields() -> None:
    found = formatted("fhir_adapters.service.x", logging.INFO, "kept %d", 3, fields={"route": "/assess"})
    assert (found["message"], found["route"], found["level"]) == ("kept 3", "/assess", "INFO")


@pytest.mark.parametrize(
    ("message", "args", "shown"),
    [
        ("HTTP Request: %s", ("GET /Patient?name=Doe",), "HTTP Request: %s"),
        ("Jane Doe", (), ""),
        (KeyError("Doe"), (), ""),
    ],
)
def test_of_a_library_s_message_no_value_is_shown(message: object, args: tuple[object, ...], shown: str) -> None:
    assert formatted("httpx", logging.WARNING, message, *args)["message"] == shown


def test_of_an_exception_type_and_places_are_shown_and_no_text() -> None:
    try:
        int("Jane Doe")
    except ValueError:
        found = formatted("asyncio", logging.ERROR, "Task exception", exc_info=sys.exc_info())
    (told,) = found["exception"]
    assert told["type"] == "builtins.ValueError"
    assert told["frames"][0].endswith("test_of_an_exception_type_and_places_are_shown_and_no_text")
    assert "Jane" not in str(found)


@pytest.fixture
def configured() -> Iterator[None]:
    """The process's logging as it was, once the test is over."""
    root = logging.getLogger()
    names = ("fhir_adapters", "uvicorn", "uvicorn.access")
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:], level, levels = before[0], before[1], before[2]
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    logging.getLogger("uvicorn.access").disabled = False


def test_a_request_is_one_line_without_its_query(configured: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    ask(shared(), "POST", "/assess?as_of=2026-03-01&format=text", fixture("sparse-record"), x_correlation_id="VISIT-1")
    ask(shared(), "GET", "/health")
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert (found["method"], found["route"], found["status"]) == ("POST", "/assess", 200)
    assert found["issuer"] == CALLER.issuer
    assert found["request_id"]
    assert found["ms"] > 0
    assert not {"2026-03-01", "VISIT-1"} & set(line.split('"'))


def test_whoever_knows_the_request_id_of_a_call_finds_its_audit_and_the_other_way_round(
    configured: None, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO")
    journal, request = MemoryJournal(), "aaaaaaaa-0000-4000-8000-000000000001"
    example = files("fhir_adapters.service.hooks").joinpath("example.json").read_bytes()
    path = "/cds-services/footdrop-patient-view"
    assert ask(app(journal), "POST", path, example, x_request_id=request).status_code == 200
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["request_id"], line["hook_instance"]) == (request, journal.assessments[0].request_id)


def test_the_line_of_a_call_that_is_refused_for_its_data_names_the_call(
    configured: None, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO")
    example = json.loads(files("fhir_adapters.service.hooks").joinpath("example.json").read_bytes())
    del example["prefetch"]["observations"]
    assert ask(shared(), "POST", "/cds-services/footdrop-patient-view", example).status_code == 412
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["hook_instance"] == example["hookInstance"]


def test_uvicorn_s_own_access_log_is_off(configured: None) -> None:
    logs.configure("DEBUG")
    assert logging.getLogger("uvicorn.access").disabled
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
