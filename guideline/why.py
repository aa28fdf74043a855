"""`why PATIENT KEY`: how an order, activity, alert, goal or diagnosis came about, from the rule down to the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from cql_like import Node, Trace, names, trace, tree
from guideline.assess import Consultation
from guideline.assessment import Because, Proposal, Side
from guideline.case import Case
from guideline.citations import Citation, Number, Shown, citations, numbers_of
from guideline.compile import chain
from guideline.explain import condition, known, named
from guideline.plan import Claim, json_value
from guideline.reader import Reading
from guideline.rule import Conclude, Effect, Prognosis
from guideline.rulebook import Rulebook
from guideline.sentences import sentence

Kind = Literal["order", "activity", "alert", "goal", "differential"]


class Named(Shown):
    """A value a condition reads, recorded or derived, as JSON; None: nobody recorded it."""

    name: str
    value: bool | int | float | str | None


class Condition(Shown):
    """A part of a rule's condition on this patient.

    `kind`: "all" and "any" hold `parts`; a "conclusion" rests on `rules`, which hold too; a "fact" is read off the
    record. `values` are what a part names, `facts` the resources behind them. Of an "any" only what holds is kept.
    `shown_above` marks a conclusion whose rules stand earlier in the same derivation.
    """

    kind: Literal["all", "any", "conclusion", "fact"]
    text: str
    cql: str
    value: bool | None
    parts: tuple[Condition, ...] = ()
    rules: tuple[Derivation, ...] = ()
    values: tuple[Named, ...] = ()
    facts: tuple[Because, ...] = ()
    shown_above: bool = False


class Derivation(Shown):
    """A rule that holds, and its conditions on this patient."""

    rule: str
    title: str
    strength: str
    conditions: list[Condition]
    parameters: list[Number]
    statements: list[Citation]
    sources: list[str]


class Said(Shown):
    """One rule's word for what was asked about, on one leg, with how it came to it.

    `answered`: work that is done answers this rule, and the proposal stands on the others.
    """

    side: Side
    kind: Kind
    text: str | None
    answered: bool
    derivation: Derivation


class Why(Shown):
    """Why something is in the plan. `said` is empty if it is not: `why_not` then says what is missing."""

    key: str
    title: str
    side: Side | None
    proposals: list[Proposal]
    said: list[Said]


def why(consultation: Consultation, key: str, side: Side | None = None) -> Why:
    """How `key` (an order, activity, alert, goal or diagnosis) came into the plan, for one leg or both.

    UnknownNameError for a key that no rule can give, with a suggestion.
    """
    effects = named_effects(consultation.book)
    title = effects[known(key, effects, "order, activity, alert, goal or diagnosis")][0][1]
    claims = [claim for claim in consultation.claims if _is(claim.effect, key) and side in (None, claim.case.side)]
    planned = [each for each in (*consultation.orders, *consultation.activities) if each.key == key]
    return Why(
        key=key,
        title=title,
        side=side,
        proposals=[each for each in planned if not side or each.side in (None, side)],
        said=list(_said(sorted(((_is_answered(claim, planned), claim) for claim in claims), key=lambda each: each[0]))),
    )


def named_effects(book: Rulebook) -> Mapping[str, list[tuple[str, str]]]:
    """Every key that can stand in a plan, with the kinds of effect that give it and the title of each."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for rule in book.rules:
        for effect in rule.then:
            name, title = named(effect, book)
            if name is not None and not isinstance(effect, Conclude):
                found.setdefault(name, {})[effect.kind, title] = None
    return {name: sorted(found[name]) for name in sorted(found)}


def _is(effect: Effect, key: str) -> bool:
    return not isinstance(effect, Conclude | Prognosis) and key in (
        getattr(effect, "key", None),
        getattr(effect, "diagnosis", None),
    )


def gives(effects: Iterable[Effect], key: str) -> bool:
    """Whether one of a rule's effects puts `key` into the plan."""
    return any(_is(effect, key) for effect in effects)


def _is_answered(claim: Claim, planned: Iterable[Proposal]) -> bool:
    """Whether the proposal that the rule asks for no longer rests on it."""
    if claim.effect.kind not in ("order", "activity"):
        return False
    return all(claim.rule.id not in each.rules for each in planned if each.side in (None, claim.side))


