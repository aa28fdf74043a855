"""Invented patients, made of the vocabulary alone: what is known of them, and how a record or a Case is made of it.

A Patient prints itself as the FHIR Bundle that a hospital would send, so that a broken property shows a record.
Dates are ISO text; a Fact without a day is undated. `form` chooses between equal encodings (see encode.py).
FOOTDROP_EXAMPLES=20 in the environment makes every property look at twenty times as many patients.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import orjson
from hypothesis import settings
from hypothesis import strategies as st

from cql_like import Quantity, parse_moment
from cql_like.temporal import Date
from guideline.findings import SIDES, Existing, Finding, Record, Side
from guideline.vocabulary import diagnoses, features, order_kinds
from tests.support import encode
from tests.support.numbers import about, amount

Value = bool | int | str | Decimal
Given = Mapping[str, Value | None]
Legs = Literal["left", "right", "both"]

TODAY: Final = "2026-06-15"
OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}


def _near(key: str, *steps: str) -> tuple[str, ...]:
    """A number of the guideline, and what lies so many steps from it."""
    return tuple(str(amount(key) + Decimal(step)) for step in steps)


# Both sides of every number that the rules compare with; in the row's unit.
AMOUNTS: Final[dict[str, tuple[str, ...]]] = {
    "post-void-residual": ("0", *_near("retention-volume", "0", "1"), "400"),
    "pain-score": ("0", "3", *_near("severe-pain-score", "-1", "0"), "9"),
    "ankle-brachial-index": ("0.5", *_near("ankle-brachial-limit", "-0.01", "0"), "1.1"),
    "egfr": ("12", *_near("low-egfr", "-1", "0"), *_near("gabapentinoid-egfr", "0"), "95"),
    "hba1c": ("5.4", "6.5", "8.1"),
    "creatine-kinase": ("90", "1200"),
    "systolic-blood-pressure": ("90", *_near("systolic-floor", "0", "1"), "140"),
    "mean-arterial-pressure": ("55", *_near("map-floor", "-1", "0"), "90"),
}
DAYS_AGO: Final = (
    0, 1, 3, *about("sudden-onset-window"), *about("haematoma-window"), *about("edx-earliest")[:2],
    *about("disc-consult-eligible"), *about("disc-consult-due"), 60, *about("peroneal-surgery-eligible")[::2], 120,
    *about("surgery-due")[::2], 250, *about("permanence")[::2], 600, 1500,
)  # fmt: skip
GROWN: Final = int(TODAY[:4]) - int(amount("adult-age"))
BIRTHS: Final = ("1970-05-05", "1941-12-31", "1999", f"{GROWN}-06-15", f"{GROWN}-06-16", "2017-03-02", None)
TIMES: Final = (TODAY, "2026-06-15T14:00:00Z", "2026-02-28", "2028-02-29T13:30:00+05:30")


@dataclass(frozen=True, slots=True)
class Fact:
    key: str
    side: Side | None
    value: Value
    day: str | None
    form: int = 0


@dataclass(frozen=True, slots=True)
class Care:
    """An order that exists. `proposal`: this guideline made it, nobody has acted on it."""

    key: str
    side: Side | None
    state: Literal["ordered", "done"] = "ordered"
    priority: Literal["routine", "urgent", "asap", "stat"] | None = "routine"
    day: str | None = TODAY
    proposal: bool = False


@dataclass(frozen=True, repr=False)
class Patient:
    as_of: str = TODAY
    born: str | None = "1970-05-05"
    facts: tuple[Fact, ...] = ()
    care: tuple[Care, ...] = ()

    def given(self, known: Given, side: Legs = "left", *, ago: int | None = 0, day: str | None = None) -> Patient:
        """The same patient of whom this, and nothing else, is known of these keys (None: nothing at all is).

        A sided key is about `side`; the other leg keeps its own. Without `day` it was found `ago` days before; a date
        may be given as the number of days before, too.
        """
        sides: tuple[Side, ...] = SIDES if side == "both" else (side,)
        where = [(key, leg) for key in known for leg in (sides if is_sided(key) else (None,))]
        kept = tuple(fact for fact in self.facts if (fact.key, fact.side) not in where)
        found = day or (None if ago is None else self.day(ago))
        made = tuple(
            Fact(key, leg, self._told(key, value), found) for key, leg in where if (value := known[key]) is not None
        )
        return replace(self, facts=kept + made)

    def _told(self, key: str, value: Value) -> Value:
        row = features().get(key)
        return self.day(value) if row and row.type == "dateTime" and isinstance(value, int) else value

    def also(self, *facts: Fact) -> Patient:
        """The same patient, and these facts beside all others."""
        return replace(self, facts=self.facts + facts)

    def series(self, key: str, side: Side, *graded: tuple[int, int]) -> Patient:
        """These (days ago, grade) pairs, and no other grade of the muscle."""
        kept = self.given({key: None}, side)
        return kept.also(*(Fact(key, side, grade, self.day(ago)) for ago, grade in graded))

    def without(self, *keys: str) -> Patient:
        return replace(self, facts=tuple(fact for fact in self.facts if fact.key not in keys))

    def ordered(self, *care: Care) -> Patient:
        return replace(self, care=self.care + care)

    def day(self, ago: int) -> str:
        return (date.fromisoformat(self.as_of[:10]) - timedelta(days=ago)).isoformat()

    def at(self, as_of: str) -> Patient:
        """The same record, looked at on another day."""
        return replace(self, as_of=as_of)

    def mirrored(self) -> Patient:
        facts = tuple(replace(fact, side=OTHER[fact.side]) if fact.side else fact for fact in self.facts)
        return replace(
            self,
            facts=facts,
            care=tuple(replace(each, side=OTHER[each.side]) if each.side else each for each in self.care),
        )

    def bundle(self) -> dict[str, Any]:
        return encode.bundle(self)

    def record(self) -> Record:
        """What an adapter reads from the bundle, without the detour through FHIR."""
        findings = [one for number, fact in enumerate(self.facts) for one in _findings(fact, number)]
        existing = [one for number, care in enumerate(self.care) for one in _existing(care, number)]
        return Record(
            patient="Patient/p",
            birth_date=Date.parse(self.born) if self.born else None,
            findings=(*findings, *(one for one in existing if isinstance(one, Finding))),
            existing=tuple(one for one in existing if isinstance(one, Existing)),
        )

    def __repr__(self) -> str:
        known = [f"{each.side or ''} {each.key} = {each.value} ({each.day})".strip() for each in self.facts]
        cared = [
            f"{each.side or ''} {each.key} {each.state}, {each.priority} ({each.day})".strip() for each in self.care
        ]
        record = orjson.dumps(self.bundle(), option=orjson.OPT_INDENT_2).decode()
        lines = [f"Patient born {self.born}, assessed as of {self.as_of}:", *known, *cared]
        return "\n    ".join(lines) + f"\n{record}"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


@cache
def is_sided(key: str) -> bool:
    for table in (features(), diagnoses(), order_kinds()):
        if key in table:
            return table[key].sided
    raise KeyError(key)


@cache
def values_of(key: str) -> tuple[Value, ...]:
    """What may be recorded of a key; "days" stands for a date some days before."""
    if key in diagnoses():
        return True, True, True, False
    row = features()[key]
    if row.type == "bool":
        return True, False
    if row.type == "code":
        return row.allowed
    if row.type == "integer":
        return tuple(range(row.low or 0, (row.high if row.high is not None else 3) + 1))
    return tuple(Decimal(amount) for amount in AMOUNTS[key]) if row.type == "quantity" else ("days",)


def _findings(fact: Fact, number: int) -> Iterator[Finding]:
    effective = parse_moment(fact.day) if fact.day else None
    resource = encode.name_of(fact, number)
    yield Finding(fact.key, fact.side, _value(fact), effective, resource, history=encode.is_condition(fact))
    if fact.key == "compartment-syndrome" and encode.is_condition(fact):
        yield Finding("compartment-syndrome-suspected", fact.side, True, effective, resource)


def _value(fact: Fact) -> Any:
    row = features().get(fact.key)
    if row is not None and row.type == "dateTime":
        return parse_moment(str(fact.value))
    if row is not None and row.type == "quantity":
        return Quantity(Decimal(fact.value), row.unit or "1")
    return fact.value


def _existing(care: Care, number: int) -> Iterator[Existing | Finding]:
    when = parse_moment(care.day) if care.day else None
    resource = f"ServiceRequest/s{number}"
    yield Existing(
        care.key, "order", care.side, care.state, care.priority, when, resource, care.proposal, not care.proposal
    )
    if not care.proposal and care.key in ("physiotherapy", "ankle-foot-orthosis") and when is not None:
        yield Finding("conservative-care-start", care.side, when, when, resource)


# --- any patient

TIMES_MORE: Final = int(os.environ.get("FOOTDROP_EXAMPLES", "1"))


def examples(number: int) -> settings:
    """So many patients for a property; FOOTDROP_EXAMPLES=20 asks for twenty times as many, of everything."""
    return settings(max_examples=number * TIMES_MORE)


Place = tuple[str, Side | None]


@cache
def places() -> tuple[Place, ...]:
    """Every key with every leg it may be about; what decides most stands more often."""
    keys = [key for key in (*features(), *diagnoses()) if key not in ("foot-drop", "intracranial-lesion")]
    legs: dict[bool, tuple[Side | None, ...]] = {True: SIDES, False: (None,)}
    every = [(key, leg) for key in keys for leg in legs[is_sided(key)]]
    often = [place for place in every if place[0].startswith("mrc-") or place[0] in OFTEN]
    return (*every, *often)


@cache
def _places(never: tuple[str, ...], only: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(place for place in places() if place[0] not in never and (not only or place[0] in only))


OFTEN: Final = (
    "course", "onset", "onset-tempo", "severity", "spasticity", "extensor-plantar-response", "back-pain",
    "radicular-pain", "bladder-dysfunction", "bilateral-leg-symptoms", "edx-localisation", "mri-explains-deficit",
    "mri-compressive-lesion", "mri-disc-herniation", "recovery-chance", "ambulatory", "afo-in-use", "afo-declined",
    "stroke", "diabetes", "polyneuropathy", "peroneal-neuropathy", "lumbar-disc-herniation", "anticoagulant",
    "acute-spinal-trauma", "pregnant", "mri-unsafe-device", "falls-past-year", "cancer-history", "gait-limited",
)  # fmt: skip


def fact_of(place: Place, number: int, as_of: str) -> Fact:
    """One of the facts a place can hold; the number says which."""
    key, side = place
    number, which = divmod(number, len(values_of(key)))
    number, ago = divmod(number, len(DAYS_AGO))
    value = values_of(key)[which]
    today = date.fromisoformat(as_of[:10])
    found = (today - timedelta(days=DAYS_AGO[ago])).isoformat()
    number, kind = divmod(number, 8)
    if value == "days":  # a date is told on the day of assessment
        value, found = (found[:7] if kind == 0 else found), as_of[:10]
    day = None if kind == 1 else found[:7] if kind == 2 else found
    return Fact(key, side, value, day, form=number)


def care_of(number: int, as_of: str) -> Care:
    number, which = divmod(number, len(order_kinds()))
    kind = list(order_kinds().values())[which]
    number, ago = divmod(number, 6)
    number, priority = divmod(number, 4)
    number, state = divmod(number, 3)
    day = (date.fromisoformat(as_of[:10]) - timedelta(days=(0, 2, 10, 40, 100, 400)[ago])).isoformat()
    side = SIDES[number % 2] if kind.sided else None
    return Care(
        kind.key,
        side,
        "done" if state == 1 else "ordered",
        ("routine", "urgent", "asap", "stat")[priority],
        day,
        state == 2,
    )


def drop_of(number: int, as_of: str) -> tuple[Fact, ...]:
    """A foot drop: graded, diagnosed or both, once or over time; left, right or on both sides."""
    number, legs = divmod(number, 5)
    number, how = divmod(number, 4)
    number, grade = divmod(number, 5)
    number, ago = divmod(number, len(DAYS_AGO))
    number, began = divmod(number, len(DAYS_AGO))
    today = date.fromisoformat(as_of[:10])
    day, start = ((today - timedelta(days=DAYS_AGO[each])).isoformat() for each in (ago, began))
    made: list[Fact] = []
    for side in {0: SIDES, 1: SIDES[:1], 2: SIDES[:1]}.get(legs, SIDES[1:]):
        if how != 1:
            made.append(Fact("mrc-ankle-dorsiflexion", side, grade, day, number))
        if how in (1, 2):
            made.append(Fact("foot-drop", side, True, day, number))
        if how == 3:
            made.append(Fact("mrc-ankle-dorsiflexion", side, (grade + number) % 5, start))
            made.append(Fact("onset", side, start, as_of[:10]))
    return tuple(made)


NUMBERS: Final = st.integers(0, 10**7)


@st.composite
def patients(
    draw: st.DrawFn,
    *,
    most: int = 14,
    born: tuple[str | None, ...] = BIRTHS,
    never: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    cared_for: bool = True,
) -> Patient:
    """Any patient with a foot drop: up to `most` further facts, and some care that exists.

    `never`: nothing is known of these keys. `only`: of nothing but these. Without `cared_for` nothing is ordered.
    """
    as_of = draw(st.sampled_from(TIMES))
    from_where = st.sampled_from(places() if not (never or only) else _places(never, only))
    found = draw(st.lists(st.tuples(from_where, NUMBERS), max_size=most, unique_by=lambda each: each[0]))
    care = draw(st.lists(NUMBERS, max_size=3)) if cared_for else []
    return Patient(
        as_of=as_of,
        born=draw(st.sampled_from(born)),
        facts=(*drop_of(draw(NUMBERS), as_of), *(fact_of(place, number, as_of) for place, number in found)),
        care=tuple(care_of(number, as_of) for number in care),
    )


def any_patient(numbers: random.Random, sizes: Sequence[int] = (0, 3, 8, 15, 30, 60, 100)) -> Patient:
    """The same without hypothesis, for the thousands: from a bare foot drop to a record with a hundred facts."""
    as_of = numbers.choice(TIMES)
    found = numbers.choices(places(), k=numbers.choice(sizes))
    drop = drop_of(numbers.randrange(10**7), as_of) if numbers.random() < 0.9 else ()
    return Patient(
        as_of=as_of,
        born=numbers.choice(BIRTHS),
        facts=(*drop, *(fact_of(place, numbers.randrange(10**7), as_of) for place in found)),
        care=tuple(care_of(numbers.randrange(10**7), as_of) for _ in range(numbers.choice((0, 0, 1, 4)))),
    )


ADULTS: Final = ("1970-05-05", "1941-12-31", None)
# What no window, no cause and no red flag hangs on.
NEUTRAL: Final = (
    "steppage-gait", "foot-slap", "toe-drag", "circumduction-gait", "initial-contact", "romberg-positive",
    "intermittent-tripping", "loose-shoe-feeling", "falls-past-year", "ambulatory", "gait-limited",
    "can-stand-safely", "patient-bothered", "exercise-pain", "habitual-leg-crossing", "prolonged-squatting-kneeling",
    "leg-cast", "afo-in-use", "afo-declined", "fes-in-use", "informed-of-decompression", "pregnant",
    "mri-unsafe-device", "egfr", "hba1c", "neuropathic-pain", "sensation-foot-dorsum", "sensation-lateral-leg",
    "reflex-ankle", "skin-breakdown",
)  # fmt: skip


def merged(*given: Given) -> dict[str, Value | None]:
    """Several sets of facts as one; the later wins."""
    return {key: value for each in given for key, value in each.items()}


PATIENTS: Final = patients()
