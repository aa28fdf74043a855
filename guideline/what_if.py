"""`what-if PATIENT --set KEY=VALUE`: the plan as it would be if something else were known, beside the plan as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Final

from cql_like import Date, DateTime, Quantity, UnitError, convert, parse_moment
from guideline import plan, trend
from guideline.assess import Consultation
from guideline.assessment import Assessment, Side
from guideline.care import CareSeen
from guideline.case import DERIVED, build_cases
from guideline.citations import Shown
from guideline.difference import Difference, difference
from guideline.errors import GuidelineError
from guideline.findings import SIDES, Finding, Moment, Record, Value
from guideline.plan import json_value
from guideline.reader import read_case
from guideline.rule import Activity, Order
from guideline.vocabulary import Diagnosis, Feature, diagnoses, features

ASSUMED: Final = "assumed"
BIRTH_DATE: Final = "birth-date"
_UNKNOWN: Final = "unknown"
_WORDS: Final = {"yes": True, "true": True, "present": True, "no": False, "false": False, "absent": False}


class SettingError(GuidelineError):
    """An assumption that the vocabulary does not allow; the message says what it does allow."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An assumption: a finding or diagnosis (or `birth-date`) has this value now; None: nothing is known of it."""

    key: str
    side: Side | None
    value: Value | None


class Assumed(Shown):
    """A setting as it is shown."""

    key: str
    side: Side | None
    value: bool | int | float | str | None


class WhatIf(Shown):
    """Two plans and what distinguishes them."""

    assumed: list[Assumed]
    difference: Difference
    before: Assessment
    after: Assessment


def what_if(consultation: Consultation, settings: Sequence[Setting]) -> WhatIf:
    """The plan of today against the plan if `settings` were so."""
    before = consultation.assessment()
    after = rehearse(consultation, assume(consultation.record, settings, consultation.as_of)).assessment()
    assumed = [Assumed(key=each.key, side=each.side, value=json_value(each.value)) for each in settings]
    return WhatIf(assumed=assumed, difference=difference(before, after), before=before, after=after)


def rehearse(consultation: Consultation, record: Record, as_of: Moment | None = None) -> Consultation:
    """The same consultation on another record, or another day. Only the reference reading is asked, not the engine."""
    book, day = consultation.book, as_of or consultation.as_of
    cases = build_cases(record, day, book.numbers)
    readings = tuple((cases[side], read_case(book, cases[side].values)) for side in SIDES)
    care = CareSeen.of(record, cases, book.numbers)
    draft = replace(
        consultation, record=record, as_of=day, readings=readings, care=care, claims=(), orders=(), activities=()
    )
    if not draft.concerned:
        return draft
    claims = tuple(plan.claims(readings, {case.side: reading.fired() for case, reading in readings}))
    orders, activities = (tuple(plan.proposals(claims, kind, care)) for kind in (Order, Activity))
    return replace(draft, claims=claims, orders=orders, activities=activities)


def assume(record: Record, settings: Iterable[Setting], as_of: Moment) -> Record:
    """The record as if each setting had been found at `as_of`, in place of what was found that day.

    What was found before stays, because the course is told from it; an unknown takes all of it away.
    """
    for setting in settings:
        if setting.key == BIRTH_DATE:
            record = record._replace(birth_date=setting.value)  # type: ignore[arg-type]
            continue
        kept = tuple(each for each in record.findings if not _replaced(each, setting, as_of))
        if setting.value is not None:
            kept += (Finding(setting.key, setting.side, setting.value, as_of, ASSUMED),)
        record = record._replace(findings=kept)
    return record


def _replaced(finding: Finding, setting: Setting, as_of: Moment) -> bool:
    if finding.key != setting.key or finding.side != setting.side:
        return False
    return setting.value is None or trend.span(finding.effective)[1][:3] >= trend.span(as_of)[0][:3]


