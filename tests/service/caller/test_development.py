"""Nobody is asked who they are only where a developer said so, and that is said aloud."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from fhir_adapters.service.caller import announce, authenticator
from fhir_adapters.service.settings import Settings
from tests.service import support
from tests.service.caller.signing import Clock, Door, request, run


def test_in_development_everybody_calls_and_only_loopback_may_be_read() -> None:
    known = authenticator(support.settings(), httpx.AsyncClient(), Clock())
    caller = run(known(request("/cds-services")))
    assert caller.issuer == "development"
    assert {httpx.URL(server).host for server in caller.fhir_servers} == {"127.0.0.1", "localhost", "::1"}


@pytest.mark.requirement("1.7-52")
def test_development_is_one_loud_line_at_each_start(caplog: pytest.LogCaptureFixture) -> None:
    announce(support.settings())
    assert [(record.levelname, "NO CALLER IS AUTHENTICATED" in record.message) for record in caplog.records] == [
        ("WARNING", True)
    ]


@pytest.mark.requirement("1.7-52")
def test_a_workbench_in_production_is_one_loud_line_at_each_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    announce(Door(tmp_path, workbench=True).settings)
    assert [(record.levelname, "THE WORKBENCH IS ON" in record.message) for record in caplog.records] == [
        ("WARNING", True)
    ]


def test_a_workbench_that_is_not_served_is_not_announced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    announce(Door(tmp_path, workbench=True, pages=False).settings)
    assert not caplog.records


def test_production_has_nothing_to_announce(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    announce(door.settings)
    assert not caplog.records


@pytest.mark.requirement("1.7-52")
def test_a_service_that_trusts_nobody_does_not_start() -> None:
    with pytest.raises(ValidationError, match="issuers"):
        Settings.model_validate({"public_url": "https://cds.example", "pseudonym_key": "k" * 32})


@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize("alg", ["none", "HS256", "HS384", "HS512", "PS384", "EdDSA"])
def test_no_setting_allows_an_algorithm_outside_the_scheme(alg: str) -> None:
    with pytest.raises(ValidationError):
        support.settings(jwt_algorithms=[alg])
