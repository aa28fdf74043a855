"""What needs a side and came without one: it counts for neither leg, and is not lost for the patient."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from guideline import trend
from guideline.findings import Moment
from guideline.trend import DORSIFLEXION, Dated, Numbers

_GAIT_SIGNS: Final = frozenset(("heel-walk-impaired", "toe-drag", "steppage-gait", "foot-slap", "circumduction-gait"))
_LIMB_IN_DANGER: Final = frozenset(("compartment-syndrome-suspected", "compartment-syndrome", "knee-dislocation"))
UNSIDED: Final = MappingProxyType(
    {  # the Case's name, and the keys that tell of it
        "foot-drop-unsided": frozenset((DORSIFLEXION,)),
        "gait-sign-unsided": _GAIT_SIGNS,
        "limb-emergency-unsided": _LIMB_IN_DANGER,
    }
)
KEPT_UNSIDED: Final = frozenset().union(*UNSIDED.values())


def telling(unsided: Mapping[str, list[Dated]], as_of: Moment, numbers: Numbers) -> dict[str, list[Dated]]:
    """By the names of the Case: what came without its side, and tells of a weak foot or of a limb in danger now."""
    found = [
        trend.newest(series) if key == DORSIFLEXION else trend.standing(series)[0] for key, series in unsided.items()
    ]
    now = [each for each in found if _tells(each, as_of, numbers)]
    return {name: [each for each in now if each.finding.key in keys] for name, keys in UNSIDED.items()}


def _tells(dated: Dated, as_of: Moment, numbers: Numbers) -> bool:
    finding = dated.finding
    if finding.key == DORSIFLEXION:
        return trend.grade(dated) <= cast(int, numbers["foot-drop-mrc"])
    if finding.key == "knee-dislocation" and finding.effective:
        return finding.value is True and trend.within(dated, numbers["knee-dislocation-window"], trend.span(as_of)[1])
    return finding.value is True
