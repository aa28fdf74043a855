"""The published Library with its features read from FHIR, so that cql-exec-fhir can take a patient's Bundle by itself.

Made for one purpose, to be measured against. Rules and numbers are the Library's own text. Of the record it reads less
than this project does, which favours the engine it is compared with: each finding by its local code alone, diagnoses by
whole codes, and the clocks, the severity, the course and the improvement in their simplest form.

CQL is usually written with a retrieve for each code, and so is this ("each"). "once" retrieves all findings in one and
picks by code afterwards, which this engine does much faster on a long record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cql_like.text import constant_text
from guideline.library import cql_library, features_read
from guideline.rulebook import Rulebook
from guideline.vocabulary import FINDING_SYSTEM, LOINC, diagnoses, features

Retrieves = Literal["each", "once"]
LEFT, RIGHT = "32153003", "62175007"
_OPPOSITE, _SINCE = "opposite-", "-since"

_HEAD = f"""
using FHIR version '4.0.1'

codesystem "loinc": '{LOINC}'
code "blood pressure": '85354-9' from "loinc"
"""

_FUNCTIONS = f"""
parameter "as-of" DateTime
parameter "leg" String default '{LEFT}'

context Patient

define "other leg":
  if "leg" = '{LEFT}' then '{RIGHT}' else '{LEFT}'

define function "known"(found List<FHIR.Observation>):
  found O
    where O.status.value in {{'final', 'amended', 'corrected', 'preliminary'}}
      and (O.effective as FHIR.dateTime).value on or before day of "as-of"
    sort by (effective as FHIR.dateTime).value

define "findings":
  "known"([Observation] O where exists (O.code.coding C where C.system.value = '{FINDING_SYSTEM}'))

define "findings of the leg":
  "findings" O where exists (O.bodySite.coding C where C.code.value = "leg")

define "findings of the other leg":
  "findings" O where exists (O.bodySite.coding C where C.code.value = "other leg")

define function "truth"(found FHIR.Observation):
  (found.value as FHIR.boolean).value

define function "grade"(found FHIR.Observation):
  (found.value as FHIR.integer).value

define function "amount"(found FHIR.Observation):
  if found.value is null then null else System.Quantity {{
    value: (found.value as FHIR.Quantity).value.value, unit: (found.value as FHIR.Quantity).code.value
  }}

define function "answer"(found FHIR.Observation):
  First((found.value as FHIR.CodeableConcept).coding).code.value

define function "moment"(found FHIR.Observation):
  (found.value as FHIR.dateTime).value

define function "day"(found FHIR.Observation):
  date from (found.effective as FHIR.dateTime).value

define function "began"(found List<FHIR.Observation>):
  if "truth"(Last(found)) then "day"(First(found O where "truth"(O))) else null

define "conditions":
  [Condition] C
    where exists (C.clinicalStatus.coding K where K.code.value in {{'active', 'recurrence', 'relapse'}})
      and not exists (C.verificationStatus.coding K where K.code.value in {{'refuted', 'entered-in-error'}})

define function "of"(found List<FHIR.Condition>, limb String):
  found C where exists (C.bodySite S where exists (S.coding K where K.code.value = limb))

define function "start"(found FHIR.Condition):
  Coalesce(date from (found.onset as FHIR.dateTime).value, date from found.recordedDate.value)

define function "drop since"(grades List<FHIR.Observation>, limb String):
  Min({{
    Min(("of"("foot-drop conditions", limb)) C return "start"(C)),
    Min(grades O where "grade"(O) <= "foot-drop-mrc" return "day"(O))
  }})

define "gain":
  "mrc-ankle-dorsiflexion" - "grade"(First(("mrc-ankle-dorsiflexion all") O where "day"(O) on or after "drop-since"))
