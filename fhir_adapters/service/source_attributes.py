"""The source attributes of the guideline: who made it, from what, for whom, and which personal data its rules use."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from guideline.library import features_read
from guideline.rulebook import rulebook

# The nine uses that the regulation asks about, in its order.
USES = (
    "race",
    "ethnicity",
    "language",
    "sexual_orientation",
    "gender_identity",
    "sex",
    "date_of_birth",
    "sdoh",
    "health_status_assessments",
)


@cache
def source_attributes() -> dict[str, Any]:
    """As JSON: citation, developer, funding, release_date, revision_date (ISO dates), use_of, and what a reader needs.

    `use_of` maps each of USES to {"used": bool, "how": sentence}; it follows from the features that the rules read.
    The others are sentences: kind, intended_users, population, exclusions, validation, not_a_device; and `version`.
    Shared by all callers: copy it before changing it.
    """
    text = files("fhir_adapters.service").joinpath("source_attributes.toml").read_text("utf-8")
    found = tomllib.loads(text)
    read = set(features_read(rulebook()))
    asked = found.pop("use_of")
    found |= {name: found[name].isoformat() for name in ("release_date", "revision_date")}
    return found | {"use_of": {name: _use(asked[name], read) for name in USES}}


def _use(asked: dict[str, Any], read: set[str]) -> dict[str, Any]:
    used = not read.isdisjoint(asked.get("features", ()))
    return {"used": used, "how": asked["yes"] if used else asked["no"]}
