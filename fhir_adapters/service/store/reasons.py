"""What of a clinician's reason may leave where comments may not: a code. Free text is patient data wherever it stands.

Clients put "Other: …" into code, display and even system. So a display leaves only as our own code system has
published it, and a code only if it is one of that, or looks like one and comes from a system with an absolute URI.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from fhir_adapters.service.hooks.reasons import OVERRIDE_REASONS, SYSTEM


class Reason(NamedTuple):
    """A Coding, any part of which may be ""."""

    code: str
    system: str
    display: str


MASKED: Final = Reason("masked", "http://terminology.hl7.org/CodeSystem/data-absent-reason", "Masked")
_DISPLAYS: Final = {each["code"]: each["display"] for each in OVERRIDE_REASONS}
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_URI: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~#/-]*)?|urn:oid:\d+(\.\d+)*|urn:uuid:[0-9A-Fa-f-]{36}"
)


def leaving(given: Reason, *, comments: bool) -> Reason:
    """The reason as it may leave; MASKED if there is one and none of it may."""
    if comments or not any(given):
        return given
    if given.system in ("", SYSTEM) and given.code in _DISPLAYS:
        return given._replace(display=_DISPLAYS[given.code])
    if _URI.fullmatch(given.system) and _CODE.fullmatch(given.code):
        return given._replace(display="")
    return MASKED
