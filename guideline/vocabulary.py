"""The closed vocabulary: every finding, diagnosis, order, activity and goal that has a name here, and its codings.

The three tables beside the rulebook (`guideline/data/inputs.csv`, `conditions.csv`, `orders.csv`) are the source; this
module only gives them types. They are read once, on first use. A row that cannot be read raises RulebookError, which
names the row and the word at fault.

    features()["mrc-ankle-dorsiflexion"]   -> Feature: sided, integer, 0 to 5
    diagnoses()["stroke"].codings          -> (Coding(SNOMED, "230690007"), …, Coding(ICD10CM, "I63", prefix=True), …)
    order_kinds()["hba1c"].category        -> "laboratory"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, cast

from guideline.errors import RulebookError
from guideline.prepared import prepared

BASE: Final = "https://footdrop-guideline.example/fhir"
FINDING_SYSTEM: Final = f"{BASE}/CodeSystem/finding"
ANSWER_SYSTEM: Final = f"{BASE}/CodeSystem/answer"
DIAGNOSIS_SYSTEM: Final = f"{BASE}/CodeSystem/diagnosis"
ORDER_SYSTEM: Final = f"{BASE}/CodeSystem/order"
ACTIVITY_SYSTEM: Final = f"{BASE}/CodeSystem/activity"
GOAL_SYSTEM: Final = f"{BASE}/CodeSystem/goal"
ALERT_SYSTEM: Final = f"{BASE}/CodeSystem/alert"

SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS: Final = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CPT: Final = "http://www.ama-assn.org/go/cpt"  # an optional add-on: read on existing orders, off by default on output

GOAL_KEYS: Final = (
    "mobility", "fall-prevention", "pain-control", "posture", "glycaemic-control", "map-floor", "systolic-floor",
)  # fmt: skip
ACTIVITY_KEYS: Final = (
    "range-of-motion", "strengthening", "gait-practice", "task-training", "aerobic-training", "circuit-class",
    "treadmill-training", "robot-assisted-training", "virtual-reality-training", "rhythmic-cueing", "mental-practice",
    "home-dorsiflexion", "home-toe-curls", "home-toe-taps", "home-ankle-circles", "home-heel-raises",
    "orthosis-fitting", "orthosis-review", "skin-inspection", "foot-care", "repositioning", "early-mobilisation",
    "spinal-precautions", "remove-compression", "activity-modification", "safety-net", "education",
    "decompression-information", "mri-safety-check", "close-monitoring",
)  # fmt: skip

FeatureType = Literal["integer", "bool", "code", "dateTime", "quantity"]
Category = Literal[
    "imaging", "diagnostic", "laboratory", "referral", "orthosis", "therapy", "assessment", "follow-up",
]  # fmt: skip


class Coding(NamedTuple):
    """One published code. With `prefix`, every code that starts with it is meant too; ICD-10-CM keeps its dot.

    `at_least` says that the code is a graded scale and means the finding from that grade on (modified Ashworth: 1).
    """

    system: str
    code: str
    prefix: bool = False
    at_least: int | None = None


class Feature(NamedTuple):
    """A row of inputs.csv. `allowed` are the answers of a coded one; `low` and `high` bound a number (None: open);
    `unit` is the UCUM unit a quantity is kept in ("1" for a score, "%" for HbA1c)."""

    key: str
    sided: bool
    type: FeatureType
    allowed: tuple[str, ...]
    low: int | None
    high: int | None
    unit: str | None
    codings: tuple[Coding, ...]
    note: str


class Diagnosis(NamedTuple):
    """A row of conditions.csv. A key without codings is written by the rulebook or by the local code only."""

    key: str
    sided: bool
    codings: tuple[Coding, ...]
    note: str


class OrderKind(NamedTuple):
    """A row of orders.csv: what can be proposed."""

    key: str
    category: Category
    sided: bool
    codings: tuple[Coding, ...]
    note: str


@cache
def features() -> Mapping[str, Feature]:
    """Every recordable finding by key, in the table's order."""
    return MappingProxyType(prepared("features", _features))


@cache
def diagnoses() -> Mapping[str, Diagnosis]:
    """Every diagnosis by key, in the table's order."""
    return MappingProxyType(
        prepared("diagnoses", lambda: {row["key"]: _diagnosis(row) for row in _rows("conditions.csv")})
    )


@cache
def order_kinds() -> Mapping[str, OrderKind]:
    """Every order that can be proposed by key, in the table's order."""
    return MappingProxyType(
        prepared("order_kinds", lambda: {row["key"]: _order_kind(row) for row in _rows("orders.csv")})
    )


def parse_codings(cell: str) -> tuple[Coding, ...]:
    """The codings a table cell names: "SNOMED 1234567; ICD-10-CM M21.371 G57.0- C00-C96", words between them ignored.

    A trailing "-" (or "xx" of HCPCS, or "and children" after the code) makes a prefix. A system of a hospital's own is
    named by its URL, and every word up to the next semicolon is a code of it: "https://hospital.example/codes DM2 DM3".
    RulebookError for a code without a system before it.
    """
    parts = [part.strip() for part in cell.split(";")]
    own = [part for part in parts if _URL.match(part)]
    codings = _published("; ".join(part for part in parts if part not in own))
    return (*codings, *(coding for part in own for coding in _of_a_hospital(part)))


