"""One flat Case per limb: every feature a rule may name has a value here, or is unknown.

Recorded features are the keys of inputs.csv and conditions.csv; `trend` says which finding counts. Of each there may be

    opposite-KEY   the other limb's value (sided keys)
    KEY-since      the day on which the unbroken run of yes began (yes-or-no keys that are true now)

and _OWN lists what no one records: it is derived, and where it is unknown something else has to be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, cast

from cql_like import BOOLEAN, DATE, DATETIME, INTEGER, Choice, Date, DateTime, Quantities, Ranged, Type
from cql_like.periods import whole_periods
from guideline import trend
from guideline.episodes import EVENTS, last_time, of_now, of_this_drop
from guideline.errors import RulebookError
from guideline.findings import SIDES, Finding, Moment, Record, Side, Value
from guideline.reopened import forget_ended, reopen
from guideline.trend import DORSIFLEXION, UNDATED, Dated, Drop, Numbers
from guideline.unsided import UMN_SIGNS, Leg, Telling, drops, telling
from guideline.vocabulary import Feature, diagnoses, features

_OWN: Final[dict[str, tuple[Type, tuple[str, ...]]]] = {
    "as-of": (DATETIME, ()),
    "age": (INTEGER, ()),
    "foot-drop-unsided": (BOOLEAN, ("foot-drop",)),
    "foot-drop-unread": (BOOLEAN, ("foot-drop", DORSIFLEXION)),
    "gait-sign-unsided": (BOOLEAN, (DORSIFLEXION,)),
    "limb-emergency-unsided": (BOOLEAN, ("compartment-syndrome-suspected", "knee-dislocation")),
    "umn-sign-unsided": (BOOLEAN, UMN_SIGNS),
    "umn-sign-unsided-since": (DATE, UMN_SIGNS),
    "drop-since": (DATE, ("foot-drop", DORSIFLEXION)),
    "clock-start": (DATETIME, ("onset",)),
    "clock-start-uncertain": (BOOLEAN, ("onset",)),
    "referral-clock": (DATETIME, ("onset", "conservative-care-start")),
    "improvement": (Choice("none", "partial", "plateau", "full"), (DORSIFLEXION, "course")),
    "baseline-recorded": (BOOLEAN, (DORSIFLEXION,)),
    "last-mrc-on": (DATE, (DORSIFLEXION,)),
}
DERIVED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {name: keys for name, (_, keys) in _OWN.items()} | {"severity": (DORSIFLEXION,)}
)
_SEVERITIES: Final = ("mild", "moderate", "severe")
_date: Final = lru_cache(maxsize=4096)(Date.trusted)


class Support(NamedTuple):
    """A recorded finding that a value rests on."""

    fact: str
    side: Side | None
    value: Value
    resource: str
    effective: Moment | None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one limb. A name that `values` lacks is unknown; the order of both means nothing."""

    side: Side
    values: dict[str, Value]
    support: dict[str, tuple[Support, ...]]


@cache
def _rows() -> dict[str, tuple[bool, str | None]]:
    """Every recordable key: whether it is sided and, if its answer is yes or no, its name with -since."""
    rows = {key: (row.sided, f"{key}-since" if row.type == "bool" else None) for key, row in features().items()}
    return rows | {key: (row.sided, f"{key}-since") for key, row in diagnoses().items()}


@cache
def _opposites() -> dict[str, str]:
    """Every name that rules of the other limb may read -> the name they read it by."""
    names = [name for key, (sided, since) in _rows().items() if sided for name in (key, since) if name]
    return {name: f"opposite-{name}" for name in (*names, "drop-since")}


@cache
def case_types() -> Mapping[str, Type]:
    """Every feature a Case may hold, with its type."""
    types = {key: _type(feature) for key, feature in features().items()}
    types |= {since: DATE for _, since in _rows().values() if since} | dict.fromkeys(diagnoses(), BOOLEAN)
    types |= {name: kind for name, (kind, _) in _OWN.items()}
    return MappingProxyType(types | {opposite: types[name] for name, opposite in _opposites().items()})


def _type(feature: Feature) -> Type:
    if feature.type == "integer":
        return INTEGER if feature.low is None or feature.high is None else Ranged(feature.low, feature.high)
    if feature.type == "quantity":
        return Quantities(feature.unit)
    return {"bool": BOOLEAN, "dateTime": DATETIME, "code": Choice(*feature.allowed)}[feature.type]


def ask_for(name: str) -> tuple[tuple[str, Literal["same", "opposite"] | None], ...]:
    """The recordable findings that could settle a feature, and of which leg (None: of the patient)."""
    if name not in case_types():
        raise RulebookError(f"{name!r} is no feature of a case")
    own = name.removeprefix("opposite-")
    keys = DERIVED[own] if own in DERIVED else (own.removesuffix("-since"),)
    return tuple((key, None if not _rows()[key][0] else "same" if own == name else "opposite") for key in keys)


