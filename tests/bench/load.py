"""Load on loopback: so many requests from so many clients that keep their connections, without a pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST = 60.0  # seconds that one answer may take before the run is given up


@dataclass(frozen=True, slots=True)
class Load:
    """What came back: wall seconds in all, and of each answer its status and its seconds, sorted by time."""

    seconds: float
    statuses: dict[int, int]
    latencies: tuple[float, ...]

    @property
    def a_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came (0.5, 0.99)."""
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


def post(path: str, body: bytes, **headers: str) -> bytes:
    """One POST of JSON as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send(port: int, requests: Sequence[bytes], clients: int) -> Load:
    """Send every request once, from so many clients at a time, to a server on this machine."""
    return asyncio.run(_send(port, requests, clients))


async def _send(port: int, requests: Sequence[bytes], clients: int) -> Load:
    waiting = iter(requests)
    answers: list[tuple[float, int]] = []
    start = time.perf_counter()
    await asyncio.gather(*(_client(port, waiting, answers) for _ in range(clients)))
    seconds = time.perf_counter() - start
    statuses: dict[int, int] = {}
    for _, status in answers:
        statuses[status] = statuses.get(status, 0) + 1
    return Load(seconds, statuses, tuple(sorted(taken for taken, _ in answers)))


async def _client(port: int, waiting: Iterator[bytes], answers: list[tuple[float, int]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in waiting:
            start = time.perf_counter()
            writer.write(request)
            status, _ = await asyncio.wait_for(answer(reader), _LONGEST)
            answers.append((time.perf_counter() - start, status))
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One answer of HTTP/1.1 with a content length: its status and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return status, await reader.readexactly(int(length)) if length else b""
