"""Whole patients: what a careful clinician would expect of the plan, whichever way the hospital writes the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from fhir_adapters import assess
from guideline.assessment import PRIORITIES
from tests.support.numbers import ends, site
from tests.vignettes.encoding import bundle
from tests.vignettes.story import Vignette, of_text, vignettes

ALL: Final = vignettes()
CONTRIBUTING: Final = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text("utf-8")
FORMS: Final = range(4)
STRENGTHS: Final = ("recommend", "consider", "option")
ALERTS: Final = ("critical", "warning", "info")
EXPECTED: Final = {
    "outcome", "orders", "absent", "status", "supersedes", "alerts", "no_alerts", "at_most_alerts", "differential",
    "not_differential", "confirmed", "questions", "activities", "no_activities", "goals", "texts", "no_texts", "due",
    "problems", "course",
}  # fmt: skip
Plan = dict[str, Any]
EACH = pytest.mark.parametrize("vignette", ALL, ids=str)


def planned(vignette: Vignette, form: int, numbers: Mapping[str, str | int]) -> Plan:
    theirs = site(numbers) if numbers else None
    return assess(bundle(vignette, form), as_of=vignette.as_of, site=theirs).model_dump(mode="json")


@pytest.fixture(scope="module")
def plan_of() -> Any:
    made: dict[tuple[str, int], Plan] = {}

    def plan(vignette: Vignette, form: int) -> Plan:
        key = vignette.name, form
        if key not in made:
            made[key] = planned(vignette, form, vignette.numbers)
        return made[key]

    return plan


@pytest.mark.parametrize("form", FORMS)
@EACH
def test_the_plan_is_what_a_careful_clinician_expects(vignette: Vignette, form: int, plan_of: Any) -> None:
    assert disagreements(vignette.expect, plan_of(vignette, form)) == []


@pytest.mark.parametrize("end", ["low", "high"])
@EACH
def test_no_number_matters_to_a_vignette_that_does_not_name_it(vignette: Vignette, end: str) -> None:
    """Every other number stands at one end of its range, and the plan is still what the clinician expects."""
    assert disagreements(vignette.expect, planned(vignette, 0, ends(end) | dict(vignette.numbers))) == []


@EACH
def test_how_a_hospital_writes_the_record_does_not_change_the_plan(vignette: Vignette, plan_of: Any) -> None:
    """Device uses, drugs and reports carry their own dates, so the orders and alerts are compared, not every word."""
    seen = [_skeleton(plan_of(vignette, form)) for form in FORMS]
    assert all(one == seen[0] for one in seen)


def test_every_vignette_tells_its_story_once() -> None:
    assert len(ALL) >= 150
    assert len({each.name for each in ALL}) == len(ALL)
    assert all(40 <= len(each.story) <= 900 for each in ALL)
    assert all(set(each.expect) <= EXPECTED for each in ALL)


def test_the_recipe_s_vignette_holds() -> None:
    recipe = CONTRIBUTING.partition("## Recipe 4")[2].partition("```toml\n")[2].partition("```")[0]
    (shown,) = of_text(recipe, "recipe")
    assert set(shown.expect) <= EXPECTED
    assert [disagreements(shown.expect, planned(shown, form, shown.numbers)) for form in FORMS] == [[]] * len(FORMS)
    for end in ("low", "high"):
        assert disagreements(shown.expect, planned(shown, 0, ends(end) | dict(shown.numbers))) == []


def test_at_least_twenty_are_modelled_on_published_reports() -> None:
    references = Counter(each.reference for each in ALL if each.reference)
    assert len(references) >= 20
    assert all("doi:" in each or "PMID" in each or "https://" in each for each in references)


def _skeleton(plan: Plan) -> Plan:
    orders = [(o["key"], o["side"], o["priority"], o["strength"], o["status"]) for o in plan["orders"]]
    alerts = [(a["severity"], a["key"], a["side"]) for a in plan["alerts"]]
    limbs = [(one["side"], one["foot_drop"], one["severity"], one["course"]) for one in plan["limbs"]]
    return {"outcome": plan["outcome"], "orders": orders, "alerts": alerts, "limbs": limbs}


def disagreements(expect: dict[str, Any], plan: Plan) -> list[str]:
    """Every expectation that the plan does not meet, in words."""
    wrong = []
    if plan["outcome"] != expect["outcome"]:
        wrong.append(f"outcome is {plan['outcome']}, expected {expect['outcome']}")
    wrong += [why for line in expect.get("orders", ()) if (why := _order(line, plan))]
    wrong += [f"proposes {line}" for line in expect.get("absent", ()) if _found(line, plan["orders"])]
    wrong += [why for line in expect.get("status", ()) if (why := _status(line, plan))]
    wrong += [f"{line} supersedes nothing" for line in expect.get("supersedes", ()) if not _superseding(line, plan)]
    return wrong + _alerts(expect, plan) + _limbs(expect, plan) + _rest(expect, plan)


def _found(line: str, items: list[Plan]) -> list[Plan]:
    """The items of the key and, if one is named, of the side."""
    words = line.split()
    sides = {word for word in words if word in ("left", "right")}
    return [one for one in items if one["key"] == words[0] and (not sides or one["side"] in sides)]


def _order(line: str, plan: Plan) -> str | None:
    """ "mri-brain >=urgent recommend": at least that urgent, exactly that strength. Without >= exactly that urgent."""
    found = _found(line, plan["orders"])
    for word in line.split()[1:]:
        if word in STRENGTHS:
            found = [one for one in found if one["strength"] == word]
        elif word.startswith(">="):
            found = [one for one in found if PRIORITIES.index(one["priority"]) >= PRIORITIES.index(word[2:])]
        elif word in PRIORITIES:
            found = [one for one in found if one["priority"] == word]
        elif word not in ("left", "right"):
            raise ValueError(f"{word!r} says nothing of an order")
    if found:
        return None
    key, *_ = line.split()
    have = [(one["side"], one["priority"], one["strength"]) for one in _found(key, plan["orders"])]
    return f"expected {line}, found {have or 'nothing'}"


def _status(line: str, plan: Plan) -> str | None:
    *_, status = line.split()
    found = _found(line, plan["orders"])
    return (
        None if any(one["status"] == status for one in found) else f"{line}, found {[one['status'] for one in found]}"
    )


def _superseding(line: str, plan: Plan) -> bool:
    return any(one["supersedes"] for one in _found(line, plan["orders"]))


def _alerts(expect: dict[str, Any], plan: Plan) -> list[str]:
    alerts = plan["alerts"]
    wrong = []
    for line in expect.get("alerts", ()):
        wanted = next((word for word in line.split() if word in ALERTS), None)
        if not any(wanted in (None, one["severity"]) for one in _found(line, alerts)):
            wrong.append(f"expected alert {line}, found {[one['severity'] for one in _found(line, alerts)]}")
    wrong += [f"alerts {line}" for line in expect.get("no_alerts", ()) if _found(line, alerts)]
    wrong += [
        f"alerts {one['key']}, critical"
        for one in alerts
        if expect.get("no_alerts") == ["critical"] and one["severity"] == "critical"
    ]
    if len(alerts) > expect.get("at_most_alerts", 99):
        wrong.append(f"{len(alerts)} alerts: {[one['key'] for one in alerts]}")
    return wrong


def _limbs(expect: dict[str, Any], plan: Plan) -> list[str]:
    wrong = []
    for side, wanted in expect.get("differential", {}).items():
        wrong += [f"{side}: {line} is not in the differential" for line in wanted if not _diagnosed(line, side, plan)]
    for side, unwanted in expect.get("not_differential", {}).items():
        wrong += [f"{side}: {line} is in the differential" for line in unwanted if _diagnosed(line, side, plan)]
    for side, course in expect.get("course", {}).items():
        told = next(limb["course"] for limb in plan["limbs"] if limb["side"] == side)
        wrong += [] if told == course else [f"{side}: the course is {told}, expected {course}"]
    return wrong


def _diagnosed(line: str, side: str, plan: Plan) -> bool:
    diagnosis, *certainty = line.split()
    limb = next(limb for limb in plan["limbs"] if limb["side"] == side)
    return any(
        one["diagnosis"] == diagnosis and (not certainty or one["certainty"] == certainty[0])
        for one in limb["differential"]
    )


def _rest(expect: dict[str, Any], plan: Plan) -> list[str]:
    asked = [question["fact"] for question in plan["questions"]]
    words = " ".join(
        one["text"] for kind in ("orders", "activities", "goals", "alerts", "prognosis") for one in plan[kind]
    )
    change = " ".join(f"{one['date']} {one['change']}" for one in plan["timeline"])
    wrong = [f"does not ask {each}" for each in expect.get("questions", ()) if each not in asked]
    wrong += [f"no activity {each}" for each in expect.get("activities", ()) if not _found(each, plan["activities"])]
    wrong += [f"activity {each}" for each in expect.get("no_activities", ()) if _found(each, plan["activities"])]
    wrong += [f"no goal {each}" for each in expect.get("goals", ()) if not _found(each, plan["goals"])]
    wrong += [f"does not say {each!r}" for each in expect.get("texts", ()) if each.lower() not in words.lower()]
    wrong += [f"says {each!r}" for each in expect.get("no_texts", ()) if each.lower() in words.lower()]
    wrong += [f"forecasts no {each!r}" for each in expect.get("due", ()) if each not in change]
    if bool(plan["problems"]) is not bool(expect.get("problems", False)):
        wrong.append(f"problems: {plan['problems']}")
    return wrong