def _said(claims: Iterable[tuple[bool, Claim]]) -> Iterator[Said]:
    tellers: dict[Side, _Teller] = {}
    for answered, claim in claims:
        teller = tellers.setdefault(claim.case.side, _Teller(claim.case, claim.reading))
        text = claim.text() if hasattr(claim.effect, "text") else None
        derivation = teller.derivation(claim.rule.id)
        yield Said(
            side=claim.case.side,
            kind=claim.effect.kind,  # type: ignore[arg-type]
            text=text,
            answered=answered,
            derivation=derivation,
        )


class _Teller:
    """Derives the rules of one limb; what was told once is not told again."""

    def __init__(self, case: Case, reading: Reading) -> None:
        self.case = case
        self.reading = reading
        self.book = reading.book
        self.env = {**reading.book.numbers, **reading.env}
        self.told: set[str] = set()

    def derivation(self, rule_id: str) -> Derivation:
        rule = self.book.by_id[rule_id].rule
        parts = [trace(part, self.env) for part in chain("and", condition(rule))]
        return Derivation(
            rule=rule.id,
            title=rule.title,
            strength=rule.strength,
            conditions=[self.part(each) for each in parts],
            parameters=numbers_of(rule, self.book),
            statements=citations(rule),
            sources=list(self.book.sources_of(rule)),
        )

    def part(self, traced: Trace) -> Condition:
        node = traced.node
        if isinstance(node, tree.Logic) and node.op in ("and", "or"):
            return self.group(traced, node.op)
        name = _conclusion(node, self.book)
        return self.fact(traced) if name is None else self.conclusion(traced, name)

    def group(self, traced: Trace, op: Literal["and", "or"]) -> Condition:
        """An alternative that holds is told by what holds of it."""
        parts = [trace(part, self.env) for part in chain(op, traced.node)]
        if op == "or" and traced.value is True:
            parts = [part for part in parts if part.value is True]
            if len(parts) == 1:
                return self.part(parts[0])
        made = [self.part(part) for part in parts]
        return self.made("all" if op == "and" else "any", traced, parts=made)

    def conclusion(self, traced: Trace, name: str) -> Condition:
        """A conclusion that holds, with the rules that say so; one that does not is a condition by itself."""
        holding = [entry.rule.id for entry in self.book.by_conclusion[name] if self.reading.rules[entry.rule.id]]
        values = [Named(name=name, value=self.env[name])]
        if name in self.told:
            return self.made("conclusion", traced, values=values, shown_above=bool(holding))
        self.told.add(name)
        return self.made("conclusion", traced, values=values, rules=[self.derivation(rule) for rule in holding])

    def fact(self, traced: Trace) -> Condition:
        read = sorted(names(traced.node) - self.book.numbers.keys())
        values = [Named(name=name, value=json_value(self.env.get(name))) for name in read if name != "as-of"]
        return self.made("fact", traced, values=values, facts=facts_behind(self.case, read))

    def made(self, kind: Literal["all", "any", "conclusion", "fact"], traced: Trace, **more: object) -> Condition:
        words = sentence(traced.node, self.book)
        return Condition(kind=kind, text=words, cql=traced.text, value=traced.value, **more)  # type: ignore[arg-type]


def _conclusion(node: Node, book: Rulebook) -> str | None:
    """The conclusion that a condition is about, plain, denied or tested."""
    while isinstance(node, tree.Not | tree.Is):
        node = node.operand
    return node.name if isinstance(node, tree.Name) and node.name in book.by_conclusion else None


def facts_behind(case: Case, read: Sequence[str]) -> list[Because]:
    """The recorded findings behind some names of a case, each once."""
    return list(dict.fromkeys(_facts(case, read)))


def _facts(case: Case, read: Sequence[str]) -> Iterator[Because]:
    for name in read:
        for fact in case.support.get(name, ()):
            if name != "as-of":
                value = json_value(fact.value)
                yield Because(fact=fact.fact, side=fact.side, value=value, resource=fact.resource)
