"""A number stands once, with its unit, range and origin; a site may set its own, signed and within the range."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cql_like import Quantity
from guideline.catalogue import statements
from guideline.errors import OverrideError
from guideline.parameters import amount_words, default_parameters, spans, with_site_values
from guideline.rulebook import rulebook

NO_NUMBERS = ("nan", "-inf", "inf", '"nan mL"', '"sNaN mL"')
SITE = 'signed_by = "Dr Example"\nsigned_on = 2026-02-01\n[parameters]\n'


@pytest.mark.parametrize("parameter", default_parameters().values(), ids=lambda parameter: parameter.key)
def test_every_number_has_a_statement_and_lies_in_its_range(parameter) -> None:  # type: ignore[no-untyped-def]
    assert parameter.allows(parameter.number, parameter.unit)
    assert parameter.statements
    assert set(parameter.statements) <= statements().keys()


def test_no_number_is_unused() -> None:
    texts = " ".join(path.read_text() for path in Path(__file__).parents[2].glob("guideline/rules/*.py"))
    code = " ".join(path.read_text() for path in Path(__file__).parents[2].glob("guideline/*.py"))
    for key in default_parameters():
        assert f'"{key}"' in texts + code or f"{{{key}}}" in texts, key


def test_no_rule_writes_a_duration_or_an_amount_that_a_parameter_should_hold() -> None:
    for rule in rulebook().rules:
        spoken = rule.when + " ".join(getattr(effect, "text", "") for effect in rule.then)
        assert not re.search(r"\b\d+(\.\d+)? (hour|day|week|month|year|mL|mm)s?\b", spoken), rule.id


def test_units_are_said_as_people_say_them() -> None:
    assert amount_words(Decimal(3), "months") == "3 months"
    assert amount_words(Decimal(1), "months") == "1 month"
    assert amount_words(Decimal("4.50"), "h") == "4.5 hours"
    assert amount_words(Decimal(70), "mm[Hg]") == "70 mmHg"
    assert amount_words(Decimal(4), "1") == "4"
    assert amount_words(Decimal("0.9"), "'1'") == "0.9"


def test_a_unit_that_both_ends_of_a_span_share_is_said_once() -> None:
    assert spans("every 28 days to 42 days") == "every 28 to 42 days"
    assert spans("0.5 hours to 1.5 hours") == "0.5 to 1.5 hours"
    assert spans("from 1 month to 12 months") == "from 1 month to 12 months"
    assert spans("6 weeks to 3 months") == "6 weeks to 3 months"


def test_a_site_sets_its_own_number_and_the_override_names_who_signed_it() -> None:
    parameters, overrides = with_site_values(SITE + 'peroneal-surgery-eligible = "9 weeks"\n')
    assert parameters["peroneal-surgery-eligible"].value == Quantity(Decimal(9), "weeks")
    assert [override.model_dump() for override in overrides] == [
        {
            "parameter": "peroneal-surgery-eligible",
            "default": default_parameters()["peroneal-surgery-eligible"].words(),
            "value": "9 weeks",
            "signed_by": "Dr Example",
            "signed_on": "2026-02-01",
        }
    ]


def test_a_site_may_write_its_own_unit_if_it_converts() -> None:
    parameters, _ = with_site_values(SITE + 'retention-volume = "0.15 L"\n')
    assert parameters["retention-volume"].words() == "150 mL"


@pytest.mark.parametrize(
    ("site", "complaint"),
    [
        (SITE + 'peroneal-surgery-eligible = "1 month"\n', "may be set from 2 to 4 months, not to 1 month"),
        (SITE + 'peroneal-surgery-eligible = "5 months"\n', "not to 5 months"),
        (SITE + 'peroneal-surgery-eligible = "8 weeks"\n', "not to 8 weeks"),
        (SITE + 'peroneal-surgery-eligible = "soon"\n', "must be a number"),
        (SITE + 'peroneal-surgery-eligible = "100 mL"\n', "must be a number"),
        (SITE + 'retention-volume = "3 months"\n', "must be a number"),
        (SITE + 'severe-mrc = "2 weeks"\n', "must be a number"),
        (SITE + "peroneal-surgery-eligible = true\n", "must be a number"),
        (SITE + "weeks-of-hope = 2\n", "no parameter"),
        ("[parameters]\nretention-volume = 150\n", "signed_by and signed_on"),
        (SITE.replace("Dr Example", " "), "signed_by and signed_on"),
        ('signed_by = "Dr Example"\nsigned_on = " "\n', "signed_by and signed_on"),
        ("", "signed_by and signed_on"),
        (" ", "signed_by and signed_on"),
        *((SITE + f"retention-volume = {number}\n", "retention-volume must be a number") for number in NO_NUMBERS),
        ("signed_by = ", "not TOML"),
        ("site.toml", "the text of the file is wanted, not its name"),
        (SITE.replace("[parameters]", "[parameter]"), "says parameter, which is no part of it"),
        (SITE.replace("[parameters]", "retention-volume = 150"), "says retention-volume, which is no part of it"),
        (SITE + "retention-volume = 150\n[other]\n", "says other, which is no part of it"),
        ('signed_by = "Dr A"\nsigned_on = 2026-02-01\nparameters = 3\n', "parameters is a table"),
        ("signed_by = 3\nsigned_on = 2026-02-01\n", "signed_by in the site file is not a text"),
        *(
            (f'signed_by = "Dr A"\nsigned_on = {day}\n', "signed_on in the site file is not a date")
            for day in ('"soon"', '"2026-03-01 nonsense"', "20260301", '"2026-W10-1"', '"2026-02-30"', '"2026-03"')
        ),
    ],
)
def test_an_override_that_is_not_allowed_is_refused_in_words(site: str, complaint: str) -> None:
    with pytest.raises(OverrideError, match=re.escape(complaint)):
        with_site_values(site)


@pytest.mark.parametrize("site", [b"x", Path("site.toml"), 3], ids=["bytes", "path", "number"])
def test_what_is_no_text_is_no_site_file(site: Any) -> None:
    with pytest.raises(OverrideError, match="is the text of the site's file"):
        with_site_values(site)


def test_a_day_of_signature_may_be_written_as_text() -> None:
    signed = SITE.replace("2026-02-01", '"2026-02-01"') + "retention-volume = 150\n"
    assert with_site_values(signed)[1] == with_site_values(SITE + "retention-volume = 150\n")[1]
