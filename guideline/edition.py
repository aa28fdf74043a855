"""The human edition: the whole rulebook as one Markdown page, and every file of docs/ that is generated.

`python -m guideline.edition [FOLDER]` writes them all, into docs if no folder is named.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

from guideline.appendix import INVARIANTS, KINDS, invariants, linked, numbers, source_list, statements
from guideline.assessment import NOTICE
from guideline.citations import Citation, Number
from guideline.diagram import diagram
from guideline.explain import Outline, RulePage, Says, rule_page
from guideline.library import cql_library
from guideline.markdown import anchor, links, plain
from guideline.rulebook import Rulebook, rulebook
from guideline.sentences import capital
from guideline.topics import STAGES, Topic, topics

_MARKS: Final = (
    "**Evidence marks** of what goes beyond the sources: [V] an excerpt of the named source was read, [V2] only a "
    "secondary page was seen, [G] general knowledge, unverified."
)


def generated(book: Rulebook) -> dict[str, str]:
    """Every generated file of docs/ by name, as the rulebook gives it."""
    return {
        "guideline.md": edition(book),
        "foot-drop.cql": cql_library(book),
        "algorithm.svg": diagram(None, "svg", book),
        "algorithm.mmd": diagram(None, "mermaid", book),
    }


def write_docs(folder: Path) -> None:
    """Write every generated file into the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in generated(rulebook()).items():
        (folder / name).write_text(text, encoding="utf-8")


def edition(book: Rulebook) -> str:
    """The human edition as Markdown, ending in a line break."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Rulebook) -> Iterator[str]:
    found = topics(book)
    yield from _opening(book)
    yield from _contents(found)
    for stage in STAGES:
        yield from (f"## {stage.title}", "", f"*{stage.question}*", "")
        for topic in found:
            if topic.stage == stage:
                yield from _topic(topic, book)
    yield from numbers(book)
    yield from statements(book)
    yield from invariants()
    yield from source_list()


def _opening(book: Rulebook) -> Iterator[str]:
    yield from ("# Foot drop: the guideline in words", "", f"> {NOTICE}", "")
    yield (
        f"Version {book.version}, {len(book.rules)} rules. Generated from the rulebook by `make docs`: to change a "
        "word of it, change the rule. The [algorithm](algorithm.svg) shows the same rules on one page, and "
        "[foot-drop.cql](foot-drop.cql) publishes them as a CQL library."
    )
    yield from (
        "",
        "A condition is true, false or unknown; what nobody recorded is unknown, and only a true one fires.",
    )
    yield from ("Every request is a proposal. **Strength**: recommend, consider, option. " + _MARKS, "")


def _contents(found: Iterable[Topic]) -> Iterator[str]:
    yield from ("## Contents", "")
    for stage in STAGES:
        yield f"- **{stage.title}**"
        for topic in found:
            if topic.stage == stage:
                yield f"  - [{topic.title}](#{topic.key}) ({len(topic.rules)} rules)"
    yield from ("- [Numbers](#numbers)", "- **Index of statements**")
    yield from (f"  - [{title}](#{kind}s)" for kind, title in KINDS.items())
    yield f"  - [{INVARIANTS}](#invariants)"
    yield from ("- [Sources](#sources)", "")


def _topic(topic: Topic, book: Rulebook) -> Iterator[str]:
    yield from (f'### <a id="{topic.key}"></a>{topic.title}', "", plain(topic.about), "")
    for rule in topic.rules:
        yield from _rule(rule_page(rule.id, book), book)


def _rule(page: RulePage, book: Rulebook) -> Iterator[str]:
    yield from (f'#### <a id="{page.id}"></a>{page.id} · {plain(page.title)}', "", f"*{plain(page.why)}*", "")
    yield from ("**If** " + ("all of these hold:" if len(page.conditions) > 1 else "this holds:"), "")
    yield from (line for each in page.conditions for line in _outline(each, ""))
    yield from ("", "**Then:**", "")
    yield from (f"- {_says(each)}" for each in page.says)
    people = "adults" if page.population == "adults" else "everyone, children too"
    yield from (
        "",
        f"**Strength** {page.strength} · **evidence** {page.certainty.replace('-', ' ')} · for {people}",
        "",
    )
    yield f"**Statements** {links(each.id for each in page.statements) or 'none of the sources'}"
    if page.decisions:
        yield f"· **Decisions** {links(each.id for each in page.decisions)}"
    if page.sources:
        yield f"· **Sources** {', '.join(f'[{key}](#source-{anchor(key)})' for key in page.sources)}"
    yield ""
    yield from _told("The sources differ here", page.conflicts)
    yield from _told("Beyond the sources", page.beyond)
    if page.parameters:
        yield from ("**Numbers:** " + "; ".join(_number(each) for each in page.parameters) + ".", "")
    yield from (f"**Fires for:** {plain('; '.join(page.fires_for))}.", "")
    yield from (f"**Not for:** {plain('; '.join(page.not_for))}.", "")
    yield from ("```cql", *cleandoc(book.by_id[page.id].rule.when).splitlines(), "```", "")


def _outline(each: Outline, indent: str) -> Iterator[str]:
    yield f"{indent}- {plain(each.text)}" + (":" if each.parts else "")
    for part in each.parts:
        yield from _outline(part, indent + "  ")


def _says(each: Says) -> str:
    tags = ", ".join(filter(None, (each.priority, each.window)))
    names = {"conclude": "Concludes", "differential": "On the differential", "order": "Order", "activity": "Care plan"}
    said = f"{names.get(each.kind, capital(each.kind))}: **{plain(each.title)}**"
    key = f" (`{each.name}`)" if each.name else ""
    return said + key + (f", {plain(tags)}" if tags else "") + (f". {plain(each.text)}" if each.text else "")


def _told(title: str, rows: Iterable[Citation]) -> Iterator[str]:
    for row in rows:
        mark = f" {plain(row.evidence)}" if row.evidence else ""
        yield from (f"> **{title}** · {links([row.id])}{mark}: {linked(plain(row.text))}", "")


def _number(each: Number) -> str:
    return f"[{each.key}](#{each.key}) {plain(each.value)}"


if __name__ == "__main__":
    write_docs(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
