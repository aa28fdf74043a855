"""The rules in the order a clinician meets them: seven stages, and in each the topics, one for each file of rules.

Nothing is listed by hand but the order of the groups. A topic's title is its file's name, what it is about is the first
paragraph of its file, and it stands at the stage of its first rule's group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import Final

from guideline.errors import RulebookError
from guideline.rule import Rule
from guideline.rulebook import Rulebook
from guideline.rules import rules_of, topic_files
from guideline.sentences import capital

_PREFIX: Final = re.compile(r"^[A-Z]{1,3}\b[^:]{0,20}: ")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the algorithm: its name, the question it answers, and the groups of rules that stand in it."""

    key: str
    title: str
    question: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One file of rules. `about` is its first paragraph."""

    key: str
    title: str
    about: str
    stage: Stage
    rules: tuple[Rule, ...]


STAGES: Final = (
    Stage("recorded", "What is recorded", "Is there a foot drop, and in whom?", ("DEF", "CHI")),
    Stage("red-flags", "Red flags", "Is there anything that cannot wait?", ("RED",)),
    Stage("localisation", "Localisation", "Where is the lesion, and what may cause it?", ("LOC",)),
    Stage("work-up", "Work-up", "Which tests answer that, and how soon?", ("IMG", "EDX", "LAB")),
    Stage("support", "Support", "What helps now, and waits for no test?", ("ORT", "PT", "SUP", "FES", "MED")),
    Stage("timing", "Waiting or surgery", "How long may one wait, and whose opinion is due?", ("CON", "SUR")),
    Stage("follow-up", "Follow-up", "When to look again, and what may be expected?", ("MON", "PRG", "PIT", "EDU")),
)  # fmt: skip


def topics(book: Rulebook) -> tuple[Topic, ...]:
    """Every topic that has a rule in the book, stage by stage. A group without a stage is a RulebookError."""
    made = [_topic(name, about, book) for name, (about, _) in _files().items() if _rules_in(name, book)]
    return tuple(sorted(made, key=_place))


def _place(topic: Topic) -> tuple[int, int, str]:
    return STAGES.index(topic.stage), topic.stage.groups.index(topic.rules[0].group), topic.rules[0].id


def _topic(name: str, about: str, book: Rulebook) -> Topic:
    rules = _rules_in(name, book)
    title = capital(name.replace("_", " "))
    return Topic(key=name.replace("_", "-"), title=title, about=about, stage=_stage(rules[0]), rules=rules)


def _rules_in(name: str, book: Rulebook) -> tuple[Rule, ...]:
    ids = _files()[name][1]
    return tuple(rule for rule in book.rules if rule.id in ids)


def _stage(rule: Rule) -> Stage:
    for stage in STAGES:
        if rule.group in stage.groups:
            return stage
    raise RulebookError(f"{rule.id}: the group {rule.group} stands at no stage of guideline/topics.py")


@cache
def _files() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Each file of rules by name: what it says it is about, and the ids of its rules."""
    found = {}
    for topic in topic_files():
        ids = frozenset(rule.id for rule in rules_of(topic))
        if ids:
            found[topic.__name__.rpartition(".")[2]] = (_about(topic.__doc__ or ""), ids)
    return found


def _about(text: str) -> str:
    """The file's first paragraph, without the group it begins with: "PRG: what may be said" -> "What may be said"."""
    paragraph = " ".join(cleandoc(text).split("\n\n")[0].split())
    return capital(_PREFIX.sub("", paragraph))
