"""The rulebook's CQL as an R4 Library, with what it asks of a record."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from fhir_adapters.service.operations.artifact import about, cited
from fhir_adapters.service.operations.names import LIBRARY_URL
from fhir_adapters.service.source_attributes import source_attributes
from fhir_adapters.write import codes
from guideline import vocabulary
from guideline.library import NAME, cql_library, features_read
from guideline.rulebook import Rulebook

_LOGIC: Final = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "logic-library"}]}


def library(book: Rulebook, resource_id: str) -> dict[str, Any]:
    """The Library under one of its ids. `dataRequirement`: the recorded findings and diagnoses that the rules read."""
    source = source_attributes()
    recorded = vocabulary.features().keys() | vocabulary.diagnoses().keys()
    return {
        "resourceType": "Library",
        "id": resource_id,
        "url": LIBRARY_URL,
        "name": NAME,
        "title": "Foot drop: the rules in CQL",
        "type": _LOGIC,
        "description": "Every number, recorded feature, conclusion and rule of the guideline. It uses no data model: "
        "whoever runs it gives the features of one leg by name. Null is unknown, which is not no.",
        "relatedArtifact": [cited("The guideline", source["citation"])],
        "dataRequirement": [codes.requirement(name) for name in features_read(book) if name in recorded],
        "content": [{"contentType": "text/cql", "data": b64encode(cql_library(book).encode()).decode()}],
        **about(book),
    }
