"""Reading the client's FHIR server with the token that came with the call.

Only a server that the caller is allowed is asked (on loopback, in development). The token goes to that origin alone:
redirects are not followed, and a page's link is followed only within the same base. Every failure is a NotRead with a
sentence for the reader; nothing here is logged, because every address holds a patient's id.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

from fhir_adapters.service.context import Caller
from fhir_adapters.service.hooks.call import Call
from fhir_adapters.service.hooks.elements import Json, normal_url
from fhir_adapters.service.http.nesting import Nesting
from fhir_adapters.service.settings import Settings

_AT_ONCE: Final = 6  # requests to one server; the spec's own clients send that many
_PAGE: Final = 250
# SMART v1 ("patient/Observation.read") and v2 ("patient/Observation.rs?category=…").
_SCOPE: Final = re.compile(r"(?:patient|user|system)/(?P<kind>\*|[A-Za-z]+)\.(?P<may>\*|read|write|[cruds]+)(?:\?.*)?")


class NotRead(Exception):  # noqa: N818 - a sentence: raise NotRead
    """What could not be had. The text goes on from "the FHIR server"."""


@dataclass(slots=True)
class Pages:
    """What one search gave. `missing` says why it is not whole, or is ""."""

    values: list[Json] = field(default_factory=list)
    missing: str = ""


def allowed(server: str, caller: Caller, settings: Settings) -> bool:
    """Whether this server may be read for this caller: https and on its list; in development, loopback too."""
    if not server:
        return False
    url = httpx.URL(server)
    if settings.development and _is_loopback(url.host):
        return True
    return url.scheme == "https" and server in map(normal_url, caller.fhir_servers)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def may_read(scope: str, kind: str) -> bool:
    """Whether the scopes grant reading a type. Scopes that name no type at all say nothing, so it is tried."""
    granted = [found for each in scope.split() if (found := _SCOPE.fullmatch(each))]
    return not granted or any(
        found["kind"] in ("*", kind)
        and (found["may"] in ("*", "read") or (found["may"] != "write" and not {"r", "s"}.isdisjoint(found["may"])))
        for found in granted
    )


class Remote:
    """One FHIR server for the time of one call. The budgets (time, bytes) are shared by everything that it reads."""

    def __init__(self, http: httpx.AsyncClient, call: Call, settings: Settings) -> None:
        self._http = http
        self._base = httpx.URL(call.server + "/")
        self._headers = {"Accept": "application/fhir+json", **call.trail}
        if call.authorization is not None:
            self._headers["Authorization"] = f"Bearer {call.authorization.token.get_secret_value()}"
        self._settings = settings
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._bytes = settings.max_body_bytes
        self._until = asyncio.get_running_loop().time() + settings.fhir_total_seconds

    async def read(self, reference: str) -> Json:
        """One resource by its relative reference. Raises NotRead."""
        return await self._get(self._base.join(reference))

    async def ask(self, query: str) -> Pages:
        """What a template asks for: a resource, or every page of a type search."""
        return await self.pages(str(self._base.join(f"{query}&_count={_PAGE}" if "?" in query else query)))

    async def pages(self, link: str) -> Pages:
        """A page and those that follow it, as far as they can be had."""
        found, seen = Pages(), set[str]()
        while link:
            if link in seen or len(seen) >= self._settings.fhir_max_pages:
                found.missing = "has more pages than are followed"
                break
            seen.add(link)
            try:
                page = await self._get(self._inside(link))
            except NotRead as wrong:
                found.missing = str(wrong)
                break
            found.values.append(page)
            link = next_link(page)
        return found

    def _inside(self, link: str) -> httpx.URL:
        """A page's address, unless the token would leave the server with it."""
        try:
            url = self._base.join(link)
        except httpx.InvalidURL:
            raise NotRead("gave a link to the next page that cannot be read") from None
        base = self._base
        same = (url.scheme, url.host, url.port, url.userinfo) == (base.scheme, base.host, base.port, b"")
        if not same or not f"{url.path}/".startswith(base.path):
            raise NotRead("gave a link to the next page on another server")
        return url

    async def _get(self, url: httpx.URL) -> Json:
        loop = asyncio.get_running_loop()
        try:
            async with self._turns, asyncio.timeout_at(min(self._until, loop.time() + self._timeout)):
                return _resource(await self._body(url))
        except (TimeoutError, httpx.TimeoutException):
            raise NotRead("did not answer in time") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise NotRead("could not be reached") from None  # the error holds the address

    @property
    def _timeout(self) -> float:
        return self._settings.fhir_timeout_seconds

    async def _body(self, url: httpx.URL) -> bytes:
        async with self._http.stream("GET", url, headers=self._headers, follow_redirects=False) as answer:
            if answer.is_redirect:
                raise NotRead("redirected to another address, which is not followed")
            if answer.status_code != httpx.codes.OK:
                raise NotRead(f"answered with status {answer.status_code}")
            body, nesting = bytearray(), Nesting(self._settings.max_nesting)
            async for chunk in answer.aiter_bytes():
                self._bytes -= len(chunk)
                if self._bytes < 0:
                    raise NotRead("answered with more data than are read")
                if nesting.too_deep(chunk):
                    raise NotRead("answered with something that is nested deeper than is read")
                body += chunk
            return bytes(body)


def _resource(body: bytes) -> Json:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotRead("answered with something that is not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise NotRead("answered with something that is not FHIR")
    return value


def next_link(bundle: Any) -> str:
    """Where the next page is, or ""."""
    return next((str(link["url"]) for link in _links(bundle) if link.get("relation") == "next" and link.get("url")), "")


def _links(bundle: Any) -> Iterator[Json]:
    links = bundle.get("link") if isinstance(bundle, dict) else None
    yield from (link for link in links if isinstance(link, dict)) if isinstance(links, list) else ()
