"""The pages as HTML: the workbench's skeleton, one rule beside its source, the algorithm, the human edition."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

from fhir_adapters.service.pages.edition_html import edition_html
from fhir_adapters.service.pages.html import Html, tag
from fhir_adapters.service.pages.rule_html import rule_html
from fhir_adapters.service.pages.shell import shell
from guideline.diagram import diagram
from guideline.explain import rule_page
from guideline.rulebook import Rulebook
from guideline.topics import STAGES, topics


@lru_cache(maxsize=8)
def workbench_screen(book: Rulebook) -> str:
    """The workbench without a patient; its script fills it."""
    return shell("Workbench", _skeleton(), book=book, here="/", script="main.js", style="workbench.css")


@lru_cache(maxsize=8)
def no_workbench(book: Rulebook) -> str:
    """What stands in its place where it is off."""
    where = tag(
        "p",
        "The workbench is off on this server. To read: ",
        tag("a", "the rules", href="/rules"),
        ", ",
        tag("a", "the algorithm", href="/algorithm"),
        ", ",
        tag("a", "the calls", href="/docs"),
        ".",
        class_="lead",
    )
    how = tag(
        "p",
        "To try the guideline with invented patients, run it on your own machine in development mode (",
        tag("code", "make serve"),
        "). The setting ",
        tag("code", "FOOTDROP_WORKBENCH=true"),
        " switches the workbench on here; whoever reaches it then gets advice without a token, and no audit is kept.",
    )
    return shell("Workbench", tag("div", tag("h1", "Workbench"), where, how, class_="wide page"), book=book, here="/")


@cache
def _skeleton() -> Html:
    return Html(resources.files("fhir_adapters.service.pages").joinpath("workbench.html").read_text("utf-8"))


@lru_cache(maxsize=8)
def edition_screen(book: Rulebook) -> str:
    """The whole rulebook as a book to read and to search."""
    return shell("Rules", edition_html(book), book=book, here="/rules", script="rules.js", style="rules.css")


@lru_cache(maxsize=512)
def rule_screen(rule_id: str, book: Rulebook) -> str:
    """One rule on one screen, with its source beside it. An id that no rule has is an UnknownNameError."""
    page = rule_page(rule_id, book)
    shown = rule_html(page, book)
    return shell(f"{page.id} {page.title}", shown, book=book, script="rule.js", style="rules.css", up="../")


def no_such_rule(book: Rulebook) -> str:
    """What is said of a rule that is not there."""
    text = tag("p", "There is no rule with that id. ", tag("a", "All rules", href="/rules"))
    return shell("No such rule", tag("div", tag("h1", "No such rule"), text, class_="wide page"), book=book, up="../")


@lru_cache(maxsize=8)
def algorithm_screen(book: Rulebook) -> str:
    """The algorithm as a picture that can be enlarged, and the same as a list."""
    intro = tag(
        "p",
        "Drawn from the rules. ",
        tag("a", "The same in words", href="/rules"),
        " is the human edition; the ",
        tag("a", "workbench", href="/"),
        " lights one patient's path. ",
        tag("a", "The picture as a file", href="/algorithm.svg", download="algorithm.svg"),
        class_="lead",
    )
    picture = tag(
        "div",
        Html(diagram(None, "svg", book)),
        class_="picture",
        tabindex="0",
        role="region",
        aria_label="The algorithm, to be scrolled",
    )
    zoom = tag("div", class_="zoom", id="zoom", role="group", aria_label="Size of the picture")
    page = tag("div", tag("h1", "The algorithm"), intro, zoom, picture, _stages(book), class_="wide page")
    return shell("Algorithm", page, book=book, here="/algorithm", script="algorithm.js", style="rules.css")


def _stages(book: Rulebook) -> Html:
    found = topics(book)
    rows = [
        tag(
            "li",
            tag("strong", stage.title),
            f". {stage.question} ",
            tag(
                "ul",
                [
                    tag("li", tag("a", topic.title, href=f"/rules#{topic.key}"), f": {topic.about}")
                    for topic in found
                    if topic.stage == stage
                ],
            ),
        )
        for stage in STAGES
    ]
    return tag("section", tag("h2", "The stages in words", id="stages"), tag("ol", rows), aria_labelledby="stages")
