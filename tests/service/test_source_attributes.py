"""The source attributes say what is true of this release."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from fhir_adapters.service.source_attributes import USES, source_attributes
from guideline.library import features_read
from guideline.rulebook import GUIDELINE_VERSION, rulebook
from guideline.vocabulary import features


@pytest.mark.requirement("5.1")
def test_the_thirteen_source_attributes_are_all_given() -> None:
    found = source_attributes()
    assert all(found[name] for name in ("citation", "developer", "funding", "release_date", "revision_date"))
    assert tuple(found["use_of"]) == USES
    assert all(isinstance(use["used"], bool) and use["how"] for use in found["use_of"].values())


def test_they_are_of_this_release() -> None:
    found = source_attributes()
    assert found["version"] == GUIDELINE_VERSION
    assert GUIDELINE_VERSION in found["citation"]
    assert date.fromisoformat(found["release_date"]) <= date.fromisoformat(found["revision_date"])


def test_what_is_said_to_be_used_is_what_the_rules_read() -> None:
    used = {name for name, use in source_attributes()["use_of"].items() if use["used"]}
    assert used == {"date_of_birth", "health_status_assessments"}


def test_every_feature_that_the_attributes_name_exists() -> None:
    asked = tomllib.loads(files("fhir_adapters.service").joinpath("source_attributes.toml").read_text("utf-8"))
    named = {feature for use in asked["use_of"].values() for feature in use.get("features", ())}
    assert named <= {*features(), "age"} & set(features_read(rulebook()))
