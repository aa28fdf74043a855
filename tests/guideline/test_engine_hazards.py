"""What durable_rules 2.0.28 does to the unwary, and that none of it can reach a patient: one claim a test."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, combinations, count, permutations
from pathlib import Path
from typing import Any as Anything

import durable.engine  # type: ignore[import-untyped, unused-ignore]
import durable_rules_engine  # type: ignore[import-not-found, import-untyped, unused-ignore]
import pytest

from guideline import engine_network, engine_sheets
from guideline.engine import Engine
from guideline.engine_network import Network, Pattern, sheet_plan
from guideline.engine_plan import Stage, plan
from guideline.engine_sheets import ARRIVED, MAX_SIDS, Sheet
from guideline.errors import EngineError
from guideline.program import All, Any, Formula, Layer, Literal, Program, literals
from guideline.truths import FALSE, TRUE, UNKNOWN
from tests.guideline.engine_programs import cases, clause, one_layer, read_plainly, rulebook, tangle, true

ROOT = Path(__file__).parents[2]
NOT_TAKEN = 1  # what durable_rules answers about a fact that no rule asks about
FACT = re.compile(r'\{"id":[12],"sid":"(\d+)","t":1((?:,"x\d+":1)*)\}')


class Spy:
    """The C functions of durable_rules, with a note of every call; `fail` makes one of them go wrong, once."""

    error = durable_rules_engine.error

    def __init__(self) -> None:
        self.facts: list[tuple[int, str]] = []
        self.fired: list[str] = []
        self.codes: list[int] = []
        self.live: set[tuple[int, str]] = set()
        self.most_live = 0
        self.deleted_without_firing = 0
        self.freed: list[int] = []
        self.created: list[str] = []
        self.fail: dict[str, BaseException] = {}

    def _call(self, name: str, *arguments: Anything) -> Anything:
        if name in self.fail:
            raise self.fail.pop(name)
        return getattr(durable_rules_engine, name)(*arguments)

    def create_ruleset(self, name: str, rules: str) -> int:
        self.created.append(rules)
        handle: int = self._call("create_ruleset", name, rules)
        return handle

    def assert_fact(self, handle: int, fact: str) -> tuple[int, int]:
        matched = FACT.fullmatch(fact)
        assert matched, fact
        self.facts.append((handle, fact))
        self.live.add((handle, matched[1]))
        self.most_live = max(self.most_live, len(self.live))
        self.fired = []
        answer: tuple[int, int] = self._call("assert_fact", handle, fact)
        self.codes.append(answer[0])
        return answer

    def start_action_for_state(self, handle: int, session: int) -> tuple[str, str] | None:
        answer: tuple[str, str] | None = self._call("start_action_for_state", handle, session)
        self.fired += [answer[1].split('"')[1]] if answer else []
        return answer

    def complete_and_start_action(self, handle: int, session: int) -> str | None:
        answer: str | None = self._call("complete_and_start_action", handle, session)
        self.fired += [answer.split('"')[1]] if answer else []
        return answer

    def delete_state(self, handle: int, sid: str) -> None:
        self.deleted_without_firing += ARRIVED not in self.fired
        self.live.discard((handle, sid))
        self._call("delete_state", handle, sid)

    def delete_ruleset(self, handle: int) -> None:
        self.freed.append(handle)
        self._call("delete_ruleset", handle)

    @property
    def sids(self) -> list[str]:
        return [matched[1] for _, fact in self.facts if (matched := FACT.fullmatch(fact))]


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    watching = Spy()
    monkeypatch.setattr(engine_sheets, "native", watching)
    return watching


@pytest.fixture
def created(spy: Spy) -> list[str]:
    """The JSON of every ruleset that durable_rules is given."""
    return spy.created


def fresh(program: Program, tag: Iterator[int] = count()) -> Program:  # noqa: B008
    """An equal program that no other test has compiled."""
    return Program((*program.atoms, f"tag {next(tag)}"), program.layers)


def sheets(stages: list[Stage]) -> list[tuple[Pattern, ...]]:
    return [sheet for stage in stages for sheet in stage]


# Timers, threads, processes.


def test_background_timers_never_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_host(*_: object) -> None:
        pytest.fail("a durable_rules Host was made: it starts two timer threads")

    monkeypatch.setattr(durable.engine.Host, "__init__", no_host)
    before = threading.enumerate()
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    Engine(program).run(dict.fromkeys(program.atoms, TRUE))
    assert threading.enumerate() == before


def test_a_call_returns_after_its_rules_have_run(spy: Spy) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    engine = Engine(program)
    for values in cases(program, 20):
        engine.run(values)
        assert not spy.live


def test_only_one_thread_is_ever_in_the_engine_and_one_session_live(spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fresh(rulebook(rules=30, layers=3, atoms=30))
    engine, patients = Engine(program), cases(program, 40)
    start = spy.start_action_for_state

    def start_and_let_others_in(handle: int, session: int) -> tuple[str, str] | None:
        time.sleep(0.0005)  # gives every other thread its chance in the middle of a session
        return start(handle, session)

    monkeypatch.setattr(spy, "start_action_for_state", start_and_let_others_in)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.run, patients)) == [read_plainly(program, values) for values in patients]
    assert spy.most_live == 1


FORKING = """
import os
from guideline.engine import Engine
from tests.guideline.engine_programs import cases, read_plainly, rulebook

