"""What is offered, for clients of CDS Hooks 2.0.1 and of 3.0.0-ballot.

The client chooses by its base URL: `{base}/cds-services` speaks 2.0.1, `{base}/v3/cds-services` speaks 3.0.0-ballot.
A base URL is the one thing that every client lets its users set; and because each client makes the addresses of the
services from it, and the audience of its tokens from those, nothing else in the client has to change. A query parameter
or a header would be neither settable nor part of the audience.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Literal

from fhir_adapters.service.errors import as_json
from fhir_adapters.service.hooks.catalog import HOOKS, Hook
from fhir_adapters.service.hooks.templates import templates
from fhir_adapters.service.source_attributes import source_attributes

Edition = Literal["2.0.1", "3.0.0-ballot"]
BASES: Final[dict[str, Edition]] = {"": "2.0.1", "/v3": "3.0.0-ballot"}  # path of the base URL -> what it speaks
ATTRIBUTES: Final = "org.footdrop-guideline.dsi-source-attributes"

_REQUIREMENTS: Final = (
    "For users who are health-care professionals (Practitioner, PractitionerRole): a Patient or RelatedPerson is "
    "refused. Patient, observations and conditions are needed, as prefetch or by a token for fhirServer, which must be "
    "on the service's allow-list; without them the answer is 412. What else is missing is named in a card. "
    "Not for children. FHIR R4; R5 resources are read as well."
)


@cache
def discovery(edition: Edition) -> bytes:
    """The answer to GET cds-services, as JSON."""
    return as_json({"services": [_service(hook, edition) for hook in HOOKS]})


def _service(hook: Hook, edition: Edition) -> dict[str, Any]:
    described: dict[str, Any] = {
        "hook": hook.name,
        "id": hook.service,
        "title": hook.title,
        "description": hook.description,
        "prefetch": {each.key: each.query for each in templates()},
        "usageRequirements": _REQUIREMENTS,
        "extension": {ATTRIBUTES: source_attributes()},
    }
    if edition == "3.0.0-ballot":
        described |= {"version": edition, "hookVersion": hook.version}
    return described
