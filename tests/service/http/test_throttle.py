"""A client that runs wild is told to wait, and how long; nobody else notices, and no red flag waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.errors import Unauthenticated
from fhir_adapters.service.http.rate import Rate
from fhir_adapters.service.http.throttle import DOORS
from fhir_adapters.service.serve import server_options
from fhir_adapters.service.settings import Settings
from tests.service.asking import outcome
from tests.service.hooks.calling import as_of, call_of, patient_of, prefetch_of, record
from tests.service.support import NOW, MemoryJournal, settings

PUBLIC = "/OperationDefinition/footdrop-evaluate"
CALLERS = "/cds-services"
VIEW = "/cds-services/footdrop-patient-view"
PROBES = ("/health", "/ready?part=journal", "/metrics")
CANARY = "Jane-Doe-1962"
DEFAULT = {name: Settings.model_fields[f"{name}_requests_per_minute"].default for name in ("address", "caller")}


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, began: datetime = NOW) -> None:
        self.began = self.now = began

    def __call__(self) -> datetime:
        return self.now

    def after(self, seconds: float) -> None:
        """So many seconds after the beginning."""
        self.now = self.began + timedelta(seconds=seconds)


async def by_name(request: Request) -> Caller:
    """A token that says "of ISSUER TENANT" counts."""
    _, _, token = request.headers.get("authorization", "").partition("Bearer of ")
    if not token:
        raise Unauthenticated
    return Caller(*token.split())


class Served:
    """The service with the limits of a test, called from any address and by any caller."""

    def __init__(self, caller: int = 0, address: int = 0, began: datetime = NOW, **more: Any) -> None:
        self.clock, self.journal = Clock(began), MemoryJournal()
        limits = {"caller_requests_per_minute": caller, "address_requests_per_minute": address}
        given = settings(**limits, **more)
        app = create_app(given, journal=self.journal, authenticate=by_name, clock=self.clock)
        self.app: Any = ProxyHeadersMiddleware(app, server_options(given)["forwarded_allow_ips"])  # as uvicorn has it

    def ask(self, path: str, times: int = 1, *, at: str = "192.0.2.1", token: str = "", **what: Any) -> httpx.Response:
        """The last of so many equal calls. `forwarded`: what the proxy at `at` says of its client."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"x-forwarded-for": what.pop("forwarded")} if "forwarded" in what else {}
        method = "POST" if "json" in what else "GET"

        async def calls() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(at, 40_000))
            async with httpx.AsyncClient(transport=transport, base_url="https://cds.example") as client:
                for _ in range(times - 1):
                    await client.request(method, path, headers=headers, **what)
                return await client.request(method, path, headers=headers, **what)

        return asyncio.run(calls())

    def status(self, path: str, times: int = 1, **how: Any) -> int:
        return self.ask(path, times, **how).status_code


def red_flag() -> dict[str, Any]:
    resources = record("cauda-equina")
    return call_of("patient-view", patient_of(resources), prefetch_of(resources))


def test_the_301st_request_of_one_address_within_a_minute_is_told_to_wait_and_how_long() -> None:
    served = Served(**DEFAULT)
    assert served.status(PUBLIC, DEFAULT["address"] - 1) == 200
    served.clock.after(20)
    assert served.status(PUBLIC) == 200  # the 300th
    told = served.ask(PUBLIC)
    assert (told.status_code, told.headers["retry-after"]) == (429, "40")
    served.clock.after(59)
    assert served.ask(PUBLIC).headers["retry-after"] == "1"
    served.clock.after(60)
    assert served.status(PUBLIC) == 200


def test_a_caller_is_served_1200_times_a_minute_and_no_more() -> None:
    served = Served(**DEFAULT)
    assert served.status(CALLERS, DEFAULT["caller"], token="of ehr") == 200
    told = served.ask(CALLERS, token="of ehr")
    assert (told.status_code, told.headers["retry-after"]) == (429, "60")
    served.clock.after(60)
    assert served.status(CALLERS, token="of ehr") == 200


def test_the_window_moves_it_does_not_begin_anew_at_the_full_minute() -> None:
    served = Served(address=2)
    for second, status in ((50, 200), (59, 200), (61, 429), (110, 200), (111, 429), (119, 200)):
        served.clock.after(second)
        assert served.status(PUBLIC) == status, second


def test_what_was_refused_does_not_prolong_the_wait() -> None:
    served = Served(address=1)
    assert served.status(PUBLIC) == 200
    served.clock.after(59)
    assert served.status(PUBLIC, 50) == 429
    served.clock.after(60)
    assert served.status(PUBLIC) == 200


def test_another_address_is_not_affected() -> None:
    served = Served(address=3)
    assert served.status(PUBLIC, 4) == 429
    assert served.status(PUBLIC, 3, at="192.0.2.2") == 200
    assert served.status(PUBLIC, 3, at="2001:db8::1") == 200


