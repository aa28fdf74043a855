"""Explanations as text: lines of at most 100 characters that read well aloud. Here: rules, and what all share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from guideline.assessment import Because, Proposal, Side
from guideline.citations import Citation, Number, Place
from guideline.contents import Contents
from guideline.explain import Outline, RulePage, Says
from guideline.page import WIDTH
from guideline.sentences import capital
from guideline.wording import titles, value_words, wording


def text_of(lines: Iterable[str]) -> str:
    """Lines as a text that ends in one line break."""
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def wrap(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines; the following lines stand under the first word unless `rest` says otherwise."""
    under = " " * len(first) if rest is None else rest
    lines = textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=under, break_on_hyphens=False)
    return lines or [first]


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; nothing where there are none."""
    found = list(lines)
    if found:
        yield from ("", title, "-" * len(title), *found)


def heading(text: str) -> Iterator[str]:
    """The title of a page, underlined."""
    yield from wrap(text)
    yield "=" * WIDTH


def leg(side: Side | None) -> str:
    return f", {side}" if side else ""


def order_name(key: str, side: Side | None = None) -> str:
    """ "Skin check, left": an order, activity or goal as a person calls it."""
    found = next((titles(part)[key] for part in ("orders", "activities", "goals") if key in titles(part)), key)
    return capital(found) + leg(side)


def asked(order: Proposal) -> str:
    """ "urgent, recommend, until 2026-03-08": how an order is asked for."""
    window = [f"from {order.earliest}" if order.earliest else "", f"until {order.latest}" if order.latest else ""]
    status = "" if order.status == "new" else order.status
    return ", ".join(part for part in (order.priority, order.strength, *window, status) if part)


def fact_words(fact: Because) -> str:
    """ "the patient has a foot drop (left) [Condition/1]": a recorded fact with its resource."""
    words = wording().get(fact.fact)
    if words is not None and isinstance(fact.value, bool):
        said = words.yes if fact.value else words.no
    else:
        answer = words.answers.get(str(fact.value)) if words else None
        said = f"{words.title if words else fact.fact} {answer or value_words(fact.value)}"
    return said + (f" ({fact.side})" if fact.side else "") + (f" [{fact.resource}]" if fact.resource else "")


def rule_text(page: RulePage) -> str:
    """`explain RULE` as a page."""
    return text_of(_rule(page))


def _rule(page: RulePage) -> Iterator[str]:
    yield from heading(f"{page.id}  {page.title}")
    yield from wrap(page.why)
    certainty = page.certainty.replace("-", " ")
    yield from wrap(f"Group: {page.group}. Strength: {page.strength}. Certainty of the evidence: {certainty}.")
    if page.population == "adults":
        yield from wrap("For adults: the rule does not hold for a patient who is known to be a child (decision D-14).")
    yield from section("WHEN ALL OF THIS HOLDS", outline_lines(page.conditions))
    yield from section("THEN", (line for each in page.says for line in _says(each)))
    yield from section("IN ONE SENTENCE", wrap(page.sentence, "  "))
    yield from section("AS CQL", wrap(page.cql, "  "))
    yield from section("NUMBERS", number_lines(page.parameters))
    yield from section("WHAT THE SOURCES SAY", citation_lines(page.statements))
    yield from section("THE SOURCES DIFFER HERE", citation_lines(page.conflicts))
    yield from section("BEYOND THE SOURCES", citation_lines(page.beyond))
    yield from section("DECISIONS", citation_lines(page.decisions))
    readers = (wrap(f"{each.rule}  {each.title} (reads {each.conclusion})", "  - ") for each in page.read_by)
    yield from section("WHO READS ITS CONCLUSIONS", (line for lines in readers for line in lines))
    cases = [f"fires for: {name}" for name in page.fires_for] + [f"not for: {name}" for name in page.not_for]
    yield from section("CASES", (line for case in cases for line in wrap(case, "  - ")))


def outline_lines(parts: Sequence[Outline], indent: str = "  ") -> Iterator[str]:
    """A condition as nested lines."""
    for part in parts:
        yield from wrap(part.text + (":" if part.parts else ""), f"{indent}- ")
        yield from outline_lines(part.parts, indent + "    ")


def _says(each: Says) -> Iterator[str]:
    asked = ", ".join(word for word in (each.priority, each.severity, each.window) if word)
    verb = {"order": "propose", "activity": "put into the care plan", "goal": "set the goal", "conclude": "conclude"}
    verb |= {"differential": "consider the diagnosis", "alert": "warn", "prognosis": "expect"}
    name = "" if each.kind == "prognosis" else f" {each.title}" + (f" [{each.name}]" if each.name else "")
    yield from wrap(f"{verb[each.kind]}:{name}" + (f" ({asked})" if asked else ""), "  - ")
    if each.text:
        yield from wrap(f'"{each.text}"', "    ")


def number_lines(numbers: Sequence[Number]) -> Iterator[str]:
    """Each number with its title, range and origin, and who changed it."""
    for each in numbers:
        origin = "given by the sources" if each.origin == "source" else "chosen by the implementers"
        yield from wrap(f"{each.key} = {each.value}: {each.title}", "  - ")
        yield from wrap(f"{origin} ({', '.join(each.statements)}); a site may set {each.range}", "    ")
        if each.override:
            yield from wrap(f"SITE VALUE {each.override}", "    ")


def citation_lines(found: Sequence[Citation]) -> Iterator[str]:
    """Each statement with its text, where it stands, and its evidence."""
    for each in found:
        yield from wrap(f"{each.id}  {each.text}", "  ", " " * 10)
        places = "; ".join(_place(place) for place in each.places)
        marks = [f"evidence {each.evidence}"] if each.evidence else []
        marks += ["inferred from the source"] if each.inferred else []
        marks += [f"on {', '.join(each.rows)}"] if each.rows else []
        if places or marks:
            yield from wrap("; ".join(part for part in (places, *marks) if part), " " * 10, " " * 12)


def _place(place: Place) -> str:
    where = f"{place.file} " if place.file else ""
    return f"{place.title}, {where}{place.line}" if place.line else f"{place.title} ({place.key})"


def contents_text(contents: Contents) -> str:
    """`rules` as a table of contents."""
    return text_of(_contents(contents))


def _contents(contents: Contents) -> Iterator[str]:
    for group in contents.groups:
        yield from section(
            f"{group.group}  {group.title}",
            (
                line
                for rule in group.rules
                for line in wrap(rule.title, f"  {rule.id:<11} {rule.strength:<10} ", " " * 25)
            ),
        )
    yield from section(
        "ALERT KEYS",
        (
            line
            for each in contents.alerts
            for line in wrap(f"{each.key} ({each.severity}): {', '.join(each.rules)}", "  ", " " * 6)
        ),
    )
