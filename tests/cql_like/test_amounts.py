"""Numbers, amounts and their units."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from cql_like import Quantity, UnitError, convert, evaluate, parse


def answer(text: str) -> object:
    return evaluate(parse(text), {})


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("200 'mL' = 0.2 'L'", True),
        ("199.9 'mL' < 0.2 'L'", True),
        ("200.1 'mL' <= 0.2 'L'", False),
        ("70 'mm[Hg]' > 9 'kPa'", True),
        ("37 'Cel' = 310.15 'K'", True),
        ("98.6 '[degF]' > 36.9 'Cel'", True),
        ("50 '%' = 0.5 '1'", True),
        ("5 '{score}' = 5", None),
        ("5 '{score}' = 5 '1'", True),
        ("5 'mL{total}' = 5 'mL'", True),
        ("1 'g' = 1 'mL'", None),
        ("1 year = 12 months", True),
        ("1 week = 7 days", True),
        ("1 day = 24 'h'", True),
        ("1 day = 1 'd'", True),
        ("1 month = 30 days", None),
        ("1 month < 2 'mo'", None),
        ("1 month ~ 30 days", True),
        ("1 year ~ 1 'a'", True),
        ("2 'mo' < 61 'd'", True),
    ],
)
def test_amounts_compare_across_units_that_convert(claim: str, expected: bool | None) -> None:
    assert answer(claim) is expected


@pytest.mark.parametrize(
    ("sum_", "expected"),
    [
        ("1 'L' + 250 'mL'", Quantity(Decimal(1250), "mL")),
        ("250 'mL' + 1 'L'", Quantity(Decimal(1250), "mL")),
        ("2 * 3 months", Quantity(Decimal(6), "months")),
        ("1 'g' + 1 'mL'", None),
        ("3 'mL' / 2 'mL'", Quantity(Decimal("1.5"), "1")),
        ("-(3 'mL')", Quantity(Decimal(-3), "mL")),
        ("7 div -2", -3), ("-7 mod 2", -1), ("7 / 2", Decimal("3.5")), ("1 / 3", Decimal("0.33333333")),
        ("1 / 0", None), ("1 div 0", None), ("1 mod 0", None), ("2 ^ 10", 1024), ("2 ^ -1", Decimal("0.5")),
        ("2147483647 + 1", None), ("2 ^ 2147483647", None), ("0.1 + 0.2", Decimal("0.3")), ("1 = 1.0", True),
        ("'a' + 'b'", "ab"), ("Abs(-3)", 3), ("Max({1, null, 3})", 3), ("Min({2, 1})", 1), ("Count({1, null})", 1),
        ("Sum({1, 2, 3})", 6), ("First({1, 2})", 1), ("Last({1, 2})", 2), ("First({})", None), ("Length('abc')", 3),
        ("Coalesce(null, 2)", 2), ("exists {null}", False), ("exists {1}", True), ("AllTrue({true, null})", True),
        ("AnyTrue({false, null})", False), ("ToDecimal(2)", Decimal(2)), ("{1, 2} contains 2", True),
    ],
)  # fmt: skip
def test_sums_and_functions(sum_: str, expected: object) -> None:
    assert answer(sum_) == expected


def test_convert_says_when_it_cannot() -> None:
    assert convert(Quantity(Decimal(2), "L"), "mL") == Quantity(Decimal(2000), "mL")
    assert convert(Quantity(Decimal(2), "years"), "months") == Quantity(Decimal(24), "months")
    with pytest.raises(UnitError, match="'g' cannot be told in 'mL'"):
        convert(Quantity(Decimal(1), "g"), "mL")
    with pytest.raises(UnitError, match="length of a month varies"):
        convert(Quantity(Decimal(1), "months"), "days")
    with pytest.raises(UnitError, match="'blurb' is not a UCUM unit"):
        convert(Quantity(Decimal(1), "blurb"), "mL")


def test_the_unit_library_is_loaded_only_for_a_conversion() -> None:
    program = """
import sys
from cql_like import evaluate, parse
assert evaluate(parse("3 'mL' > 2 'mL' and 1 week = 7 days"), {}) is True
assert "pint" not in sys.modules
assert evaluate(parse("3 'mL' > 0.002 'L'"), {}) is True
assert "pint" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
