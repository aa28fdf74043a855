"""What holds for every tree, not only for those somebody thought of."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings

from cql_like import CqlTypeError, Node, check, compile_expression, parse, say, spell_out, to_text, trace, walk
from tests.cql_like.trees import ANY_TREE, CLAIMS, ENVS, TYPES

many = settings(max_examples=150)


@many
@given(ANY_TREE)
def test_what_is_printed_reads_back_as_the_same_tree(node: Node) -> None:
    assert parse(to_text(node)) == node


@many
@given(ANY_TREE)
def test_printing_is_canonical(node: Node) -> None:
    assert to_text(parse(to_text(node))) == to_text(node)


@many
@given(ANY_TREE)
def test_every_node_of_a_parsed_tree_knows_its_place(node: Node) -> None:
    text = to_text(node)
    for each in walk(parse(text)):
        assert 0 <= each.span.start < each.span.end <= len(text)


@many
@given(CLAIMS, ENVS)
def test_a_checked_expression_is_true_false_or_unknown_and_never_raises(node: Node, env: dict[str, Any]) -> None:
    try:
        check(node, TYPES)
    except CqlTypeError as refused:
        assume("always" not in refused.message and "never" not in refused.message and "empty" not in refused.message)
        raise
    assert compile_expression(node)(env) in (True, False, None)


@many
@given(CLAIMS, ENVS)
def test_a_trace_has_the_value_of_the_expression(node: Node, env: dict[str, Any]) -> None:
    assert trace(node, env).value == compile_expression(node)(env)


@many
@given(CLAIMS, ENVS)
def test_an_unknown_expression_says_why_and_a_known_one_does_not(node: Node, env: dict[str, Any]) -> None:
    found = trace(node, env)
    assert bool(found.causes()) is (found.value is None)


@many
@given(CLAIMS, ENVS)
def test_spelling_out_lists_keeps_what_is_known(node: Node, env: dict[str, Any]) -> None:
    assert compile_expression(spell_out(node))(env) == compile_expression(node)(env)


@many
@given(CLAIMS)
def test_every_expression_can_be_said_the_same_way_twice(node: Node) -> None:
    assert say(node, {}) == say(parse(to_text(node)), {})
