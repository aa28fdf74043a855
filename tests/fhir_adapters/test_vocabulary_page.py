"""`docs/vocabulary.md` is what the tables give; what it shows can be read; and nobody's names stand in it but ours."""

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from fhir_adapters import assess
from fhir_adapters.read import codes
from fhir_adapters.vocabulary_page import vocabulary_page
from guideline import vocabulary
from guideline.contents import contents
from guideline.rulebook import rulebook
from guideline.vocabulary import ACTIVITY_KEYS, GOAL_KEYS, diagnoses, features, order_kinds, parse_codings

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = vocabulary_page(rulebook())
SAMPLES: list[dict[str, Any]] = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
KEYS = {
    "Findings": set(features()),
    "Diagnoses": set(diagnoses()),
    "Orders": set(order_kinds()),
    "Activities": set(ACTIVITY_KEYS),
    "Goals": set(GOAL_KEYS),
    "Alerts": {each.key for each in contents(rulebook()).alerts},
}


def table(heading: str) -> list[list[str]]:
    text = re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]


def test_what_is_committed_is_what_the_tables_give() -> None:
    assert (DOCS / "vocabulary.md").read_text("utf-8") == PAGE, "run `make docs`"


@pytest.mark.parametrize("heading", KEYS)
def test_every_key_has_its_row(heading: str) -> None:
    assert {row[0].strip("`") for row in table(heading)} == KEYS[heading]
    assert all(row[1] for row in table(heading))


def test_the_samples_are_read_as_the_page_says() -> None:
    patient = {"resourceType": "Patient", "id": "1", "birthDate": "1961-05-04"}
    entries = [{"resource": each} for each in (patient, *SAMPLES)]
    found = assess({"resourceType": "Bundle", "type": "collection", "entry": entries}, as_of="2026-03-01")
    left = next(limb for limb in found.limbs if limb.side == "left")
    assert (left.foot_drop, left.severity, left.onset) == (True, "moderate", "2026-01-30")
    assert not found.problems


def test_codes_stand_without_the_names_of_their_owners() -> None:
    assert "display" not in PAGE
    columns = {"Findings": 4, "Diagnoses": 3, "Orders": 4}
    listed = [row[at] for heading, at in columns.items() for row in table(heading) if row[at]]
    assert len(listed) > 100
    for system in (part for cell in listed for part in cell.split("; ")):
        words = re.sub(r"^(SNOMED CT|LOINC|ICD-10-CM|RxNorm|HCPCS|CPT) ", "", system)
        assert re.fullmatch(r"(?:[A-Z]?[0-9][0-9A-Z.-]*(?: \(from grade \d\))? ?)+", words), system


def test_a_hospital_s_own_codes_stand_under_their_url(monkeypatch: pytest.MonkeyPatch) -> None:
    own = parse_codings("ICD-10-CM G35; https://hospital.example/codes MS1")
    table = {"multiple-sclerosis": diagnoses()["multiple-sclerosis"]._replace(codings=own)}
    monkeypatch.setattr(vocabulary, "diagnoses", lambda: table)
    assert "ICD-10-CM G35; `https://hospital.example/codes` MS1" in vocabulary_page(rulebook())


def test_a_finding_says_its_side_its_values_and_its_unit() -> None:
    rows = {row[0].strip("`"): row[2:] for row in table("Findings")}
    assert rows["mrc-ankle-dorsiflexion"] == ["each leg", "0 to 5", "", ""]
    assert rows["post-void-residual"][:2] == ["", "0 or more, unit `mL`"]
    assert rows["distal-pulses"][1] == "`present`, `reduced`, `absent`"
    assert rows["spasticity"][2] == "SNOMED CT 221360009 765771006 (from grade 1)"
    assert rows["afo-in-use"][2].startswith("HCPCS L19-;")


INDEX = {
    "Observation": codes.clinical, "Condition": codes.clinical, "DiagnosticReport": codes.reports,
    "DeviceUseStatement": codes.devices, "Device": codes.devices, "MedicationStatement": codes.drugs,
    "MedicationRequest": codes.drugs,
}  # fmt: skip


@pytest.mark.parametrize("row", [row for row in table("Findings") if row[4]], ids=lambda row: row[0].strip("`"))
def test_a_code_is_read_from_the_resources_that_its_row_names_and_no_other(row: list[str]) -> None:
    key, kinds = row[0].strip("`"), set(row[5].split(", "))
    listed = [*features()[key].codings, *codes.ALSO_READ.get(key, ())]
    assert listed
    for coding, (kind, index) in product(listed, INDEX.items()):
        found = {each.key for each in index().find(coding.system, coding.code) if each.kind == "finding"}
        assert (key in found) is (kind in kinds), f"{coding.code} in {kind}"