def build_cases(record: Record, as_of: Moment, numbers: Mapping[str, Value]) -> dict[Side, Case]:
    """The Cases of both limbs, from what was effective by `as_of`. `numbers` are the parameters by key."""
    groups, unsided = _grouped(record.findings, as_of)
    reopen(groups, record.unanswered, trend.span(as_of)[1], numbers)
    patient = _Draft(of_now(groups[None], as_of, numbers))
    _add_patient(patient, record, as_of)
    left, right = (_limb(groups[side], as_of, numbers) for side in SIDES)
    began = [cast(Moment, leg.values["clock-start"]) for leg in (left, right) if "drop-since" in leg.values]
    for draft in (patient, left, right):
        forget_ended(began, draft.groups, draft.values, draft.support)
    legs = Leg(left.said, left.groups), Leg(right.said, right.groups)
    _add_unsided(patient, telling(unsided, legs, as_of, numbers))
    dated = {each.finding.resource for each in unsided.get("foot-drop", ())}
    if not any(drops(leg.said, numbers) for leg in legs):
        _add_named(patient, "foot-drop-unsided", [each for each in record.unsided_foot_drop if each not in dated])
    return {"left": _case("left", patient, left, right), "right": _case("right", patient, right, left)}


def _grouped(
    findings: Iterable[Finding], as_of: Moment
) -> tuple[dict[Side | None, dict[str, list[Dated]]], dict[str, list[Dated]]]:
    """By limb and key, what is not certainly later than `as_of`; apart, by key, what lacks the side it needs."""
    groups: dict[Side | None, dict[str, list[Dated]]] = {None: {}, "left": {}, "right": {}}
    unsided: dict[str, list[Dated]] = {}
    rows, end = _rows(), trend.span(as_of)[1]
    today = as_of.date().key if isinstance(as_of, DateTime) else end[:3]
    for finding in findings:
        low, high = trend.span(finding.effective)
        sided, _ = rows.get(finding.key, (None, None))
        # A bare date is one of whoever wrote it: where the day began earlier than in UTC, today is not to come.
        if sided is not None and (low <= end or (isinstance(finding.effective, Date) and low[:3] <= today)):
            group = groups[finding.side if sided else None] if finding.side or not sided else unsided
            group.setdefault(finding.key, []).append(Dated(low, high, finding))
    return groups, unsided


class _Draft:
    """Values and their support on the way to a Case; at first, what was recorded."""

    def __init__(self, groups: dict[str, list[Dated]]) -> None:
        self.groups = groups
        self.values: dict[str, Value] = {}
        self.support: dict[str, tuple[Support, ...]] = {}
        rows = _rows()
        for key, series in groups.items():
            since_name = rows[key][1]
            by, since = trend.standing(series) if since_name else (trend.newest(series), None)
            if since and key in EVENTS:
                since = last_time(series) or since
            self.put(key, by.finding.value, by)
            if since_name and since and since.finding.effective:
                self.put(since_name, _day(since), since)

    def put(self, name: str, value: Value, *evidence: Dated) -> None:
        self.values[name] = value
        self.support[name] = tuple([Support(f.key, f.side, f.value, f.resource, f.effective) for _, _, f in evidence])

    def choose(self, name: str, candidates: tuple[str, ...]) -> None:
        """Let `name` be the earliest of these dates, if any is known."""
        known = [each for each in candidates if each in self.values]
        if known:
            first = min(known, key=lambda each: trend.span(cast(Moment, self.values[each]))[0])
            self.values[name], self.support[name] = self.values[first], self.support[first]

    def said(self, key: str) -> Dated | None:
        """The finding of `key` that counts."""
        return trend.newest(self.groups[key]) if key in self.groups else None


def _day(dated: Dated) -> Date:
    """The day in UTC, or the month or year where no more is known."""
    moment = cast(Moment, dated.finding.effective)
    return moment if isinstance(moment, Date) else _date(moment.key[:3])


def _add_patient(patient: _Draft, record: Record, as_of: Moment) -> None:
    patient.put("as-of", as_of)
    patient.put("foot-drop-unread", False)
    _add_named(patient, "foot-drop-unread", record.unread_foot_drop)
    age = record.birth_date and whole_periods("years", record.birth_date, _date(as_of.key[:3]))
    if record.birth_date and isinstance(age, int) and age >= 0:
        patient.values["age"] = age
        patient.support["age"] = (Support("birth-date", None, record.birth_date, record.patient, None),)


def _add_named(patient: _Draft, name: str, resources: Iterable[str]) -> None:
    """What some resources tell of a foot drop, without a side or a date."""
    told = tuple(Support("foot-drop", None, True, each, None) for each in sorted(resources))
    if told:
        patient.values[name] = True
        patient.support[name] += told


def _add_unsided(patient: _Draft, found: dict[str, list[Telling]]) -> None:
    for name, told in found.items():
        patient.put(name, bool(told), *[each.by for each in told])
        began = [each.since for each in told if each.since and each.since.finding.effective]
        if name == "umn-sign-unsided" and began:
            last = trend.newest(began)
            patient.put(f"{name}-since", _day(last), last)


