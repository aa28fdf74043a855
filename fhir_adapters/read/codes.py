"""From a coding on the wire to the keys it means: one dictionary lookup for nearly every coding of a record.

Which codings mean something depends on the resource: a LOINC number is a measurement on an Observation, an examination
that was done on a DiagnosticReport, and an order on a ServiceRequest. So there is one Index for each resource type.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from fhir_adapters.read.systems import standard
from guideline import vocabulary
from guideline.vocabulary import BASE, HCPCS, ICD10CM, LOINC, RXNORM, SNOMED, Coding, Feature

Kind = Literal["finding", "diagnosis", "order", "activity", "unknown"]


class Target(NamedTuple):
    """What a coding means. `local` codes are this guideline's own; `question` codes (ours, LOINC) mean nothing
    without a value, the others are statements that mean "present" by themselves; `worth` is what such a statement is
    worth where a number is wanted; `at_least` the grade from which a scale means the finding."""

    kind: Kind
    key: str
    sided: bool
    feature: Feature | None = None
    local: bool = False
    question: bool = False
    at_least: int | None = None
    worth: int | None = None


_CARE: Final = frozenset({"order", "activity"})
UNKNOWN: Final = Target("unknown", "", sided=False)
NAMELESS: Final = Target("unknown", "system", sided=False)  # a code of the tables whose system nobody named
_EXACT: Final = frozenset({SNOMED, LOINC, RXNORM})  # no prefixes, and none of our own codes
_CLASSIFIED: Final = frozenset({ICD10CM, HCPCS})
_REPORTED: Final = {"mri-lumbar-done", "knee-imaging-done", "edx-done"}  # by a DiagnosticReport
_WORN: Final = {"afo-in-use", "fes-in-use"}  # by a device in use
_IMPLANTED: Final = {"mri-unsafe-device"}
_TAKEN: Final = {"anticoagulant"}
# The note of falls-past-year in inputs.csv: "falls" means one or more, "recurrent falls" two or more.
_FALLS: Final = {"161898004": 1, "279992002": 2}
# The note of imaging-fibular-head in orders.csv: an MRI of the knee is the alternative to the ultrasound.
_ALSO: Final = {Coding(LOINC, "30691-0"): "imaging-fibular-head"}
# One code, two orders (308481009, referral to an orthopaedic surgeon). Read alone it is the ordinary consultation: an
# emergency must not count as ordered because of a referral that may mean something else.
_NEVER_BY_SHARED_CODE: Final = {"fasciotomy-consult"}

# Whose published codes only another resource than Observation and Condition says, or says as well.
CARRIERS: Final = {
    **dict.fromkeys(_REPORTED, "DiagnosticReport"),
    **dict.fromkeys(_WORN, "DeviceUseStatement, Device"),
    **dict.fromkeys(_IMPLANTED, "Observation, Condition, DeviceUseStatement, Device"),
    **dict.fromkeys(_TAKEN, "Observation, Condition, MedicationStatement, MedicationRequest"),
}
# Codes that are read beside those of the tables.
ALSO_READ: Final = {
    "falls-past-year": tuple(Coding(SNOMED, code) for code in _FALLS),
    **{order: (coding,) for coding, order in _ALSO.items()},
}

_SCALARS: Final = (int, float, bool)


class Index:
    """The codings of one resource type. Lookups never raise, whatever the JSON held."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], tuple[Target, ...]] = {}
        self._prefixes: dict[tuple[str, str], tuple[Target, ...]] = {}
        self._lengths: tuple[int, ...] = ()  # of the prefixes
        self._systems: tuple[str, ...] = ()

    def add(self, coding: Coding, target: Target) -> None:
        table = self._prefixes if coding.prefix else self._exact
        code = _plain(coding.code) if coding.system == ICD10CM else coding.code
        known = table.get((coding.system, code), ())
        if target not in known:
            table[coding.system, code] = (*known, target)
        if coding.system not in self._systems:
            self._systems += (coding.system,)
        if coding.prefix and len(code) not in self._lengths:
            self._lengths = tuple(sorted((*self._lengths, len(code))))

    def find(self, system: Any, code: Any) -> tuple[Target, ...]:
        """Every target of one coding: none if it means nothing here, UNKNOWN for a code of ours that does not exist."""
        try:
            found = self._exact.get((system, code), ())
        except TypeError:  # a list or an object where a text should be
            return ()
        if found or not isinstance(code, str):
            return found
        if system is None or (isinstance(system, str) and not system.strip()):
            return (NAMELESS,) if self._anywhere(code) else ()
        if not _is_open(system):
            return ()
        if system in _CLASSIFIED:
            return self._classified(system, _plain(code) if system == ICD10CM else code.upper())
        return (UNKNOWN,)

    def _anywhere(self, code: str) -> tuple[Target, ...]:
        """What a code means in any of the systems."""
        found = [target for system in self._systems for target in self.find(system, code)]
        return tuple(target for target in found if target.kind != "unknown")

    def _classified(self, system: str, code: str) -> tuple[Target, ...]:
        """Classifications match by prefix as well; ICD-10-CM with or without its dot."""
        found = list(self._exact.get((system, code), ()))
        for length in self._lengths:
            hit = self._prefixes.get((system, code[:length]))
            if hit and length <= len(code):
                found += [target for target in hit if target not in found]
        return tuple(found)

    def meant(self, codings: Iterable[tuple[str | None, str | None]]) -> list[Target]:
        """The targets of one concept, one for each key. Standard codings say more than our own code beside them does
        (a herniation beside a radiculopathy), and count. Only of orders does our own code decide: several share one."""
        found = [target for system, code in codings for target in self.find(system, code)]
        return found if len(found) < 2 else _merged(found)

    def hits(self, concept: Any) -> bool:
        """Whether a CodeableConcept (or R5 CodeableReference) as it came means anything here: the cheap first look."""
        try:
            for coding in concept.get("coding") or concept["concept"]["coding"]:
                system, code = coding.get("system"), coding.get("code")
                if (system, code) in self._exact or (_is_open(system) and self.find(system, code)):
                    return True
                if type(code) is str and (system is None or type(system) is str) and self._spelt(system, code):
                    return True
                if (type(code) in _SCALARS or type(system) in _SCALARS) and self._loosely(system, code):
                    return True  # the strict reading says what is wrong with it
        except (AttributeError, KeyError, TypeError):
            # No coding: nothing to find. Something else than objects and lists: let the strict reading say so.
            return not _codeless(concept)
        return False

    def _spelt(self, system: str | None, code: str) -> tuple[Target, ...]:
        """The same of a coding as it came, which the strict reading will spell as the tables do."""
        name, plain = standard(system) if system and system.strip() else None, code.strip()
        return self.find(name, plain) if name is None or name != system or plain != code else ()

    def names(self, concept: Any, keys: Container[str], *, scales: bool = True) -> bool:
        """Whether a concept as it came means one of these keys, or would if its code had a system. Without `scales`
        what is a question of LOINC's does not count."""
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for each in codings if isinstance(codings, list) else ():
            if isinstance(each, dict):
                system, code = each.get("system"), each.get("code")
                found = self.find(system, code) or self._loosely(system, code)
                if not found and type(code) is str and type(system) is str:
                    found = self._spelt(system, code)
                if found == (NAMELESS,):
                    found = self._anywhere(str(_text(code)).strip())
                if any(target.key in keys and (scales or target.local or not target.question) for target in found):
                    return True
        return False

    def _loosely(self, system: Any, code: Any) -> tuple[Target, ...]:
        """The same where the code or the system is a number or worse: as if it were the text it should be."""
        text = _text(code)
        if text is None or (text is code and (system is None or isinstance(system, str))):
            return ()
        if isinstance(system, str):
            return self.find(system, text)
        return self._anywhere(text)


