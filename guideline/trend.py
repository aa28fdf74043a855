"""What a series of dated findings says: which one counts, since when it holds, and where the strength is going.

Dates may be known in part, so two findings are ordered only where one is certainly earlier: "2026-03" is neither before
nor after "2026-03-10". Undated is earlier than any date. A finding counts unless another is certainly later; of those
that remain the worse counts (yes before no, the lower grade, the longer time), then the later, then the greater
resource id. Days are days in UTC (decision D-01).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from cql_like import Date, DateTime, Quantity, compare
from cql_like.periods import add
from guideline.findings import Finding, Moment, Value
from guideline.vocabulary import features

DORSIFLEXION: Final = "mrc-ankle-dorsiflexion"
MUSCLES: Final = (DORSIFLEXION, "mrc-ankle-eversion", "mrc-great-toe-extension")
COURSES: Final = ("improving", "stable", "fluctuating", "worsening", "rapidly-worsening")  # from best to worst
FULL_STRENGTH: Final = 5
_LOSSES: Final = ("worsening", "rapidly-worsening")
_TELLING: Final = ("stable", "improving", *_LOSSES)  # of several muscles, the last of these counts
_NO_GAIN: Final = ("stable", *_LOSSES)
_NO_IS_WORSE: Final = frozenset(("spine-cleared", "can-stand-safely", "edx-reinnervation"))
_MORE_IS_WORSE: Final = frozenset(("falls-past-year", "post-void-residual", "pain-score", "hba1c", "creatine-kinase"))

Point = tuple[int, ...]
UNDATED: Final[Point] = (0,)


class Dated(NamedTuple):
    """A finding, and the earliest and the latest moment it may be from, in UTC."""

    low: Point
    high: Point
    finding: Finding


Series = Sequence[Dated]
Numbers = Mapping[str, Any]  # parameters by key
Verdict = tuple[str, tuple[Dated, ...]]  # a word, and the findings it rests on


def span(moment: Moment | None) -> tuple[Point, Point]:
    """The earliest and the latest it may be."""
    if moment is None:
        return UNDATED, UNDATED
    key = moment.key
    if len(key) == 6:
        return key, key
    low, high = (key, key) if len(key) == 3 else (moment.low().key, moment.high().key)
    return (*low, 0, 0, 0)[:6], (*high, 23, 59, 59_999)[:6]


def earlier_day(a: Dated, b: Dated) -> bool:
    """Whether `a` is certainly from an earlier day than `b`."""
    return a.high[:3] < b.low[:3]


def newest(series: Series) -> Dated:
    """The finding that counts."""
    if len(series) == 1:
        return series[0]
    latest = max(dated.low for dated in series)
    return max((dated for dated in series if dated.high >= latest), key=_worse)


def earliest(series: Iterable[Dated]) -> Dated:
    return min(series, key=lambda dated: (dated.low, dated.high, dated.finding.resource))


def _worse(dated: Dated) -> tuple[object, ...]:
    low, high, finding = dated
    return _badness(finding.key, finding.value), low, high, finding.resource, str(finding.value)


def _badness(key: str, value: Value) -> Any:
    """Greater is worse; comparable among values of one key."""
    if isinstance(value, bool):
        return value is not (key in _NO_IS_WORSE)
    if isinstance(value, str):  # answers stand in their row from the mildest on; the tempo of onset, from the worst
        words = COURSES if key == "course" else features()[key].allowed
        return -words.index(value) if key == "onset-tempo" else words.index(value)
    if isinstance(value, Date | DateTime):
        return tuple(-part for part in span(value)[0])
    amount = value.value if isinstance(value, Quantity) else value
    return amount if key in _MORE_IS_WORSE else -amount


def grade(dated: Dated) -> int:
    return cast(int, dated.finding.value)


def standing(series: Series) -> tuple[Dated, Dated | None]:
    """The finding that decides a yes or no and, if it is yes, the one its unbroken run of yes began with.

    Yes is in force until a later no; the no of a history ends only its own resource.
    """
    if len(series) == 1:
        return series[0], series[0] if series[0].finding.value is True else None
    yes_is_worse = series[0].finding.key not in _NO_IS_WORSE
    story = _Story([(dated, dated.finding.value is True) for dated in series], yes_is_worse)
    if story.no is not None and not story.holds():
        return story.no, None
    return next(dated for dated in reversed(story.run) if story.in_force(dated)), earliest(story.run)


class Drop(NamedTuple):
    """The foot drop of a limb, or its last one: whether it is there now, the first finding of its unbroken run, and
    the last finding before that run which says there was none."""

    holds: bool
    since: Dated
    before: Dated | None

    def owns(self, dated: Dated) -> bool:
        """Whether a recorded date (of onset, of care) may be about this drop and not about an earlier one."""
        told = span(cast(Moment, dated.finding.value))[1]
        return self.before is None or max(dated.high, told) >= self.before.low


def drop_of(diagnosed: Series, grades: Series, limit: int) -> Drop | None:
    """A foot drop is there while it is recorded, or while dorsiflexion is graded `limit` or less. None: never."""
    events = [(dated, dated.finding.value is True) for dated in diagnosed]
    story = _Story(events + [(dated, grade(dated) <= limit) for dated in grades])
    return Drop(story.holds(), earliest(story.run), story.before) if story.run else None


class _Story:
    """Yes and no in time. `run` is what said yes in the last unbroken run of yes, `before` the last no before it.

    Where the order of a yes and a no is not certain, the yes comes last, or with `yes_is_worse` false the no.
    """

    def __init__(self, events: list[tuple[Dated, bool]], yes_is_worse: bool = True) -> None:
        self.histories: dict[str, Dated] = {}
        self.seen: Dated | None = None
        self.graded: Dated | None = None
        self.no: Dated | None = None
        self.before: Dated | None = None
        self.run: list[Dated] = []

        def time(event: tuple[Dated, bool]) -> tuple[Point, bool, str, Point]:
            (low, high, finding), yes = event
            return (high if yes is yes_is_worse else low), yes is yes_is_worse, finding.resource, low

        for dated, yes in sorted(events, key=time):
            if yes and not self.holds():
                self.run, self.before = [], self.no
            self._take(dated, yes)
            if yes:
                self.run.append(dated)
            elif not self.holds():
                self.no = dated

    def _take(self, dated: Dated, yes: bool) -> None:
        resource = dated.finding.resource
        if dated.finding.key == DORSIFLEXION:
            self.graded = dated if yes else None
        elif not dated.finding.history:
            self.seen = dated if yes else None
            if not yes:
                self.histories.clear()
        elif yes:
            self.histories[resource] = dated
        else:
            self.histories.pop(resource, None)
            self.seen = self.seen if self.histories else None

    def holds(self) -> bool:
        return bool(self.histories) or self.seen is not None or self.graded is not None

    def in_force(self, dated: Dated) -> bool:
        return dated is self.seen or self.histories.get(dated.finding.resource) is dated


def course_of(grades: Mapping[str, Series], said: Dated | None, numbers: Numbers) -> Verdict | None:
    """Decision D-09: grades against grades, and both against the clinician's statement; the newest evidence wins."""
    measured = _measured_course(grades, numbers)
    stated = None if said is None else (cast(str, said.finding.value), (said,))
    if measured is None or said is None or stated is None:
        return measured or stated
    last = measured[1][0]
    if earlier_day(said, last):
        return measured
    if earlier_day(last, said):
        return measured if stated[0] == "improving" and measured[0] in _LOSSES else stated
    return max(measured, stated, key=lambda verdict: COURSES.index(verdict[0]))


