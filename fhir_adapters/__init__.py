"""The package hospitals call: `from fhir_adapters import assess`. What they call is loaded when it is asked for.

assess, assess_many    a record, or a list of records, to the Assessment
CannotAssess           the record cannot be assessed: another record is needed
OverrideError          the site's file cannot be used: it has to be mended, and no retry helps
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fhir_adapters.assessment import Assessment, assess, assess_many
    from fhir_adapters.read import CannotAssess
    from guideline.errors import OverrideError

__all__ = ["Assessment", "CannotAssess", "OverrideError", "assess", "assess_many"]
_ELSEWHERE: Final = {"OverrideError": "guideline.errors"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "fhir_adapters.assessment")), name)


def __dir__() -> list[str]:
    return __all__