def parse_setting(text: str, as_of: Date | DateTime) -> Setting:
    """Read "mrc-ankle-dorsiflexion:left=4", "stroke=yes", "onset:left=2026-01-05", "egfr=25", "course:left=unknown".

    A number without a unit is in the vocabulary's unit. SettingError says what the vocabulary allows.
    """
    name, equals, value = text.partition("=")
    key, _, leg = name.strip().partition(":")
    if not equals or not key or not value.strip():
        raise SettingError(f"{text!r} is no setting: write KEY=VALUE, or KEY:left=VALUE for one leg")
    side = _side(key, leg.strip())
    value = value.strip()
    if value == _UNKNOWN:
        return Setting(key, side, None)
    if key == BIRTH_DATE:
        return Setting(key, None, _moment(key, value, as_of).date())
    feature = features().get(key)
    if feature is None or feature.type == "bool":
        return Setting(key, side, _yes_or_no(key, value))
    return Setting(key, side, _value(feature, value, as_of))


def _side(key: str, leg: str) -> Side | None:
    rows: dict[str, Feature | Diagnosis] = {**features(), **diagnoses()}
    if key != BIRTH_DATE and key not in rows:
        raise SettingError(_unknown_key(key, [*rows, BIRTH_DATE]))
    sided = key != BIRTH_DATE and rows[key].sided
    if not sided and leg:
        raise SettingError(f"{key} has no side: write {key}=VALUE")
    for side in SIDES:
        if sided and leg == side:
            return side
    if sided:
        raise SettingError(f"{key} needs a side: write {key}:left=VALUE or {key}:right=VALUE")
    return None


def _unknown_key(key: str, rows: Sequence[str]) -> str:
    if key == "age":
        return f"age follows from the date of birth: set {BIRTH_DATE}"
    if key in DERIVED:
        told_by = " or ".join(DERIVED[key]) or "nothing that can be set"
        return f"{key} is not recorded, but derived: set {told_by}"
    close = get_close_matches(key, rows, 3, 0.6)
    return f"there is no finding or diagnosis {key!r}" + (f"; did you mean {' or '.join(close)}?" if close else "")


def _yes_or_no(key: str, value: str) -> bool:
    if value.lower() not in _WORDS:
        raise SettingError(f"{key} is yes, no or unknown, not {value!r}")
    return _WORDS[value.lower()]


def _value(feature: Feature, value: str, as_of: Moment) -> Value:
    if feature.type == "code":
        if value not in feature.allowed:
            raise SettingError(f"{feature.key} is one of {', '.join(feature.allowed)} or unknown, not {value!r}")
        return value
    if feature.type == "dateTime":
        return _moment(feature.key, value, as_of)
    number, _, unit = value.partition(" ")
    amount = _amount(feature, number, unit.strip())
    if (feature.low is not None and amount < feature.low) or (feature.high is not None and amount > feature.high):
        bounds = f"{feature.low} or more" if feature.high is None else f"from {feature.low} to {feature.high}"
        raise SettingError(f"{feature.key} is {bounds}, not {value}")
    return int(amount) if feature.type == "integer" else Quantity(amount, feature.unit or "1")


def _amount(feature: Feature, number: str, unit: str) -> Decimal:
    try:
        amount = Decimal(number)
    except InvalidOperation:
        raise SettingError(f"{feature.key} is a number, not {number!r}") from None
    whole = amount.is_finite() and amount == amount.to_integral_value()
    if not amount.is_finite() or (feature.type == "integer" and (unit or not whole)):
        raise SettingError(f"{feature.key} is a whole number without a unit, not {f'{number} {unit}'.strip()!r}")
    try:
        if unit and feature.unit == "%" != unit:  # HbA1c in mmol/mol is another scale, which no factor turns into this
            raise UnitError(unit)
        return convert(Quantity(amount, unit), feature.unit or "1").value if unit else amount
    except UnitError:
        raise SettingError(f"{feature.key} is kept in {feature.unit!r}, and {unit!r} cannot be told in it") from None


def _moment(key: str, value: str, as_of: Moment) -> Date | DateTime:
    try:
        moment = parse_moment(value)
    except ValueError as wrong:
        raise SettingError(f"{key} is a date: {wrong}") from None
    if trend.span(moment)[0] > trend.span(as_of)[1]:
        raise SettingError(f"{key} {value} lies after the day of assessment, {as_of}")
    return moment
