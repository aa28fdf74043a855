"""What the service says of itself in FHIR is true, and is the rulebook's own words."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.library import Library
from fhir.resources.R4B.operationdefinition import OperationDefinition
from fhir.resources.R4B.plandefinition import PlanDefinition

from cql_like import parse
from fhir_adapters import assess
from fhir_adapters.service.operations.names import EVALUATE, LIBRARY, PLAN_URL
from fhir_adapters.service.source_attributes import source_attributes
from guideline.rulebook import GUIDELINE_VERSION, rulebook
from tests.service.asking import Json, as_of, ask, shared
from tests.service.support import app, fixture

DOCS = Path(__file__).resolve().parents[3] / "docs"
SERVED: list[tuple[str, Any]] = [
    ("/metadata", CapabilityStatement),
    ("/PlanDefinition/footdrop", PlanDefinition),
    ("/PlanDefinition/footdrop-guideline", PlanDefinition),
    ("/Library/footdrop", Library),
    ("/Library/FootDropGuideline", Library),
    ("/OperationDefinition/footdrop-evaluate", OperationDefinition),
]


def got(path: str) -> Json:
    found: Json = ask(shared(), "GET", path).json()
    return found


def actions() -> dict[str, Json]:
    return {action["id"]: action for action in got("/PlanDefinition/footdrop")["action"]}


@pytest.mark.parametrize(("path", "kind"), SERVED)
def test_what_is_served_is_valid_r4_under_the_id_that_was_asked_for(path: str, kind: Any) -> None:
    found = got(path)
    kind.model_validate(found)
    assert found.get("id", "metadata") == path.rpartition("/")[2]
    assert found["version"] == GUIDELINE_VERSION


@pytest.mark.requirement("4.2")
def test_the_capability_statement_lists_what_the_server_answers() -> None:
    found = got("/metadata")
    (rest,) = found["rest"]
    assert (found["fhirVersion"], found["format"]) == ("4.0.1", ["application/fhir+json", "json"])
    assert found["software"] == {
        "name": "footdrop-guideline",
        "version": GUIDELINE_VERSION,
        "releaseDate": source_attributes()["release_date"],
    }
    assert [each["name"] for resource in rest["resource"] for each in resource.get("operation", ())] == ["apply"]
    assert [(each["name"], each["definition"]) for each in rest["operation"]] == [("evaluate", EVALUATE)]
    for resource in rest["resource"]:
        known = {"PlanDefinition": "footdrop", "Library": "footdrop", "OperationDefinition": "footdrop-evaluate"}
        assert ask(shared(), "GET", f"/{resource['type']}/{known[resource['type']]}").status_code == 200


def test_it_says_whether_callers_are_authenticated() -> None:
    assert "DEVELOPMENT" in got("/metadata")["rest"][0]["security"]["description"]
    issuers = [{"iss": "https://ehr.example", "jku": "https://ehr.example/jwks"}]
    strict = app(development=False, issuers=issuers, public_url="https://cds.example")
    said = ask(strict, "GET", "/metadata").json()
    assert "JWT" in said["rest"][0]["security"]["description"]
    assert said["implementation"]["url"] == "https://cds.example"


def test_every_rule_is_an_action_with_the_condition_that_the_engine_reads() -> None:
    found = actions()
    assert list(found) == [rule.id for rule in rulebook().rules]
    for entry in rulebook().entries:
        (condition,) = found[entry.rule.id]["condition"]
        assert condition["expression"]["language"] == "text/cql"
        assert parse(condition["expression"]["expression"]) == entry.tree


def test_every_order_a_rule_can_make_is_an_action_below_it() -> None:
    below = {each["code"][0]["coding"][0]["code"] for each in actions()["FD-RED-01"]["action"] if "code" in each}
    assert below == {
        "cauda-equina", "emergency-assessment", "mri-lumbar-spine", "post-void-residual", "spine-surgery-consult",
    }  # fmt: skip


def test_what_a_proposal_points_to_is_there() -> None:
    name = "cauda-equina"
    found = assess(fixture(name), as_of=as_of(name)).to_fhir()
    pointers = {
        uri
        for entry in found["entry"]
        if entry["resource"]["resourceType"] == "ServiceRequest"
        for uri in entry["resource"]["instantiatesUri"]
    }
    assert pointers
    assert pointers <= {f"{PLAN_URL}#{rule}" for rule in actions()}


@pytest.mark.requirement("5.1")
@pytest.mark.parametrize("path", ["/PlanDefinition/footdrop", "/Library/footdrop"])
def test_the_source_attributes_go_with_it(path: str) -> None:
    found = got(path)
    said = {each["url"]: each for each in found["extension"][0]["extension"]}
    source = source_attributes()
    for name in ("citation", "developer", "funding", "release_date", "revision_date"):
        assert said[name]["valueString"] == source[name]
    for name, use in source["use_of"].items():
        assert said[f"use_of_{name}"]["extension"][0] == {"url": "used", "valueBoolean": use["used"]}
    assert found["effectivePeriod"]["start"] == source["release_date"]
    assert source["citation"] in [each.get("citation") for each in found["relatedArtifact"]]


def test_every_source_of_the_rules_is_cited() -> None:
    cited = {each["display"] for each in got("/PlanDefinition/footdrop")["relatedArtifact"]}
    assert len(cited) > 50
    assert {"AANEM position, PubMed 25676356 page", "Treatment for spontaneous foot drop"} <= cited


def test_the_library_is_the_published_cql() -> None:
    (content,) = got("/Library/footdrop")["content"]
    assert b64decode(content["data"]) == (DOCS / "foot-drop.cql").read_bytes()
    assert got("/PlanDefinition/footdrop")["library"] == [LIBRARY]


def test_a_site_s_numbers_are_in_what_it_serves(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('signed_by = "A"\nsigned_on = 2026-02-01\n[parameters]\nretention-volume = 150\n')
    local = app(site=site)
    served = ask(local, "GET", "/Library/footdrop").json()["content"][0]["data"]
    assert b"retention-volume\" Quantity default 150 'mL'" in b64decode(served)
    for path in ("/Library/footdrop", "/PlanDefinition/footdrop"):
        usage = ask(local, "GET", path).json()["usage"]
        assert "With a site's own numbers: retention-volume 150 mL instead of 200 mL (A, 2026-02-01)." in usage
        assert "own numbers" not in got(path)["usage"]


def test_what_describes_the_guideline_is_the_same_bytes_each_time() -> None:
    for path, _ in SERVED:
        assert ask(shared(), "GET", path).content == ask(app(), "GET", path).content
