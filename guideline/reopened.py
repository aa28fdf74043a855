"""What was answered with no, or found normal, and is open again: unknown is not no.

A yes is never undone here. A red flag does not go away because a later value of it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from guideline import trend
from guideline.findings import Moment, Side, Unanswered
from guideline.trend import DORSIFLEXION, Dated, Numbers, Point
from guideline.unsided import FOOT_DROP, UNSIDED
from guideline.vocabulary import features

Groups = dict[str, list[Dated]]  # findings by key

_SIGNS: Final = UNSIDED["gait-sign-unsided"]  # LOC-24: of a leg
_STUMBLING: Final = ("intermittent-tripping", "loose-shoe-feeling")  # the same, of either


def reopen(
    groups: Mapping[Side | None, Groups], unanswered: Iterable[Unanswered], end: Point, numbers: Numbers
) -> None:
    """Take out of the findings of both legs (and of the patient: None) what is no answer any more by `end`: a no or a
    normal finding before a value that is missing or cannot be read, and a no of the foot drop before a sign of one."""
    for each in unanswered:
        low, _ = trend.span(each.effective)
        if each.side in groups and low <= end:
            _outdate(groups[each.side], FOOT_DROP if each.key in FOOT_DROP else (each.key,), low, numbers)
    stumbled = _last_yes(groups[None], _STUMBLING)
    for side in groups:
        if side and (signs := [*stumbled, *_last_yes(groups[side], _SIGNS)]):
            _outdate(groups[side], FOOT_DROP, max(sign.low for sign in signs), numbers)


def forget_ended(drops: Iterable[Moment], groups: Groups, *told: dict[str, Any]) -> None:
    """Take out the keys of which all that is known is that it ended once, and not certainly since the last of these
    foot drops began: it may be there again, and that is unknown until somebody asks."""
    began = max([trend.span(drop)[0] for drop in drops], default=None)
    for key, series in list(groups.items()):
        if any(each.finding.over for each in series):
            by, _ = trend.standing(series)
            if by.finding.over and (began is None or by.low < began):
                for known in (groups, *told):
                    del known[key]


def _outdate(groups: Groups, keys: Iterable[str], since: Point, numbers: Numbers) -> None:
    """Forget these keys where each of them says no, and at least one was asked before that moment."""
    told = {key: _standing(key, groups[key]) for key in keys if key in groups}
    if all(_is_no(key, by, numbers) for key, by in told.items()) and all(by.high < since for by in told.values()):
        for key in told:
            del groups[key]


def _standing(key: str, series: list[Dated]) -> Dated:
    feature = features().get(key)
    return trend.standing(series)[0] if feature is None or feature.type == "bool" else trend.newest(series)


def _is_no(key: str, by: Dated, numbers: Numbers) -> bool:
    """Of what is safe when it is a yes (a cleared spine) nothing is reopened; nor a grade of another muscle, whose
    earlier grades tell of the course."""
    value = by.finding.value
    if isinstance(value, bool):
        return value is False and key not in trend.NO_IS_WORSE
    if key == DORSIFLEXION:
        return cast(int, value) > cast(int, numbers["foot-drop-mrc"])
    return value == "normal"


def _last_yes(groups: Groups, keys: Iterable[str]) -> list[Dated]:
    said = [trend.standing(groups[key])[0] for key in keys if key in groups]
    return [by for by in said if by.finding.value is True]