def _limb(groups: dict[str, list[Dated]], as_of: Moment, numbers: Numbers) -> _Draft:
    drop = trend.drop_of(groups.get("foot-drop", ()), groups.get(DORSIFLEXION, ()), numbers["foot-drop-mrc"])
    limb = _Draft(of_this_drop(groups, drop, as_of, numbers))
    mrc = limb.said(DORSIFLEXION)
    limb.put("baseline-recorded", mrc is not None, *([mrc] if mrc else ()))
    if groups:
        _add_clocks(limb, drop, as_of)
        _add_severity(limb, numbers)
        _add_trends(limb, drop, numbers)
    return limb


def _add_clocks(limb: _Draft, drop: Drop | None, as_of: Moment) -> None:
    """C-06: from the onset, else from the first record of the drop."""
    if care := limb.groups.get("conservative-care-start"):
        first = min(care, key=_told)
        limb.put("conservative-care-start", first.finding.value, first)
    if drop and drop.holds and drop.since.finding.effective:
        limb.put("drop-since", _day(drop.since), drop.since)
    limb.choose("clock-start", ("onset",) if "onset" in limb.values else ("drop-since",))
    if "clock-start" in limb.values:
        limb.values["clock-start-uncertain"] = "onset" not in limb.values
        limb.support["clock-start-uncertain"] = limb.support["clock-start"]
    _settle_year(limb, as_of)
    limb.choose("referral-clock", ("clock-start", "conservative-care-start"))


def _settle_year(limb: _Draft, as_of: Moment) -> None:
    """Of an onset known to the year the last month counts, so that no window is called over before it must be; or, if
    that was earlier, the first record of the drop."""
    start = cast("Moment | None", limb.values.get("clock-start"))
    if start and len(start.key) == 1:
        year, month = as_of.key[:2]
        limb.values["clock-start"] = Date(start.key[0], month if start.key[0] == year else 12)
        limb.values["clock-start-uncertain"] = True
        limb.choose("clock-start", ("clock-start", "drop-since"))


def _told(dated: Dated) -> tuple[object, ...]:
    """By which dates that were recorded are put in order."""
    return *trend.span(cast(Moment, dated.finding.value)), dated.finding.resource


def _add_severity(limb: _Draft, numbers: Numbers) -> None:
    """C-43: the clinician's grading, unless dorsiflexion was graded worse on a later day; else from dorsiflexion."""
    said, graded = limb.said("severity"), limb.said(DORSIFLEXION)
    if graded is None or trend.grade(graded) > numbers["foot-drop-mrc"]:
        return
    level = (trend.grade(graded) <= numbers["severe-mrc"]) + (trend.grade(graded) <= numbers["moderate-mrc"])
    if said is None or (trend.earlier_day(said, graded) and level > _SEVERITIES.index(said.finding.value)):
        limb.put("severity", _SEVERITIES[level], graded)


def _add_trends(limb: _Draft, drop: Drop | None, numbers: Numbers) -> None:
    """The course from all dated grades; the improvement from those since the onset or first record of this drop."""
    onset = cast("Moment | None", limb.values.get("onset"))
    start = trend.span(onset)[0] if onset else drop.since.low if drop else None
    muscles = (*trend.MUSCLES, *trend.SPREAD)
    grades = {muscle: [d for d in limb.groups.get(muscle, ()) if d.finding.effective] for muscle in muscles}
    for muscle in trend.SPREAD:  # what was lost before this drop began is not its spreading
        series = grades[muscle]
        if start and series and not trend.reaches(trend.newest(series).high, numbers["episode-slack"], start):
            grades[muscle] = []
    if grades[DORSIFLEXION]:
        last = trend.newest(grades[DORSIFLEXION])
        limb.put("last-mrc-on", _day(last), last)
    said = limb.said("course")
    course = trend.course_of(grades, said, numbers)
    if course:
        limb.put("course", course[0], *course[1])
    since = {muscle: [d for d in series if start and d.high[:3] >= start[:3]] for muscle, series in grades.items()}
    said = None if said and start and UNDATED < said.high[:3] < start[:3] else said
    improvement = trend.improvement_of(since, said, numbers)
    if improvement:
        limb.put("improvement", improvement[0], *improvement[1])
    if limb.values.get("edx-reinnervation") is True and limb.values.get("improvement", "none") == "none":
        limb.values["improvement"], limb.support["improvement"] = "partial", limb.support["edx-reinnervation"]


def _case(side: Side, patient: _Draft, own: _Draft, other: _Draft) -> Case:
    opposites = _opposites()
    names = [(name, opposites[name]) for name in other.values if name in opposites]
    values = patient.values | own.values | {opposite: other.values[name] for name, opposite in names}
    support = patient.support | own.support | {opposite: other.support[name] for name, opposite in names}
    return Case(side, values, support)