program = rulebook(rules=30, layers=3, atoms=30)
engine, patients = Engine(program), cases(program, 20)
expected = [read_plainly(program, values) for values in patients]
assert [engine.run(values) for values in patients] == expected
inherited = engine._compiled
with inherited._lock:  # another thread of the parent is in the engine at the moment of the fork
    child = os.fork()
    if not child:
        right = [engine.run(values) for values in patients] == expected
        own = engine._compiled is not inherited and engine._compiled.pid == os.getpid()
        again = Engine(program)._compiled is engine._compiled
        os._exit(0 if right and own and again else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert engine._compiled is inherited and [engine.run(values) for values in patients] == expected
"""


def test_a_forked_child_compiles_its_own_and_is_not_caught_in_its_parents_lock() -> None:
    subprocess.run([sys.executable, "-c", FORKING], cwd=ROOT, check=True, timeout=60)


# Sessions.


def test_sessions_do_not_pile_up_past_the_1024_that_durable_rules_can_hold() -> None:
    program = fresh(one_layer(clause("R1", true("a"), "c")))
    engine = Engine(program)
    for number in range(2 * MAX_SIDS):
        assert engine.run({"a": number % 3}).conclusions == {"c": number % 3}


def test_every_session_is_deleted_after_its_harmless_rule_fired(spy: Spy) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    engine = Engine(program)
    for values in (dict.fromkeys(program.atoms, FALSE), *cases(program, 20)):
        engine.run(values)
    assert not spy.live
    assert not spy.deleted_without_firing


def test_a_ruleset_fires_once_when_it_is_made_so_that_its_first_deletion_is_safe(spy: Spy) -> None:
    Engine(fresh(one_layer(clause("R1", true("a")))))
    assert [fact for _, fact in spy.facts] == ['{"id":1,"sid":"0","t":1}']
    assert spy.fired == [ARRIVED]


@pytest.mark.parametrize("function", ["assert_fact", "start_action_for_state", "complete_and_start_action"])
@pytest.mark.parametrize("problem", [durable_rules_engine.error("error code: 303"), MemoryError("no room")])
def test_whatever_fails_is_raised_the_session_deleted_and_the_next_patient_right(
    spy: Spy, function: str, problem: Exception
) -> None:
    program = fresh(one_layer(clause("R1", true("a"), "c"), clause("R2", true("b"))))
    engine = Engine(program)
    spy.fail[function] = problem
    with pytest.raises(EngineError, match="durable_rules"):
        engine.run({"a": TRUE, "b": TRUE})
    assert not spy.live
    assert engine.run({"a": FALSE, "b": TRUE}) == read_plainly(program, {"a": FALSE, "b": TRUE})


def test_an_interruption_leaves_no_session_behind(spy: Spy) -> None:
    engine = Engine(fresh(one_layer(clause("R1", true("a")))))
    spy.fail["complete_and_start_action"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        engine.run({"a": TRUE})
    assert not spy.live
    assert engine.run({"a": FALSE}).fired == ()


def test_sids_are_a_few_digits_new_for_each_run_and_never_anyones_id(spy: Spy) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    engine = Engine(program)
    stages = len(sheets(plan(program)))
    spy.facts.clear()
    for values in cases(program, 100):
        engine.run(values)
    assert set(Counter(spy.sids).values()) == {stages}
    assert len(set(spy.sids)) == 100
    assert max(map(len, spy.sids)) <= 4


def test_no_two_names_in_a_session_share_the_32_bits_durable_rules_compares() -> None:
    facts = ["1", "2", *(f"sid-{number}" for number in range(MAX_SIDS))]  # the second kind is durable_rules' own
    names = ["id", "sid", "t", "$s", "$forward", *(f"x{number}" for number in range(engine_network.MAX_PROPERTIES))]
    assert len({fnv(fact) for fact in facts}) == len(facts)
    assert len({fnv(name) for name in names}) == len(names)
    assert len({fnv(str(number)) for number in range(MAX_SIDS)}) == MAX_SIDS


def fnv(text: str) -> int:
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def test_a_session_left_behind_is_never_merged_with_the_next_patient(spy: Spy) -> None:
    program = fresh(one_layer(clause("R1", true("a")), clause("R2", true("b"))))
    engine = Engine(program)
    handle = spy.facts[-1][0]
    durable_rules_engine.assert_fact(handle, '{"id":1,"sid":"1","t":1,"x0":1}')  # someone else's "a"
    with pytest.raises(EngineError, match="did not take a fact"):
        engine.run({"a": FALSE, "b": TRUE})
    assert engine.run({"a": FALSE, "b": TRUE}).fired == ("R2",)


def test_the_facts_of_two_limbs_in_one_session_never_meet() -> None:
    program = fresh(one_layer(clause("R1", All((true("a"), true("b"))), "c"), clause("R2", true("a"))))
    left, right = Engine(program).run_each([{"a": TRUE, "b": FALSE}, {"a": FALSE, "b": TRUE}])
    assert (left.fired, right.fired) == (("R2",), ())
    assert left.conclusions == right.conclusions == {"c": FALSE}


@pytest.mark.parametrize("program", [rulebook(60, 3, 60), *(tangle(seed) for seed in range(6))])
def test_two_limbs_in_one_session_give_what_each_gives_alone(program: Program) -> None:
    engine, patients = Engine(program), cases(program, 12)
    for left in patients:
        for right in patients:
            assert engine.run_each([left, right]) == [read_plainly(program, left), read_plainly(program, right)]


def test_both_limbs_cost_one_session_a_sheet(spy: Spy) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    engine = Engine(program)
    spy.facts.clear()
    engine.run_each(cases(program, 2))
    assert set(Counter(handle for handle, _ in spy.facts).values()) == {2}
    assert len(set(spy.sids)) == 1
    assert not spy.live


def test_when_the_second_limb_fails_the_session_is_deleted_and_the_next_patient_right(
    spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = fresh(one_layer(clause("R1", true("a"))))
    engine, asserted = Engine(program), spy.assert_fact

    def fail_on_the_second(handle: int, fact: str) -> tuple[int, int]:
        if '"id":2' in fact:
            raise MemoryError("no room")
        return asserted(handle, fact)

    with monkeypatch.context() as broken:
        broken.setattr(spy, "assert_fact", fail_on_the_second)
        with pytest.raises(EngineError, match="no room"):
            engine.run_each([{"a": TRUE}, {"a": TRUE}])
    assert not spy.live
    assert [each.fired for each in engine.run_each([{"a": FALSE}, {"a": TRUE}])] == [(), ("R1",)]


# Limits: each is reached by an ordinary program here, and none by what the engine is given.


def heads(number: int) -> tuple[Formula, ...]:
    return tuple(true(f"a{n}") for n in range(number))


def both(number: int) -> Iterator[Formula]:
    return (All(pair) for pair in combinations(heads(number), 2))


def pairs(number: int) -> list[tuple[Formula, ...]]:
    return [(true(f"a{n}"), true(f"b{n}")) for n in range(number)]


WIDE: dict[str, Callable[[], Sequence[Formula]]] = {
    "512 distinct conditions": lambda: list(heads(1_600)),
    "256 rules on one condition": lambda: [All((true("a"), other)) for other in heads(300)] + [true("b")] * 600,
    "64 conditions met by one fact": lambda: [All(heads(200)), Any(heads(200)), *heads(200)],
    "16 patterns in a rule": lambda: [All(heads(17)), All(heads(33)), Any(heads(17)), Any(heads(33))],
    "252 properties of a fact": lambda: [All(heads(252)), All(heads(700)), Any(heads(700))],
    "128 alternatives that end in one condition": lambda: [Any((true("a"), other)) for other in heads(300)],
    "32 expressions in a pattern": lambda: [Any(tuple(map(All, pairs(16)))), All(tuple(map(Any, pairs(16))))],
    "many rules that share their beginnings": lambda: list(both(50)),
}


@pytest.mark.parametrize("limit", WIDE)
def test_a_limit_of_durable_rules_is_no_limit_of_a_rulebook(limit: str) -> None:
    clauses = (clause(f"R{number}", formula, f"c{number % 5}") for number, formula in enumerate(WIDE[limit]()))
    program = one_layer(*clauses)
    engine = Engine(program)
    for values in [dict.fromkeys(program.atoms, value) for value in (TRUE, UNKNOWN, FALSE)] + cases(program, 7):
        assert engine.run(values) == read_plainly(program, values)


def test_512_distinct_conditions_never_reach_the_engine_a_rulebook_three_times_the_size_runs() -> None:
    program = rulebook(rules=750, layers=2, atoms=2_000)
    read = {literal for layer in program.layers for each in layer.clauses for literal in literals(each.holds)}
    assert len(read) > 512
    engine = Engine(program)
    for values in cases(program, 14):
        assert engine.run(values) == read_plainly(program, values)


@pytest.mark.parametrize("program", [rulebook(750, 2, 2_000), *(tangle(seed) for seed in range(8))])
def test_every_sheet_stays_far_below_the_limits(program: Program) -> None:
    for sheet in sheets(plan(program)):
        read = {literal for pattern in sheet for literal in literals(pattern.formula)}
        assert len(read) < engine_network.MAX_PROPERTIES < 252
        ends = Counter(pattern.formula for pattern in sheet)
        assert max(ends.values()) < engine_network.MAX_RULES_ON_A_NODE < 256
        assert max(groups(pattern.formula) for pattern in sheet) <= engine_network.MAX_GROUPS < 16


def groups(formula: Formula) -> int:
    return 0 if isinstance(formula, Literal) else 1 + sum(map(groups, formula.parts))


def test_durable_rules_does_refuse_what_the_network_counts() -> None:
    """64 conditions met by one fact pass, 65 do not; the fact's own tick is one of them."""
    for number, passes in ((63, True), (64, False)):
        patterns = tuple(Pattern(f"R{n}", head) for n, head in enumerate(heads(number)))
        sheet, values = Sheet(sheet_plan(patterns)), {f"a{n}": TRUE for n in range(number)}
        network = Network()
        assert not [network.add(pattern.formula) for pattern in patterns][-1]
        assert engine_network._pending(network._root) == number + 1
        if passes:
            assert len(sheet.fire("1", [values])[0]) == number
        else:
            with pytest.raises(EngineError, match="303"):
                sheet.fire("1", [values])


@pytest.mark.parametrize("seed", range(15))
def test_the_network_never_counts_less_than_durable_rules_stacks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bound at the very limit and everything true that can be, durable_rules still carries every sheet."""
    monkeypatch.setattr(engine_network, "MAX_PENDING", 65)
    program = tangle(seed)
    for sheet in sheets(plan(program)):
        values = {literal.atom: next(iter(literal.values)) for p in sheet for literal in literals(p.formula)}
        made = Sheet(sheet_plan(sheet))
        for base in (None, FALSE, TRUE, UNKNOWN):
            made.fire("1", [values if base is None else dict.fromkeys(values, base)])


def test_alternatives_that_differ_only_in_order_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the engine would follow each of them, where the network counts one."""
    monkeypatch.setattr(engine_network, "MAX_PENDING", 65)
    ways = tuple(All(tuple(true(f"w{n}") for n in order)) for order in permutations(range(3)))
    for number in range(50, 70):
        program = one_layer(*(clause(f"R{n}", head) for n, head in enumerate(heads(number))), clause("W", Any(ways)))
        assert Engine(program).run(dict.fromkeys(program.atoms, TRUE)).fired[-1] == "W"


# Facts.


def test_a_fact_that_no_rule_asks_about_is_never_asserted(spy: Spy) -> None:
    atoms = tuple(f"a{number}" for number in range(300))
    engine = Engine(fresh(Program(atoms, (Layer((clause("R1", All((true("a7"), true("a8")))),)),))))
    spy.facts.clear()
    assert engine.run(dict.fromkeys(atoms, TRUE)).fired == ("R1",)
    assert [fact for _, fact in spy.facts] == ['{"id":1,"sid":"1","t":1,"x0":1,"x1":1}']


def test_a_fact_is_asserted_once_and_always_read(spy: Spy) -> None:
    program = fresh(rulebook(rules=60, layers=3, atoms=60))
    engine = Engine(program)
    spy.facts.clear()
    for values in cases(program, 50):
        engine.run(values)
    assert set(spy.codes) == {0}
    assert set(Counter((handle, sid) for (handle, _), sid in zip(spy.facts, spy.sids, strict=True)).values()) == {1}


def test_a_fact_that_was_not_taken_is_raised(spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(fresh(one_layer(clause("R1", true("a")))))
    took = spy.assert_fact
    monkeypatch.setattr(spy, "assert_fact", lambda handle, fact: (NOT_TAKEN, took(handle, fact)[1]))
    with pytest.raises(EngineError, match="did not take a fact"):
        engine.run({"a": TRUE})


def test_a_fact_that_got_lost_is_raised(spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(fresh(one_layer(clause("R1", true("a")))))
    monkeypatch.setattr(spy, "start_action_for_state", lambda *_: None)
    with pytest.raises(EngineError, match="lost a fact"):
        engine.run({"a": TRUE})


def test_facts_hold_small_integers_and_nothing_of_the_patient(spy: Spy) -> None:
    text = "\"Patient's 'name'\" = '{\"id\": 10}' or 1e-05 < null"
    engine = Engine(fresh(one_layer(clause("R1", true(text), 'a "conclusion"'), clause("R2", true("zweitens")))))
    spy.facts.clear()
    assert engine.run({text: TRUE, "zweitens": TRUE}).fired == ("R1", "R2")
    assert all(FACT.fullmatch(fact) for _, fact in spy.facts)


# Actions and rules.


def test_an_exception_inside_an_action_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recording is all that an action does; when even that fails, it is not swallowed into the session's state."""
    engine = Engine(fresh(one_layer(clause("R1", true("a")))))
    (sheet,) = chain.from_iterable(engine._compiled._stages)
    with monkeypatch.context() as broken:
        broken.setattr(sheet, "_fires", {})
        with pytest.raises(EngineError, match="fired a rule it was never given: 'R1'"):
            engine.run({"a": TRUE})
    assert engine.run({"a": TRUE}).fired == ("R1",)


def test_durable_rules_never_runs_an_action_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """So none is swallowed, runs twice after ten seconds, or asserts a fact behind the caller's back."""
    for name in ("do_actions", "_flush_actions", "dispatch", "dispatch_timers"):
        monkeypatch.setattr(durable.engine.Ruleset, name, lambda *_: pytest.fail("durable_rules ran an action"))
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    engine = Engine(program)
    for values in cases(program, 10):
        assert engine.run(values) == read_plainly(program, values)


def test_the_engines_negation_types_and_priorities_are_never_used(created: list[str]) -> None:
    Engine(fresh(tangle(3)))
    words = set(re.findall(r'"([^"]+)": ', " ".join(created)))
    names = {word for word in words if re.fullmatch(r"x\d+|t|R-\d+-\d+(\|possible)?|\|helper \d+|\|arrived", word)}
    assert words - names == {"all", "m", "cap", "$and", "$or"}
    assert set(re.findall(r": (-?[\d.]+|\"[^\"]*\"|true|false|null)", " ".join(created))) == {
        "1",
        str(engine_network.MAX_WAYS),
    }


def test_rulesets_are_keyed_by_rule_id(created: list[str]) -> None:
    Engine(fresh(one_layer(clause("FD-SUR-01", true("a"), "c"), clause("FD-IMG-02", true("b")))))
    (text,) = created
    assert re.findall(r'"([^"]+)": \{"all"', text) == [ARRIVED, "FD-SUR-01", "FD-SUR-01|possible", "FD-IMG-02"]


def test_what_is_only_possible_is_asked_only_where_a_conclusion_needs_it(created: list[str]) -> None:
    never_unknown = replace(clause("R3", true("b"), "c"), possible=true("b"))
    Engine(fresh(one_layer(clause("R1", true("a")), clause("R2", true("b"), "c"), never_unknown)))
    assert re.findall(r'"([^"]+)\|possible"', created[0]) == ["R2"]


def test_the_dsl_of_durable_rules_is_never_imported() -> None:
    script = "import sys, guideline.engine; sys.exit('durable.lang' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)


def test_a_program_is_compiled_once_in_a_process(created: list[str]) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    first = Engine(program)
    compiled = len(created)
    second = Engine(Program(program.atoms, program.layers))
    assert compiled == len(sheets(plan(program)))
    assert len(created) == compiled
    for values in cases(program, 10):
        assert first.run(values) == second.run(values)


def test_rulesets_are_freed_with_the_last_engine_that_uses_them(spy: Spy) -> None:
    program = fresh(rulebook(rules=20, layers=2, atoms=20))
    first, second = Engine(program), Engine(program)
    used = {handle for handle, _ in spy.facts}
    del first
    assert not spy.freed
    assert second.run({}) == read_plainly(program, {})
    del second
    assert set(spy.freed) == used


def test_a_ruleset_that_durable_rules_refuses_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise durable_rules_engine.error("error code: 113")

    monkeypatch.setattr(durable.engine.durable_rules_engine, "create_ruleset", refuse)
    with pytest.raises(EngineError, match="refused a ruleset: error code: 113"):
        Engine(fresh(one_layer(clause("R1", true("a")))))


def test_the_package_is_offered_only_to_pythons_that_can_import_the_engine() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "<3.13" in project["requires-python"]