def _measured_course(grades: Mapping[str, Series], numbers: Numbers) -> Verdict | None:
    """Dorsiflexion decides. Eversion and great toe, graded that day or later, may add a loss, or a gain where it is
    equal; that they lag says nothing (MON-07). With no dorsiflexion to compare, the newest of the two speaks."""
    steps = {muscle: step for muscle in MUSCLES if (step := _step(grades.get(muscle, ()), numbers))}
    if not steps:
        return None
    main = steps.get(DORSIFLEXION)
    reference = (main or max(steps.values(), key=lambda step: step[1][0].low))[1][0]
    current = [step for step in steps.values() if not earlier_day(step[1][0], reference)]
    telling = [step for step in current if step is main or step[0] != "stable"]
    return max(telling, key=lambda step: _TELLING.index(step[0]), default=None)


def _step(grades: Series, numbers: Numbers) -> Verdict | None:
    """The newest grade beside an older one. A loss shows beside the previous grade, that of the previous day, or any of
    the rapid window; a gain, or no change, only beside that of the previous day: one day is one examination."""
    last = newest(grades) if len(grades) > 1 else None
    earlier = [other for other in grades if other.high < last.low] if last else []
    if last is None or not earlier:
        return None
    sharp = [other for other in earlier if grade(other) - grade(last) >= numbers["rapid-loss"]]
    rapid = [other for other in sharp if _window_end(other, last, numbers["rapid-window"]) != -1]
    if rapid:
        return "rapidly-worsening", (last, newest(rapid))
    days = [other for other in earlier if earlier_day(other, last)]
    previous = max(newest(earlier), newest(days or earlier), key=grade)
    if grade(previous) - grade(last) >= numbers["worsening-loss"]:
        return "worsening", (last, previous)
    if not days:
        return None
    gained = grade(last) - grade(newest(days)) >= numbers["improvement-gain"]
    return "improving" if gained else "stable", (last, newest(days))


