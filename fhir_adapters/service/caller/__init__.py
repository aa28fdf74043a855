"""Who is calling: the CDS Hooks JWT scheme, the dependency that asks for it, and the origins of browser clients."""

from fhir_adapters.service.caller.authenticate import announce, authenticator
from fhir_adapters.service.caller.origins import origins
from fhir_adapters.service.caller.protect import protected

__all__ = ["announce", "authenticator", "origins", "protected"]