@pytest.mark.parametrize(
    ("at", "other", "one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8:1:2::1", "2001:DB8:1:2::1", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_who_has_a_network_of_ipv6_is_one_client_whichever_of_its_addresses_it_takes(
    at: str, other: str, one: bool
) -> None:
    served = Served(address=1)
    assert served.ask(PUBLIC, at=at).status_code == 200
    assert served.ask(PUBLIC, at=other).status_code == (429 if one else 200)


def test_clients_of_a_named_proxy_are_told_apart_and_none_can_choose_its_address() -> None:
    served = Served(address=2, proxies="10.0.0.0/8")
    assert served.status(PUBLIC, 2, at="10.1.2.3", forwarded="192.0.2.1") == 200
    assert served.status(PUBLIC, at="10.1.2.3", forwarded="203.0.113.7, 192.0.2.1") == 429
    assert served.status(PUBLIC, at="10.1.2.3", forwarded="192.0.2.2") == 200


def test_clients_of_a_proxy_that_nobody_named_share_its_limit() -> None:
    served = Served(address=2)
    assert served.status(PUBLIC, 2, at="10.1.2.3", forwarded="192.0.2.1") == 200
    assert served.status(PUBLIC, at="10.1.2.3", forwarded="192.0.2.2") == 429


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/metadata", "/nothing-here", CALLERS, VIEW])
def test_whatever_an_address_asks_for_is_counted(path: str) -> None:
    served = Served(address=2)
    assert served.status(path, 2) != 429
    assert served.status(PUBLIC) == 429


@pytest.mark.parametrize("path", PROBES)
def test_probes_are_never_refused_and_never_counted(path: str) -> None:
    served = Served(address=2, caller=1)
    assert served.status(path, 5) == 200
    assert served.status(PUBLIC, 2) == 200
    assert served.status(PUBLIC) == 429
    assert served.status(path) == 200
    assert served.status(path, token="of ehr") == 200


def test_each_issuer_and_each_of_its_tenants_is_counted_for_itself_whatever_its_address() -> None:
    served = Served(caller=2)
    assert served.status(CALLERS, 2, token="of ehr north") == 200
    assert served.status(CALLERS, token="of ehr north", at="192.0.2.9") == 429
    for other in ("of ehr south", "of ehr", "of another north"):
        assert served.status(CALLERS, 2, token=other) == 200


def test_every_face_counts_a_caller_in_one_and_the_same_way() -> None:
    served = Served(caller=3)
    for path, body in ((VIEW, {"json": red_flag()}), ("/feedback/rates", {}), ("/$evaluate", {"json": {}})):
        assert served.status(path, token="of ehr", **body) not in (401, 429)
    assert served.status(CALLERS, token="of ehr") == 429


def test_a_red_flag_is_shown_to_a_caller_below_its_limit_whatever_strangers_do_at_its_address() -> None:
    moment = as_of("cauda-equina")
    served, free = Served(caller=2, address=1, began=moment), Served(began=moment)
    assert served.status(PUBLIC, 10) == 429
    assert served.status(VIEW, 10, token="junk", json=red_flag()) == 429
    shown = [served.ask(VIEW, token="of ehr", json=red_flag()) for _ in range(2)]
    assert [each.status_code for each in shown] == [200, 200]
    assert [each.content for each in shown] == [free.ask(VIEW, token="of ehr", json=red_flag()).content] * 2
    assert any(card["indicator"] == "critical" for card in shown[0].json()["cards"])


def test_a_caller_uses_up_nothing_of_its_address() -> None:
    served = Served(address=1)
    assert served.status(CALLERS, 5, token="of ehr") == 200
    assert served.status(PUBLIC) == 200


def test_a_token_that_does_not_count_is_no_way_around() -> None:
    served = Served(address=2)
    assert served.status(CALLERS, 2, token="junk") == 401
    assert served.status(CALLERS, token="junk") == 429
    assert served.status(PUBLIC, token="junk") == 429
    assert served.status(PUBLIC, token="of ehr") == 429  # it was asked for nothing, so it proves nothing


def test_what_is_open_to_all_is_refused_before_any_work_whatever_a_stranger_brings() -> None:
    """Where no token is asked for, one proves nothing: it must not buy the work that the limit is to spare."""
    for method, path in (("POST", "/workbench/api/plan"), ("GET", "/rules"), ("GET", "/PlanDefinition/footdrop")):
        served, body = Served(address=1), {"json": {}} if method == "POST" else {}
        assert served.status(path, 2, token="junk", **body) == 429
        counted = served.ask("/metrics").text
        assert f'footdrop_requests_total{{method="{method}",route="unknown",status="429"}} 1.0' in counted


def test_the_doors_are_what_asks_for_a_token() -> None:
    served = Served()
    for path, methods in served.ask("/openapi.json").json()["paths"].items():
        address = path.replace("{resource_id}", "footdrop").replace("{id}", "footdrop-patient-view")
        for method in methods:
            told = served.status(address, **({"json": {}} if method == "post" else {}))
            assert (told == 401) == bool(DOORS.fullmatch(address)), path


def test_0_turns_it_off() -> None:
    served = Served()
    assert served.status(PUBLIC, DEFAULT["address"] + 1) == 200
    assert served.status(CALLERS, DEFAULT["caller"] + 1, token="of ehr") == 200


def test_who_must_wait_hears_it_as_an_operation_outcome_without_anything_of_the_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    served = Served(caller=1, address=1)
    for path, token in ((f"{PUBLIC}?name={CANARY}", ""), (f"{VIEW}?name={CANARY}", "of ehr"), (f"/{CANARY}", "junk")):
        what = {"json": {"patient": CANARY}} if token == "of ehr" else {}
        told = served.ask(path, 2, token=token, **what)
        assert told.status_code == 429
        assert outcome(told) == {
            "severity": "error",
            "code": "throttled",
            "details": {"text": "There were too many requests within a minute. Try again when Retry-After has passed."},
        }
        assert told.headers["x-request-id"]
        assert told.headers["cache-control"] == "no-store"
        assert told.headers["retry-after"] == "60"
        assert CANARY not in f"{told.headers}{told.text}"
    lines = [getattr(line, "fields", {}) for line in caplog.records if line.message == "answered"]
    assert sum(fields["status"] == 429 for fields in lines) == 4
    assert CANARY not in caplog.text + str(lines)
    assert "192.0.2.1" not in caplog.text + str(lines)


def test_the_metrics_count_it_like_every_other_status() -> None:
    served = Served(caller=1, address=1)
    served.ask(PUBLIC, 3)
    served.ask(CALLERS, 3, token="of ehr")
    counted = served.ask("/metrics").text
    assert 'footdrop_requests_total{method="GET",route="unknown",status="429"} 2.0' in counted
    assert 'footdrop_requests_total{method="GET",route="/cds-services",status="429"} 2.0' in counted


def test_feedback_that_was_refused_is_kept_once_when_it_comes_again() -> None:
    served = Served(caller=1)
    said = {"card": "4e0a3a1e-3283-4575-ab82-028d55fe2719", "outcome": "accepted"}
    said |= {"acceptedSuggestions": [], "outcomeTimestamp": "2026-03-01T09:30:00Z"}
    sent: dict[str, Any] = {"json": {"feedback": [said]}, "token": "of ehr"}
    assert served.status(CALLERS, token="of ehr") == 200
    wait = int(served.ask(f"{VIEW}/feedback", **sent).headers["retry-after"])
    assert served.journal.entries == []
    served.clock.after(wait)
    assert served.status(f"{VIEW}/feedback", **sent) == 200
    assert len(served.journal.entries) == 1


def test_the_openapi_description_names_it_everywhere_but_at_the_probes() -> None:
    paths = Served().ask("/openapi.json").json()["paths"]
    without = {path for path, methods in paths.items() for each in methods.values() if "429" not in each["responses"]}
    assert without == {"/health", "/ready", "/metrics"}


# --- the memory of it


def test_what_a_minute_has_passed_over_is_forgotten_however_many_addresses_there_were() -> None:
    clock = Clock()
    rate = Rate(300, clock)
    for number in range(10_000):
        rate.wait(str(number))
    assert len(rate) == 10_000
    clock.after(60)
    rate.wait("the next one")
    assert len(rate) == 1


def test_when_full_it_forgets_who_was_served_longest_ago() -> None:
    rate = Rate(2, Clock(), most=3)
    assert [rate.wait(client) for client in ("a", "b", "c", "a", "d")] == [0, 0, 0, 0, 0]
    assert len(rate) == 3
    assert rate.wait("a") == 60, "a is remembered with both of its requests"
    assert [rate.wait("d"), rate.wait("d")] == [0, 60], "d with its one"
    assert [rate.wait("b"), rate.wait("b"), rate.wait("b")] == [0, 0, 60], "b begins anew"


def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_the_old_time() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    assert rate.wait("a") == 0
    assert rate.wait("a") == 60
    clock.after(-3600)
    assert rate.wait("a") == 0


@given(st.integers(1, 4), st.lists(st.integers(0, 40), max_size=40))
def test_no_minute_ever_holds_more_and_whoever_waits_as_told_is_served(most: int, pauses: Iterable[int]) -> None:
    clock, second = Clock(), 0
    rate, served = Rate(most, clock), list[int]()
    for pause in pauses:
        second += pause
        clock.after(second)
        within = [each for each in served if each > second - 60]
        wait = rate.wait("a")
        assert (wait == 0) == (len(within) < most)
        assert wait == (within[-most] + 60 - second if wait else 0)
        served += [second] if wait == 0 else []
