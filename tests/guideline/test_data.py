"""The guideline's data: every statement, source and word is there once, and whatever names another finds it."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

GUIDELINE = Path(__file__).parents[2] / "guideline"
DATA = GUIDELINE / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


STATEMENTS = table("statements.csv")
BY_ID = {row["id"]: row for row in STATEMENTS}
SOURCES: dict[str, dict[str, Any]] = toml(GUIDELINE / "sources.toml")["sources"]
WORDING: dict[str, dict[str, dict[str, Any]]] = toml(DATA / "wording.toml")
INPUTS, CONDITIONS, ORDERS = table("inputs.csv"), table("conditions.csv"), table("orders.csv")

DERIVED = {
    "age", "as-of", "clock-start", "foot-drop-unread", "foot-drop-unsided", "gait-sign-unsided", "improvement",
    "limb-emergency-unsided", "opposite-foot-drop", "opposite-mrc-ankle-dorsiflexion", "umn-sign-unsided",
}  # fmt: skip
ACTIVITIES = {
    "range-of-motion", "strengthening", "gait-practice", "task-training", "aerobic-training", "circuit-class",
    "treadmill-training", "robot-assisted-training", "virtual-reality-training", "rhythmic-cueing", "mental-practice",
    "home-dorsiflexion", "home-toe-curls", "home-toe-taps", "home-ankle-circles", "home-heel-raises",
    "orthosis-fitting", "orthosis-review", "skin-inspection", "foot-care", "repositioning", "early-mobilisation",
    "spinal-precautions", "remove-compression", "activity-modification", "safety-net", "education",
    "decompression-information", "mri-safety-check", "close-monitoring",
}  # fmt: skip
GOALS = {
    "mobility", "fall-prevention", "pain-control", "posture", "glycaemic-control", "map-floor", "systolic-floor",
}  # fmt: skip
RED_FLAGS = {
    "features": {
        "mrc-ankle-dorsiflexion", "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-ankle-eversion",
        "extensor-plantar-response", "ankle-clonus", "hyperreflexia", "spasticity", "course", "onset-tempo",
        "bladder-dysfunction", "bowel-dysfunction", "saddle-anaesthesia", "anal-tone-reduced", "post-void-residual",
        "pain-score", "severe-numbness", "appetite-loss", "weight-loss-unintentional", "fever",
        "bilateral-leg-symptoms", "compartment-syndrome-suspected", "anticoagulant",
    },
    "diagnoses": {
        "cauda-equina-syndrome", "spinal-cord-compression", "cancer-history", "inflammatory-neuropathy",
        "knee-dislocation", "compartment-syndrome",
    },
}  # fmt: skip


# --- statements


def test_every_id_of_the_catalogue_is_there_once() -> None:
    assert [key for key, n in Counter(row["id"] for row in STATEMENTS).items() if n > 1] == []
    assert Counter(row["kind"] for row in STATEMENTS) == {
        "statement": 306, "conflict": 46, "beyond": 51, "decision": 14, "invariant": 45,
    }  # fmt: skip


def test_the_ids_of_a_group_are_numbered_from_01_without_a_gap() -> None:
    for group, count in Counter(row["group"] for row in STATEMENTS).items():
        ids = [row["id"] for row in STATEMENTS if row["group"] == group]
        assert ids == [f"{group}-{n:02d}" for n in range(1, count + 1)]


def test_groups_are_of_the_expected_size() -> None:
    assert Counter(row["group"] for row in STATEMENTS) == {
        "RED": 20, "LOC": 71, "IMG": 13, "EDX": 6, "LAB": 5, "ORT": 21, "FES": 10, "PT": 27, "CON": 15, "SUR": 31,
        "MED": 5, "SUP": 8, "MON": 8, "PRG": 20, "PIT": 14, "EDU": 13, "DEF": 19,
        "C": 46, "SI": 45, "B": 51, "D": 14,
    }  # fmt: skip


def test_the_group_decides_the_kind() -> None:
    kinds = {"C": "conflict", "SI": "invariant", "B": "beyond", "D": "decision"}
    assert [row["id"] for row in STATEMENTS if row["kind"] != kinds.get(row["group"], "statement")] == []


def test_every_statement_has_a_text_and_two_plain_answers() -> None:
    for row in STATEMENTS:
        assert row["text"] == row["text"].strip() != "", row["id"]
        assert "**" not in row["text"], row["id"]
        assert {row["inferred"], row["title_only"]} <= {"yes", "no"}, row["id"]


def test_a_resolution_or_a_decision_stands_beside_its_point() -> None:
    assert all(" Resolution: " in row["text"] for row in STATEMENTS if row["kind"] == "conflict")
    assert all(" Decision: " in row["text"] for row in STATEMENTS if row["kind"] == "beyond")


def test_inferred_orders_and_bare_titles_are_marked() -> None:
    assert [row["id"] for row in STATEMENTS if row["inferred"] == "yes"] == [
        "RED-19", "LOC-50", "LOC-66", "LOC-71", "LAB-01", "LAB-02", "LAB-03", "LAB-04", "LAB-05", "CON-03", "PIT-12",
    ]  # fmt: skip
    assert [row["id"] for row in STATEMENTS if row["title_only"] == "yes"] == [
        "LOC-44", "LOC-63", "LOC-64", "LOC-65", "LOC-66", "LOC-67", "IMG-11",
    ]  # fmt: skip


def test_every_id_a_row_refers_to_exists() -> None:
    assert [(row["id"], ref) for row in STATEMENTS for ref in row["rows"].split() if ref not in BY_ID] == []


def test_no_row_refers_to_itself_or_to_one_id_twice() -> None:
    for row in STATEMENTS:
        refs = row["rows"].split()
        assert len(refs) == len(set(refs)), row["id"]
        assert row["id"] not in refs, row["id"]


def test_ranges_of_ids_are_expanded() -> None:
    assert BY_ID["SI-01"]["rows"].split() == [f"RED-{n:02d}" for n in range(1, 21)]
    assert BY_ID["C-40"]["rows"].split() == [f"PT-{n:02d}" for n in range(6, 13)]
    assert BY_ID["D-06"]["rows"].split() == ["PIT-13", *(f"RED-{n}" for n in range(13, 19))]
    assert BY_ID["C-05"]["rows"].split() == ["SUR-01", "SUR-03", "SUR-04", "SUR-05", "SUR-28"]


# --- sources


def cited(row: dict[str, str]) -> list[str]:
    return [part.split(":L")[0] for part in row["sources"].split("; ") if part]


def test_every_source_of_a_statement_exists() -> None:
    assert [(row["id"], key) for row in STATEMENTS for key in cited(row) if key not in SOURCES] == []


def test_every_statement_names_a_line_of_a_seed() -> None:
    place = re.compile(r"00\d_[0-9a-f]{4}:L\d+(-\d+)?")
    for row in STATEMENTS:
        if row["kind"] == "statement":
            assert all(place.fullmatch(part) for part in row["sources"].split("; ")), row["id"]


def test_every_evidence_code_exists() -> None:
    code = re.compile(r"\d{3}#\d|SH\d|STW")
    codes = {found for row in STATEMENTS for found in code.findall(row["evidence"])}
    assert codes <= SOURCES.keys()
    assert {"000#3", "001#5", "004#4", "004#7", "SH8", "STW"} <= codes


def test_evidence_is_written_out_in_full() -> None:
    part = re.compile(r"(\d{3}#\d|SH\d|STW)( \(.+\))?|–|title.*|\[(V2?|G)\]")
    for row in STATEMENTS:
        if row["kind"] in ("statement", "beyond"):
            assert all(part.fullmatch(code) for code in row["evidence"].split("; ")), row["id"]


def test_every_source_has_what_its_kind_needs() -> None:
    needs = {"seed": {"title", "date", "trust", "file"}, "evidence": {"seed", "resolved"},
             "external": {"citation", "mark", "points"}}  # fmt: skip
    for key, source in SOURCES.items():
        assert needs[source["kind"]] <= source.keys(), key
        assert all(value not in ("", []) for value in source.values()), key


def test_all_seeds_and_all_their_references_are_there() -> None:
    seeds = {key for key, source in SOURCES.items() if source["kind"] == "seed"}
    assert seeds == {"000_59e4", "001_a00c", "002_4252", "003_d04c", "004_14ef"}
    evidence = {key for key, source in SOURCES.items() if source["kind"] == "evidence"}
    numbered = {f"{seed}#{n}" for seed, last in (("000", 5), ("001", 5), ("004", 7)) for n in range(1, last + 1)}
    assert evidence == numbered | {f"SH{n}" for n in range(1, 9)} | {"STW"}
    assert {source["seed"] for source in SOURCES.values() if source["kind"] == "evidence"} <= seeds


def test_an_unresolved_reference_is_never_dressed_up() -> None:
    unresolved = {key for key, source in SOURCES.items() if source.get("resolved") is False}
    assert unresolved == {"000#3", "001#5", "004#4", "004#5"}
    for key in unresolved:
        assert SOURCES[key].keys().isdisjoint({"title", "author", "journal", "publisher", "year", "same_work"})


def test_one_work_under_two_keys_leads_to_a_source() -> None:
    assert [key for key, source in SOURCES.items() if source.get("same_work", key) not in SOURCES] == []


def test_points_and_sources_agree_in_both_directions() -> None:
    there = {(key, point) for key, source in SOURCES.items() for point in source.get("points", [])}
    back = {(key, row["id"]) for row in STATEMENTS if row["kind"] == "beyond" for key in cited(row)}
    assert there == back
    assert {point for _, point in there} == {row["id"] for row in STATEMENTS if row["kind"] == "beyond"}


def test_the_marks_of_a_point_are_those_of_its_sources() -> None:
    for row in STATEMENTS:
        if row["kind"] == "beyond":
            marks = {f"[{SOURCES[key]['mark']}]" for key in cited(row)}
            assert marks == set(row["evidence"].split("; ")), row["id"]


# --- vocabulary


def test_no_key_of_a_table_is_there_twice() -> None:
    for rows, column in ((INPUTS, "code"), (CONDITIONS, "key"), (ORDERS, "key")):
        assert len({row[column] for row in rows}) == len(rows)
    assert (len(INPUTS), len(CONDITIONS), len(ORDERS)) == (106, 44, 41)


def verhoeff_holds(code: str) -> bool:
    """The check digit of SNOMED CT: multiplication in the dihedral group of ten elements."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    total = 0
    turn = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    for place, digit in enumerate(reversed(code)):
        value = int(digit)
        for _ in range(place % 8):
            value = turn[value]
        total = times(total, value)
    return total == 0


