"""The same conversation over real sockets with `footdrop serve` and two workers, its keys given out of band."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.service.ehr.conftest import record_of
from tests.service.ehr.ehr import Ehr, refused
from tests.service.ehr.keys import Signer
from tests.service.ehr.record import FhirServer
from tests.service.ehr.rules import wrong_with_answer
from tests.service.ehr.running import now

ROOT = Path(__file__).resolve().parents[3]
PUBLIC = "https://cds.example"
ISSUER = "https://ehr.example"
COMMAND = [sys.executable, "-c", "import sys; from fhir_adapters.cli import main; sys.exit(main())", "serve"]
VIEW = "patient-view"
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.slow


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    address: str
    ehr: Ehr

    def workers(self) -> list[int]:
        """The processes of the service, its supervisor among them."""
        return [self.process.pid, *children(self.process.pid)]

    def most_memory(self) -> int:
        """The most that any of them ever held, in bytes."""
        peaks = [Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0] for pid in self.workers()]
        return max(map(int, peaks)) * 1024


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Translated(httpx.AsyncHTTPTransport):
    """The proxy before the service: what goes to its public address arrives at its port."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False, retries=6)  # plain http, and the service may still be starting
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    signer, record = Signer(ISSUER, ""), record_of("peroneal-leg-crossing")
    (folder / "keys.json").write_bytes(signer.jwks(httpx.Request("GET", ISSUER)).content)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "PORT": str(port),
        "WORKERS": "2",
        "PUBLIC_URL": PUBLIC,
        "PSEUDONYM_KEY": "p" * 32,
        "ISSUERS": json.dumps([{"iss": ISSUER, "jwks": str(folder / "keys.json")}]),
        "DATABASE_URL": f"sqlite:///{folder / 'journal.db'}",
        "SPOOL": str(folder / "spool"),
        "MAX_BODY_BYTES": str(2 * MEGABYTE),
        "CALLER_REQUESTS_PER_MINUTE": "0",
        "ADDRESS_REQUESTS_PER_MINUTE": "0",
    }
    environment = os.environ | {f"FOOTDROP_{name}": value for name, value in given.items()}
    with (folder / "log").open("wb") as log, asyncio.Runner() as runner:
        process = subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stderr=log)
        client = httpx.AsyncClient(transport=Translated(port), timeout=30)
        ehr = Ehr(record, FhirServer(record, ""), signer, client, PUBLIC, now, runner.run, grants=False)
        try:
            until_ready(ehr)
            yield Served(process, f"http://127.0.0.1:{port}", ehr)
        finally:
            runner.run(client.aclose())
            process.terminate()
            assert process.wait(30) == 0, (folder / "log").read_text()


def until_ready(ehr: Ehr) -> None:
    def ready() -> bool:
        try:
            return ehr.request("GET", f"{PUBLIC}/ready?part=advice").is_success
        except httpx.TransportError:
            return False

    within_a_minute(ready)


def within_a_minute(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "not within a minute"


def test_an_ehr_is_answered_over_the_network(served: Served) -> None:
    screen = served.ehr.open(VIEW)
    assert screen.cards
    assert wrong_with_answer(screen.answer) == []


@pytest.mark.requirement("1.7-58")
def test_a_token_opens_once_whichever_worker_is_asked(served: Served) -> None:
    """Each of ten tokens is sent eight times at once, over connections of their own."""
    url = f"{PUBLIC}/cds-services"

    async def together() -> list[list[int]]:
        tokens = [served.ehr.signer.token(url, now().timestamp()) for _ in range(10)]
        return [await asyncio.gather(*(once(token) for _ in range(8))) for token in tokens]

    async def once(token: str) -> int:
        port = httpx.URL(served.address).port
        async with httpx.AsyncClient(transport=Translated(port or 0), timeout=30) as client:
            return (await client.get(url, headers={"Authorization": f"Bearer {token}"})).status_code

    for statuses in served.ehr.run(together()):
        assert sorted(statuses) == [200, *[401] * 7]


def test_a_hundred_megabytes_cost_no_memory(served: Served) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * MEGABYTE

    assert served.ehr.open(VIEW).cards
    before = served.most_memory()
    url = served.ehr.url(VIEW)
    answer = served.ehr.request("POST", url, content=flood(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert served.most_memory() - before < 40 * MEGABYTE
    assert served.ehr.open(VIEW).cards


def test_a_token_in_a_strange_body_is_refused_by_the_limit_of_the_body(served: Served) -> None:
    deep = served.ehr.asking(VIEW, request={"extension": nested(400)})
    refused(served.ehr.send(VIEW, deep), 400, 413)


def nested(levels: int) -> dict[str, object]:
    made: dict[str, object] = {}
    for _ in range(levels):
        made = {"a": made}
    return made


def test_the_service_ends_in_good_order_with_all_its_workers(served: Served) -> None:
    """The last test of this module: it stops what the others use."""
    everybody = served.workers()
    assert len(everybody) > 2
    os.kill(served.process.pid, signal.SIGTERM)
    assert served.process.wait(30) == 0
    within_a_minute(lambda: not [pid for pid in everybody if Path(f"/proc/{pid}").exists()])
