"""Assessments as FHIR R4: the names other packages use."""

from fhir_adapters.write.bundle import to_bundle
from fhir_adapters.write.identifiers import PROPOSAL, rule_uri
from fhir_adapters.write.problems import operation_outcome

__all__ = ["PROPOSAL", "operation_outcome", "rule_uri", "to_bundle"]