def cells_with(system: str) -> list[str]:
    cells = [cell for row in (*INPUTS, *CONDITIONS, *ORDERS) for cell in row.values()]
    return [part for cell in cells for part in cell.split(";") if system in part]


def snomed_codes() -> list[str]:
    return [code for part in cells_with("SNOMED") for code in re.findall(r"\b\d{6,18}\b", part)]


def loinc_codes() -> list[str]:
    return [code for part in cells_with("LOINC") for code in re.findall(r"\b\d{3,5}-\d\b", part)]


@pytest.mark.parametrize("code", ["6077001", "399081005", "32153003", "394451000119106"])
def test_the_check_digit_holds_for_known_codes(code: str) -> None:
    assert verhoeff_holds(code)


@pytest.mark.parametrize("code", ["6077002", "6070701", "76783986"])
def test_the_check_digit_catches_a_wrong_digit_and_a_swap(code: str) -> None:
    assert not verhoeff_holds(code)


def test_every_snomed_code_has_a_valid_check_digit() -> None:
    codes = snomed_codes()
    assert len(codes) > 150
    assert [code for code in codes if not verhoeff_holds(code)] == []


def test_every_snomed_code_is_a_concept() -> None:
    assert [code for code in snomed_codes() if code[-3:-1] not in ("00", "10")] == []


