"""Starts a server of its own for a measurement, says when it is ready, and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 60.0  # seconds until a server that does not come up is given up
FOOTDROP = str(Path(sys.executable).parent / "footdrop")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], ready: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The command, once `ready` (a URL) answers 200; it is told to stop at the end, and must."""
    server = subprocess.Popen(command, env={**os.environ, **(env or {})}, stderr=subprocess.DEVNULL)
    try:
        _wait(server, ready)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


def _wait(server: subprocess.Popen[bytes], ready: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(f"the server stopped at once, with status {server.returncode}")
        try:
            with urllib.request.urlopen(ready, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise SystemExit(f"nothing answered at {ready} within {_PATIENCE:.0f} s")


def footdrop_serve(port: int, folder: Path, **settings: str) -> tuple[list[str], dict[str, str]]:
    """The command and environment of one development service that keeps its data in `folder`."""
    given = {
        "development": "true",
        "port": str(port),
        "database_url": f"sqlite:///{folder / 'bench.db'}",
        "spool": str(folder / "spool"),
        "pseudonym_key": "bench-" * 6,
        "log_level": "WARNING",
        "caller_requests_per_minute": "0",
        "address_requests_per_minute": "0",
        **settings,
    }
    return [FOOTDROP, "serve"], {f"FOOTDROP_{name.upper()}": value for name, value in given.items()}
