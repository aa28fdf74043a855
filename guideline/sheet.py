"""What the diagram shows, before anyone draws it: bands, cards, blocks and items, taken from the rules alone.

A band is a stage, a card a topic. A block is what follows (its orders, with urgency and window), and its items are the
rules that ask for it. Rules that only settle a word for others are the decisions of their band. With a patient, each
item is lit, faint or open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from cql_like import names, parse
from guideline.assess import Consultation
from guideline.assessment import PRIORITIES
from guideline.explain import condition
from guideline.parameters import Parameter
from guideline.patient_path import Item, Light, State, strongest
from guideline.rule import Activity, Alert, Conclude, Differential, Goal, Order, Rule
from guideline.rulebook import Rulebook
from guideline.sentences import capital
from guideline.topics import STAGES, Stage, Topic, topics
from guideline.wording import title_of, titles

_EVERYWHERE: Final = ("has-foot-drop", "child")
_ASKED: Final = 20  # the rank of a routine request; alerts and the rest stand below
_MOST_READ: Final = 5
ALERT: Final = "Alert"
_LIST: Final = "On the list of causes"
_SEVERITIES: Final = ("info", "warning", "critical")
_CLOCKS: Final = {
    "clock-start": "onset", "onset": "onset", "drop-since": "onset", "referral-clock": "onset or first care",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """What follows, and the rules that ask for it. `tag` is the urgency or severity in a word; `flow`: short items.

    `asks` is false for alerts, causes and outlooks, which ask for nothing.
    """

    heading: str
    tag: str
    window: str
    items: tuple[Item, ...]
    flow: bool = False
    note: str = ""
    asks: bool = True

    @property
    def state(self) -> State:
        return strongest(item.state for item in self.items)


@dataclass(frozen=True, slots=True)
class Card:
    """A topic. `reads` are the decisions its rules depend on, `numbers` the parameters they name."""

    title: str
    about: str
    reads: tuple[Item, ...]
    blocks: tuple[Block, ...]
    numbers: tuple[str, ...]

    @property
    def state(self) -> State:
        return strongest(block.state for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Band:
    stage: Stage
    cards: tuple[Card, ...]
    decisions: tuple[Item, ...]


def bands(book: Rulebook, patient: Consultation | None) -> tuple[Band, ...]:
    """Every stage with its cards and decisions, lit for the patient if there is one."""
    light, found, read = Light(book, patient), topics(book), _readers(book)
    made = []
    for stage in STAGES:
        here = [topic for topic in found if topic.stage == stage]
        cards = (_card(topic, book, light) for topic in here)
        decided = [name for topic in here for name in _decided(topic) if read[name]]
        decided.sort(key=lambda name: (-read[name], name))
        decisions = tuple(light.decision(name) for name in dict.fromkeys(decided))
        made.append(Band(stage, tuple(card for card in cards if card.blocks), decisions))
    return tuple(made)


def _readers(book: Rulebook) -> Counter[str]:
    """How many rules read each conclusion in their own words."""
    return Counter(
        name for rule in book.rules for name in names(condition(rule)) if name in book.by_conclusion
    )  # fmt: skip


def _decided(topic: Topic) -> Iterator[str]:
    for rule in topic.rules:
        yield from (effect.name for effect in rule.then if isinstance(effect, Conclude))


class _Follows(NamedTuple):
    """By what rules are put in one block; the highest `rank` comes first."""

    rank: int
    tag: str
    heading: str
    window: str
    orders: tuple[str, ...] = ()


def _card(topic: Topic, book: Rulebook, light: Light) -> Card:
    groups: dict[_Follows, list[Rule]] = {}
    for rule in topic.rules:
        if any(not isinstance(effect, Conclude) for effect in rule.then):
            groups.setdefault(_follows(rule, book), []).append(rule)
    ordered = sorted(groups.items(), key=lambda each: (-each[0].rank, each[1][0].id))
    plain = [follows.heading for follows in groups] == [_LIST]  # where all rules only name a cause, their names will do
    return Card(
        title=topic.title,
        about=topic.about.partition(". ")[0].rstrip("."),
        reads=tuple(light.decision(name) for name in _reads(topic, book)),
        blocks=tuple(_block(follows, rules, light, plain) for follows, rules in ordered),
        numbers=_numbers(topic, book),
    )


def _reads(topic: Topic, book: Rulebook) -> list[str]:
    own = set(_decided(topic))
    found = Counter(name for rule in topic.rules for name in names(condition(rule)) if name in book.by_conclusion)
    wanted = [
        name for name in found if name not in own and name not in _EVERYWHERE and not name.startswith("proposed-")
    ]
    return sorted(wanted, key=lambda name: (-found[name], name))[:_MOST_READ]


def _follows(rule: Rule, book: Rulebook) -> _Follows:
    asked = [effect for effect in rule.then if isinstance(effect, Order | Activity)]
    if asked:
        rank = max(PRIORITIES.index(effect.priority) for effect in asked)
        heading = " + ".join(dict.fromkeys(_title(effect) for effect in asked))
        window = next((found for effect in asked if (found := window_words(effect, book))), "")
        orders = tuple(effect.key for effect in asked if isinstance(effect, Order))
        return _Follows(_ASKED + rank, PRIORITIES[rank] if rank else "", heading, window, orders)
    severities = [effect.severity for effect in rule.then if isinstance(effect, Alert)]
    if severities:
        gravest = max(severities, key=_SEVERITIES.index)
        return _Follows(10 + _SEVERITIES.index(gravest), gravest, ALERT, "")
    kinds = {type(effect) for effect in rule.then}
    if Goal in kinds:
        return _Follows(9, "", "Goal", "")
    return _Follows(8, "", _LIST, "") if Differential in kinds else _Follows(7, "", "What may be expected", "")


def _title(effect: Order | Activity) -> str:
    return capital(titles("orders" if isinstance(effect, Order) else "activities")[effect.key])


def window_words(effect: Order | Activity, book: Rulebook) -> str:
    """A window in a few words: "today", "within 14 days", "from 3 months after onset, by 6 months after onset"."""
    start, end = (_day_words(text, book) if text else "" for text in effect.window or (None, None))
    if end == "today":
        return end
    if start == "today":
        return f"within {end.removeprefix('in ')}" if end else ""
    if start.startswith("in ") and end.startswith("in "):
        return f"{start} to {end.removeprefix('in ')}"
    return ", ".join(filter(None, (start and f"from {start}", end and f"by {end}")))


def _day_words(text: str, book: Rulebook) -> str:
    named = sorted(names(parse(text)))
    waits = [book.parameters[name].words() for name in named if name in book.parameters]
    since = [name for name in named if name not in book.parameters]
    if since == ["as-of"]:
        return f"in {waits[0]}" if waits else "today"
    after = " or ".join(_CLOCKS.get(name) or title_of(name) for name in since)
    return f"{' + '.join(waits)} after {after}" if waits else after


def _numbers(topic: Topic, book: Rulebook) -> tuple[str, ...]:
    """The numbers that the topic's conditions name, each with what it is."""
    found: dict[str, Parameter] = {}
    for rule in topic.rules:
        for key in names(condition(rule)) & book.parameters.keys():
            found[key] = book.parameters[key]
    return tuple(f"{found[key].words()}: {found[key].title}" for key in book.parameters if key in found)


def _block(follows: _Follows, rules: list[Rule], light: Light, listed: bool) -> Block:
    items = _diagnoses(rules, light) if listed else _items(rules, light)
    lit = strongest(item.state for item in items) == "yes"
    note = light.outcome(follows.orders) if lit else ""
    asks = follows.rank >= _ASKED
    return Block(follows.heading, follows.tag, follows.window, items, flow=listed, note=note, asks=asks)


def _items(rules: list[Rule], light: Light) -> tuple[Item, ...]:
    """Rules of one title are one item."""
    found: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        found.setdefault((rule.title, rule.strength), []).append(rule.id)
    return tuple(
        Item(title, strongest(map(light.rule, ids)), tuple(ids), strength, light.note(ids))
        for (title, strength), ids in found.items()
    )


def _diagnoses(rules: list[Rule], light: Light) -> tuple[Item, ...]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for effect in rule.then:
            if isinstance(effect, Differential):
                found.setdefault(effect.diagnosis, []).append(rule)
    return tuple(
        Item(title_of(key), strongest(light.rule(rule.id) for rule in makers), tuple(rule.id for rule in makers))
        for key, makers in sorted(found.items(), key=lambda each: title_of(each[0]).lower())
    )
