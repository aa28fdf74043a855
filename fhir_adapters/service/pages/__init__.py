"""What a person sees: the workbench, the human edition, one rule beside its source, the algorithm."""

from fhir_adapters.service.pages.routes import router

__all__ = ["router"]