def not_known(target: Target, what: str) -> str:
    """What is said of a code that means nothing here."""
    return "has no system, so nobody can tell what its code means" if target == NAMELESS else f"is no {what}"


def _text(code: Any) -> str | None:
    """A code as text, if it is a text, a yes/no or a number that may be a code; of 6077001.0 the whole number."""
    if type(code) not in _SCALARS:
        return code if isinstance(code, str) else None
    if not abs(code) < 10**18:  # nor is NaN
        return None
    return str(int(code) if isinstance(code, float) and code.is_integer() else code)


def _is_open(system: Any) -> bool:
    """Whether a code that is in no table may mean something all the same: by its prefix, or as a mistake to report."""
    return isinstance(system, str) and system not in _EXACT and (system.startswith(BASE) or system in _CLASSIFIED)


def _codeless(concept: Any) -> bool:
    if not isinstance(concept, dict):
        return concept is None
    inner = concept.get("concept", concept)
    return isinstance(inner, dict) and "coding" not in inner


def _merged(targets: Iterable[Target]) -> list[Target]:
    found: dict[tuple[Kind, str], Target] = {}
    for target in targets:
        name = (target.kind, target.key)
        old = found.get(name)
        if old is None or _weight(target) > _weight(old):
            found[name] = target
    known = [target for target in found.values() if target.kind != "unknown"]
    if not any(target.local for target in known):
        return known or list(found.values())
    # Beside a question of ours the rest of its concept is one, too: without a value it says nothing.
    return [t if t.local else t._replace(question=True) for t in known if t.local or t.kind not in _CARE]


