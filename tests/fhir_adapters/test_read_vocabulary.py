"""The vocabulary gives the tables types, and loses nothing of them."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from guideline import vocabulary
from guideline.errors import RulebookError
from guideline.vocabulary import HCPCS, ICD10CM, LOINC, SNOMED, Coding, parse_codings


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resources.files("guideline.data").joinpath(table).read_text("utf-8").splitlines()))


def test_every_row_is_there_in_order() -> None:
    assert list(vocabulary.features()) == [row["code"] for row in rows("inputs.csv")]
    assert list(vocabulary.diagnoses()) == [row["key"] for row in rows("conditions.csv")]
    assert list(vocabulary.order_kinds()) == [row["key"] for row in rows("orders.csv")]
    assert len(set(vocabulary.ACTIVITY_KEYS)) == 30
    assert len(set(vocabulary.GOAL_KEYS)) == 7


@pytest.mark.parametrize(
    ("table", "column"), [("inputs.csv", "also_accepted"), ("conditions.csv", "codes"), ("orders.csv", "codes")]
)
def test_every_code_of_every_cell_is_read(table: str, column: str) -> None:
    for row in rows(table):
        codings = {coding.code for coding in parse_codings(row[column])}
        for word in re.findall(r"\b(?:\d{3,7}-\d|\d{5,18}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)\b", row[column]):
            if word != "85354-9" and not re.fullmatch(r"C\d\d", word):  # the panel, and the ends of a range
                assert any(word.startswith(code) for code in codings), (row, word)


@pytest.mark.parametrize(
    ("cell", "codings"),
    [
        ("", []),
        ("SNOMED 6077001; ICD-10-CM M21.371", [Coding(SNOMED, "6077001"), Coding(ICD10CM, "M21.371")]),
        ("ICD-10-CM G57.0- Z85.-", [Coding(ICD10CM, "G57.0", True), Coding(ICD10CM, "Z85", True)]),
        ("ICD-10-CM G35 and children", [Coding(ICD10CM, "G35", True)]),
        ("ICD-10-CM C00-C11", [Coding(ICD10CM, code, True) for code in ("C0", "C10", "C11")]),
        ("LOINC 8480-6, also as component of 85354-9", [Coding(LOINC, "8480-6")]),
        ("DeviceUseStatement of HCPCS L19xx", [Coding(HCPCS, "L19", True)]),
        (
            "https://hospital.example/codes DM2, DM3; SNOMED 73211009",
            [Coding(SNOMED, "73211009"), *(Coding("https://hospital.example/codes", code) for code in ("DM2", "DM3"))],
        ),
        ("SNOMED 765771006 (modified Ashworth) grade 1 or more", [Coding(SNOMED, "765771006", at_least=1)]),
    ],
)
def test_the_language_of_the_cells(cell: str, codings: list[Coding]) -> None:
    assert list(parse_codings(cell)) == codings


@pytest.mark.parametrize(
    "cell",
    [
        "https://hospital.example/codes",
        "https://hospital.example/codes DM2-",
        "https://hospital.example/codes DM2 (diabetes)",
        "SNOMED 73211009, https://hospital.example/codes DM2",
        "https://hospital.example/codes DM2 https://hospital.example/more X",
    ],
)
def test_a_hospitals_own_code_that_cannot_be_read_is_an_error(cell: str) -> None:
    with pytest.raises(RulebookError, match=r"hospital\.example"):
        parse_codings(cell)


def test_a_code_without_a_system_is_an_error_that_names_it() -> None:
    with pytest.raises(RulebookError, match="6077001"):
        parse_codings("6077001")


def test_types_bounds_and_units() -> None:
    features = vocabulary.features()
    assert (features["mrc-ankle-dorsiflexion"].low, features["mrc-ankle-dorsiflexion"].high) == (0, 5)
    assert (features["falls-past-year"].low, features["falls-past-year"].high) == (0, None)
    assert features["edx-severity"].allowed[0] == "neurapraxia"
    assert features["hba1c"].unit == "%"
    assert features["pain-score"].unit == "1"
    assert features["creatine-kinase"].unit == "U/L"
    assert features["fever"].unit is None
    assert vocabulary.diagnoses()["foot-drop"].sided
    assert not vocabulary.diagnoses()["stroke"].sided
    assert vocabulary.order_kinds()["hba1c"].category == "laboratory"
