"""The package hospitals call: `from fhir_adapters import assess`. What they call is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_adapters.assessment import Assessment, assess, assess_many
    from fhir_adapters.read import CannotAssess

__all__ = ["Assessment", "CannotAssess", "assess", "assess_many"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from fhir_adapters import assessment

    return getattr(assessment, name)


def __dir__() -> list[str]:
    return __all__
