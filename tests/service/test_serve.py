"""`footdrop serve`: it says what is wrong before it starts, and leaves nobody without an answer when it stops."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fhir_adapters import cli
from fhir_adapters.service import serve
from tests.service.support import MemoryJournal, app, fixture, settings

SERVE = """
from fhir_adapters.service import serve
serve.FACTORY = "tests.service.served:application"
if __name__ == "__main__":
    raise SystemExit(serve.main())
"""
COMMAND = "import sys; from fhir_adapters.cli import main; sys.exit(main(['serve']))"
LONGEST = 60  # seconds


def environment(folder: Path, **given: str) -> dict[str, str]:
    ours = {f"FOOTDROP_{name}": value for name, value in given.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOOTDROP_")}
    return kept | {"FOOTDROP_SPOOL": str(folder / "spool"), "FOOTDROP_DATABASE_URL": f"sqlite:///{folder}/x.db"} | ours


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What `footdrop serve` says to settings that are wrong: exit status, lines of standard error."""

    def command(**given: str) -> tuple[int, list[str]]:
        for name, value in environment(tmp_path, **given).items():
            monkeypatch.setenv(name, value)
        return cli.main(["serve"]), capsys.readouterr().err.splitlines()

    return command


def test_settings_that_are_wrong_are_named_a_line_each_and_not_quoted(command: Any) -> None:
    status, said = command(PORT="eighty", WORKERS="0", ISSUERS='[{"iss": "s3cret"}]', PSEUDONYM_KEY="s3cret")
    assert status == 2
    assert {line.partition(": ")[0] for line in said} == {"FOOTDROP_PORT", "FOOTDROP_WORKERS", "FOOTDROP_ISSUERS[0]"}
    assert "s3cret" not in str(said)


def test_all_that_production_needs_is_asked_for_at_once(command: Any) -> None:
    status, said = command()
    assert status == 2
    assert [line.partition(": ")[0] for line in said] == [
        "FOOTDROP_ISSUERS", "FOOTDROP_PUBLIC_URL", "FOOTDROP_PSEUDONYM_KEY",
    ]  # fmt: skip


@pytest.mark.parametrize(("characters", "named"), [(31, True), (32, False)])
def test_a_key_of_pseudonyms_that_could_be_guessed_is_named(command: Any, characters: int, named: bool) -> None:
    status, said = command(PSEUDONYM_KEY="k" * characters)
    assert status == 2, "there is more that production needs"
    assert ("FOOTDROP_PSEUDONYM_KEY: needs at least 32 characters" in said) is named
    assert any("PSEUDONYM_KEY" in line for line in said) is named


def test_a_list_that_is_no_json_is_named(command: Any) -> None:
    assert command(ISSUERS="ehr") == (2, ["FOOTDROP_ISSUERS: is not JSON"])


@pytest.mark.parametrize("address", ["https://", "https:///cds", "http://cds.example"])
def test_a_public_address_without_a_host_or_without_https_is_none(command: Any, address: str) -> None:
    status, said = command(PUBLIC_URL=address)
    assert status == 2
    assert [line for line in said if line.startswith("FOOTDROP_PUBLIC_URL: must be the https address")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("SITE", "nowhere.toml"), ("SITE", "pyproject.toml"), ("DATABASE_URL", "mysql://me:s3cret@host/db")],
)
def test_what_the_settings_name_is_looked_at_before_the_start(command: Any, name: str, value: str) -> None:
    status, said = command(DEVELOPMENT="true", **{name: value})
    assert (status, len(said)) == (2, 1)
    assert said[0].startswith(f"FOOTDROP_{name}: ")
    assert "s3cret" not in said[0]


def test_without_the_service_s_packages_the_command_says_what_to_install(tmp_path: Path) -> None:
    without = "import sys; sys.modules['fastapi'] = None; " + COMMAND
    settled = environment(tmp_path)
    run = subprocess.run([sys.executable, "-c", without], env=settled, capture_output=True, timeout=LONGEST)
    assert run.returncode == 2
    assert b"pip install 'footdrop-guideline[service]'" in run.stderr


def test_assess_starts_without_any_of_it() -> None:
    said = "from fhir_adapters.cli import main; main(['assess', '-', '--as-of', '2026-03-01']); import sys; "
    heavy = "sys.exit(any(name in sys.modules for name in ('fastapi', 'uvicorn', 'pydantic_settings', 'sqlalchemy')))"
    run = subprocess.run([sys.executable, "-c", said + heavy], input=fixture("sparse-record"), capture_output=True)
    assert run.returncode == 0


class Running:
    """A server on a port of its own; `said` gives its log line by line until a message is there."""

    def __init__(self, folder: Path, **given: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        given = {"DEVELOPMENT": "true", "PORT": str(self.port), **given}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE], env=environment(folder, **given), stderr=subprocess.PIPE
        )
        self.lines: list[dict[str, Any]] = []

    def until(self, message: str, times: int = 1) -> dict[str, Any]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(json.loads(line))
            times -= self.lines[-1]["message"].startswith(message)
            if not times:
                return self.lines[-1]
        raise AssertionError(f"the server ended without: {message}")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Any]:
    """Starts servers, and ends them whatever happens. A server that hangs is ended by an alarm of the test itself."""
    started: list[Running] = []

    def start(**given: str) -> Running:
        started.append(Running(tmp_path, **given))
        return started[-1]

    signal.alarm(2 * LONGEST)
    yield start
    signal.alarm(0)
    for server in started:
        server.process.kill()
        server.process.communicate()


