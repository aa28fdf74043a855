"""Discovery: what a client of either edition is told, and that what it is asked for is enough."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fhir_adapters.assessment import assess
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.templates import templates
from fhir_adapters.service.source_attributes import source_attributes
from tests.service.hooks.calling import NAMES, Client, as_of, patient_of, prefetch_of, record
from tests.service.support import NOW, fixture

_SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_TOKEN = re.compile(r"{{(.*?)}}")


def services(base: str = "") -> list[dict[str, Any]]:
    answer = Client(NOW).send("GET", f"{base}/cds-services")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    found: list[dict[str, Any]] = answer.json()["services"]
    return found


@pytest.mark.requirement("1.2-6", "1.2-8", "1.2-9", "1.2-13")
def test_six_services_are_listed_each_with_an_id_of_its_own() -> None:
    found = services()
    assert [each["hook"] for each in found] == [
        "patient-view", "order-select", "order-sign", "problem-list-item-create", "encounter-start",
        "encounter-discharge",
    ]  # fmt: skip
    assert len({each["id"] for each in found}) == 6
    assert all(each["title"] and each["description"] and each["usageRequirements"] for each in found)


@pytest.mark.requirement("1.2-11", "1.2-12", "1.11", "gap-10")
def test_the_base_url_chooses_the_edition_and_only_version_and_hook_version_differ() -> None:
    second, third = services(), services("/v3")
    assert not any({"version", "hookVersion"} & each.keys() for each in second)
    assert all(_SEMVER.fullmatch(each["version"]) and each["version"].startswith("3.") for each in third)
    assert {each["hook"]: each["hookVersion"] for each in third} == {
        "patient-view": "1.0", "order-select": "1.0", "order-sign": "1.0", "problem-list-item-create": "0.1.0",
        "encounter-start": "1.0", "encounter-discharge": "1.0",
    }  # fmt: skip
    assert [{k: v for k, v in each.items() if k not in ("version", "hookVersion")} for each in third] == second


@pytest.mark.requirement("1.3-16", "1.3-17", "1.3-18", "1.3-19")
def test_templates_use_root_level_tokens_and_the_plainest_searches() -> None:
    for template in templates():
        assert _TOKEN.findall(template.query) == ["context.patientId"]
        kind, question, parameters = template.query.partition("?")
        if not question:
            assert kind == "Patient/{{context.patientId}}"
            continue
        names = [part.partition("=")[0] for part in parameters.split("&")]
        assert names in (["patient"], ["patient", "code"])
        assert " " not in template.query
        assert "|" not in template.query


def test_no_template_makes_an_address_that_a_server_may_cut() -> None:
    assert max(len(template.query) for template in templates()) < 1800


@pytest.mark.requirement("1.9-62")
@pytest.mark.parametrize("name", NAMES)
def test_what_the_templates_ask_for_is_all_that_the_rules_read(name: str) -> None:
    """The minimum is enough: a record cut down to the prefetch gives the same plan as the whole record."""
    handed = prefetch_of(record(name))
    entries = [{"resource": handed.pop("patient")}, *(entry for each in handed.values() for entry in each["entry"])]
    cut = assess({"resourceType": "Bundle", "type": "collection", "entry": entries}, as_of=as_of(name))
    whole = assess(fixture(name), as_of=as_of(name))
    assert cut.model_dump(exclude={"problems", "patient"}) == whole.model_dump(exclude={"problems", "patient"})


def test_every_resource_type_that_can_be_read_is_asked_for() -> None:
    assert {template.query.partition("?")[0].partition("/")[0] for template in templates()} == {
        "Patient", "Observation", "Condition", "ServiceRequest", "Procedure", "CarePlan", "DiagnosticReport", "Device",
        "DeviceUseStatement", "MedicationStatement", "MedicationRequest",
    }  # fmt: skip


@pytest.mark.requirement("gap-8", "5.1", "1.1-5")
def test_every_service_carries_the_source_attributes() -> None:
    for each in services():
        assert each["extension"] == {"org.footdrop-guideline.dsi-source-attributes": source_attributes()}


@pytest.mark.requirement("1.1-3")
@pytest.mark.parametrize("base", ["", "/v3"])
def test_nothing_in_discovery_is_null_or_empty(base: str) -> None:
    def empty(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return value in (None, "", [], {}) or any(map(empty, inner))

    assert not empty(services(base))


@pytest.mark.requirement("1.7-53")
def test_discovery_is_authenticated_as_every_other_call() -> None:
    from fhir_adapters.service.app import create_app
    from fhir_adapters.service.errors import Unauthenticated
    from tests.service.support import MemoryJournal, settings

    async def refuse(_: Any) -> Any:
        raise Unauthenticated

    client = Client(NOW)
    client.app = create_app(settings(), journal=MemoryJournal(), authenticate=refuse)
    paths = ("/cds-services", "/v3/cds-services", "/cds-services/footdrop-patient-view")
    assert [client.send("GET", path).status_code for path in paths] == [401, 401, 401]
    posts = (f"/cds-services/{HOOKS[0].service}", f"/cds-services/{HOOKS[0].service}/feedback", "/cds-services/unknown")
    assert [client.send("POST", path, json={}).status_code for path in posts] == [401, 401, 401]


def test_the_patient_of_every_fixture_can_be_told() -> None:
    assert all(patient_of(record(name)) for name in NAMES)
