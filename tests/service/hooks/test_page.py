"""What is written for those who connect a client is what the service does: the page, and the OpenAPI description."""

from __future__ import annotations

import re
from pathlib import Path

from fhir_adapters.service.context import Caller
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.discovery import ATTRIBUTES, BASES
from fhir_adapters.service.hooks.feedback import MOST_ENTRIES, MOST_REMARKS
from fhir_adapters.service.hooks.structured import BASIS
from fhir_adapters.service.hooks.templates import templates
from tests.service.hooks.calling import Client
from tests.service.support import NOW

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cds-hooks.md").read_text()


def test_every_service_and_edition_is_in_the_page() -> None:
    assert re.findall(r"^\| `(footdrop-[\w-]+)`", PAGE, re.MULTILINE) == [hook.service for hook in HOOKS]
    for base, edition in BASES.items():
        assert f"| `https://HOST{base}` | `{base}/cds-services` | {edition}" in PAGE


def test_every_prefetch_key_is_in_the_page_and_the_required_ones_together() -> None:
    data = PAGE.partition("## Data")[2].partition("## Cards")[0]
    rows = [re.findall(r"`([\w-]+)`", row.split("|")[1]) for row in data.splitlines() if row.startswith("| `")]
    assert [key for row in rows for key in row] == [each.key for each in templates()]
    assert rows[0] == [each.key for each in templates() if each.required]


def test_both_extensions_are_in_the_page() -> None:
    assert BASIS in PAGE
    assert ATTRIBUTES in PAGE


def test_the_openapi_description_tells_every_address_with_its_refusals() -> None:
    paths = Client(NOW).app.openapi()["paths"]
    ours = {path: methods for path, methods in paths.items() if "cds-services" in path}
    assert set(ours) == {
        base + tail for base in BASES for tail in ("/cds-services", "/cds-services/{id}", "/cds-services/{id}/feedback")
    }
    for methods in ours.values():
        (about,) = methods.values()
        assert about["summary"]
        assert "401" in about["responses"]
        for status, response in about["responses"].items():
            if int(status) >= 400:
                assert response["content"]["application/fhir+json"]["example"]["resourceType"] == "OperationOutcome"


def test_the_example_of_a_call_is_one_that_is_understood() -> None:
    """It holds all that is asked for: whoever may read from no server gets cards, too."""
    about = Client(NOW, caller=Caller("x")).app.openapi()["paths"]["/cds-services/{id}"]["post"]
    example = about["requestBody"]["content"]["application/json"]["example"]
    assert Client(NOW, caller=Caller("x")).call(example).status_code == 200


def test_the_bounds_of_feedback_are_in_the_page() -> None:
    told = PAGE.partition("## Feedback")[2]
    assert f"more than {MOST_ENTRIES} entries" in told
    assert f"the first {MOST_REMARKS}" in told