def _weight(target: Target) -> tuple[bool, int, bool, bool]:
    """Which of two codings of one key decides, in whichever order they stand: our own; of numbers the greater; a scale,
    whose grade a statement could not tell; and a statement before a question, which without a value says nothing."""
    return target.local, target.worth or 0, target.at_least is not None, not target.question


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


@cache
def clinical() -> Index:
    """Observation and Condition: findings and diagnoses."""
    index = Index()
    for feature in vocabulary.features().values():
        target = Target("finding", feature.key, feature.sided, feature)
        index.add(Coding(vocabulary.FINDING_SYSTEM, feature.key), target._replace(local=True, question=True))
        if feature.key not in _REPORTED | _WORN:
            for coding in feature.codings:
                question = coding.system == LOINC
                index.add(coding, target._replace(question=question, at_least=coding.at_least))
    falls = Target("finding", "falls-past-year", sided=False, feature=vocabulary.features()["falls-past-year"])
    for code, count in _FALLS.items():
        index.add(Coding(SNOMED, code), falls._replace(worth=count))
    for diagnosis in vocabulary.diagnoses().values():
        known = Target("diagnosis", diagnosis.key, diagnosis.sided)
        index.add(Coding(vocabulary.DIAGNOSIS_SYSTEM, diagnosis.key), known._replace(local=True, question=True))
        for coding in diagnosis.codings:
            index.add(coding, known)
    return index


@cache
def reports() -> Index:
    """DiagnosticReport: examinations that were done, as findings and as orders."""
    index = _of_features(_REPORTED)
    _add_orders(index)
    return index


@cache
def care() -> Index:
    """ServiceRequest, Procedure, CarePlan: orders and activities."""
    index = Index()
    _add_orders(index)
    for coding, order in _ALSO.items():
        index.add(coding, Target("order", order, vocabulary.order_kinds()[order].sided))
    for key in vocabulary.ACTIVITY_KEYS:
        index.add(Coding(vocabulary.ACTIVITY_SYSTEM, key), Target("activity", key, sided=False, local=True))
    return index


@cache
def devices() -> Index:
    """Device, DeviceUseStatement, DeviceUsage."""
    return _of_features(_WORN | _IMPLANTED)


@cache
def drugs() -> Index:
    """Medication, MedicationStatement, MedicationRequest."""
    return _of_features(_TAKEN)


def _of_features(keys: set[str]) -> Index:
    index = Index()
    for feature in (vocabulary.features()[key] for key in sorted(keys)):
        for coding in feature.codings:
            index.add(coding, Target("finding", feature.key, feature.sided, feature))
    return index


def _add_orders(index: Index) -> None:
    shared: dict[Coding, int] = {}
    for kind in vocabulary.order_kinds().values():
        for coding in kind.codings:
            shared[coding] = shared.get(coding, 0) + 1
    for kind in vocabulary.order_kinds().values():
        target = Target("order", kind.key, kind.sided)
        index.add(Coding(vocabulary.ORDER_SYSTEM, kind.key), target._replace(local=True))
        for coding in kind.codings:
            if shared[coding] == 1 or kind.key not in _NEVER_BY_SHARED_CODE:
                index.add(coding, target)
