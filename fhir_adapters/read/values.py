"""What an Observation (or one component) says about one finding: yes, no, a grade, a code, a date, a quantity.

`read` returns the value in the type of the finding's row, or None for unknown, which is not no. Whatever cannot be
used raises Unreadable with the element's path; nothing is guessed, rounded or read as text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from cql_like import Quantity, UnitError, convert
from cql_like.quantity import plain_unit
from fhir_adapters.read import models, times
from fhir_adapters.read.codes import Target
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.shapes import Coding
from guideline.findings import Moment, Value
from guideline.parameters import default_parameters
from guideline.vocabulary import ANSWER_SYSTEM, SNOMED, Feature

_V2_YES_NO: Final = "http://terminology.hl7.org/CodeSystem/v2-0136"
_YES_NO: Final = {
    (SNOMED, "52101004"): True,  # present
    (SNOMED, "2667000"): False,  # absent
    (SNOMED, "373066001"): True,  # yes
    (SNOMED, "373067005"): False,  # no
    (_V2_YES_NO, "Y"): True,
    (_V2_YES_NO, "N"): False,
    (ANSWER_SYSTEM, "present"): True,
    (ANSWER_SYSTEM, "absent"): False,
    (ANSWER_SYSTEM, "yes"): True,
    (ANSWER_SYSTEM, "no"): False,
}
_ANSWERS: Final = {(SNOMED, "52101004"): "present", (SNOMED, "2667000"): "absent"}
_GRADE: Final = re.compile(r"([0-9])[+-]?")  # 4, 4- and 4+ are all grade 4: the scale of the rules has whole grades
_NEARLY: Final = ("5-",)  # not quite full strength, and full strength is what denies a foot drop
_UCUM: Final = "http://unitsofmeasure.org"
# How people write a UCUM unit where the machine-readable code is missing.
_WRITTEN: Final = {
    "mmHg": "mm[Hg]", "mm Hg": "mm[Hg]", "ml": "mL",
    "mL/min/1.73m2": "mL/min/{1.73_m2}", "mL/min/1.73 m2": "mL/min/{1.73_m2}", "mL/min/1.73m²": "mL/min/{1.73_m2}",
}  # fmt: skip
_EXPECTED: Final = frozenset({"registered", "specimen-in-process"})  # no result yet, not even a preliminary one
# Beyond which of this guideline's limits a quantity is an emergency.
_DANGEROUS: Final = {
    "post-void-residual": (">", "retention-volume"),
    "mean-arterial-pressure": ("<", "map-floor"),
    "systolic-blood-pressure": ("<", "systolic-floor"),
}
_ASHWORTH: Final = range(5)
_LARGEST, _SMALLEST = 12, -12  # powers of ten: no measurement lies beyond, and no number grows without end


def read(
    target: Target, part: models.Valued, raw: dict[Any, Any], path: str, as_of: Moment, *, status: str | None
) -> Value | None:
    """The value of `part` for `target`. `raw` is the same part as it came, `status` that of its Observation."""
    forms = {key.lstrip("_") for key in raw if isinstance(key, str) and key.startswith(("value", "_value"))}
    unknown = "dataAbsentReason" in raw
    if not forms:
        return _without_value(target, path, status, unknown=unknown)
    if unknown:
        raise Unreadable(f"{path}.dataAbsentReason", "says there is no value, and there is one", "conflict")
    if len(forms) > 1:
        raise Unreadable(f"{path}.value[x]", "is given more than once", "structure")
    return _with_value(target, part, f"{path}.{forms.pop()}", as_of)


def _without_value(target: Target, path: str, status: str | None, *, unknown: bool) -> Value | None:
    yes_no = target.feature is None or target.feature.type == "bool"
    missing = Unreadable(f"{path}.value[x]", f"is missing, so {target.key} is unknown", "required")
    if target.question and yes_no and target.local:
        # Unknown by contract, with or without a reason: somebody asked, and nobody can tell.
        raise Unreadable(f"{path}.value[x]", f"is missing, so {target.key} is unknown, which is not no", "required")
    if unknown:
        return None
    present = target.worth if target.worth is not None else True if yes_no and target.at_least is None else None
    if present is not None and not target.question:  # a standard finding code that stands alone
        if status in _EXPECTED:
            raise missing
        return present
    if status in _EXPECTED or status == "preliminary":
        return None
    raise missing


def _with_value(target: Target, part: models.Valued, element: str, as_of: Moment) -> Value | None:
    feature = target.feature
    if target.at_least is not None:
        return _grade(part, element, _ASHWORTH) >= target.at_least
    if feature is None or feature.type == "bool":
        return _yes_no(target, part, element)
    if feature.type == "integer":
        return _count(target, feature, part, element)
    if feature.type == "code":
        return _code(feature, part, element)
    if feature.type == "dateTime":
        return _moment(part, element, as_of)
    return _quantity(feature, part, element)


def _wrong_form(element: str, wanted: str) -> Unreadable:
    return Unreadable(element, f"is not a form this value can have: {wanted}", "not-supported")


def _yes_no(target: Target, part: models.Valued, element: str) -> bool:
    if part.value_boolean is not None:
        return part.value_boolean
    if part.value_codeable_concept is None:
        raise _wrong_form(element, "valueBoolean or a coded yes or no")
    codings = part.value_codeable_concept
    said = {_YES_NO[coding.system or "", coding.code or ""] for coding in codings if _known(coding, _YES_NO)}
    own = target.feature.codings if target.feature else ()
    if any(coding.system == c.system and coding.code == c.code for coding in codings for c in own):
        said.add(True)  # the answer is the finding itself ("pregnancy status": "pregnant")
    if len(said) > 1:
        raise Unreadable(element, "says yes and no", "conflict")
    if not said:
        raise Unreadable(element, "holds no code for yes or no that is known here", "code-invalid")
    return said.pop()


def _known(coding: Coding, table: dict[tuple[str, str], Any]) -> bool:
    return (coding.system or "", coding.code or "") in table


def _code(feature: Feature, part: models.Valued, element: str) -> str:
    if part.value_codeable_concept is None:
        raise _wrong_form(element, "a code of this guideline's answers")
    said = set()
    for coding in part.value_codeable_concept:
        name = (coding.system or "", coding.code or "")
        answer = coding.code if coding.system == ANSWER_SYSTEM else _ANSWERS.get(name)
        if answer in feature.allowed:
            said.add(answer)
    if len(said) > 1:
        raise Unreadable(element, "holds two different answers", "conflict")
    if not said:
        raise Unreadable(element, f"holds none of the answers {', '.join(feature.allowed)}", "code-invalid")
    return said.pop()


def _moment(part: models.Valued, element: str, as_of: Moment) -> Moment:
    if part.value_date_time is not None:
        when = times.moment(part.value_date_time, element)
    elif part.value_period is not None:
        when = times.span(part.value_period, element).start
        element = f"{element}.start"
    else:
        raise _wrong_form(element, "valueDateTime or valuePeriod")
    if when is None:
        raise Unreadable(element, "has no value", "required")
    if times.after(when, as_of):
        raise Unreadable(element, "lies in the future (after the assessment's date)", "business-rule")
    return when


def _count(target: Target, feature: Feature, part: models.Valued, element: str) -> int | None:
    if target.worth is not None and (part.value_boolean is not None or part.value_codeable_concept is not None):
        # "Falls: yes" is one or more, "falls: no" is none; "recurrent falls: no" leaves none or one open.
        if _yes_no(target, part, element):
            return target.worth
        return 0 if target.worth == 1 else None
    return _grade(part, element, range(feature.low or 0, (feature.high + 1) if feature.high is not None else 10_000))


def _grade(part: models.Valued, element: str, allowed: range) -> int:
    """A whole number as valueInteger, as valueQuantity without unit, or (grades below ten) as text such as "4-"."""
    number: Decimal
    if part.value_integer is not None:
        number = Decimal(part.value_integer)
    elif part.value_quantity is not None:
        number = _bare(part.value_quantity, element)
        element = f"{element}.value"
    elif part.value_string is not None and allowed.stop <= 10:
        text = _GRADE.fullmatch(part.value_string)
        if not text or part.value_string in _NEARLY:
            raise Unreadable(element, "is not a grade such as 4, 4- or 4+")
        number = Decimal(text[1])
    else:
        raise _wrong_form(element, "valueInteger, or valueQuantity without a unit")
    if number != number.to_integral_value() or int(number) not in allowed:
        limits = f"{allowed.start} to {allowed.stop - 1}" if allowed.stop <= 10 else f"{allowed.start} or more"
        raise Unreadable(element, f"is not a whole number from {limits}")
    return int(number)


def _quantity(feature: Feature, part: models.Valued, element: str) -> Quantity:
    unit = feature.unit or "1"
    if part.value_quantity is not None:
        if feature.key == "hba1c":
            amount = _hba1c(part.value_quantity, element)
        elif feature.key == "pain-score":
            amount = _bare(part.value_quantity, element)
        else:
            amount = _measured(feature.key, part.value_quantity, unit, element)
        element = f"{element}.value"
    elif part.value_integer is not None and unit == "1":
        amount = Decimal(part.value_integer)
    else:
        raise _wrong_form(element, "valueQuantity")
    low, high = feature.low or 0, feature.high
    if amount < low or (high is not None and amount > high):
        raise Unreadable(element, f"is not {low} {'or more' if high is None else f'to {high}'}")
    return Quantity(amount, unit)


def _hba1c(quantity: models.Quantity, element: str) -> Decimal:
    """HbA1c in % (NGSP). From mmol/mol (IFCC) by the master equation NGSP = 0.09148 * IFCC + 2.152, to two decimals:
    as units alone mmol/mol and % differ by a factor of ten, which is another quantity altogether."""
    unit = plain_unit(_unit(quantity))
    if unit == "mmol/mol":
        return (Decimal("0.09148") * _number(quantity, element) + Decimal("2.152")).quantize(Decimal("0.01"))
    if unit == "%":
        return _number(quantity, element)
    raise Unreadable(f"{element}.{_named(quantity)}", "is neither % nor mmol/mol", "not-supported")


def _bare(quantity: models.Quantity, element: str) -> Decimal:
    """The number of a score or a count, which has no unit but 1 or an annotation ("{score}"): "5 /5" is no fifth part,
    and a pain of 80 % is on nobody's scale."""
    if plain_unit(_unit(quantity)) == "1":
        return _number(quantity, element)
    raise Unreadable(f"{element}.{_named(quantity)}", "is a unit, and a score or count has none", "not-supported")


