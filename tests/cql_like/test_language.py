"""Reading and printing: what is not understood is an error with line and column, and nothing is dropped silently."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import cql_like
from cql_like import CqlSyntaxError, Date, Literal, Name, Quantity, children, names, parse, to_text, tree, walk


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((a)) and (b or c)", '"a" and ("b" or "c")'),
        ("(a and b) and c", '"a" and "b" and "c"'),
        ("a and (b and c)", '"a" and ("b" and "c")'),
        ("a implies b implies c", '"a" implies "b" implies "c"'),
        ("(not a) = b", 'not "a" = "b"'),
        ("not (a = b)", 'not ("a" = "b")'),
        ("(a + b) * c - d", '("a" + "b") * "c" - "d"'),
        ("-(2 ^ 3)", "-(2 ^ 3)"),
        ("a same day or after b", '"a" on or after day of "b"'),
        ("a before or on b", '"a" on or before "b"'),
        ("a included in b", '"a" in "b"'),
        ("duration in months between a and b", 'months between "a" and "b"'),
        ("(months between a and b) + 1", '(months between "a" and "b") + 1'),
        ("a + 1 month", '"a" + 1 month'),
        ("a + 2 month", '"a" + 2 months'),
        ("`odd ``name`", None),
        ("'it\\'s \\\\ \\n \\u00e9'", "'it\\'s \\\\ \\n é'"),
        ('"na\\"me"', '"na\\"me"'),
        ("2.50", "2.50"),
        ("a // to the end of the line\n and /* inside */ b", '"a" and "b"'),
    ],
)
def test_printing(text: str, printed: str | None) -> None:
    if printed is None:
        with pytest.raises(CqlSyntaxError):
            parse(text)
    else:
        assert to_text(parse(text)) == printed


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "expected an expression, found the end"),
        ("a and", 1, 6, "expected an expression, found the end"),
        ("a b", 1, 3, "expected an operator or the end, found 'b'"),
        ("a\n  and\n    or b", 3, 5, "expected an expression, found 'or'"),
        ("(a", 1, 3, "expected ), found the end"),
        ("x in {1, 2", 1, 11, "expected }, found the end"),
        ("a is maybe", 1, 6, "expected null, true or false, found 'maybe'"),
        ("a same week as b", 1, 8, "expected as or or, found 'week'"),
        ("month between a and b", 1, 7, "expected from, found 'between'"),
        ("a + 3 parsecs", 1, 7, "expected an operator or the end, found 'parsecs'"),
        ("a within 3 days of b", 1, 3, "expected an operator or the end, found 'within'"),
        ("@2026-02-30", 1, 1, "there is no 2026-02-30"),
        ("@2026-1-5", 1, 1, "not a date"),
        ("3000000000", 1, 1, "an Integer is at most 2147483647"),
        ("Interval[1, 2", 1, 14, "expected ] or ), found the end"),
        ("if a then b", 1, 12, "expected else, found the end"),
        ("case else 1 end", 1, 6, "expected an expression, found 'else'"),
        ('"abc', 1, 1, 'the " is never closed'),
        ("a = 'x", 1, 5, "the ' is never closed"),
        ("a /* b", 1, 3, "the comment is never closed"),
        ("a # b", 1, 3, "unexpected character '#'"),
        ("a < b.c", 1, 6, "expected an operator or the end, found '.'"),
        ("a in days of b", 1, 11, "expected between, found 'of'"),
        ("difference months between a and b", 1, 12, "expected in, found 'months'"),
        ("week = 1", 1, 1, "expected an expression, found 'week'"),
        ("a union b", 1, 3, "expected an operator or the end, found 'union'"),
    ],
)
def test_a_syntax_error_says_where_and_what(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(CqlSyntaxError) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert message in refused.value.message
    assert refused.value.text == text


def test_nesting_beyond_reason_is_a_syntax_error() -> None:
    with pytest.raises(CqlSyntaxError, match="nested too deeply"):
        parse("(" * 50_000 + "a" + ")" * 50_000)


def test_one_and_one_point_nought_and_true_are_three_literals() -> None:
    assert len({Literal(1), Literal(Decimal(1)), Literal(True)}) == 3
    assert parse("1 month") == Literal(Quantity(Decimal(1), "months"))
    assert parse("@2026-01") == Literal(Date(2026, 1))


def test_a_tree_knows_its_names_its_parts_and_its_place() -> None:
    text = 'case "a" when 1 then b else Coalesce("c d", 2) end'
    node = parse(text)
    assert names(node) == {"a", "b", "c d"}
    assert [type(each).__name__ for each in children(node)] == ["Name", "When", "Call"]
    places = {each.name: text[each.span.start : each.span.end] for each in walk(node) if isinstance(each, Name)}
    assert places == {"a": '"a"', "b": "b", "c d": '"c d"'}
    assert isinstance(node, tree.Case)
    assert node == parse("  " + text)


def test_no_name_of_the_language_is_also_a_module() -> None:
    """Names are loaded when asked for: a module of the same name would stand in its place if it came first."""
    modules = {path.stem for path in Path(cql_like.__file__).parent.glob("*.py")}
    assert modules.isdisjoint(cql_like.__all__)
