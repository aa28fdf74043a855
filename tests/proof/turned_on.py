"""SI-02 and its kin: two patients who differ in one fact, and what the fact must never take away.

For every fact and every order, the solver looks for a patient whose order disappears, or whose priority falls, when the
fact is turned from no or unknown to yes. Only what reads the fact is asked; the rest is the same formula twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import z3

from guideline.assessment import PRIORITIES
from guideline.rule import Alert
from guideline.wording import wording
from tests.proof.every_case import EveryCase
from tests.proof.moments import Moment
from tests.proof.plan import SEVERITIES, Plan, order_keys
from tests.proof.symbols import AS_OF, Amount, Answer, Symbol, symbol
from tests.proof.three import TRUE, Bool, Truth

MUSCLES: Final = (
    "mrc-ankle-dorsiflexion", "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-ankle-eversion",
)  # fmt: skip
# Red by the catalogue or by a decision, though no question of the first rank; and what RED-09 and RED-10 read of the
# other leg.
ALSO_RED: Final = (
    "mri-surgically-correctable", "mri-cord-compression", "spinal-infection", "spinal-tumour", "opposite-foot-drop",
    "opposite-extensor-plantar-response", "opposite-ankle-clonus", "opposite-spasticity", "open-or-sharp-injury",
)  # fmt: skip
# Cards that ask for the very fact, or for its contradiction to be settled: they go when it has come.
ASKING: Final = ("flail-foot-not-excluded", "improvement-contradicted", "preoperative-grade", "side-missing")
ACUTE: Final = ("inflammatory-neuropathy",)  # red while it may be acute: undated; what is known to be long past is none
_SEVERITIES_OF_DROP: Final = ("mild", "moderate", "severe")


@dataclass(frozen=True)
class Turn:
    """A fact turned on: `off` holds of the patient before, `changed` are the features after, `tied` what binds them."""

    name: str
    off: Bool
    changed: Mapping[str, Symbol]
    tied: tuple[Bool, ...] = ()
    keeps: tuple[str, ...] = field(default=())  # only these orders; all if empty


def red_flags(space: EveryCase) -> Iterator[Turn]:
    """Every red-flag fact that some rule reads."""
    flags = [name for name, words in sorted(wording().items()) if words.red_flag]
    for name in (*flags, *ALSO_RED):
        fact = space.names.get(name)
        if isinstance(fact, Truth):
            yield _turned(space, name, fact)
    for name, number in (("post-void-residual", "retention-volume"), ("pain-score", "severe-pain-score")):
        yield from _above(space, name, number)
    for name, word in (("course", "rapidly-worsening"), ("course", "worsening"), ("onset-tempo", "sudden")):
        yield from _answered(space, name, word)
    for muscle in MUSCLES:
        yield from _flail(space, muscle)


def orthosis_keepers(space: EveryCase) -> Iterator[Turn]:
    """SI-13 and SI-16: planned surgery and a stimulator leave orthosis and physiotherapy alone."""
    for name in ("surgery-planned", "fes-in-use", "mri-lumbar-done", "knee-imaging-done"):
        fact = space.names.get(name)
        if isinstance(fact, Truth):
            yield replace(_turned(space, name, fact), keeps=("ankle-foot-orthosis", "physiotherapy"))


def _turned(space: EveryCase, name: str, fact: Truth) -> Turn:
    since = f"{name}-since"
    later: dict[str, Symbol] = {since: _fresh(space, since)} if since in space.names else {}
    if name in ACUTE:
        later = {since: replace(later[since], known=z3.BoolVal(False))}  # type: ignore[type-var]
    return Turn(name, z3.Not(fact.yes), {name: TRUE, **later})


def _above(space: EveryCase, name: str, number: str) -> Iterator[Turn]:
    fact = space.names.get(name)
    if isinstance(fact, Amount):
        limit = space.book.numbers[number].value
        raised = replace(fact, known=z3.BoolVal(True), value=z3.RealVal(str(limit + 1)))
        low = z3.Or(z3.Not(fact.known), fact.value < z3.RealVal(str(limit)))
        yield Turn(f"{name} above {limit}", low, {name: raised})


def _answered(space: EveryCase, name: str, word: str) -> Iterator[Turn]:
    fact = space.names.get(name)
    if isinstance(fact, Answer):
        options = {each: z3.BoolVal(each == word) for each in fact.options}
        worse = {"worsening": ("rapidly-worsening",)}.get(word, ())
        off = z3.Not(z3.Or(*(fact.options[each] for each in (word, *worse))))
        yield Turn(f"{name} = {word}", off, {name: Answer(options)})


def _flail(space: EveryCase, muscle: str) -> Iterator[Turn]:
    """The last of the four muscles is found without any movement. Graded dorsiflexion settles the severity as well."""
    grades = {name: space.names.get(name) for name in MUSCLES}
    found = grades[muscle]
    if not all(isinstance(each, Amount) for each in grades.values()) or not isinstance(found, Amount):
        return
    rest = [z3.And(each.known, each.value == 0) for name, each in grades.items() if name != muscle]  # type: ignore[union-attr]
    off = z3.And(*rest, z3.Or(z3.Not(found.known), found.value > 0))
    changed: dict[str, Symbol] = {muscle: replace(found, known=z3.BoolVal(True), value=z3.IntVal(0))}
    tied: list[Bool] = []
    if muscle == MUSCLES[0]:
        changed |= {"baseline-recorded": TRUE, "last-mrc-on": _fresh(space, "last-mrc-on")}
        before, after = space.names["severity"], _fresh(space, "severity")
        improvement = space.names["improvement"]
        assert isinstance(before, Answer)
        assert isinstance(after, Answer)
        assert isinstance(improvement, Answer)
        changed["severity"] = after
        tied = [_no_milder(before, after), z3.Not(improvement.options["full"])]
    yield Turn(f"flail foot by {muscle}", off, changed, tuple(tied))


def _no_milder(before: Answer, after: Answer) -> Bool:
    return z3.And(
        *(
            z3.Implies(before.options[word], z3.Or(*(after.options[each] for each in _SEVERITIES_OF_DROP[place:])))
            for place, word in enumerate(_SEVERITIES_OF_DROP)
        )
    )


def _fresh(space: EveryCase, name: str) -> Symbol:
    made = symbol(f"{name}|after", space.book.types[name])
    return replace(made, name=name) if isinstance(made, Moment) and name != AS_OF else made


@dataclass(frozen=True)
class Loss:
    """Something a fact may take away, and the condition of a Case of which it does."""

    turn: Turn
    what: str
    condition: Bool


def losses(space: EveryCase, turn: Turn) -> Iterator[Loss]:
    """Every way in which the fact could take something away; each must have no Case."""
    reading, ruled = space.variant(turn.changed)
    before, after = Plan(space.reading), Plan(reading)
    off = z3.And(turn.off, *turn.tied, *ruled)
    for key in turn.keeps or order_keys(space.book.rules):
        for least in PRIORITIES:
            had, has = before.order(key, least=least), after.order(key, least=least)
            if not z3.eq(had, has) and _settles(space, key, least):
                yield Loss(turn, f"{key} at {least}", z3.And(off, had, z3.Not(has)))
    for key, least in () if turn.keeps else _cards(space):
        had, has = before.alert(key, least=least), after.alert(key, least=least)
        if not z3.eq(had, has):
            yield Loss(turn, f"the {least} alert {key}", z3.And(off, had, z3.Not(has)))


@cache
def _priorities(space: EveryCase) -> frozenset[tuple[str, str]]:
    return frozenset(
        (effect.key, effect.priority) for rule in space.book.rules for effect in rule.then if effect.kind == "order"
    )


def _settles(space: EveryCase, key: str, least: str) -> bool:
    """Whether some rule gives the order this very priority; else the next higher says the same."""
    return (key, least) in _priorities(space)


@cache
def _cards(space: EveryCase) -> tuple[tuple[str, str], ...]:
    """Warnings and critical alerts, by key and severity."""
    found = {
        (effect.key, effect.severity)
        for rule in space.book.rules
        for effect in rule.then
        if isinstance(effect, Alert) and SEVERITIES.index(effect.severity) > 0 and effect.key not in ASKING
    }
    return tuple(sorted(found))
