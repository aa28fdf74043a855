"""Why, and why not: a trace keeps every step, what settled it, and where unknown came from."""

from __future__ import annotations

from typing import Any

import pytest

from cql_like import Date, Quantity, Reason, parse, trace


@pytest.mark.parametrize(
    ("text", "env", "decisive"),
    [
        ("a and b and c", {"a": True, "b": False, "c": False}, ["b", "c"]),
        ("a and b and c", {"a": True, "b": False}, ["b"]),
        ("a and b", {"a": True, "b": True}, ["a", "b"]),
        ("a and b", {"a": True}, ["b"]),
        ("a or b or c", {"a": False, "b": True}, ["b"]),
        ("a or b", {"a": False, "b": False}, ["a", "b"]),
        ("a or b", {"a": False}, ["b"]),
        ("not (a and b)", {"a": True, "b": False}, ["b"]),
        ("a implies b", {"a": False}, ["a"]),
        ("a implies b", {"b": True}, ["b"]),
        ("a implies b", {"a": True, "b": False}, ["a", "b"]),
        ("a implies b", {"a": True}, ["b"]),
        ("a xor b", {"a": True, "b": False}, ["a", "b"]),
        ("a xor b", {"a": True}, ["b"]),
        ("(a or b) and c", {"a": False, "b": False, "c": True}, ["a", "b"]),
        ("(a and b) is true", {"a": True, "b": False}, ["b"]),
        ("a and a", {"a": False}, ["a"]),
    ],
)
def test_the_smallest_parts_that_settle_it(text: str, env: dict[str, Any], decisive: list[str]) -> None:
    assert [each.text for each in trace(parse(text), env).decisive()] == [f'"{name}"' for name in decisive]


@pytest.mark.parametrize(
    ("text", "env", "causes"),
    [
        ("a <= 2", {}, [(Reason.NOT_RECORDED, ("a",))]),
        ("a and b", {"b": True}, [(Reason.NOT_RECORDED, ("a",))]),
        ("a and b", {}, [(Reason.NOT_RECORDED, ("a",)), (Reason.NOT_RECORDED, ("b",))]),
        ("d < e", {"d": Date(2026, 1), "e": Date(2026, 1, 5)}, [(Reason.UNCERTAIN_PRECISION, ("d", "e"))]),
        (
            "months between d and e >= 3",
            {"d": Date(2026, 1), "e": Date(2026, 4, 10)},
            [(Reason.UNCERTAIN_PRECISION, ("d", "e"))],
        ),
        ("d in Interval[@2026-01-15, null]", {"d": Date(2026, 1)}, [(Reason.UNCERTAIN_PRECISION, ("d",))]),
        ("d in Interval(e, null]", {"d": Date(2026, 1)}, [(Reason.NOT_RECORDED, ("e",))]),
        ("day from d = 3", {"d": Date(2026, 1)}, [(Reason.UNCERTAIN_PRECISION, ("d",))]),
        ("v > 3 'mL'", {"v": Quantity(1, "g")}, [(Reason.UNITS, ("v",))]),  # type: ignore[arg-type]
        ("d + v before e", {"d": Date(2026), "v": Quantity(1, "mo"), "e": Date(2026)}, [(Reason.UNITS, ("d", "v"))]),  # type: ignore[arg-type]
        ("1 / a = 1", {"a": 0}, [(Reason.NO_NUMBER, ("a",))]),
        ("a = null", {"a": 1}, [(Reason.NULL, ())]),
        ("First({}) = a", {"a": 1}, [(Reason.NULL, ())]),
        ("if a then b else c", {"a": True}, [(Reason.NOT_RECORDED, ("b",))]),
        ("a", {"a": False}, []),
    ],
)
def test_unknown_keeps_its_cause(text: str, env: dict[str, Any], causes: list[tuple[Reason, tuple[str, ...]]]) -> None:
    assert [(each.reason, each.names) for each in trace(parse(text), env).causes()] == causes


def test_a_trace_is_the_tree_with_values() -> None:
    found = trace(parse("grade <= 2 and able"), {"grade": 1})
    assert [(each.text, each.value) for each in found.walk()] == [
        ('"grade" <= 2 and "able"', None),
        ('"grade" <= 2', True),
        ('"grade"', 1),
        ("2", 2),
        ('"able"', None),
    ]
    assert found.cause is None
    assert str(found.children[1].cause and found.children[1].cause.reason) == "not recorded"
