"""What of a record is about now: this drop, the last injury, a pregnancy that may still be one."""

from __future__ import annotations

from typing import Final, cast

from guideline import trend
from guideline.findings import Moment
from guideline.trend import Dated, Drop, Numbers

Groups = dict[str, list[Dated]]  # findings by key

# What happens, and may happen again: it is as old as the last time.
EVENTS: Final = frozenset((
    "knee-dislocation", "hip-dislocation", "knee-arthroplasty", "hip-arthroplasty", "fibular-fracture",
    "pelvic-fracture", "inflammatory-neuropathy", "open-or-sharp-injury", "stroke",
))  # fmt: skip
_DATES: Final = frozenset(("onset", "conservative-care-start"))
_OF_ONE_DROP: Final = frozenset((
    "course", "severity", "onset-tempo", "edx-localisation", "edx-severity", "edx-done",
    "edx-reinnervation",
    "mri-explains-deficit", "recovery-chance", "permanent-nerve-damage",
))  # fmt: skip

_GENERAL: Final = frozenset(("motor-neuron", "polyneuropathy", "myopathy"))  # found once, they do not end with a drop


def of_now(groups: Groups, as_of: Moment, numbers: Numbers) -> Groups:
    """The patient's findings without a spine that was cleared before its last injury, and without a pregnancy that must
    be over."""
    kept = dict(groups)
    injury, pregnant = groups.get("acute-spinal-trauma"), groups.get("pregnant")
    if injury and "spine-cleared" in groups:
        injured = trend.newest(injury)
        _keep(kept, "spine-cleared", [each for each in groups["spine-cleared"] if _after(each, injured)])
    if pregnant:
        last = trend.newest(pregnant)
        if last.finding.effective and not trend.within(last, numbers["pregnancy-longest"], trend.span(as_of)[1]):
            del kept["pregnant"]
    return kept


def _after(clearance: Dated, injury: Dated) -> bool:
    """Whether the spine may have been cleared after the injury; of an injury known to the month or year, certainly."""
    when = injury.finding.effective
    return clearance.low >= injury.high if when and len(when.key) < 3 else clearance.high >= injury.low


def of_this_drop(groups: Groups, drop: Drop | None, as_of: Moment, numbers: Numbers) -> Groups:
    """A limb's findings without what was said of an earlier drop, from which it has recovered since, and without what
    was said well before this one began. What has no date is taken to be about this one.

    A sign of reinnervation counts for a time: by then strength should have shown it.
    """
    kept = dict(groups)
    for key in _DATES & groups.keys():
        _keep(kept, key, [each for each in groups[key] if drop is None or drop.owns(each)])
    weak = trend.drop_of((), groups.get(trend.DORSIFLEXION, ()), cast(int, numbers["foot-drop-mrc"]))
    if "onset" in kept:
        _settle_onset(kept, weak, numbers)
    began = _began(kept, drop, weak)
    for key in _OF_ONE_DROP & groups.keys() if began else ():
        slack = numbers["episode-slack"]
        near = [
            each
            for each in groups[key]
            if each.finding.value in _GENERAL or not each.finding.effective or trend.reaches(each.high, slack, began)
        ]
        _keep(kept, key, near)
    if "onset" in kept:
        _leave_other_care(kept, _onset(kept), numbers)
    if seen := kept.get("edx-reinnervation"):
        last = trend.newest(seen)
        if last.finding.effective and not trend.within(last, numbers["reinnervation-counts"], trend.span(as_of)[1]):
            del kept["edx-reinnervation"]
    return kept


def _settle_onset(groups: Groups, weak: Drop | None, numbers: Numbers) -> None:
    """C-06: a drop that is diagnosed again at a visit did not begin again. Of several diagnoses the earliest onset
    counts; if all of them name one after the foot was graded weak, it is unknown. As it is stands what the latest
    Observation of an onset says, what one diagnosis alone says, and what the newest says of a drop that came quickly.

    What was diagnosed before the strength came back is of another drop, also where it was never closed.
    """
    last, well = trend.newest(groups["onset"]), weak.before.low if weak and weak.before else trend.UNDATED
    again = [each for each in groups.get("foot-drop", ()) if each.finding.value is True and each.high >= well]
    if not last.finding.history or _came_quickly(groups, last, numbers):
        return
    if all(each.finding.resource == last.finding.resource for each in again if each.finding.history):
        return
    begins = {each: trend.span(cast(Moment, each.finding.value)) for each in groups["onset"] if each.finding.history}
    told = [each for each in begins if begins[each][1] >= well] or [last]
    first = min(told, key=lambda each: (begins[each][1], begins[each][0], each.finding.resource))
    graded = _first_weak(weak)
    if graded is None or graded.low >= begins[last][0]:
        return  # nobody has seen it weak before: an old diagnosis that was never closed must hide no emergency
    _keep(groups, "onset", [first] if begins[first][0][:3] <= graded.high[:3] else [])


def _came_quickly(groups: Groups, onset: Dated, numbers: Numbers) -> bool:
    """Whether the foot is said to have dropped within days at about that onset: an emergency that an old diagnosis
    beside it must not hide."""
    if "onset-tempo" not in groups:
        return False
    tempo, slack = trend.newest(groups["onset-tempo"]), numbers["episode-slack"]
    begin = trend.span(cast(Moment, onset.finding.value))[0]
    quick = tempo.finding.value in ("sudden", "acute")
    return quick and (tempo.finding.effective is None or trend.reaches(tempo.high, slack, begin))


def _first_weak(weak: Drop | None) -> Dated | None:
    return weak.since if weak and weak.holds and weak.since.finding.effective else None


def _began(groups: Groups, drop: Drop | None, weak: Drop | None) -> trend.Point:
    """When this drop began at the latest: with its onset or, if that is earlier, the first of its weak grades; after
    the last recovery. Empty if neither an onset nor a recovery is known.

    A diagnosis is no measure of it: many are never closed.
    """
    known = [drop.before.low] if drop and drop.before and drop.before.finding.effective else []
    if "onset" in groups:
        first = _first_weak(weak)
        known.append(min([_onset(groups), *([first.low] if first else [])]))
    return max(known, default=())


def _onset(groups: Groups) -> trend.Point:
    return trend.span(cast(Moment, trend.newest(groups["onset"]).finding.value))[0]


def _leave_other_care(groups: Groups, onset: trend.Point, numbers: Numbers) -> None:
    """C-06: care that began shortly before the recorded onset counts; long before, it was for something else."""
    told = groups.get("conservative-care-start", [])
    latest = [(each, trend.span(cast(Moment, each.finding.value))[1]) for each in told]
    if told:
        near = [each for each, high in latest if trend.reaches(high, numbers["care-before-onset"], onset)]
        _keep(groups, "conservative-care-start", near)


def _keep(groups: Groups, key: str, series: list[Dated]) -> None:
    if series:
        groups[key] = series
    else:
        del groups[key]


def last_time(series: list[Dated]) -> Dated | None:
    """When it happened last. A diagnosis that was only written down again is no new event, but a knee is taken for
    dislocated again: that would be an emergency."""
    said = [each for each in series if each.finding.value is True and each.finding.effective]
    told = [each for each in said if not each.finding.noted or each.finding.key == "knee-dislocation"]
    return trend.newest(told) if told else None
