"""A clinician reads the sentence aloud and hears the grouping."""

from __future__ import annotations

import pytest

from cql_like import parse, say

WORDING = {
    "mrc-ankle-dorsiflexion": "ankle dorsiflexion (MRC grade)",
    "ambulatory": "able to walk",
    "pain": "pain at night",
    "onset": "the onset",
    "as-of": "the day of assessment",
}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '"mrc-ankle-dorsiflexion" <= 2 and "ambulatory" is not false',
            "ankle dorsiflexion (MRC grade) is 2 or less, and able to walk is not recorded as no",
        ),
        ('"ambulatory" or "pain"', "either able to walk, or pain at night"),
        ('"ambulatory" and ("pain" or a)', "able to walk, and either pain at night or a"),
        ('"ambulatory" and "pain" or a', "either both able to walk and pain at night, or a"),
        ("a or b and (c or d)", "either a, or both b and (either c or d)"),
        ("a and b and c", "a, b, and c"),
        ("a and (b or c or d)", "a, and any of b, c, or d"),
        ("a implies b", "if a, then b"),
        ("a and (b implies c)", "a, and (if b, then c)"),
        ("a xor b", "either a or b, but not both"),
        ('not "ambulatory"', "not able to walk"),
        ("not (a > 2)", "a is 2 or less"),
        ("not (a is null)", "a is recorded"),
        ("not (a and b)", "it is not so that (both a and b)"),
        ("(a and b) is not true", "it is not certain that (both a and b)"),
        ("a = 'peroneal'", "a is peroneal"),
        ("a in {'x', 'y', 'z'}", "a is one of x, y or z"),
        ("v between 100 'mL' and 200 'mL'", "v is from 100 mL to 200 mL"),
        ('"as-of" on or after "onset" + 3 months', "the day of assessment is on or after 3 months after the onset"),
        ('"as-of" same day or after "onset"', "the day of assessment is on or after the day of the onset"),
        ('"onset" same day as @2026-01-05', "the onset is on the same day as 5 January 2026"),
        (
            'months between "onset" and "as-of" >= 3',
            "the number of whole months from the onset to the day of assessment is 3 or more",
        ),
        ("a = true", "a is yes"),
        ("Coalesce(a, b) > 1", "the first that is recorded of a and b is more than 1"),
        ("if a then 1 else 2", "1 if a, otherwise 2"),
        ("exists a", "there is any a"),
    ],
)
def test_the_sentence(text: str, sentence: str) -> None:
    assert say(parse(text), WORDING) == sentence


def test_wording_may_be_a_function() -> None:
    assert say(parse("a and b"), str.upper) == "A, and B"
