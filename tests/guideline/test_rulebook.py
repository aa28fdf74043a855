"""A rulebook that is wrong does not load, and says which rule is at fault."""

from types import ModuleType
from typing import Any

import pytest

from guideline.errors import RulebookError
from guideline.loading import load_rulebook
from guideline.parameters import default_parameters
from guideline.rule import Conclude, Differential, Order, Rule
from guideline.rulebook import Rulebook, rulebook
from guideline.rules import rules_of
from guideline.rules.definitions import CHILD_PATIENT


def a_rule(**changed: Any) -> Rule:
    fields: dict[str, Any] = {
        "id": "FD-XX-01",
        "title": "A rule under test",
        "why": "It is under test.",
        "statements": ("RED-01",),
        "strength": "recommend",
        "population": "everyone",
        "when": '"foot-drop"',
        "then": (Conclude(name="tested"),),
    }
    return Rule(**{**fields, **changed})


def load(*rules: Rule) -> Rulebook:
    return load_rulebook(rules, default_parameters())


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"when": '"foot-dropp"'}, "unknown name 'foot-dropp'"),
        ({"when": '"mrc-ankle-dorsiflexion" <= "severe-mcr"'}, "unknown name 'severe-mcr'"),
        ({"when": "\"mrc-ankle-dorsiflexion\" = '3'"}, "cannot be compared"),
        ({"when": "\"edx-localisation\" = 'peronael'"}, "peronael"),
        ({"when": "\"post-void-residual\" > 200 'mm[Hg]'"}, "'mL' cannot be told in 'mm[Hg]'"),
        ({"when": '"mrc-ankle-dorsiflexion" + 1'}, "not a condition"),
        ({"when": '"foot-drop" and'}, "FD-XX-01"),
        ({"sources": ("NICE-NG5",)}, "no source NICE-NG5"),
        ({"statements": ("RED-99",)}, "no statement RED-99"),
        ({"statements": ("RED-01", "RED-01")}, "named twice"),
        ({"then": (Order(key="mri-lumbar", text="An order."),)}, "no order mri-lumbar"),
        ({"then": (Differential(diagnosis="peroneal"),)}, "no diagnosis peroneal"),
        ({"then": (Order(key="mri-brain", text="Within {mri-target}."),)}, "{mri-target}"),
        ({"then": (Order(key="mri-brain", text="An order.", window=('"onsett"', None)),)}, "unknown name 'onsett'"),
    ],
)
def test_a_rule_that_names_what_does_not_exist_is_refused_by_name(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RulebookError) as refused:
        load(a_rule(**changed))
    assert "FD-XX-01" in str(refused.value)
    assert complaint in str(refused.value)


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(RulebookError, match="FD-XX-01 stands twice"):
        load(a_rule(), a_rule())


def test_a_circle_of_conclusions_names_its_rules() -> None:
    first = a_rule(id="FD-XX-01", when='"second" is not true', then=(Conclude(name="first"),))
    second = a_rule(id="FD-XX-02", when='"first"', then=(Conclude(name="second"),))
    with pytest.raises(RulebookError, match=r"circle: FD-XX-01 -> FD-XX-02 -> FD-XX-01"):
        load(first, second)


def test_a_conclusion_inside_a_comparison_is_refused_because_the_engine_could_not_match_it() -> None:
    reader = a_rule(id="FD-XX-02", when='Coalesce("tested", "foot-drop")', then=(Conclude(name="other"),))
    with pytest.raises(RulebookError, match=r"FD-XX-02: .* reads the conclusion tested inside another expression"):
        load(a_rule(), reader)


def test_a_conclusion_may_not_take_the_name_of_a_feature() -> None:
    with pytest.raises(RulebookError, match="foot-drop has the name of a feature"):
        load(a_rule(when='"stroke"', then=(Conclude(name="foot-drop"),)))


@pytest.mark.parametrize("strength", ["consider", "option"])
def test_a_weak_rule_may_not_ask_for_more_than_routine(strength: str) -> None:
    order = Order(key="mri-brain", text="An order.", priority="urgent")
    with pytest.raises(RulebookError, match=r"FD-XX-01: strength .* does not bear priority urgent"):
        load(a_rule(strength=strength, then=(order,)))


def test_unless_the_statement_behind_it_names_that_priority_itself() -> None:
    order = Order(key="mri-brain", text="An order.", priority="urgent", priority_from="RED-19")
    assert load(a_rule(strength="consider", statements=("RED-19",), then=(order,))).by_id["FD-XX-01"]
    with pytest.raises(RulebookError, match="does not bear"):
        load(a_rule(strength="consider", statements=("RED-01",), then=(order,)))


def test_a_rule_for_adults_is_closed_to_a_known_child_and_open_while_the_age_is_unknown() -> None:
    book = load(CHILD_PATIENT, a_rule(population="adults"))
    run = book.by_id["FD-XX-01"].run
    assert run({"foot-drop": True, "child": None}) is True
    assert run({"foot-drop": True, "child": False}) is True
    assert run({"foot-drop": True, "child": True}) is False


def test_every_rule_of_the_published_rulebook_names_at_least_one_source() -> None:
    book = rulebook()
    assert not [rule.id for rule in book.rules if not book.sources_of(rule)]


def test_rule_ids_are_unique_and_in_order() -> None:
    ids = [rule.id for rule in rulebook().rules]
    assert ids == sorted(set(ids))


def test_a_rule_counts_wherever_its_file_names_it() -> None:
    topic = ModuleType("topic")
    first, second, third = (CHILD_PATIENT.model_copy(update={"id": f"FD-DEF-{number}"}) for number in (91, 92, 93))
    vars(topic).update(FIRST=first, TABLE=(second, third), _HELPER={"age": 3}, WORDS=("a", "b"))
    assert list(rules_of(topic)) == [first, second, third]