"""

_DERIVED = {
    "age": """years between Patient.birthDate.value and date from "as-of\"""",
    "foot-drop-unsided": "false",
    "foot-drop-unread": "false",
    "gait-sign-unsided": "false",
    "limb-emergency-unsided": "false",
    "umn-sign-unsided": "false",
    "umn-sign-unsided-since": "null as Date",
    "clock-start": """Coalesce("onset", ToDateTime("drop-since"))""",
    "clock-start-uncertain": """if "clock-start" is null then null else "onset" is null""",
    "referral-clock": """Coalesce("clock-start", "conservative-care-start")""",
    "last-mrc-on": """"day"(Last("mrc-ankle-dorsiflexion all"))""",
    "drop-since": """"drop since"("mrc-ankle-dorsiflexion all", "leg")""",
    "opposite-drop-since": """"drop since"("opposite-mrc-ankle-dorsiflexion all", "other leg")""",
    "onset": """Min(("of"("foot-drop conditions", "leg")) C return (C.onset as FHIR.dateTime).value)""",
    "improvement": """
  if "drop-since" is null or Count("mrc-ankle-dorsiflexion all") < 2 then null
  else if "mrc-ankle-dorsiflexion" = 5 then 'full'
  else if "gain" >= "improvement-gain" then 'partial' else 'none'""",
    "course": """
  if Count("mrc-ankle-dorsiflexion all") < 2 or "drop-since" is null then null
  else if "gain" <= -"worsening-loss" then 'worsening'
  else if "gain" >= "improvement-gain" then 'improving' else 'stable'""",
    "severity": """
  if "mrc-ankle-dorsiflexion" > "foot-drop-mrc" then null
  else if "mrc-ankle-dorsiflexion" <= "severe-mrc" then 'severe'
  else if "mrc-ankle-dorsiflexion" <= "moderate-mrc" then 'moderate'
  else if "mrc-ankle-dorsiflexion" <= "foot-drop-mrc" then 'mild' else null""",
    "systolic-blood-pressure": """
  First((Last("known"([Observation: "blood pressure"])).component) C
    where exists (C.code.coding K where K.code.value = '8480-6')
    return System.Quantity { value: (C.value as FHIR.Quantity).value.value, unit: 'mm[Hg]' })""",
}
_READ = {"bool": "truth", "integer": "grade", "code": "answer", "quantity": "amount", "dateTime": "moment"}


def record_library(book: Rulebook, retrieves: Retrieves = "each") -> str:
    """The CQL text, for `leg` as a parameter: run it once for each leg."""
    lines = cql_library(book).replace('" Quantity default', '" System.Quantity default').splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("library "))
    read = set(features_read(book)) - {"as-of"}
    kept = [line for line in lines if not any(line.startswith(f'parameter "{name}" ') for name in (*read, "as-of"))]
    title = lines[place].replace("FootDropGuideline", "FootDropRecord")
    rest = kept[place + 1 :]
    first = next(number for number, line in enumerate(rest) if line.startswith("define "))
    return (
        "\n".join(
            [
                title,
                _HEAD,
                *_codes(retrieves),
                *rest[: first - 1],
                _FUNCTIONS,
                *_defines(read, retrieves),
                *rest[first - 1 :],
            ]
        )
        + "\n"
    )


def _codes(retrieves: Retrieves) -> Iterator[str]:
    yield f"codesystem \"finding\": '{FINDING_SYSTEM}'"
    if retrieves == "each":
        yield from (f'code "{key} code": \'{key}\' from "finding"' for key in sorted(features()))


def _defines(read: set[str], retrieves: Retrieves) -> Iterator[str]:
    known = {"mrc-ankle-dorsiflexion", "opposite-mrc-ankle-dorsiflexion", "foot-drop", "onset", "drop-since"}
    wanted = sorted(read | known | {"conservative-care-start"})
    bases = dict.fromkeys(name.removesuffix(_SINCE) for name in wanted)
    for name in bases:
        if name.removeprefix(_OPPOSITE) in features():
            yield f'define "{name} all":\n  {_all(name, retrieves)}\n'
    for key in dict.fromkeys(name.removeprefix(_OPPOSITE) for name in bases):
        if key in diagnoses():
            yield f'define "{key} conditions":\n  {_conditions(key)}\n'
    for name in wanted:
        yield f'define "{name}":\n  {_feature(name)}\n'


def _all(name: str, retrieves: Retrieves) -> str:
    """Every finding of a feature, oldest first."""
    key = name.removeprefix(_OPPOSITE)
    leg = "other leg" if name != key else "leg"
    if retrieves == "once":
        holder = f"findings of the {leg}" if features()[key].sided else "findings"
        return f"\"{holder}\" O where exists (O.code.coding C where C.code.value = '{key}')"
    found = f'[Observation: "{key} code"]'
    if features()[key].sided:
        found = f'({found}) O where exists (O.bodySite.coding C where C.code.value = "{leg}")'
    return f'"known"({found})'


def _conditions(key: str) -> str:
    codes = [coding.code for coding in diagnoses()[key].codings if not coding.prefix]
    listed = ", ".join(constant_text(code) for code in (key, *codes))
    return f'"conditions" C where exists (C.code.coding K where K.code.value in {{{listed}}})'


def _feature(name: str) -> str:
    if name in _DERIVED:
        return _DERIVED[name].strip()
    stem = name.removesuffix(_SINCE)
    key, since = stem.removeprefix(_OPPOSITE), stem != name
    if key in features():
        return f'"began"("{stem} all")' if since else f'"{_READ[features()[key].type]}"(Last("{stem} all"))'
    leg = '"other leg"' if name.startswith(_OPPOSITE) else '"leg"'
    conditions = f'"of"("{key} conditions", {leg})' if diagnoses()[key].sided else f'"{key} conditions"'
    return f'Min(({conditions}) C return "start"(C))' if since else f"if exists ({conditions}) then true else null"
