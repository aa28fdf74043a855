"""Who is calling: the CDS Hooks JWT scheme, the dependency that asks for it, and the origins of browser clients."""

from fhir_adapters.service.caller.protect import protected

__all__ = ["protected"]
