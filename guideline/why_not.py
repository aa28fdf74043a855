"""`why-not PATIENT KEY`: what stands between a patient and an order, the nearest rule first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cql_like import names, parse
from guideline.assess import Consultation
from guideline.assessment import Because, Side
from guideline.care import DONE_BY
from guideline.case import Case
from guideline.citations import Shown
from guideline.explain import known
from guideline.obstacles import CODE, Found, Need, Search
from guideline.plan import json_value
from guideline.reader import Reading
from guideline.rulebook import Entry
from guideline.sentences import no_words, sentence, yes_words
from guideline.turning import later_readings
from guideline.why import Named, facts_behind, gives, named_effects

Status = Literal["not-applicable", "not-proposed", "proposed", "already-ordered", "done"]


class Blocker(Shown):
    """A condition that does not hold. `text` says what would have to be so; `unknown` that nobody recorded it.

    `values` are what it reads today, `facts` the resources behind them; `holds_from` is the day on which it comes to
    hold by itself, if time alone brings it (within the horizon of the forecast).
    """

    text: str
    cql: str
    unknown: bool
    values: list[Named]
    facts: list[Because]
    holds_from: str | None


class Obstacle(Shown):
    """A rule that could give the order, and the smallest set of conditions it still needs on that leg.

    `instead` holds further sets of that size that would do, each in words. `enough` is false if no set was found after
    which the rule holds: what is recorded stands against it.
    """

    rule: str
    title: str
    strength: str
    side: Side
    blockers: list[Blocker]
    instead: list[str]
    enough: bool


class Care(Shown):
    """Care in the record that answers for the order."""

    resource: str | None
    state: Literal["ordered", "done", "reported"]
    priority: str | None
    date: str | None


class WhyNot(Shown):
    """Why something is not proposed anew. `obstacles` are empty where it stands in the plan, whatever its status."""

    key: str
    title: str
    side: Side | None
    status: Status
    existing: list[Care]
    obstacles: list[Obstacle]


def why_not(consultation: Consultation, key: str, side: Side | None = None) -> WhyNot:
    """What is missing for `key` (an order, activity, alert, goal or diagnosis) on one leg, or on the nearest.

    UnknownNameError for a key that no rule can give, with a suggestion.
    """
    effects = named_effects(consultation.book)
    title = effects[known(key, effects, "order, activity, alert, goal or diagnosis")][0][1]
    status = _status(consultation, key, side)
    absent = status in ("not-proposed", "not-applicable")
    return WhyNot(
        key=key,
        title=title,
        side=side,
        status=status,
        existing=list(_existing(consultation, key, side)),
        obstacles=_obstacles(consultation, key, side) if absent else [],
    )


def _status(consultation: Consultation, key: str, side: Side | None) -> Status:
    for each in (*consultation.orders, *consultation.activities):
        if each.key == key and (side is None or each.side in (None, side)):
            return "proposed" if each.status == "new" else each.status
    if not consultation.concerned:
        return "not-applicable"
    claims = (claim for claim in consultation.claims if side in (None, claim.case.side))
    return "proposed" if any(gives([claim.effect], key) for claim in claims) else "not-proposed"


def _existing(consultation: Consultation, key: str, side: Side | None) -> Iterator[Care]:
    for care in sorted(consultation.record.existing, key=lambda each: each.resource):
        if care.key == key and (side is None or care.side in (None, side)):
            date = None if care.date is None else str(care.date)
            yield Care(resource=care.resource, state=care.state, priority=care.priority, date=date)
    feature = DONE_BY.get(key)
    told = [case for case, _ in consultation.readings if side in (None, case.side)] if feature else []
    reported = [case for case in told if case.values.get(feature or "") not in (None, False)]
    for fact in dict.fromkeys(fact for case in reported for fact in case.support.get(feature or "", ())):
        date = None if fact.effective is None else str(fact.effective)
        yield Care(resource=fact.resource, state="reported", priority=None, date=date)


def _obstacles(consultation: Consultation, key: str, side: Side | None) -> list[Obstacle]:
    """Rule by rule, on the leg where the rule is nearest; the nearest rule first."""
    makers = [entry for entry in consultation.book.entries if gives(entry.rule.then, key)]
    searches = [Search(case, reading, consultation.concerned) for case, reading in _limbs(consultation, side)]
    found = []
    for entry in makers:
        tries = [(search.smallest(entry.rule.id), search) for search in searches]
        answer, search = min(tries, key=lambda each: (not each[0].enough, each[1].size(each[0].needs)[:2]))
        rank = (not answer.enough, search.size(answer.needs), entry.rule.id)
        answer = _by_time(answer, search, consultation)
        blockers = sorted((_blocker(need, search, consultation) for need in answer.needs), key=lambda each: each.text)
        found.append((rank, _obstacle(entry, search, blockers, answer)))
    return [obstacle for _, obstacle in sorted(found, key=lambda pair: pair[0])]


def _by_time(answer: Found, search: Search, consultation: Consultation) -> Found:
    """The answer with a set that time alone will meet, if one of that size would do: it has a day."""
    sets = (answer.needs, *answer.others)
    dated = (needs for needs in sets if all(_holds_from(need, search, consultation) for need in needs))
    first = next(dated, answer.needs)
    return answer._replace(needs=first, others=tuple(needs for needs in sets if needs != first))


def _limbs(consultation: Consultation, side: Side | None) -> Iterable[tuple[Case, Reading]]:
    """The leg asked for; else the legs that drop; else both."""
    if side is not None:
        return [(case, reading) for case, reading in consultation.readings if case.side == side]
    dropping = [(case, reading) for case, reading in consultation.readings if reading.env["has-foot-drop"]]
    return dropping or consultation.readings


def _obstacle(entry: Entry, search: Search, blockers: list[Blocker], answer: Found) -> Obstacle:
    rule = entry.rule
    others = (" and ".join(sorted(_words(need, search) for need in needs)) for needs in answer.others)
    return Obstacle(
        rule=rule.id,
        title=rule.title,
        strength=rule.strength,
        side=search.case.side,
        blockers=blockers,
        instead=list(dict.fromkeys(others)),
        enough=answer.enough,
    )


def _blocker(need: Need, search: Search, consultation: Consultation) -> Blocker:
    book, env = search.book, {**search.book.numbers, **search.reading.env}
    nodes = [parse(option.atom) for option in need.options]
    read = sorted(frozenset().union(*map(names, nodes)) - book.numbers.keys() - {"as-of"})
    return Blocker(
        text=_words(need, search),
        cql=" or ".join(option.atom for option in need.options),
        unknown=search.is_unknown(need),
        values=[Named(name=name, value=json_value(env.get(name))) for name in read],
        facts=facts_behind(search.case, read),
        holds_from=_holds_from(need, search, consultation),
    )


def _words(need: Need, search: Search) -> str:
    """What has to be so; of several answers to one question the question is said once."""
    first, *rest = (_wanted(option.atom, option.values, search) for option in need.options)
    about, verb, _ = first.partition(" is ")
    return " or ".join([first, *(text.removeprefix(about + verb) for text in rest)])


def _wanted(atom: str, values: frozenset[int], search: Search) -> str:
    """What has to be so for an atom to come to one of the values."""
    node, book = parse(atom), search.book
    name = getattr(node, "name", None)
    if CODE[True] in values:
        words = sentence(node, book) if name is None else yes_words(name, book)
        return words if CODE[None] not in values else f"it is not ruled out that {words}"
    if CODE[False] in values:
        return f"it is not so that {sentence(node, book)}" if name is None else no_words(name, book)
    return f"it is unknown whether {sentence(node, book)}"


def _holds_from(need: Need, search: Search, consultation: Consultation) -> str | None:
    timed = [option for option in need.options if "as-of" in names(parse(option.atom))]
    if not timed:
        return None
    runs = dict(search.book.atoms)
    for day, later in later_readings(search.reading, consultation.as_of):
        if any(CODE[runs[option.atom](later.env)] in option.values for option in timed):
            return day
    return None