def test_a_call_that_runs_when_the_service_is_stopped_is_still_answered(running: Any) -> None:
    server = running()
    server.until("Uvicorn running")
    body = fixture("sparse-record")
    head = "POST /assess HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as client:
        client.sendall(head.encode() + body[:100])
        with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as other:
            other.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            other.makefile("rb").read()  # the server has read what was sent before
        server.process.send_signal(signal.SIGTERM)
        server.until("Shutting down")
        client.sendall(body[100:])
        assert client.makefile("rb").read().startswith(b"HTTP/1.1 200")
    assert server.until("journal closed")["kept"] == 1
    assert server.process.wait(LONGEST) == 0


CANARY = "CANARY-Jane-Doe-4711"
UPGRADE = f"""GET /Patient/{CANARY}?name={CANARY} HTTP/1.1\r
Host: x\r
Connection: Upgrade, close\r
Upgrade: websocket\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
\r
"""


def test_head_leaves_the_connection_to_the_next_request_and_is_logged_as_itself(running: Any) -> None:
    server = running()
    server.until("Uvicorn running")
    sizes = []
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=LONGEST)) as connection:
        connection.connect()
        connection.auto_open = 0  # a connection that was closed would be opened again, and nobody would see it
        for method in ("HEAD", "GET", "HEAD", "GET"):
            connection.request(method, "/metadata")
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.status, bool(body)) == (200, method == "GET")
            sizes.append(answer.headers["content-length"])
    assert len(set(sizes)) == 1
    server.process.send_signal(signal.SIGTERM)
    server.until("journal closed")
    answered = [line for line in server.lines if line["message"] == "answered"]
    assert [(line["method"], line["route"]) for line in answered] == [("HEAD", "/metadata"), ("GET", "/metadata")] * 2
    assert not [line for line in server.lines if line["level"] in ("ERROR", "WARNING") and "exception" in line]


def said_to(server: Running, *pieces: bytes) -> list[bytes]:
    """What each piece that is sent on one connection is answered; the last answer ends with the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as client:
        answers = []
        for piece in pieces[:-1]:
            client.sendall(piece)
            answers.append(client.recv(65_536))
        client.sendall(pieces[-1])
        return [*answers, client.makefile("rb").read()]


HEALTH = b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("piece", [b"", b"\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_does_not_come_ends_the_connection_and_not_the_service(running: Any, piece: bytes) -> None:
    server = running(REQUEST_TIMEOUT_SECONDS="0.5")
    server.until("Uvicorn running")
    assert said_to(server, piece) == [b""], "the client was silent, and so is the server"
    answered, later = said_to(server, HEALTH, piece)
    assert answered.startswith(b"HTTP/1.1 200")
    assert later == b"", "nor is the second request of a connection waited for"
    assert httpx.get(f"http://127.0.0.1:{server.port}/health", timeout=LONGEST).status_code == 200


def test_a_client_that_takes_nothing_of_its_answers_does_not_keep_its_connection(running: Any) -> None:
    server = running(REQUEST_TIMEOUT_SECONDS="0.5")
    server.until("Uvicorn running")
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET /static-offline-docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 9)
        closed = select.poll()
        closed.register(client, 0)
        assert closed.poll(LONGEST * 1000), "the server has let go of it"


def test_a_connection_beyond_the_limit_is_closed_and_the_others_are_answered(running: Any) -> None:
    server = running(MAX_CONNECTIONS="1")
    server.until("Uvicorn running")
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as client:
        client.sendall(HEALTH)
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{server.port}/health", timeout=LONGEST)
        client.sendall(HEALTH)
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "request_",
    [
        f"FOO /{CANARY} HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /assess HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /assess HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        f"{CANARY}\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_as_everything_is(running: Any, request_: str) -> None:
    server = running()
    server.until("Uvicorn running")
    (answer,) = said_to(server, request_.encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/fhir+json")
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    server.process.send_signal(signal.SIGTERM)
    server.until("journal closed")
    assert CANARY not in f"{answer!r}{server.lines}"


def test_who_asks_for_a_websocket_is_answered_like_everybody_and_leaves_nothing_in_the_log(running: Any) -> None:
    server = running()
    server.until("Uvicorn running")
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as client:
        client.sendall(UPGRADE.encode())
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 404")
    server.process.send_signal(signal.SIGTERM)
    server.until("journal closed")
    assert CANARY not in str(server.lines)


def test_development_is_logged_at_every_start_of_every_worker(running: Any) -> None:
    server = running(WORKERS="2")
    server.until("Application startup complete", times=2)
    warned = [line for line in server.lines if line["message"].startswith("DEVELOPMENT MODE")]
    assert [line["level"] for line in warned] == ["WARNING", "WARNING"]
    answer = httpx.get(f"http://127.0.0.1:{server.port}/metrics", timeout=LONGEST)
    assert "footdrop_guideline" in answer.text
    assert "server" not in answer.headers
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(LONGEST) == 0


async def lived(service: FastAPI) -> None:
    async with service.router.lifespan_context(service):
        pass


def test_start_assesses_the_canary_and_freezes_what_it_made(caplog: pytest.LogCaptureFixture) -> None:
    journal, frozen = MemoryJournal(), gc.get_freeze_count()
    with caplog.at_level("INFO"):
        asyncio.run(lived(app(journal)))
    assert gc.get_freeze_count() > frozen
    gc.unfreeze()
    assert (journal.begun, journal.closed) == (True, True)
    assert [each.message for each in caplog.records if each.name.endswith("app")] == ["ready", "stopped"]


def test_the_server_believes_only_the_proxies_that_are_named_and_hides_itself() -> None:
    options = serve.server_options(settings(proxies="10.0.0.1", request_timeout_seconds=30.0))
    assert (options["forwarded_allow_ips"], options["server_header"], options["access_log"]) == (
        "10.0.0.1",
        False,
        False,
    )
    assert options["timeout_graceful_shutdown"] > 30
