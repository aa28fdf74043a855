"""The package hospitals call: `from fhir_adapters import assess`."""

from fhir_adapters.assessment import Assessment, assess, assess_many
from fhir_adapters.read import CannotAssess

__all__ = ["Assessment", "CannotAssess", "assess", "assess_many"]
