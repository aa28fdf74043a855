"""Nobody can make the service hold more, or parse deeper, than its settings say."""

from __future__ import annotations

import asyncio
import json
from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.errors import Unauthenticated
from fhir_adapters.service.http.limits import Limits
from fhir_adapters.service.http.nesting import PIECE, Nesting
from tests.service.asking import Json, ask, bundle, outcome, parameters, shared
from tests.service.support import NOW, MemoryJournal, app, fixture, settings

SMALL = 4096
CALL: Json = orjson.loads(files("fhir_adapters.service.hooks").joinpath("example.json").read_bytes())


class Sent:
    """A body in pieces that counts what was taken of it."""

    def __init__(self, piece: bytes, pieces: int) -> None:
        self._piece, self._pieces = piece, pieces
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._pieces):
            self.taken += 1
            yield self._piece


def streamed(body: Sent, service: FastAPI | None = None, **headers: str) -> tuple[int, int]:
    """The status, and how much of the body the service took in. httpx would read all of it first."""
    pieces = body.__aiter__()
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(pieces), "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
        "path": "/assess", "raw_path": b"/assess", "query_string": b"", "root_path": "", "client": None,
        "server": ("cds.example", 443),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    asyncio.run((service or app(max_body_bytes=SMALL))(scope, receive, send))
    return answered[0], body.taken


def test_a_body_of_100_mb_is_refused_at_the_first_piece_above_the_limit() -> None:
    assert streamed(Sent(b" " * 1024, 100_000), transfer_encoding="chunked") == (413, SMALL // 1024 + 1)


def test_a_body_that_is_announced_as_too_large_is_not_read_at_all() -> None:
    assert streamed(Sent(b" ", 10), content_length=str(SMALL + 1)) == (413, 0)


def test_a_false_announcement_does_not_help() -> None:
    assert streamed(Sent(b" " * 1024, 1000), content_length="1") == (413, SMALL // 1024 + 1)


def test_the_limit_itself_is_allowed() -> None:
    exact = fixture("sparse-record")
    answer = ask(app(max_body_bytes=len(exact)), "POST", "/assess", exact)
    assert answer.status_code == 200
    too_large = outcome(ask(app(max_body_bytes=len(exact)), "POST", "/assess", exact + b" "))
    assert too_large["code"] == "too-long"


def test_a_body_nested_too_deep_is_refused_before_it_is_parsed() -> None:
    deep = b'{"resourceType":"Bundle","entry":' + b"[" * 100 + b"]" * 100 + b"}"
    assert outcome(ask(shared(), "POST", "/assess", deep))["code"] == "too-costly"


def test_a_compressed_body_is_refused() -> None:
    answer = ask(shared(), "POST", "/assess", b"\x1f\x8b", content_encoding="gzip")
    assert answer.status_code == 415


def test_a_byte_order_mark_before_the_body_is_passed_over_on_every_face() -> None:
    record = bundle(fixture("sparse-record"))
    batch: Json = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": record}] * 2}
    bodies: dict[str, Json] = {
        "/assess?as_of=2026-11-10": record,
        "/$evaluate?evaluatedAt=2026-11-10": batch,
        "/PlanDefinition/footdrop/$apply": parameters(record, "2026-11-10"),
        "/cds-services/footdrop-patient-view": CALL,
    }
    for path, body in bodies.items():
        plain, marked = (ask(shared(), "POST", path, mark + orjson.dumps(body), content_type="application/json")
                         for mark in (b"", BOM_UTF8))  # fmt: skip
        assert (plain.status_code, plain.content) == (200, marked.content)


PAGE = "/workbench/api/plan"


def test_who_is_not_known_may_send_less() -> None:
    """A stranger pays nothing for what a body costs."""
    record = json.dumps({"record": fixture("sparse-record").decode()}).encode()
    kind = {"content_type": "application/json"}
    assert ask(app(max_public_body_bytes=len(record)), "POST", PAGE, record, **kind).status_code == 200
    told = outcome(ask(app(max_public_body_bytes=len(record)), "POST", PAGE, record + b" ", **kind))
    assert (told["code"], str(len(record)) in told["details"]["text"]) == ("too-long", True)
    assert ask(app(max_public_body_bytes=1024), "POST", "/assess", fixture("sparse-record")).status_code == 200
    assert outcome(ask(app(max_body_bytes=1024), "POST", PAGE, record, **kind))["code"] == "too-long"


@pytest.mark.parametrize("authorization", [{}, {"authorization": "x"}])
def test_a_body_that_nobody_has_vouched_for_is_not_read_at_a_door(authorization: dict[str, str]) -> None:
    async def stranger(_: object) -> Caller:
        raise Unauthenticated

    service = create_app(settings(), journal=MemoryJournal(), authenticate=stranger, clock=lambda: NOW)
    body = Sent(b"]", 10)
    assert streamed(body, service=service, **authorization) == (401, 0)


def depth(value: Any) -> int:
    """The depth of a JSON value, by walking it."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def deeper_than(limit: int, text: bytes, piece: int = PIECE) -> bool:
    """Whether a text is said to nest deeper, handed in so many bytes at a time."""
    nesting = Nesting(limit)
    return any(nesting.too_deep(text[start : start + piece]) for start in range(0, len(text), piece))


NASTY = st.text(alphabet='[]{}"\\\n(),x', max_size=12)
VALUES = st.recursive(
    st.none() | NASTY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NASTY, inner, max_size=3),
    max_leaves=25,
)


@given(VALUES, st.sampled_from([None, 1]), st.integers(1, 40))
def test_the_depth_is_that_of_the_value_whatever_its_strings_hold_and_however_it_arrives(
    value: Any, indent: int | None, piece: int
) -> None:
    text = json.dumps(value, indent=indent).encode()
    assert not deeper_than(depth(value), text, piece)
    assert depth(value) == 0 or deeper_than(depth(value) - 1, text, piece)


@given(st.lists(st.text(alphabet='[]{}"\\x', max_size=20).filter(lambda line: "\n" not in line), max_size=4), VALUES)
def test_broken_lines_before_it_hide_no_deep_line(broken: list[str], value: Any) -> None:
    lines = [*broken, json.dumps(value)]
    if depth(value):
        assert deeper_than(depth(value) - 1, "\n".join(lines).encode())


@pytest.mark.parametrize("text", [b"[" * 1_000_000, b"[" * 1_000_000 + b"]" * 1_000_000, b'{"a":' * 500_000])
def test_a_million_levels_are_counted_without_recursion(text: bytes) -> None:
    assert deeper_than(1000, text)


COSTLY = (rb"\a", rb"\\", b"]", b"[]]", b"[]", b'"', b'"["', b'"\n', b"[" * 13 + b"]" * 13)


@pytest.mark.parametrize("text", COSTLY)
@pytest.mark.parametrize("before", [b"", b'"'])
def test_between_the_pieces_of_a_large_body_others_have_their_turn(text: bytes, before: bytes) -> None:
    """Whatever it is made of: no body keeps the event loop for itself."""
    pieces = 20
    body = (before + text * (pieces * PIECE // len(text)))[: pieces * PIECE]
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def taken(_: Any, receive: Any, __: Any) -> None:
        assert (await receive())["body"] == body

    async def sent() -> None:
        beside = asyncio.create_task(others())
        await limits({"type": "http", "headers": []}, receive, no_answer)
        beside.cancel()

    limits = Limits(taken, max_body_bytes=len(body), max_public_body_bytes=len(body), max_nesting=len(body))
    asyncio.run(sent())
    assert turns >= pieces - 1


async def no_answer(_: Any) -> None:
    raise AssertionError("it was refused")
