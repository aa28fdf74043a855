"""Three-valued logic: what is unknown stays unknown until something settles it."""

from __future__ import annotations

import itertools

import pytest

from cql_like import evaluate, parse

T, F, U = True, False, None
VALUES = (T, F, U)
PAIRS = list(itertools.product(VALUES, VALUES))  # TT TF TU FT FF FU UT UF UU

TABLES = {
    "and": (T, F, U, F, F, F, U, F, U),
    "or": (T, T, T, T, F, U, T, U, U),
    "xor": (F, T, U, T, F, U, U, U, U),
    "implies": (T, F, U, T, T, T, T, U, U),
}
ROWS = [(op, a, b, answer) for op, answers in TABLES.items() for (a, b), answer in zip(PAIRS, answers, strict=True)]


@pytest.mark.parametrize(("op", "a", "b", "answer"), ROWS)
def test_truth_table(op: str, a: bool | None, b: bool | None, answer: bool | None) -> None:
    assert evaluate(parse(f"a {op} b"), {"a": a, "b": b}) is answer


@pytest.mark.parametrize(("a", "answer"), [(T, F), (F, T), (U, U)])
def test_not(a: bool | None, answer: bool | None) -> None:
    assert evaluate(parse("not a"), {"a": a}) is answer


@pytest.mark.parametrize(
    ("test", "answers"),
    [("null", (F, F, T)), ("true", (T, F, F)), ("false", (F, T, F)),
     ("not null", (T, T, F)), ("not true", (F, T, T)), ("not false", (T, F, T))],
)  # fmt: skip
def test_is_never_unknown(test: str, answers: tuple[bool, ...]) -> None:
    assert tuple(evaluate(parse(f"a is {test}"), {"a": value}) for value in VALUES) == answers


def test_three_or_more_claims_are_read_as_one_chain() -> None:
    assert evaluate(parse("a and b and c and d"), {"a": T, "b": U, "c": T, "d": F}) is False
    assert evaluate(parse("a and b and c and d"), {"a": T, "b": U, "c": T, "d": T}) is None
    assert evaluate(parse("a or b or c or d"), {"a": F, "b": U, "c": F, "d": T}) is True
    assert evaluate(parse("a or b or c or d"), {"a": F, "b": U, "c": F, "d": F}) is None


def test_a_name_nobody_recorded_is_unknown() -> None:
    assert evaluate(parse('"grade" <= 2'), {}) is None
    assert evaluate(parse('"grade" is null'), {}) is True


def test_not_binds_more_tightly_than_a_comparison_and_is_more_tightly_than_not() -> None:
    assert parse("not a = b") == parse("(not a) = b")
    assert parse("not a is null") == parse("not (a is null)")


def test_an_unknown_condition_takes_the_else() -> None:
    assert evaluate(parse("if a then 1 else 2"), {}) == 2
    assert evaluate(parse("case when a then 1 when not a then 2 else 3 end"), {}) == 3
    assert evaluate(parse("case a when 1 then 'one' when 2 then 'two' else 'many' end"), {"a": 2}) == "two"


def test_null_in_a_list_is_false_as_cql_says_and_unknown_once_spelled_out() -> None:
    from cql_like import spell_out, to_text

    node = parse("code in {'a', 'b'}")
    assert evaluate(node, {}) is False
    assert to_text(spell_out(node)) == "\"code\" = 'a' or \"code\" = 'b'"
    assert evaluate(spell_out(node), {}) is None
    assert [evaluate(spell_out(node), {"code": code}) for code in "abc"] == [True, True, False]
