"""The vocabulary as FHIR codings: the local key first, then the published codes the contract's tables give for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from fhir_adapters.write.elements import Json, concept
from guideline import vocabulary
from guideline.vocabulary import ACTIVITY_SYSTEM, CPT, DIAGNOSIS_SYSTEM, FINDING_SYSTEM, LOINC, ORDER_SYSTEM, SNOMED

Code = tuple[str, str]

CREATE: Code = ("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "CREATE")
ASSEMBLER: Code = ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "assembler")

_CARE_PLAN: Code = (SNOMED, "734163000")
_FOOT_DROP: tuple[Code, ...] = ((DIAGNOSIS_SYSTEM, "foot-drop"), (SNOMED, "6077001"))
_LEGS: dict[str, Code] = {"left": (SNOMED, "32153003"), "right": (SNOMED, "62175007")}
# Categories with a checked code in R4's or US Core's value set; the others are said in words only.
_CATEGORIES: dict[str, Code] = {
    "imaging": (SNOMED, "363679005"),
    "laboratory": (SNOMED, "108252007"),
    "diagnostic": (SNOMED, "386053000"),
    "assessment": (SNOMED, "386053000"),
}
_ACRONYMS = {"mri": "MRI", "ct": "CT", "fes": "FES", "hba1c": "HbA1c", "afo": "AFO", "edx": "EDX", "hnpp": "HNPP"}


@dataclass(frozen=True, slots=True)
class Order:
    """An order kind ready to be written: `codings` without CPT, `with_cpt` with it."""

    title: str
    category: str
    codings: tuple[Code, ...]
    with_cpt: tuple[Code, ...]


@lru_cache(maxsize=1024)
def title(key: str) -> str:
    """A key in words: `mri-lumbar-spine` is "MRI lumbar spine"."""
    words = " ".join(_ACRONYMS.get(word, word) for word in key.split("-"))
    return words[:1].upper() + words[1:]


def order(key: str) -> Order:
    """The order of that key; one that the vocabulary lacks has its local code only."""
    known = _orders().get(key)
    return known or Order(title(key), "", ((ORDER_SYSTEM, key),), ((ORDER_SYSTEM, key),))


@cache
def _orders() -> dict[str, Order]:
    return {key: _order(kind) for key, kind in vocabulary.order_kinds().items()}


def _order(kind: vocabulary.OrderKind) -> Order:
    codes = [(ORDER_SYSTEM, kind.key), *((one.system, one.code) for one in kind.codings if not one.prefix)]
    return Order(title(kind.key), kind.category, tuple(c for c in codes if c[0] != CPT), tuple(codes))


def categories(kind: Order) -> list[Json]:
    code = _CATEGORIES.get(kind.category)
    return [concept(kind.category, *([code] if code else []))] if kind.category else []


def activity(key: str) -> Json:
    return concept(title(key), (ACTIVITY_SYSTEM, key))


def diagnosis(key: str, text: str) -> Json:
    return concept(text, (DIAGNOSIS_SYSTEM, key))


def leg(side: str) -> Json:
    return concept(f"{side} leg", _LEGS[side])


def foot_drop(text: str) -> Json:
    return concept(text, *_FOOT_DROP)


def care_plan() -> Json:
    return concept("Care plan", _CARE_PLAN)


def fact(key: str) -> Json:
    """What a recorded fact is: a finding or a diagnosis of the vocabulary; anything else is said in words only."""
    if key in vocabulary.features():
        return concept(title(key), (FINDING_SYSTEM, key))
    if key in vocabulary.diagnoses():
        return diagnosis(key, title(key))
    return concept(title(key) or "Fact")


@lru_cache(maxsize=1024)
def _required(key: str) -> tuple[str, tuple[Code, ...]]:
    if key in vocabulary.diagnoses():
        kind, system, codings = "Condition", DIAGNOSIS_SYSTEM, vocabulary.diagnoses()[key].codings
    else:
        feature = vocabulary.features().get(key)
        kind, system, codings = "Observation", FINDING_SYSTEM, feature.codings if feature else ()
    exact = [(c.system, c.code) for c in codings if c.system in (SNOMED, LOINC) and not c.prefix and c.at_least is None]
    return kind, ((system, key), *exact)


def requirement(key: str) -> Json:
    """The DataRequirement of a missing fact: which resource, by which codes, any of them."""
    kind, codes = _required(key)
    coding = [{"system": system, "code": code} for system, code in codes]
    return {"type": kind, "codeFilter": [{"path": "code", "code": coding}]}
