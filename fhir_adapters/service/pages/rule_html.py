"""One rule on one screen: what it says on the left, what its sources say on the right, and how to cite either.

Whoever disagrees can say with what: every condition has its number, every statement and every number its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from fhir_adapters.service.pages.html import Child, Html, tag
from guideline.citations import Citation, Number, Place
from guideline.explain import Outline, Reader, RulePage, Says
from guideline.markdown import anchor
from guideline.rulebook import Rulebook
from guideline.sentences import capital

_VERBS: Final = {
    "order": "Propose",
    "activity": "Put into the care plan",
    "goal": "Set the goal",
    "conclude": "Conclude",
    "differential": "Consider the diagnosis",
    "alert": "Warn",
    "prognosis": "Expect",
}
_MARKS: Final = {
    "V": "an excerpt of the source was read",
    "V2": "only a secondary page was seen",
    "G": "general knowledge, unverified",
}


def rule_html(page: RulePage, book: Rulebook) -> Html:
    """The page between header and footer."""
    head = tag(
        "div",
        tag("p", tag("a", "All rules", href=f"/rules#{page.id}"), f" / {page.group}", class_="trail"),
        tag("h1", tag("span", page.id, class_="id"), " ", page.title),
        tag("p", page.why, class_="lead"),
        _grading(page),
        class_="wide head",
    )
    columns = tag("div", _rule(page), _source(page), class_="wide beside")
    return tag("div", head, columns, _neighbours(page, book), class_="one-rule")


def _grading(page: RulePage) -> Html:
    people = "adults" if page.population == "adults" else "everyone, children too"
    rows = (("Strength", page.strength), ("Certainty", page.certainty.replace("-", " ")), ("For", people))
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows], class_="grading")


def _rule(page: RulePage) -> Html:
    return tag(
        "section",
        tag("h2", "The rule", id="rule"),
        _part("If all of this holds" if len(page.conditions) > 1 else "If this holds", _outline(page.conditions)),
        _part("Then", tag("ul", [_says(each) for each in page.says], class_="says")),
        _part("Numbers", tag("ul", [_number(each) for each in page.parameters])) if page.parameters else None,
        _part("Fires for", _list(page.fires_for)),
        _part("Not for", _list(page.not_for)),
        _part("Read by", tag("ul", [_reader(each) for each in page.read_by])) if page.read_by else None,
        tag("details", tag("summary", "As CQL"), tag("pre", tag("code", page.cql), tabindex="0")),
        aria_labelledby="rule",
    )


def _part(title: str, *children: Child) -> Html:
    return tag("div", tag("h3", title), *children, class_="part")


def _outline(parts: Sequence[Outline]) -> Html:
    return tag("ol", [_condition(each) for each in parts], class_="conditions")


def _condition(each: Outline) -> Html:
    return tag("li", each.text + (":" if each.parts else ""), _outline(each.parts) if each.parts else None)


def _says(each: Says) -> Html:
    how = ", ".join(filter(None, (each.priority, each.severity, each.window)))
    title = "" if each.kind == "prognosis" else each.title
    return tag(
        "li",
        tag("span", _VERBS[each.kind], class_="verb"),
        f" {title}" if title else None,
        f" ({how})" if how else None,
        tag("p", each.text) if each.text else None,
    )


def _number(each: Number) -> Html:
    origin = "given by the sources" if each.origin == "source" else "chosen by the implementers"
    override = tag("strong", f" Site value {each.override}.") if each.override else None
    about = f": {each.title}. {capital(origin)} ({', '.join(each.statements)}); a site may set {each.range}."
    return tag("li", tag("code", each.key), " ", tag("strong", each.value), about, override, id=f"number-{each.key}")


def _reader(each: Reader) -> Html:
    return tag("li", tag("a", each.rule, href=f"/rules/{each.rule}"), f" {each.title}")


def _list(items: Iterable[str]) -> Html:
    return tag("ul", [tag("li", item) for item in items])


def _source(page: RulePage) -> Html:
    none = tag("p", "No statement of the sources stands behind this rule; it goes beyond them.", class_="quiet")
    return tag(
        "section",
        tag("h2", "Its sources", id="source"),
        [_citation(each) for each in page.statements] or none,
        _group("The sources differ here", page.conflicts),
        _group("Beyond the sources", page.beyond),
        _group("Decisions", page.decisions),
        _precise(page),
        aria_labelledby="source",
        class_="sources",
    )


def _group(title: str, rows: Sequence[Citation]) -> Html | None:
    return tag("div", tag("h3", title), [_citation(each) for each in rows]) if rows else None


def _citation(each: Citation) -> Html:
    notes = [
        f"strength in the source: {each.strength}" if each.strength.strip("–") else "",
        f"evidence {_evidence(each.evidence)}" if each.evidence else "",
        "inferred from the source, which does not say it in these words" if each.inferred else "",
        f"on {', '.join(each.rows)}" if each.rows else "",
    ]
    return tag(
        "figure",
        tag("blockquote", tag("p", tag("a", each.id, href=f"/rules#{each.id}", class_="id"), " ", each.text)),
        tag(
            "figcaption",
            tag("ul", [_place(place) for place in each.places], class_="places") if each.places else None,
            tag("p", capital("; ".join(filter(None, notes))) + ".") if any(notes) else None,
        ),
        id=each.id,
        class_=each.kind,
    )


def _evidence(mark: str) -> str:
    return f"{mark}: {_MARKS[mark.strip('[]')]}" if mark.strip("[]") in _MARKS else mark


def _place(place: Place) -> Html:
    where = ", ".join(filter(None, (place.file, place.line and f"line {place.line.removeprefix('L')}")))
    link = tag("a", place.title, href=f"/rules#source-{anchor(place.key)}")
    return tag("li", link, f" ({where})" if where else f" ({place.key})")


def _precise(page: RulePage) -> Html:
    """A text to send to those who keep the guideline: what exactly is disagreed with."""
    cited = [*page.statements, *page.conflicts, *page.beyond, *page.decisions]
    lines = [
        f"Rule {page.id}: {page.title} ({page.strength}, certainty {page.certainty.replace('-', ' ')})",
        f"Condition: {page.sentence}",
        *(f"Number {each.key}: {each.value} (range {each.range})" for each in page.parameters),
        *(f"Statement {each.id}: {each.text}" for each in cited),
        "I disagree with (condition number, statement or number): ",
        "Because (source, page or line): ",
    ]
    return tag(
        "details",
        tag("summary", "Disagree precisely"),
        tag("p", "Copy this, say which line is wrong and on whose word, and send it to those who keep the guideline."),
        tag("textarea", "\n".join(lines), id="precise", readonly=True, rows="10", aria_label="Text to copy"),
        tag("p", tag("button", "Copy", type="button", id="copy"), " ", tag("span", id="copied", role="status"),
            class_="needs-script"),
        class_="precise",
    )  # fmt: skip


def _neighbours(page: RulePage, book: Rulebook) -> Html:
    """The rules before and after it."""
    ids = [rule.id for rule in book.rules]
    place = ids.index(page.id)
    links = [
        tag("a", tag("span", word, class_="quiet"), f" {rule.id} {rule.title}", href=f"/rules/{rule.id}", rel=rel)
        for word, rel, rule in (
            *((("Before", "prev", book.rules[place - 1]),) if place else ()),
            *((("After", "next", book.rules[place + 1]),) if place + 1 < len(ids) else ()),
        )
    ]
    return tag("nav", links, class_="wide neighbours", aria_label="Neighbouring rules")
