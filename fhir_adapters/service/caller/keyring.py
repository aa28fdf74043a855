"""Where a client's keys come from: its JWKS address, or a file that a site was given; kept, and had anew in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import httpx

from fhir_adapters.service.caller.keys import Keys, UnusableKeys, read_keys
from fhir_adapters.service.settings import Settings, TrustedIssuer

Seconds = Callable[[], float]  # the service's clock as seconds since 1970
LARGEST_SET: Final = 262_144  # bytes that are read of what an address answers
LONGEST_PAUSE: Final = 60.0  # between attempts at a host that stays away
_LOG: Final = logging.getLogger(__name__)


class Keyring(Protocol):
    """The keys of one client."""

    async def find(self, kid: str, alg: str) -> Keys:
        """The keys that this id and algorithm mean: usually one, or none. A client may use an id twice."""

    def trouble(self) -> str | None:
        """What is wrong with the source of the keys, in one sentence without addresses, or None."""


def keyring(issuer: TrustedIssuer, settings: Settings, http: httpx.AsyncClient, clock: Seconds) -> Keyring:
    """The keyring of a trusted issuer."""
    if issuer.jwks is not None:
        return FileKeys(issuer.jwks, settings, clock)
    return FetchedKeys(issuer.jku or "", settings, http, clock)


class _Kept:
    """Keys with the moment at which they were last known to be current."""

    def __init__(self, clock: Seconds, longest: float) -> None:
        self._clock = clock
        self._longest = longest
        self._keys: Keys = ()
        self._current_at = float("-inf")
        self._wrong: str | None = None

    def age(self) -> float:
        return self._clock() - self._current_at

    def keep(self, keys: Keys) -> None:
        self._keys = keys
        self.still_current()

    def still_current(self) -> None:
        self._current_at, self._wrong = self._clock(), None

    def failed(self, wrong: Exception) -> None:
        what = str(wrong) if isinstance(wrong, UnusableKeys) else type(wrong).__name__  # no address, no path
        if self._wrong is None:
            _LOG.warning("keys of a client cannot be read", extra={"fields": {"reason": what}})
        self._wrong = what

    def chosen(self, kid: str, alg: str) -> Keys:
        if self.age() > self._longest:
            return ()
        return tuple(key for key in self._keys if key.kid == kid and key.alg == alg)

    def trouble(self) -> str | None:
        if self._wrong is None:
            return None
        left = "older ones are used" if self.age() <= self._longest else "none are known"
        return f"The keys of a client cannot be read ({self._wrong}): {left}."


class FetchedKeys:
    """Keys from the one address that the settings name for this client, whatever a token says.

    They are fetched when first asked for, when `jwks_cache_seconds` have passed, and when a token names a key that is
    not among them (its client has changed keys); never again within `jwks_refetch_seconds`, and ever more rarely
    (up to a minute) while the host is away. Requests that need the keys at the same time wait for one fetch.
    """

    def __init__(self, jku: str, settings: Settings, http: httpx.AsyncClient, clock: Seconds) -> None:
        self._jku = jku
        self._settings = settings
        self._http = http
        self._clock = clock
        self._kept = _Kept(clock, settings.jwks_cache_seconds + settings.jwks_stale_seconds)
        self._one_at_a_time = asyncio.Lock()
        self._failures = 0
        self._not_before = float("-inf")

    async def find(self, kid: str, alg: str) -> Keys:
        """The keys for this id and algorithm."""
        if self._kept.age() >= self._settings.jwks_cache_seconds or not self._kept.chosen(kid, alg):
            async with self._one_at_a_time:
                if self._clock() >= self._not_before:  # else another request has fetched them in the meantime
                    await self._fetch()
        return self._kept.chosen(kid, alg)

    async def _fetch(self) -> None:
        pause = float(self._settings.jwks_refetch_seconds)
        try:
            self._kept.keep(read_keys(await self._content()))
            self._failures = 0
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError, OSError, UnusableKeys) as wrong:
            self._failures += 1
            pause = max(pause, min(LONGEST_PAUSE, pause * 2**self._failures))
            self._kept.failed(wrong)
        self._not_before = self._clock() + pause

    async def _content(self) -> bytes:
        content = b""
        asked = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
        async with (
            asyncio.timeout(self._settings.jwks_timeout_seconds),
            self._http.stream("GET", self._jku, headers=asked, follow_redirects=False) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise UnusableKeys(f"HTTP {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":  # a few bytes may unpack to any size
                raise UnusableKeys("compressed, though that was not asked for")
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_SET:
                    raise UnusableKeys("too large")
        return content

    def trouble(self) -> str | None:
        """What is wrong with the source of the keys, or None."""
        return self._kept.trouble()


class FileKeys:
    """Keys from a file that was given out of band, read again when it has changed.

    A file that is gone or broken leaves the last good keys for `jwks_stale_seconds`: it may be in the middle of being
    replaced. At start it must be in order, or ValueError is raised: then nobody could call.
    """

    def __init__(self, path: Path, settings: Settings, clock: Seconds) -> None:
        self._path = path
        self._kept = _Kept(clock, settings.jwks_stale_seconds)
        self._seen: tuple[int, ...] = ()
        self._look()
        if trouble := self.trouble():
            raise ValueError(f"jwks: {trouble}")

    async def find(self, kid: str, alg: str) -> Keys:
        """The keys for this id and algorithm."""
        self._look()
        return self._kept.chosen(kid, alg)

    def _look(self) -> None:
        try:
            file = self._path.stat()
            stamp = (file.st_mtime_ns, file.st_size, file.st_ino)
            if stamp != self._seen:
                self._kept.keep(read_keys(self._path.read_bytes()))
                self._seen = stamp
            else:
                self._kept.still_current()
        except (OSError, UnusableKeys) as wrong:
            self._seen = ()
            self._kept.failed(wrong)

    def trouble(self) -> str | None:
        """What is wrong with the file, or None."""
        return self._kept.trouble()
