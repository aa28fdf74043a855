"""What the PlanDefinition and the Library say of themselves alike: version, dates, who, licence, source attributes."""

from __future__ import annotations

from typing import Any

from fhir_adapters.service.operations.names import LICENCE, SOURCE_ATTRIBUTES
from fhir_adapters.service.source_attributes import source_attributes
from guideline.rulebook import Rulebook

Json = dict[str, Any]


def about(book: Rulebook) -> Json:
    """The metadata of a published artifact. It is a draft until a site has reviewed it: nobody has validated it yet."""
    source = source_attributes()
    whom = f"For: {source['intended_users']} Patients: {source['population']} {source['exclusions']}"
    return {
        "extension": [_source_attributes(source)],
        "version": book.version,
        "status": "draft",
        "date": source["revision_date"],
        "publisher": source["developer"],
        "author": [{"name": source["developer"]}],
        "effectivePeriod": {"start": source["release_date"]},
        "copyright": LICENCE,
        "usage": whom + _site(book),
    }


def _site(book: Rulebook) -> str:
    """Whose numbers these are, where they are not the published ones: url and version alone do not tell."""
    told = [f"{each.parameter} {each.value} instead of {each.default}" for each in book.overrides]
    if not told:
        return ""
    signed = book.overrides[0]
    return f" With a site's own numbers: {'; '.join(told)} ({signed.signed_by}, {signed.signed_on})."


def cited(title: str, citation: str = "") -> Json:
    """A relatedArtifact that names a source."""
    return {"type": "citation", "display": title} | ({"citation": citation} if citation else {})


def _source_attributes(source: Json) -> Json:
    """The source attributes as one extension: texts by their names, and each use as yes or no with its how."""
    texts = [{"url": name, "valueString": said} for name, said in source.items() if isinstance(said, str)]
    uses = [
        {"url": f"use_of_{name}", "extension": _use(use["used"], use["how"])} for name, use in source["use_of"].items()
    ]
    return {"url": SOURCE_ATTRIBUTES, "extension": [*texts, *uses]}


def _use(used: bool, how: str) -> list[Json]:
    return [{"url": "used", "valueBoolean": used}, {"url": "how", "valueString": how}]
