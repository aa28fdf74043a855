"""What the engine answers: the same as a plain reading of the program, for any program, in any order, on any thread."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline import engine_plan
from guideline.engine import Engine, Outcome
from guideline.errors import EngineError, RulebookError
from guideline.program import All, Any, Clause, Formula, Layer, Literal, Program, asking_only_what_matters
from guideline.truths import FALSE, TRUE, UNKNOWN
from tests.guideline.engine_programs import (
    MAYBE,
    cases,
    clause,
    may,
    one_layer,
    read_plainly,
    rulebook,
    tangle,
    true,
)


def outcome(program: Program, **values: int) -> Outcome:
    return Engine(program).run(values)


def test_a_rule_fires_when_its_condition_holds_and_only_then() -> None:
    program = one_layer(clause("R1", true("a")), clause("R2", true("b")), clause("R3", All((true("a"), true("b")))))
    assert outcome(program, a=TRUE, b=FALSE).fired == ("R1",)
    assert outcome(program, a=TRUE, b=TRUE).fired == ("R1", "R2", "R3")
    assert outcome(program, a=FALSE, b=FALSE).fired == ()


def test_an_atom_that_is_missing_is_unknown() -> None:
    unknown = Literal("a", frozenset({UNKNOWN}))
    assert outcome(one_layer(clause("R1", unknown), clause("R2", true("a")))).fired == ("R1",)


@pytest.mark.parametrize(
    ("values", "concluded"),
    [
        ({"a": TRUE, "b": FALSE}, TRUE),
        ({"a": TRUE, "b": UNKNOWN}, TRUE),
        ({"a": UNKNOWN, "b": FALSE}, UNKNOWN),
        ({"a": FALSE, "b": UNKNOWN}, UNKNOWN),
        ({"a": FALSE, "b": FALSE}, FALSE),
        ({}, UNKNOWN),
    ],
)
def test_a_conclusion_is_true_if_any_rule_is_else_unknown_if_any_is(values: dict[str, int], concluded: int) -> None:
    program = one_layer(clause("R1", true("a"), "c"), clause("R2", true("b"), "c"))
    assert Engine(program).run(values).conclusions == {"c": concluded}


def test_a_conclusion_that_no_rule_reaches_is_false() -> None:
    assert outcome(one_layer(clause("R1", true("a")), concludes=["c"]), a=TRUE).conclusions == {"c": FALSE}


@pytest.mark.parametrize(("value", "fired"), [(TRUE, ("R1", "yes")), (UNKNOWN, ("maybe",)), (FALSE, ("no",))])
def test_conclusions_are_facts_of_the_next_layer(value: int, fired: tuple[str, ...]) -> None:
    reading = tuple(
        Clause(rule, Literal("c", frozenset({number})), Any(()))
        for rule, number in (("yes", TRUE), ("maybe", UNKNOWN), ("no", FALSE))
    )
    first = Layer((clause("R1", true("a"), "c"),), ("c",))
    assert outcome(Program(("a",), (first, Layer(reading))), a=value).fired == fired


@pytest.mark.parametrize("program", [rulebook(200, 4, 60), *(tangle(seed) for seed in range(30))])
def test_the_same_rules_fire_where_nothing_is_asked_that_no_rule_wants_to_know(program: Program) -> None:
    lean = asking_only_what_matters(program)
    for values in cases(program, 14):
        whole, answer = read_plainly(program, values), read_plainly(lean, values)
        assert answer.fired == whole.fired
        assert {name for name, value in answer.conclusions.items() if value == TRUE} == {
            name for name, value in whole.conclusions.items() if value == TRUE
        }


def test_whether_a_conclusion_is_unknown_is_asked_where_a_rule_tells_it_from_no() -> None:
    concludes = clause("R1", true("a"), "c")
    for wanted, asked in (({TRUE}, False), ({FALSE, UNKNOWN}, False), ({FALSE}, True), ({TRUE, UNKNOWN}, True)):
        reads = clause("R2", Literal("c", frozenset(wanted)))
        program = asking_only_what_matters(Program(("a",), (Layer((concludes,), ("c",)), Layer((reads,)))))
        assert outcome(program, a=UNKNOWN).conclusions == {"c": UNKNOWN if asked else FALSE}


def test_a_chain_runs_through_every_layer() -> None:
    links = [Layer((clause(f"R{n}", true(f"c{n}"), f"c{n + 1}"),), (f"c{n + 1}",)) for n in range(20)]
    program = Program(("c0",), tuple(links))
    assert outcome(program, c0=TRUE).fired == tuple(sorted(f"R{n}" for n in range(20)))
    assert set(outcome(program, c0=UNKNOWN).conclusions.values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("formula", "fires"),
    [
        (All(()), True),
        (Any(()), False),
        (Literal("a", frozenset({FALSE, TRUE, UNKNOWN})), True),
        (Literal("a", frozenset()), False),
        (All((All(()), Any((Any(()), true("a"))))), True),
        (All((true("a"), Any(()))), False),
        (Any((true("b"), All(()))), True),
        (All((true("a"), true("a"))), True),
        (All((true("a"), Literal("a", MAYBE))), True),
        (All((true("a"), Literal("a", frozenset({FALSE, UNKNOWN})))), False),
        (Any((true("b"), Literal("b", frozenset({FALSE, UNKNOWN})))), True),
    ],
)
def test_constants_and_repetitions_mean_what_they_say(formula: Formula, fires: bool) -> None:
    program = Program(("a", "b"), (Layer((Clause("R1", formula, formula),)),))
    assert outcome(program, a=TRUE, b=UNKNOWN).fired == (("R1",) if fires else ())


def test_a_rule_may_have_any_name_that_can_be_said() -> None:
    rules = ("FD-SUR-01", "FD-SUR-01 possible", "helper 1", "arrived", "t", "all", "x0", "FD#{a: [1], b}", "y" * 200)
    program = one_layer(*(clause(rule, All(tuple(true(f"a{n}") for n in range(40))), "c") for rule in rules))
    engine = Engine(program)
    for value in (TRUE, UNKNOWN, FALSE):
        assert engine.run(dict.fromkeys(program.atoms, value)) == read_plainly(
            program, dict.fromkeys(program.atoms, value)
        )


def test_a_program_without_rules_answers() -> None:
    assert outcome(Program((), ())) == Outcome((), {})
    assert outcome(Program(("a",), (Layer((), ("c",)),)), a=TRUE) == Outcome((), {"c": FALSE})


def test_the_caller_cannot_set_a_conclusion() -> None:
    assert outcome(one_layer(clause("R1", true("a"), "c")), a=FALSE, c=TRUE).conclusions == {"c": FALSE}


def test_a_value_that_is_no_answer_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match=r"neither true, false nor unknown: a$"):
        outcome(one_layer(clause("R1", true("a"))), a=3)


def test_the_order_of_rules_layers_and_values_changes_nothing() -> None:
    program = rulebook(rules=80, layers=4, atoms=60)
    shuffled = Program(
        tuple(reversed(program.atoms)),
        tuple(
            Layer(tuple(random.Random(5).sample(layer.clauses, len(layer.clauses))), tuple(reversed(layer.concludes)))
            for layer in program.layers
        ),
    )
    engine, other = Engine(program), Engine(shuffled)
    for values in cases(program, 30):
        assert engine.run(values) == other.run(dict(reversed(values.items())))


def test_the_same_patient_gets_the_same_answer_again_whoever_came_between() -> None:
    program = rulebook(rules=80, layers=4, atoms=60)
    engine, patients = Engine(program), cases(program, 40)
    first = [engine.run(values) for values in patients]
    assert [engine.run(values) for values in reversed(patients)] == first[::-1]


# The plain reading is the other half of every test below.

ATOMS = st.sampled_from([f"a{number}" for number in range(6)])
VALUES = st.sampled_from((FALSE, TRUE, UNKNOWN))


def formulas(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[Formula]:
    literals = st.builds(Literal, atoms, st.frozensets(VALUES))
    groups = (All, Any)
    return st.recursive(
        literals,
        lambda inner: st.builds(
            lambda kind, parts: kind(tuple(parts)), st.sampled_from(groups), st.lists(inner, max_size=6)
        ),
        max_leaves=25,
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    atoms = [f"a{number}" for number in range(6)]
    known, layers = list(atoms), []
    for level in range(draw(st.integers(1, 3))):
        concludes = [f"c{level}{number}" for number in range(draw(st.integers(0, 3)))]
        formula = formulas(st.sampled_from(known))
        named = st.lists(st.sampled_from(concludes), max_size=2, unique=True) if concludes else st.just([])
        clauses = [
            Clause(f"R{level}{number}", draw(formula), draw(formula), tuple(draw(named)))
            for number in range(draw(st.integers(0, 4)))
        ]
        layers.append(Layer(tuple(clauses), tuple(concludes)))
        known += concludes
    return Program(tuple(atoms), tuple(layers))


@settings(max_examples=200)
@given(programs(), st.lists(st.dictionaries(ATOMS, VALUES), min_size=1, max_size=6))
def test_the_engine_agrees_with_a_plain_reading(program: Program, patients: list[dict[str, int]]) -> None:
    engine = Engine(program)
    for values in patients:
        assert engine.run(values) == read_plainly(program, values)


@pytest.mark.parametrize("seed", range(40))
def test_the_engine_agrees_on_programs_no_one_would_write(seed: int) -> None:
    program = tangle(seed)
    engine = Engine(program)
    for values in cases(program, 14, seed):
        assert engine.run(values) == read_plainly(program, values)


@pytest.mark.parametrize("rules", [50, 250])
def test_the_engine_agrees_on_rulebooks_of_the_real_size(rules: int) -> None:
    program = rulebook(rules, layers=5, atoms=rules * 2)
    engine = Engine(program)
    for values in cases(program, 42):
        assert engine.run(values) == read_plainly(program, values)


@settings(max_examples=40)
@given(st.integers(1, 200), st.integers(0, 8), st.sampled_from([All, Any]), st.data())
def test_wide_groups_of_groups_agree(width: int, inner: int, kind: type[All | Any], data: st.DataObject) -> None:
    other = Any if kind is All else All
    groups = tuple(other(tuple(true(f"g{n}.{m}") for m in range(inner))) for n in range(5))
    program = one_layer(clause("R1", kind((*(true(f"a{n}") for n in range(width)), *groups)), "c"))
    engine = Engine(program)
    for base in (FALSE, TRUE, UNKNOWN):
        changed = data.draw(st.dictionaries(st.sampled_from(program.atoms), VALUES, max_size=3))
        values = dict.fromkeys(program.atoms, base) | changed
        assert engine.run(values) == read_plainly(program, values)


def test_every_pair_of_alternatives_meets() -> None:
    """(a0 or a1 or ...) and (b0 or ...) and (c0 or ...): four thousand ways to match, one rule, one firing."""
    sides = [[true(f"{side}{number}") for number in range(8)] for side in "abcd"]
    program = one_layer(clause("R1", All(tuple(Any(tuple(side)) for side in sides)), "c"))
    engine = Engine(program)
    assert engine.run(dict.fromkeys(program.atoms, TRUE)) == Outcome(("R1",), {"c": TRUE})
    for chosen in (("a0", "b7", "c5", "d3"), ("a7", "b0", "c0", "d0")):
        assert engine.run(dict.fromkeys(program.atoms, FALSE) | dict.fromkeys(chosen, TRUE)).fired == ("R1",)
        assert engine.run(dict.fromkeys(program.atoms, FALSE) | dict.fromkeys(chosen[:3], TRUE)).fired == ()


def test_eight_threads_give_the_same_answers_as_one() -> None:
    program = rulebook(rules=60, layers=3, atoms=60)
    engine, patients = Engine(program), cases(program, 60)
    expected = [engine.run(values) for values in patients]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(engine.run, patients)) == expected


# What a rulebook is refused for, by name, before the engine sees it.

READS_A = clause("R1", true("a"))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (Program((), (Layer((READS_A,)),)), r"R1: reads 'a', which nothing before its layer settles"),
        (one_layer(clause("R1", true("c"), "c")), r"c: concluded here, but already an atom"),
        (
            Program(("a",), (Layer((clause("R1", true("a"), "c"), clause("R2", true("c"))), ("c",)),)),
            r"R2: reads 'c', which nothing before its layer settles",
        ),
        (
            Program(("a",), (Layer((READS_A,), ("c",)), Layer((clause("R2", true("a"), "c"),), ("c",)))),
            r"c: concluded here, but already .* the conclusion of an earlier layer",
        ),
        (Program(("a",), (Layer((clause("R1", true("a"), "c"),)),)), r"R1: concludes 'c', which its layer does not"),
        (one_layer(READS_A, replace(READS_A, holds=true("b"))), r"R1: 2 rules have this id"),
        (one_layer(clause("R1", Literal("a", frozenset({TRUE, 7})))), r"R1: asks 'a' for a value other than"),
        (one_layer(clause("FD|1", true("a"))), r"'FD\|1': a rule id has 1 to 200 ASCII characters"),
        (one_layer(clause("FD\n1", true("a"))), r"a rule id has"),
        (one_layer(clause("F" * 201, true("a"))), r"a rule id has"),
        (one_layer(clause('FD"1', true("a"))), r"a rule id has"),
        (one_layer(clause("", true("a"))), r"a rule id has"),
        (one_layer(clause("fußheber", true("a"))), r"a rule id has"),
    ],
)
def test_a_program_that_cannot_be_run_is_refused_by_name(program: Program, message: str) -> None:
    with pytest.raises(RulebookError, match=message):
        Engine(program)


def test_a_condition_nested_without_end_is_refused_by_name() -> None:
    formula: Formula = true("a")
    for _ in range(5_000):
        formula = Any((true("a"), All((true("a"), formula))))
    with pytest.raises(RulebookError, match=r"R7: its condition is nested too deeply"):
        Engine(Program(("a",), (Layer((Clause("R7", formula, formula),)),)))


def test_a_rule_that_no_network_can_carry_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_plan, "MAX_WAYS", 1_000)
    monkeypatch.setattr(engine_plan, "MAX_LITERALS", 1_000)
    with pytest.raises(RulebookError, match=r"R1: its condition is too wide for durable_rules"):
        Engine(one_layer(clause("R1", Any(tuple(true(f"a{number}") for number in range(100))))))


def test_helpers_never_take_a_name_that_is_taken() -> None:
    wide = All(tuple(Any((true(f"helper {n}"), true(f"a{n}"))) for n in range(40)))
    program = one_layer(Clause("R1", wide, may(wide), ("helper 99",)))
    engine = Engine(program)
    for values in cases(program, 21):
        assert engine.run(values) == read_plainly(program, values)