def _of_a_hospital(part: str) -> Iterator[Coding]:
    """ "https://hospital.example/codes DM2, DM3": a system by its URL, and its codes, each as it stands."""
    system, *codes = part.replace(",", " ").split()
    if not codes or any(code.endswith("-") or code[0] in "([" or _URL.match(code) for code in codes):
        raise RulebookError(
            f"{part!r}: a system by its URL, then its codes one by one, and a semicolon behind the last"
        )
    yield from (Coding(system, code) for code in codes)


def _published(cell: str) -> list[Coding]:
    """The codings of the six code systems that have a name here."""
    codings: list[Coding] = []
    system: str | None = None
    for word in _WORD.findall(_COMPONENT.sub("", cell)):
        if _URL.match(word):
            raise RulebookError(
                f"{cell!r}: a system by its URL stands at the beginning of its part, behind a semicolon"
            )
        if word in _SYSTEMS:
            system = _SYSTEMS[word]
        elif system is None and any(pattern.fullmatch(word) for pattern in _CODES.values()):
            raise RulebookError(f"{cell!r}: name the code system of {word!r} before it")
        elif system is not None and _CODES[system].fullmatch(word):
            codings.extend(_codings(system, word))
        elif word == "children" and codings:
            codings[-1] = Coding(codings[-1].system, codings[-1].code, prefix=True)
    grade = _AT_LEAST.search(cell)
    if grade:
        codings[-1] = Coding(codings[-1].system, codings[-1].code, at_least=int(grade[1]))
    return codings


_SYSTEMS: Final = {
    "SNOMED": SNOMED, "LOINC": LOINC, "ICD-10-CM": ICD10CM, "RxNorm": RXNORM, "HCPCS": HCPCS, "CPT": CPT,
}  # fmt: skip
_CODES: Final = {
    SNOMED: re.compile(r"\d{6,18}"),
    LOINC: re.compile(r"\d{3,7}-\d"),
    ICD10CM: re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{0,4})?-?|[A-Z]\d\d-[A-Z]\d\d"),
    RXNORM: re.compile(r"\d{3,8}"),
    HCPCS: re.compile(r"[A-V]\d{2}(?:\d{2}|xx)"),
    CPT: re.compile(r"\d{5}"),
}
_URL: Final = re.compile(r"(https?|urn):\S")
_WORD: Final = re.compile(r"[^\s,;()]+")
_COMPONENT: Final = re.compile(r"as component of \S+")  # the panel's code is not the finding's code
_AT_LEAST: Final = re.compile(r"grade (\d) or more")
_RANGE: Final = re.compile(r"(\d+)-(\d+)|>=(\d+)")


def _codings(system: str, word: str) -> Iterator[Coding]:
    if system == ICD10CM and re.fullmatch(r"[A-Z]\d\d-[A-Z]\d\d", word):
        yield from (Coding(system, prefix, prefix=True) for prefix in _chapters(word[:3], word[4:]))
    elif word.endswith("-"):
        yield Coding(system, word[:-1].rstrip("."), prefix=True)
    else:
        yield Coding(system, word.removesuffix("xx"), prefix=word.endswith("xx"))


def _chapters(first: str, last: str) -> Iterator[str]:
    """C00-C96 as prefixes: C0 … C8 (letters such as C4A among them), then C90 … C96."""
    letter = first[0]
    if last[0] != letter or first[1:] != "00":
        raise RulebookError(f"{first}-{last}: only a range from {letter}00 within one letter can be read")
    yield from (f"{letter}{tens}" for tens in range(int(last[1])))
    yield from (f"{letter}{last[1]}{ones}" for ones in range(int(last[2]) + 1))


def _rows(table: str) -> list[dict[str, str]]:
    import csv

    text = (Path(__file__).parent / "data" / table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _features() -> dict[str, Feature]:
    return {row["code"]: _feature(row) for row in _rows("inputs.csv")}


def _diagnoses() -> dict[str, Diagnosis]:
    return {row["key"]: _diagnosis(row) for row in _rows("conditions.csv")}


def _order_kinds() -> dict[str, OrderKind]:
    return {row["key"]: _order_kind(row) for row in _rows("orders.csv")}


def _feature(row: dict[str, str]) -> Feature:
    kind, allowed = cast(FeatureType, row["value"]), row["allowed"]
    if kind not in ("integer", "bool", "code", "dateTime", "quantity"):
        raise RulebookError(f"inputs.csv, {row['code']}: {kind!r} is no type of value")
    bounds = _RANGE.fullmatch(allowed)
    low, high = (int(bounds[1] or bounds[3]), int(bounds[2]) if bounds[2] else None) if bounds else (None, None)
    return Feature(
        key=row["code"],
        sided=row["sided"] == "yes",
        type=kind,
        allowed=tuple(allowed.split("|")) if kind == "code" else (),
        low=0 if kind == "quantity" else low,  # no quantity of the table can be negative
        high=high,
        unit=("1" if bounds else allowed.split(" or ")[0]) if kind == "quantity" else None,
        codings=parse_codings(row["also_accepted"]),
        note=row["note"],
    )


def _diagnosis(row: dict[str, str]) -> Diagnosis:
    return Diagnosis(row["key"], row["note"].startswith("sided"), parse_codings(row["codes"]), row["note"])


def _order_kind(row: dict[str, str]) -> OrderKind:
    category = cast(Category, row["category"])
    return OrderKind(row["key"], category, row["sided"] == "yes", parse_codings(row["codes"]), row["note"])
