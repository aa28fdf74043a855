"""The published Library with a retrieve for each feature, so that cql-exec-fhir can read a patient's Bundle by itself.

Made for one purpose, to be measured against. It reads what the hospital export holds and spares the engine the rest:
each finding by its local code alone, diagnoses by whole codes, the latest value at or before `as-of`, and the clocks,
the severity, the course and the improvement in their simplest form. Reading less than this project does favours the
engine it is compared with. Rules and numbers are the Library's own text.
"""

from __future__ import annotations

from collections.abc import Iterator

from cql_like.text import constant_text
from guideline.library import cql_library, features_read
from guideline.rulebook import Rulebook
from guideline.vocabulary import FINDING_SYSTEM, LOINC, Feature, diagnoses, features

LEFT, RIGHT = "32153003", "62175007"
_OPPOSITE, _SINCE = "opposite-", "-since"

_HEAD = f"""
using FHIR version '4.0.1'

codesystem "finding": '{FINDING_SYSTEM}'
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

define function "on"(found List<FHIR.Observation>, limb String):
  "known"(found O where exists (O.bodySite.coding C where C.code.value = limb))

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

define function "drop since"(limb String):
  Min({{
    Min(("of"("foot-drop conditions", limb)) C return "start"(C)),
    Min(("on"("mrc-ankle-dorsiflexion all", limb)) O where "grade"(O) <= "foot-drop-mrc" return "day"(O))
  }})

define function "gain"(limb String, since Date):
  "grade"(Last("on"("mrc-ankle-dorsiflexion all", limb)))
    - "grade"(First(("on"("mrc-ankle-dorsiflexion all", limb)) O where "day"(O) on or after since))
"""

_DERIVED = {
    "age": """years between Patient.birthDate.value and date from "as-of\"""",
    "foot-drop-unsided": "false",
    "clock-start": """Coalesce("onset", ToDateTime("drop-since"))""",
    "clock-start-uncertain": """if "clock-start" is null then null else "onset" is null""",
    "referral-clock": """Coalesce("clock-start", "conservative-care-start")""",
    "last-mrc-on": """"day"(Last("on"("mrc-ankle-dorsiflexion all", "leg")))""",
    "drop-since": """"drop since"("leg")""",
    "opposite-drop-since": """"drop since"("other leg")""",
    "onset": """Min(("of"("foot-drop conditions", "leg")) C return (C.onset as FHIR.dateTime).value)""",
    "improvement": """
  if "drop-since" is null or Count("on"("mrc-ankle-dorsiflexion all", "leg")) < 2 then null
  else if "mrc-ankle-dorsiflexion" = 5 then 'full'
  else if "gain"("leg", "drop-since") >= "improvement-gain" then 'partial' else 'none'""",
    "course": """
  if Count("on"("mrc-ankle-dorsiflexion all", "leg")) < 2 or "drop-since" is null then null
  else if "gain"("leg", "drop-since") <= -"worsening-loss" then 'worsening'
  else if "gain"("leg", "drop-since") >= "improvement-gain" then 'improving' else 'stable'""",
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


def record_library(book: Rulebook) -> str:
    """The CQL text, for `leg` as a parameter: run it once for each leg."""
    lines = cql_library(book).replace('" Quantity default', '" System.Quantity default').splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("library "))
    read = set(features_read(book)) - {"as-of"}
    kept = [line for line in lines if not any(line.startswith(f'parameter "{name}" ') for name in (*read, "as-of"))]
    title = lines[place].replace("FootDropGuideline", "FootDropRecord")
    rest = kept[place + 1 :]
    first = next(number for number, line in enumerate(rest) if line.startswith("define "))
    codes = [f"""code "{key} code": '{key}' from "finding\"""" for key in sorted(features())]
    return "\n".join([title, _HEAD, *codes, *rest[: first - 1], _FUNCTIONS, *_defines(read), *rest[first - 1 :]]) + "\n"


def _defines(read: set[str]) -> Iterator[str]:
    known = {"mrc-ankle-dorsiflexion", "foot-drop", "onset", "drop-since", "conservative-care-start"}
    bases = {name.removeprefix(_OPPOSITE).removesuffix(_SINCE) for name in read | known}
    for key in sorted(bases & features().keys()):
        yield f'define "{key} all":\n  [Observation: "{key} code"]\n'
    for key in sorted(bases & diagnoses().keys()):
        yield f'define "{key} conditions":\n  {_conditions(key)}\n'
    for name in sorted(read | known):
        yield f'define "{name}":\n  {_feature(name)}\n'


def _conditions(key: str) -> str:
    codes = [coding.code for coding in diagnoses()[key].codings if not coding.prefix]
    listed = ", ".join(constant_text(code) for code in (key, *codes))
    return f'"conditions" C where exists (C.code.coding K where K.code.value in {{{listed}}})'


def _feature(name: str) -> str:
    if name in _DERIVED:
        return _DERIVED[name].strip()
    leg = '"other leg"' if name.startswith(_OPPOSITE) else '"leg"'
    key = name.removeprefix(_OPPOSITE)
    base = key.removesuffix(_SINCE)
    since = base != key
    if base in features():
        found = _observations(features()[base], leg)
        return f'"began"({found})' if since else f'"{_READ[features()[base].type]}"(Last({found}))'
    sided = diagnoses()[base].sided
    conditions = f'"of"("{base} conditions", {leg})' if sided else f'"{base} conditions"'
    return f'Min(({conditions}) C return "start"(C))' if since else f"if exists ({conditions}) then true else null"


def _observations(feature: Feature, leg: str) -> str:
    return f'"on"("{feature.key} all", {leg})' if feature.sided else f'"known"("{feature.key} all")'

