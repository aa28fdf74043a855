from fhir_adapters.read.errors import CannotAssess
from fhir_adapters.read.record import read_record

__all__ = ["CannotAssess", "read_record"]