def _measured(key: str, quantity: models.Quantity, unit: str, element: str) -> Decimal:
    """A bound ("> 999 mL") counts as its number where that is on the dangerous side of a limit, wherever a site may put
    it: what was measured is certainly worse."""
    comparator, limit = _DANGEROUS.get(key, ("", ""))
    if not limit or (quantity.comparator or "").rstrip("=") != comparator:
        return _converted(quantity, unit, element)
    amount = _converted(quantity, unit, element, bound=True)
    lowest, highest = (end[0] for end in (default_parameters()[limit].low, default_parameters()[limit].high))
    if lowest <= amount <= highest or (amount > highest) is not (comparator == ">"):
        raise _bound(element)
    return amount


def _converted(quantity: models.Quantity, unit: str, element: str, *, bound: bool = False) -> Decimal:
    number = _number(quantity, element, bound=bound)
    given = _unit(quantity)
    if given == unit:
        return number
    if not given and unit != "1":
        raise Unreadable(f"{element}.code", f"is missing: the unit must convert to {unit}", "required")
    try:
        return convert(Quantity(number, given or "1"), unit).value
    except UnitError as error:
        raise Unreadable(f"{element}.{_named(quantity)}", f"does not convert to {unit}", "not-supported") from error


def _bound(element: str) -> Unreadable:
    return Unreadable(f"{element}.comparator", "makes the number a bound, not a value", "not-supported")


def _number(quantity: models.Quantity, element: str, *, bound: bool = False) -> Decimal:
    """The number itself. A comparator ("<", ">") makes it a bound, and a bound is not a value."""
    if quantity.comparator is not None and not bound:
        raise _bound(element)
    value = quantity.value
    if value is None:
        raise Unreadable(f"{element}.value", "has no value", "required")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable(f"{element}.value", "is not a number", "structure")
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or (number and not _SMALLEST <= number.adjusted() <= _LARGEST):
        raise Unreadable(f"{element}.value", "is not a number that anything measures")
    return number


def _unit(quantity: models.Quantity) -> str:
    if quantity.code and quantity.system in (None, _UCUM):
        return quantity.code
    return _WRITTEN.get(quantity.unit or "", quantity.unit or "")


def _named(quantity: models.Quantity) -> str:
    return "code" if quantity.code and quantity.system in (None, _UCUM) else "unit"
