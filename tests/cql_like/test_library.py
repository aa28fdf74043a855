"""A library of declarations, parameters and named expressions."""

from __future__ import annotations

import pytest

from cql_like import CqlSyntaxError, Declaration, Intervals, Lists, Quantities, evaluate, library_text, parse_library
from cql_like.kinds import DATETIME, STRING

TEXT = """
library Foot.Drop version '1.0.0'  // the name may have dots
using FHIR version '4.0.1'
codesystem "SNOMED": 'http://snomed.info/sct' version '2026'
valueset "Walkers": 'http://example.org/walkers'
code "Able": '165245003' from "SNOMED" display 'Able to walk'
parameter "Wait" Quantity default 3 months
parameter "Period" Interval<DateTime>
parameter "Sites" List<String> default {'knee'}
context Patient
/* two rules */
define "Weak": "grade" <= 2
define "Act":
  "Weak" and "Able" is not false
"""


def test_everything_in_it_is_kept() -> None:
    library = parse_library(TEXT)
    assert (library.name, library.version) == ("Foot.Drop", "1.0.0")
    assert library.declarations[0] == Declaration("using", "FHIR", version="4.0.1")
    assert library.declarations[3] == Declaration("code", "Able", "165245003", None, "SNOMED", "Able to walk")
    assert [each.type for each in library.parameters] == [Quantities(), Intervals(DATETIME), Lists(STRING)]
    assert [(each.name, each.context) for each in library.defines] == [("Weak", "Patient"), ("Act", "Patient")]
    assert evaluate(library.defines[0].expression, {"grade": 1}) is True


def test_what_is_printed_reads_back_as_the_same_library() -> None:
    library = parse_library(TEXT)
    assert parse_library(library_text(library)) == library


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("library", 1, 8, "expected a name"),
        ('define "a" 1', 1, 12, "expected :"),
        ('define "a": 1\ndefine "a": 2', 2, 8, "this name is already used"),
        ('define "a": 1 2', 1, 15, "expected using, codesystem"),
        ("include Other", 1, 1, "expected using, codesystem"),
        ('parameter "p"', 1, 14, "expected a type"),
        ('parameter "p" Patient', 1, 15, "expected a type"),
        ('parameter "p" List<Patient>', 1, 20, "expected Any, Boolean"),
        ("code \"c\": '1'", 1, 14, "expected from"),
    ],
)
def test_what_it_cannot_hold_is_an_error(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(CqlSyntaxError) as refused:
        parse_library(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert message in refused.value.message