def test_every_loinc_code_has_a_valid_check_digit() -> None:
    def luhn(code: str) -> bool:
        digits = [int(digit) for digit in reversed(code.replace("-", ""))]
        return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0

    codes = loinc_codes()
    assert len(codes) > 30
    assert [code for code in codes if not luhn(code)] == []


# --- wording


def test_every_name_of_the_vocabulary_has_words_and_nothing_else_has() -> None:
    assert {section: set(words) for section, words in WORDING.items()} == {
        "features": {row["code"] for row in INPUTS} | DERIVED,
        "diagnoses": {row["key"] for row in CONDITIONS},
        "orders": {row["key"] for row in ORDERS},
        "activities": ACTIVITIES,
        "goals": GOALS,
    }


def test_words_use_only_the_known_fields() -> None:
    allowed = {"features": {"title", "ask", "yes", "no", "answers", "red_flag"},
               "diagnoses": {"title", "ask", "yes", "no", "red_flag"}}  # fmt: skip
    for section, words in WORDING.items():
        for key, fields in words.items():
            assert fields.keys() <= allowed.get(section, {"title"}), key


def test_every_title_is_a_short_phrase_and_unique_in_its_section() -> None:
    for words in WORDING.values():
        titles = [fields["title"] for fields in words.values()]
        assert len(titles) == len(set(titles))
        assert all(0 < len(title) <= 70 and title == title.strip() and title[-1] not in ".?" for title in titles)


def test_everything_that_can_be_recorded_can_be_asked_in_one_question() -> None:
    asked = [WORDING["features"][row["code"]]["ask"] for row in INPUTS]
    asked += [WORDING["diagnoses"][row["key"]]["ask"] for row in CONDITIONS]
    assert all(ask.endswith("?") and ask.count("?") == 1 and ask[0].isupper() for ask in asked)
    assert len(asked) == len(set(asked))


def test_nothing_derived_is_asked() -> None:
    assert [key for key in DERIVED if "ask" in WORDING["features"][key]] == []


def test_yes_and_no_are_worded_for_exactly_what_is_yes_or_no() -> None:
    for row in INPUTS:
        fields = WORDING["features"][row["code"]]
        assert ("yes" in fields, "no" in fields) == ((row["value"] == "bool"),) * 2, row["code"]
    for key, fields in WORDING["diagnoses"].items():
        assert fields["yes"] != fields["no"], key


def test_every_allowed_answer_is_worded_and_no_other() -> None:
    for row in INPUTS:
        answers = WORDING["features"][row["code"]].get("answers", {})
        assert list(answers) == (row["allowed"].split("|") if row["value"] == "code" else []), row["code"]
        assert len(set(answers.values())) == len(answers), row["code"]
    assert set(WORDING["features"]["improvement"]["answers"]) == {"none", "partial", "plateau", "full"}


@pytest.mark.parametrize("section", ["features", "diagnoses"])
def test_the_red_flag_facts_are_exactly_those_of_the_catalogue(section: str) -> None:
    assert {key for key, fields in WORDING[section].items() if fields.get("red_flag")} == RED_FLAGS[section]


# --- files


@pytest.mark.parametrize("path", [DATA / "statements.csv", DATA / "wording.toml", GUIDELINE / "sources.toml"])
def test_files_are_utf8_with_plain_line_ends_and_no_stray_blanks(path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
