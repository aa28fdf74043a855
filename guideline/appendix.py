"""The tables behind the human edition: numbers, statements with the rules that carry them, invariants, sources."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from guideline import catalogue
from guideline.catalogue import Statement, sources
from guideline.citations import number
from guideline.markdown import anchor, links, plain, row_of
from guideline.rule import Rule
from guideline.rulebook import Rulebook

KINDS: Final = {
    "statement": "Statements of the sources",
    "conflict": "Where the sources differ",
    "beyond": "Beyond the sources",
    "decision": "Decisions",
}
INVARIANTS: Final = "Safety invariants"
_ID: Final = re.compile(r"(?<![\w-])[A-Z]{1,3}-\d\d(?![\w-])")


class Unruled(NamedTuple):
    """Why no rule carries a statement, in two words and in a sentence."""

    reason: str
    sentence: str


@cache
def unruled() -> Mapping[str, Unruled]:
    """The statements that no rule carries, by id."""
    text = resources.files("guideline").joinpath("data/unruled.toml").read_text("utf-8")
    return {key: Unruled(row["reason"], row["sentence"]) for key, row in tomllib.loads(text).items()}


def carriers(book: Rulebook) -> dict[str, list[Rule]]:
    """The rules that carry each statement, by the statement's id."""
    found: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for each in rule.statements:
            found.setdefault(each, []).append(rule)
    return found


def numbers(book: Rulebook) -> Iterator[str]:
    yield from (
        '## <a id="numbers"></a>Numbers',
        "",
        "A site may set its own value within the range, and signs it.",
        "",
    )
    yield from ("| number | value | range | unit | origin | statements |", "|---|---|---|---|---|---|")
    for key in sorted(book.parameters):
        each = number(book.parameters[key], book)
        title = f'<a id="{key}"></a>`{key}`: {plain(each.title)}'
        cells = (
            title,
            f"**{plain(each.value)}**",
            each.range,
            plain(each.unit),
            each.origin,
            links(each.statements),
        )
        yield row_of(cells)
    yield ""


def statements(book: Rulebook) -> Iterator[str]:
    yield from ("## Index of statements", "", "Every row of the catalogue with the rules that carry it.", "")
    carried = carriers(book)
    for kind, title in KINDS.items():
        yield from (f'### <a id="{kind}s"></a>{title}', "")
        yield from ("| id | what it says | its strength | evidence | rules, or why none |", "|---|---|---|---|---|")
        for row in catalogue.statements().values():
            if row.kind == kind:
                yield row_of(_statement(row, carried.get(row.id, ())))
        yield ""


def _statement(row: Statement, rules: Iterable[Rule]) -> tuple[str, ...]:
    carried = links(rule.id for rule in rules)
    if not carried and row.id in unruled():
        carried = f"*{unruled()[row.id].reason}*: {linked(unruled()[row.id].sentence)}"
    places = " ".join(f"[{key}](#source-{anchor(key)})" for key in dict.fromkeys(_keys(row)))
    said = (
        linked(plain(row.text))
        + (" *(inferred)*" if row.inferred else "")
        + (" *(title only)*" if row.title_only else "")
    )
    evidence = " ".join(filter(None, (plain(row.evidence.strip("–")), places)))
    return f'<a id="{row.id}"></a>{row.id}', said, plain(row.strength.strip('"–')), evidence, carried


def invariants() -> Iterator[str]:
    """What no rule may break. No rule carries one, so there is no such column: the tests hold all rules to them."""
    yield from (f'### <a id="invariants"></a>{INVARIANTS}', "")
    yield (
        "What must hold of every plan, whichever rules made it. No rule carries an invariant: `tests/properties` holds "
        "thousands of generated patients to each, and `make prove` proves those that speak of one Case. `fd` is a foot "
        "drop, `umn` signs of the upper motor neuron, `out` all that is said of one patient; red is a red flag."
    )
    yield from ("", "| id | what it says | statements behind it |", "|---|---|---|")
    for row in catalogue.statements().values():
        if row.kind == "invariant":
            yield row_of((f'<a id="{row.id}"></a>{row.id}', linked(plain(row.text)), links(row.rows)))
    yield ""


def linked(text: str) -> str:
    """Markdown in which every id of the catalogue leads to its row."""
    rows = catalogue.statements()
    return _ID.sub(lambda found: links(found.group().split()) if found.group() in rows else found.group(), text)


def _keys(row: Statement) -> Iterator[str]:
    return (source.split(":")[0] for source in row.sources)


def source_list() -> Iterator[str]:
    yield from (
        '## <a id="sources"></a>Sources',
        "",
        "| key | source | kind | how far to trust it |",
        "|---|---|---|---|",
    )
    for key in sorted(sources()):
        row = sources()[key]
        named = (
            str(row[part])
            for part in ("author", "title", "citation", "journal", "publisher", "year", "date")
            if part in row
        )
        trust = row.get("trust") or row.get("note") or (f"[{row['mark']}]" if "mark" in row else "")
        cells = (f'<a id="source-{anchor(key)}"></a>{key}', plain(", ".join(named)), row["kind"], plain(trust))
        yield row_of(cells)
