"""Under which names and ids the guideline is served."""

from __future__ import annotations

from typing import Final

from guideline.library import NAME as LIBRARY_NAME
from guideline.rulebook import GUIDELINE_ID, GUIDELINE_VERSION
from guideline.vocabulary import BASE

IDS: Final = ("footdrop", GUIDELINE_ID)  # the short id, and the one in the canonical URL
PLAN_URL: Final = f"{BASE}/PlanDefinition/{GUIDELINE_ID}"
PLAN: Final = f"{PLAN_URL}|{GUIDELINE_VERSION}"
LIBRARY_URL: Final = f"{BASE}/Library/{LIBRARY_NAME}"
LIBRARY: Final = f"{LIBRARY_URL}|{GUIDELINE_VERSION}"
SOURCE_ATTRIBUTES: Final = f"{BASE}/StructureDefinition/source-attributes"
EVALUATE: Final = f"{BASE}/OperationDefinition/footdrop-evaluate"
APPLY: Final = "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply"
FHIR_VERSION: Final = "4.0.1"
LICENCE: Final = "Apache-2.0; the terminologies it refers to have owners and terms of their own, see NOTICE."