def improvement_of(grades: Mapping[str, Series], said: Dated | None, numbers: Numbers) -> Verdict | None:
    """C-05: the newest grades of this drop against its first ones; without two of dorsiflexion, what the clinician says
    of the course. None is unknown: a baseline is missing."""
    main = grades.get(DORSIFLEXION)
    last = newest(main) if main else None
    if last and grade(last) >= FULL_STRENGTH:
        return "full", (last,)
    pairs = [pair for muscle in MUSCLES if (pair := _first_and_last(grades.get(muscle, ())))]
    gains = [(a, b) for a, b in pairs if grade(b) - grade(a) >= numbers["improvement-gain"]]
    if gains:
        peaks = [_peak(grades[gained.finding.key]) for _, gained in gains]
        ends = [last and _window_end(peak, last, numbers["plateau-window"]) for peak in peaks]
        stopped = all(end in (-1, 0) for end in ends)
        return "plateau" if stopped else "partial", tuple(dated for pair in gains for dated in pair)
    if pairs and pairs[0][1] is last:
        return "none", pairs[0]
    word = said and said.finding.value
    found = "partial" if word == "improving" else "none" if word in _NO_GAIN else None
    return (found, (said,)) if found and said else None


def _first_and_last(grades: Series) -> tuple[Dated, Dated] | None:
    """The baseline (of those that may be the first, the strongest) and the newest grade, if they are of two days."""
    if len(grades) < 2:
        return None
    first_end = min(dated.high for dated in grades)
    first = max((d for d in grades if d.low <= first_end), key=lambda d: (grade(d), d.low, d.finding.resource))
    return (first, newest(grades)) if earlier_day(first, newest(grades)) else None


def _peak(grades: Series) -> Dated:
    """The first finding of the greatest strength: no gain came after it."""
    best = max(map(grade, grades))
    return earliest(dated for dated in grades if grade(dated) == best)


def _window_end(a: Dated, b: Dated, window: Quantity) -> int | None:
    """How the day on which a window from `a` ends stands to the day of `b`: -1 before, 0 on, 1 after, None unknown."""
    end = add(cast(Moment, a.finding.effective), window)
    return None if end is None else compare(end, cast(Moment, b.finding.effective), "day")
