"""What a series of dated findings says: which one counts, since when it holds, and where the strength is going.

Two findings are ordered only where one is certainly earlier: "2026-03" is neither before nor after "2026-03-10", and
undated is earlier than any date. A finding counts unless another is certainly later; of those that remain the worse
counts (yes before no, the lower grade, the longer time), then the later, then the greater resource id. Days are UTC's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from cql_like import Date, DateTime, Quantity, compare
from cql_like.periods import add
from guideline.findings import Finding, Moment
from guideline.vocabulary import features

DORSIFLEXION: Final = "mrc-ankle-dorsiflexion"
MUSCLES: Final = (DORSIFLEXION, "mrc-ankle-eversion", "mrc-great-toe-extension")  # in which recovery is looked for
SPREAD: Final = (  # in which a loss counts, and a gain says nothing
    "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-knee-flexion", "mrc-knee-extension", "mrc-hip-flexion",
    "mrc-hip-abduction",
)  # fmt: skip
COURSES: Final = ("improving", "stable", "fluctuating", "worsening", "rapidly-worsening")  # from best to worst
FULL_STRENGTH: Final = 5
_LOSSES: Final = COURSES[3:]
_TELLING: Final = ("stable", "improving", *_LOSSES)  # of several muscles, the last of these counts
NO_IS_WORSE: Final = frozenset(("spine-cleared", "can-stand-safely", "edx-reinnervation"))
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
    latest = max([dated.low for dated in series])
    candidates = [dated for dated in series if dated.high >= latest]
    return max(candidates, key=_badness) if len(candidates) > 1 else candidates[0]


def earliest(series: Iterable[Dated]) -> Dated:
    return min(series, key=lambda dated: (dated.low, dated.high, dated.finding.resource, dated.finding.key))


def _badness(dated: Dated) -> tuple[Any, ...]:
    """Greater is worse; comparable among findings of one key."""
    low, high, finding = dated
    key, value = finding.key, finding.value
    if isinstance(value, str):  # answers stand in their row from the mildest on; the tempo of onset, from the worst
        words = COURSES if key == "course" else features()[key].allowed
        worse: Any = -words.index(value) if key == "onset-tempo" else words.index(value)
    elif isinstance(value, Date | DateTime):
        worse = tuple(-part for part in span(value)[0])
    else:
        amount = value.value if isinstance(value, Quantity) else value
        worse = amount if key in _MORE_IS_WORSE else -amount
    return worse, low, high, finding.resource, str(value)


def grade(dated: Dated) -> int:
    return cast(int, dated.finding.value)


def standing(series: Series) -> tuple[Dated, Dated | None]:
    """The finding that decides a yes or no and, if it is yes, the one its unbroken run of yes began with.

    Yes is in force until a later no; the no of a history ends only its own resource.
    """
    if len(series) == 1:
        return series[0], series[0] if series[0].finding.value is True else None
    yes_is_worse = series[0].finding.key not in NO_IS_WORSE
    story = _Story([(dated, dated.finding.value is True) for dated in series], yes_is_worse)
    if story.no is not None and not story.holds():
        return story.no, None
    return newest([*story.histories.values(), *([story.seen] if story.seen else ())]), earliest(story.run)


class Drop(NamedTuple):
    """A limb's foot drop, or its last one: whether it is there now, the first finding of its unbroken run (a dated one
    if there is any), and the last finding before that run which says there was none."""

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
    run = [dated for dated in story.run if dated.finding.effective] or story.run
    return Drop(story.holds(), earliest(run), story.before) if run else None


class _Story:
    """Yes and no in time. `run` is what said yes in the last unbroken run of yes, `before` the last no before it.

    Where the order of a yes and a no is not certain, the yes comes last, or with `yes_is_worse` false the no.
    """

    def __init__(self, events: list[tuple[Dated, bool]], yes_is_worse: bool = True) -> None:
        self.histories: dict[str, Dated] = {}
        self.run: list[Dated] = []
        self.seen: Dated | None = None
        self.graded: Dated | None = None
        self.no: Dated | None = None
        self.before: Dated | None = None

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
        if dated.finding.key == DORSIFLEXION:
            self.graded = dated if yes else None
        elif not dated.finding.history:
            self.seen = dated if yes else None
            self.histories = self.histories if yes else {}
        elif yes:
            self.histories[dated.finding.resource] = dated
        else:
            self.histories.pop(dated.finding.resource, None)
            self.seen = self.seen if self.histories else None

    def holds(self) -> bool:
        return bool(self.histories) or self.seen is not None or self.graded is not None


def course_of(grades: Mapping[str, Series], said: Dated | None, numbers: Numbers) -> Verdict | None:
    """Decision D-09: grades against grades, and both against the clinician's statement; the newest evidence wins. What
    other muscles of the leg have lost since the statement only ever adds to that."""
    lost = [each for each in _lost_elsewhere(grades, numbers) if said is None or not earlier_day(each[1][0], said)]
    told = _told_course(grades, said, numbers)
    return max([told, *lost] if told else lost, key=lambda verdict: COURSES.index(verdict[0]), default=None)


def _told_course(grades: Mapping[str, Series], said: Dated | None, numbers: Numbers) -> Verdict | None:
    measured = _measured_course(grades, numbers)
    if said is None:
        return measured
    stated = cast(str, said.finding.value), (said,)
    if measured is None or earlier_day(said, last := measured[1][0]):
        return measured or stated
    if earlier_day(last, said):
        return measured if stated[0] == "improving" and measured[0] in _LOSSES else stated
    return max(measured, stated, key=lambda verdict: COURSES.index(verdict[0]))


def _measured_course(grades: Mapping[str, Series], numbers: Numbers) -> Verdict | None:
    """Dorsiflexion decides. Eversion and great toe, graded that day or later, may add a loss, or a gain where it is
    equal; that they lag says nothing (MON-07). With no dorsiflexion to compare, the newest of the two speaks."""
    steps = {key: step for key in MUSCLES if grades.get(key) and (step := _step(grades[key], numbers))}
    main = steps.get(DORSIFLEXION)
    compared = [main] if main else steps.values()
    last = max((step[1][0] for step in compared), key=lambda dated: dated.low, default=None)
    telling = [step for step in steps.values() if step is main or step[0] != "stable"]
    current = [step for step in telling if last and not earlier_day(step[1][0], last)]
    return max(current, key=lambda step: _TELLING.index(step[0]), default=None)


def _lost_elsewhere(grades: Mapping[str, Series], numbers: Numbers) -> list[Verdict]:
    """The losses of other muscles of the leg, unless dorsiflexion was graded long after (C-05): a calf that was lost
    yesterday counts beside a foot that is graded today. One such muscle may be weak for its joint's sake, after an
    operation or in a plaster: it is rapid where a second one is lost with it."""
    window = numbers["rapid-window"]
    steps = [step for key in SPREAD if grades.get(key) and (step := _step(grades[key], numbers))]
    main = newest(grades[DORSIFLEXION]) if grades.get(DORSIFLEXION) else None
    lost = [step for step in steps if step[0] in _LOSSES and (not main or reaches(step[1][0].high, window, main.low))]
    return [step if _together(step, lost, window) else (_LOSSES[0], step[1]) for step in lost]


def _together(step: Verdict, lost: Sequence[Verdict], window: Quantity) -> bool:
    """Whether another muscle was lost within the window before or after this one."""
    one = step[1][0]
    others = [each[1][0] for each in lost if each is not step]
    return any(reaches(other.high, window, one.low) and reaches(one.high, window, other.low) for other in others)


def _step(grades: Series, numbers: Numbers) -> Verdict | None:
    """The newest grade beside an older one. A loss shows beside the previous grade, that of the previous day, or any of
    the rapid window; a gain, or no change, only beside that of the previous day: one day is one examination."""
    last = newest(grades)
    earlier = [other for other in grades if other.high < last.low]
    if not earlier:
        return None
    sharp = [other for other in earlier if grade(other) - grade(last) >= numbers["rapid-loss"]]
    rapid = [other for other in sharp if within(other, numbers["rapid-window"], last.low)]
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
    told = [told for key in MUSCLES if grades.get(key) and (told := _first_best_last(grades[key]))]
    gains = [each for each in told if grade(each[2]) - grade(each[0]) >= numbers["improvement-gain"]]
    if gains:
        window = numbers["plateau-window"]
        stopped = last and all(_window_end(best, last, window) in (-1, 0) for _, best, _ in gains)
        return "plateau" if stopped else "partial", tuple(dated for each in gains for dated in each[::2])
    if told and told[0][2] is last:
        return "none", told[0][::2]
    if said is None or said.finding.value == "fluctuating":
        return None
    return "partial" if said.finding.value == "improving" else "none", (said,)


def _first_best_last(grades: Series) -> tuple[Dated, Dated, Dated] | None:
    """If they are of two days: the baseline (of those that may be the first, the strongest), the first of the greatest
    strength (no gain came after it), and the newest."""
    end, best = min(dated.high for dated in grades), max(map(grade, grades))
    first = max((d for d in grades if d.low <= end), key=lambda d: (grade(d), d.low, d.finding.resource))
    last = newest(grades)
    return (first, earliest(d for d in grades if grade(d) == best), last) if earlier_day(first, last) else None


def within(dated: Dated, window: Quantity, now: Point) -> bool:
    """Whether it may be from the days of a window that ends on the day of `now`; undated, it may not.

    Counted back from a whole day: a date known to the month has no day to count from.
    """
    return reaches(dated.high, window, now)


def reaches(latest: Point, window: Quantity, now: Point) -> bool:
    """The same of the latest moment that something may be from."""
    begin = add(Date.trusted(now[:3]), window, -1)
    return begin is not None and latest[:3] >= begin.key


def _window_end(a: Dated, b: Dated, window: Quantity) -> int | None:
    """How the day on which a window from `a` ends stands to the day of `b`: -1 before, 0 on, 1 after, None unknown."""
    end = add(cast(Moment, a.finding.effective), window)
    return None if end is None else compare(end, cast(Moment, b.finding.effective), "day")
