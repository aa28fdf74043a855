"""The picture is the rulebook: every rule is in it, numbers come from the parameters, and a patient lights the path."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from cql_like import Date
from fhir_adapters.assessment import moment_of
from fhir_adapters.read import read_record
from guideline.assess import Consultation, consult
from guideline.assessment import Side
from guideline.card_drawing import BLUE, FAINT, INK, SOFT
from guideline.diagram import diagram
from guideline.findings import SIDES, Existing, Finding, Record
from guideline.mermaid import flowchart
from guideline.patient_path import Light
from guideline.rulebook import rulebook, site_rulebook
from guideline.sheet import bands
from guideline.wording import titles
from tests.support.numbers import another, site, words

BOOK = rulebook()
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SVG = "{http://www.w3.org/2000/svg}"
PATIENTS = ("peroneal-leg-crossing", "cauda-equina", "l5-disc-severe", "no-foot-drop")


def patient(name: str) -> Consultation:
    as_of = moment_of(tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text())["as_of"])
    return consult(read_record((FIXTURES / f"{name}.json").read_bytes(), as_of), as_of)


class Line(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    words: str


def lines(node: ET.Element, x: float = 0, y: float = 0) -> Iterator[Line]:
    """Every line of text with the place it fills."""
    moved = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", node.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if node.tag == f"{SVG}text":
        left, base, size = x + float(node.attrib["x"]), y + float(node.attrib["y"]), float(node.attrib["font-size"])
        yield Line(left, base - 0.72 * size, left + float(node.attrib["textLength"]), base, node.text or "")
    for child in node:
        yield from lines(child, x, y)


def test_the_algorithm_names_every_rule_and_every_order() -> None:
    picture = diagram(None)
    told = {rule for tip in re.findall(r"<g><title>([^<]*)</title>", picture) for rule in tip.split(", ")}
    assert told == BOOK.by_id.keys()
    words = " ".join(line.words.lower() for line in lines(ET.fromstring(picture)))
    ordered = {effect.key for rule in BOOK.rules for effect in rule.then if effect.kind == "order"}
    assert not [key for key in ordered if titles("orders")[key].lower() not in words]


def test_a_number_in_the_picture_comes_from_the_parameters() -> None:
    key = "peroneal-surgery-eligible"
    ours, theirs = diagram(None), diagram(None, book=site_rulebook(site({key: another(key)})))
    for number, more, fewer in ((words(key), ours, theirs), (another(key), theirs, ours)):
        assert more.count(f"{number} after onset") > fewer.count(f"{number} after onset")
    assert f"{key} is {another(key)} instead of {words(key)}" in theirs


@pytest.mark.parametrize("name", [None, *PATIENTS])
def test_the_picture_is_complete_in_itself_and_says_what_it_is(name: str | None) -> None:
    picture = diagram(patient(name) if name else None)
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    told = {child.get("id"): child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [bool(told[each]) for each in root.attrib["aria-labelledby"].split()] == [True, True]
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "text", "path", "circle",
    }  # fmt: skip
    assert picture.count("http") == 1, "only the name of SVG itself"


@pytest.mark.parametrize("name", [None, *PATIENTS])
def test_no_text_lies_over_another_or_outside(name: str | None) -> None:
    root = ET.fromstring(diagram(patient(name) if name else None))
    found = sorted(lines(root), key=lambda line: line.top)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert all(line.left >= 0 and line.right <= width and line.bottom <= height for line in found)
    for place, upper in enumerate(found):
        for lower in found[place + 1 :]:
            if lower.top >= upper.bottom:
                break
            assert lower.left >= upper.right or upper.left >= lower.right, (upper.words, lower.words)


@pytest.mark.parametrize("name", PATIENTS)
def test_what_is_lit_is_what_fired_and_what_is_open_is_unknown(name: str) -> None:
    consultation = patient(name)
    fired = {claim.rule.id for claim in consultation.claims}
    unknown = {rule for _, reading in consultation.readings for rule, value in reading.rules.items() if value is None}
    blocks = [block for band in bands(BOOK, consultation) for card in band.cards for block in card.blocks]
    lit = {rule for block in blocks for item in block.items if item.state == "yes" for rule in item.rules}
    assert {rule for rule in fired if any(effect.kind != "conclude" for effect in BOOK.by_id[rule].rule.then)} <= lit
    for item in (item for block in blocks for item in block.items):
        assert (item.state == "yes") == bool(fired & set(item.rules))
        assert item.state != "unknown" or set(item.rules) & unknown


@pytest.mark.parametrize("name", ["peroneal-leg-crossing", "l5-disc-severe"])
def test_a_decision_shows_what_the_reader_came_to(name: str) -> None:
    consultation = patient(name)
    shown = {item.text: item for band in bands(BOOK, consultation) for item in band.decisions}
    assert shown["Foot drop is present"].state == "yes"
    sides = [case.side for case, reading in consultation.readings if reading.env["has-foot-drop"] is True]
    assert shown["Foot drop is present"].note == (sides[0] if len(sides) == 1 else "both legs")


@pytest.mark.parametrize(
    ("done", "said"), [(("left",), "done (left)"), (("right",), "done (right)"), (("left", "right"), "done"), ((), "")]
)
def test_what_is_done_for_one_leg_is_not_said_of_the_other(done: tuple[Side, ...], said: str) -> None:
    day, key = Date(2026, 6, 15), "electrodiagnostic-study"
    findings = tuple(Finding("mrc-ankle-dorsiflexion", leg, 3, Date(2026, 3, 1), f"Observation/{leg}") for leg in SIDES)
    care = tuple(Existing(key, "order", leg, "done", None, Date(2026, 6, 10), f"ServiceRequest/{leg}") for leg in done)
    patient = consult(Record("Patient/p", findings=findings, existing=care), day)
    assert Light(patient.book, patient).outcome((key,)) == said


def test_nobody_is_lit_whom_the_guideline_does_not_concern() -> None:
    states = {item.state for band in bands(BOOK, patient("no-foot-drop")) for card in band.cards
              for block in card.blocks for item in block.items}  # fmt: skip
    assert states == {"no"}
    assert "nothing is lit" in diagram(patient("no-foot-drop"))


def test_what_holds_and_what_is_open_is_told_without_colour() -> None:
    chart = diagram(patient("peroneal-leg-crossing"), "mermaid")
    assert all("✓ " in line for line in chart.splitlines() if line.endswith(":::yes"))
    assert all("? " in line for line in chart.splitlines() if line.endswith(":::unknown"))
    picture = diagram(patient("peroneal-leg-crossing"))
    assert picture.count("stroke-dasharray") > 10
    assert picture.count(">?</text>") > 10


@pytest.mark.parametrize("ink", [INK, SOFT, FAINT, BLUE])
def test_every_ink_can_be_read_on_white(ink: str) -> None:
    shares = [int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_the_flowchart_joins_only_nodes_it_has() -> None:
    chart = flowchart(bands(BOOK, None))
    nodes = set(re.findall(r"\b([dt]\d[\d_]*)(?=[\[({])", chart)) | set(re.findall(r"subgraph (s\d)", chart))
    joined = set(re.findall(r"^ *([dst]\d[\d_]*) [-=]+>", chart, re.MULTILINE))
    joined |= set(re.findall(r"[-=]+> ([dst]\d[\d_]*)", chart))
    assert joined <= nodes
    assert chart.count(">") < 500, "Mermaid draws no more than 500 edges"
