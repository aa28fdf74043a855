"""How the words that other rules are written in are defined: a conclusion, for everyone, that proposes nothing."""

from __future__ import annotations

from guideline.rule import Conclude, Example, Rule


def define(
    rule_id: str, name: str, title: str, why: str, statements: tuple[str, ...], when: str, cases: tuple[Example, ...]
) -> Rule:
    """A rule that only settles `name` as true, false or unknown."""
    return Rule(
        id=rule_id,
        title=title,
        why=why,
        statements=statements,
        strength="recommend",
        population="everyone",
        when=when,
        then=(Conclude(name=name),),
        cases=cases,
    )
