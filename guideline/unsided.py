"""What needs a side and came without one: it counts for neither leg, and is not lost for the patient.

It ends where a leg is known to have it, or where both legs are known since to have not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from guideline import trend
from guideline.findings import Moment
from guideline.trend import DORSIFLEXION, Dated, Numbers

Said = Callable[[str], Dated | None]  # the finding of a key that counts, of one leg


class Leg(NamedTuple):
    """What is known of one leg: of each key the finding that counts, and all its findings."""

    said: Said
    series: Mapping[str, list[Dated]]


FOOT_DROP: Final = frozenset((DORSIFLEXION, "foot-drop"))
UMN_SIGNS: Final = ("extensor-plantar-response", "ankle-clonus", "spasticity")
UNSIDED: Final = MappingProxyType(  # the Case's name, and the keys that tell of it
    {
        "foot-drop-unsided": FOOT_DROP,
        "gait-sign-unsided": frozenset(
            ("heel-walk-impaired", "toe-drag", "steppage-gait", "foot-slap", "circumduction-gait")
        ),
        "umn-sign-unsided": frozenset(UMN_SIGNS),
        "limb-emergency-unsided": frozenset(
            ("compartment-syndrome-suspected", "compartment-syndrome", "knee-dislocation")
        ),
    }
)
_TWINS: Final = frozenset(("compartment-syndrome-suspected", "compartment-syndrome"))
KEPT_UNSIDED: Final = frozenset().union(*UNSIDED.values())


class Telling(NamedTuple):
    """A finding without its side that counts, and the one its unbroken run began with."""

    by: Dated
    since: Dated | None


def telling(
    unsided: Mapping[str, list[Dated]], legs: Sequence[Leg], as_of: Moment, numbers: Numbers
) -> dict[str, list[Telling]]:
    """By the names of the Case: what came without its side, and tells of a weak foot or of a limb in danger now."""
    found = [_counting(key, series) for key, series in unsided.items()]
    now = [each for each in found if _tells(each.by, as_of, numbers) and not _settled(each.by, legs, numbers)]
    return {name: [each for each in now if each.by.finding.key in keys] for name, keys in UNSIDED.items()}


def drops(leg: Said, numbers: Numbers) -> bool:
    """Whether a foot drop of this leg is known."""
    graded, said = leg(DORSIFLEXION), leg("foot-drop")
    return (graded is not None and _weak(graded, numbers)) or (said is not None and said.finding.value is True)


def _counting(key: str, series: list[Dated]) -> Telling:
    return Telling(trend.newest(series), None) if key == DORSIFLEXION else Telling(*trend.standing(series))


def _tells(dated: Dated, as_of: Moment, numbers: Numbers) -> bool:
    finding = dated.finding
    if finding.key == DORSIFLEXION:
        return _weak(dated, numbers)
    if finding.key == "knee-dislocation" and finding.effective:
        return finding.value is True and trend.within(dated, numbers["knee-dislocation-window"], trend.span(as_of)[1])
    return finding.value is True


def _settled(dated: Dated, legs: Sequence[Leg], numbers: Numbers) -> bool:
    key = dated.finding.key
    if key in FOOT_DROP or key in UNSIDED["gait-sign-unsided"]:
        keys = FOOT_DROP
        if any(drops(leg.said, numbers) for leg in legs):
            return True
        if any(_dropped(leg, numbers) and any(_denied(leg.said(each), dated) for each in keys) for leg in legs):
            return True  # it was that leg's, which is well again
    else:
        keys = _TWINS if key in _TWINS else frozenset((key,))
        if any((said := leg.said(each)) is not None and said.finding.value is True for leg in legs for each in keys):
            return True
    return all(any(_denied(leg.said(each), dated) for each in keys) for leg in legs)


def _dropped(leg: Leg, numbers: Numbers) -> bool:
    graded = any(_weak(each, numbers) for each in leg.series.get(DORSIFLEXION, ()))
    return graded or any(each.finding.value is True for each in leg.series.get("foot-drop", ()))


def _denied(said: Dated | None, dated: Dated) -> bool:
    """Whether a leg was found well on that day or later."""
    if said is None or not said.finding.effective or not dated.finding.effective:
        return False
    return said.finding.value in (False, trend.FULL_STRENGTH) and said.low[:3] >= dated.high[:3]


def _weak(graded: Dated, numbers: Numbers) -> bool:
    return trend.grade(graded) <= cast(int, numbers["foot-drop-mrc"])
