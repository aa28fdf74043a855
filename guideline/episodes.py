"""What of a record is about now: this drop, the last injury, a pregnancy that may still be one."""

from __future__ import annotations

from typing import Final, cast

from guideline import trend
from guideline.findings import Moment
from guideline.trend import Dated, Drop, Numbers

Groups = dict[str, list[Dated]]  # findings by key

_DATES: Final = frozenset(("onset", "conservative-care-start"))
_OF_ONE_DROP: Final = frozenset((
    "course", "severity", "onset-tempo", "edx-localisation", "edx-severity", "edx-reinnervation",
    "mri-explains-deficit", "recovery-chance", "permanent-nerve-damage",
))  # fmt: skip


def of_now(groups: Groups, as_of: Moment, numbers: Numbers) -> Groups:
    """The patient's findings without a spine that was cleared before its last injury, and without a pregnancy that must
    be over."""
    kept = dict(groups)
    injury, pregnant = groups.get("acute-spinal-trauma"), groups.get("pregnant")
    if injury and "spine-cleared" in groups:
        injured = trend.newest(injury)
        _keep(kept, "spine-cleared", [each for each in groups["spine-cleared"] if not trend.earlier_day(each, injured)])
    if pregnant:
        last = trend.newest(pregnant)
        if last.finding.effective and not trend.within(last, numbers["pregnancy-longest"], trend.span(as_of)[1]):
            del kept["pregnant"]
    return kept


def of_this_drop(groups: Groups, drop: Drop | None) -> Groups:
    """A limb's findings without what was said of an earlier drop, from which it has recovered since, and without what
    was said of this one before it began. What has no date is taken to be about this one."""
    kept = dict(groups)
    for key in _DATES & groups.keys():
        _keep(kept, key, [each for each in groups[key] if drop is None or drop.owns(each)])
    begun = [drop.before.low[:3]] if drop and drop.before else []
    if "onset" in kept:
        begun.append(trend.span(cast(Moment, trend.newest(kept["onset"]).finding.value))[0][:3])
    for key in _OF_ONE_DROP & groups.keys() if begun else ():
        series = groups[key]
        _keep(kept, key, [each for each in series if each.finding.effective is None or each.high[:3] >= max(begun)])
    return kept


def _keep(groups: Groups, key: str, series: list[Dated]) -> None:
    if series:
        groups[key] = series
    else:
        del groups[key]
