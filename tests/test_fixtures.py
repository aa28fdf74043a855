"""Every invented patient of fixtures/ gets the answer that a clinician wrote down beside the record.

`fixtures/README.md` says how an expectation is read: what is not written is not demanded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fhir_adapters import assess
from fixtures.hospital_export import hospital_export
from tests.support.numbers import ends, site

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PRIORITIES = ("routine", "urgent", "asap", "stat")
SEVERITIES = ("info", "warning", "critical")
NAMES = sorted(path.name.removesuffix(".expected.toml") for path in FIXTURES.glob("*.expected.toml"))
Json = dict[str, Any]

# Each patient under the guideline's own numbers, and with every number it does not name at one end of its range.
patients = pytest.mark.parametrize(("name", "end"), [(name, end) for name in NAMES for end in (None, "low", "high")])


@cache
def expected(name: str) -> Json:
    return tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text())


def record(name: str) -> bytes:
    if name == "hospital_export":
        return hospital_export()
    return next(path for path in FIXTURES.glob(f"{name}.*json")).read_bytes()


@cache
def answer(name: str, end: str | None = None) -> Json:
    numbers = (ends(end) if end else {}) | expected(name).get("numbers", {})
    theirs = site(numbers) if numbers else None
    return assess(record(name), as_of=expected(name)["as_of"], site=theirs).model_dump(mode="json")


def matching(found: list[Json], wanted: Json) -> Iterator[Json]:
    """Orders of that key and side whose named fields are those, at `min_priority` or above."""
    exact = {key: wanted.get(key) for key in ("key", "side")} | {
        key: wanted[key] for key in ("priority", "strength", "status") if key in wanted
    }
    floor = PRIORITIES.index(wanted.get("min_priority", "routine"))
    for order in found:
        if all(order[key] == value for key, value in exact.items()) and PRIORITIES.index(order["priority"]) >= floor:
            yield order


def test_every_record_has_its_expectation_and_every_expectation_its_record() -> None:
    records = {path.stem for path in FIXTURES.iterdir() if path.suffix in (".json", ".ndjson")}
    assert records | {"hospital_export"} == set(NAMES)
    assert len(NAMES) > 20
    for name in NAMES:
        assert (FIXTURES / f"{name}.expected.md").exists()
        assert set(expected(name)) <= KEYS


KEYS = {
    "as_of", "outcome", "foot_drop", "orders", "any_of", "exact_orders", "only_orders", "absent_orders",
    "absent_activities", "not_new", "if_listed", "alerts", "numbers", "min_questions", "question_any", "differential",
    "differential_any", "activities", "goals", "min_problems",
}  # fmt: skip


@patients
def test_the_outcome_and_the_legs_are_as_expected(name: str, end: str | None) -> None:
    assert answer(name, end)["outcome"] == expected(name)["outcome"]
    seen = {limb["side"]: limb["foot_drop"] for limb in answer(name, end)["limbs"]}
    words = {True: True, False: False, None: "unknown"}
    assert {side: words[seen[side]] for side in seen} == expected(name)["foot_drop"]


@patients
def test_the_orders_that_must_be_there_are(name: str, end: str | None) -> None:
    orders = answer(name, end)["orders"]
    listed = [(each["key"], each["side"], each["priority"], each["strength"], each["status"]) for each in orders]
    missing = [wanted for wanted in expected(name).get("orders", []) if not list(matching(orders, wanted))]
    assert not missing, f"of {listed}"
    for choice in expected(name).get("any_of", []):
        floor = {"min_priority": choice.get("min_priority", "routine")}
        assert any(list(matching(orders, {"key": key, **floor})) for key in choice["keys"]), choice


@patients
def test_the_orders_that_must_not_be_there_are_not(name: str, end: str | None) -> None:
    want, orders = expected(name), answer(name, end)["orders"]
    keys = {order["key"] for order in orders}
    assert sorted(keys & set(want.get("absent_orders", []))) == []
    assert "exact_orders" not in want or keys == set(want["exact_orders"])
    assert "only_orders" not in want or keys <= set(want["only_orders"])
    assert not [
        order["key"] for order in orders if order["key"] in want.get("not_new", []) and order["status"] == "new"
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if "if_listed" in expected(name)])
def test_an_order_that_may_be_listed_has_the_status_it_should_have(name: str) -> None:
    """Whether it is listed may hang on the numbers; under the guideline's own, each one must be, or it says nothing."""
    for end in (None, "low", "high"):
        listed = {(each["key"], each["side"]): each["status"] for each in answer(name, end)["orders"]}
        assert len(listed) == len(answer(name, end)["orders"])
        wanted = {(one["key"], one.get("side")): one["status"] for one in expected(name)["if_listed"]}
        found = {where: listed[where] for where in wanted if where in listed}
        assert found.items() <= wanted.items()
        assert end or found == wanted


@patients
def test_the_alerts_are_as_grave_as_expected(name: str, end: str | None) -> None:
    alerts = answer(name, end)["alerts"]
    for wanted in expected(name).get("alerts", []):
        floor = SEVERITIES.index(wanted["severity"])
        sides = {wanted["side"]} if "side" in wanted else {"left", "right", None}
        found = [one for one in alerts if one["side"] in sides and SEVERITIES.index(one["severity"]) >= floor]
        assert found, wanted


@patients
def test_the_questions_are_asked(name: str, end: str | None) -> None:
    asked = {question["fact"] for question in answer(name, end)["questions"]}
    assert not set(expected(name).get("min_questions", [])) - asked
    choice = set(expected(name).get("question_any", []))
    assert not choice or choice & asked


@patients
def test_the_diagnoses_are_on_the_list(name: str, end: str | None) -> None:
    found = {limb["side"]: {each["diagnosis"] for each in limb["differential"]} for limb in answer(name, end)["limbs"]}
    for side, wanted in expected(name).get("differential", {}).items():
        assert not set(wanted) - found[side]
    for side, choice in expected(name).get("differential_any", {}).items():
        assert set(choice) & found[side]


@patients
def test_activities_goals_and_problems_are_as_expected(name: str, end: str | None) -> None:
    want, found = expected(name), answer(name, end)
    activities = {activity["key"] for activity in found["activities"]}
    assert sorted(set(want.get("activities", [])) - activities) == []
    assert sorted(set(want.get("absent_activities", [])) & activities) == []
    assert sorted(set(want.get("goals", [])) - {goal["key"] for goal in found["goals"]}) == []
    assert len(found["problems"]) >= want.get("min_problems", 0)


@pytest.mark.parametrize("entries", [40, 561, 2000])
def test_the_expectation_of_the_hospital_export_holds_for_every_size(entries: int) -> None:
    found = assess(hospital_export(entries=entries), as_of=expected("hospital_export")["as_of"]).model_dump(mode="json")
    whole = answer("hospital_export")
    assert [(o["key"], o["side"], o["priority"], o["strength"], o["status"]) for o in found["orders"]] == [
        (o["key"], o["side"], o["priority"], o["strength"], o["status"]) for o in whole["orders"]
    ]
    assert found["outcome"] == whole["outcome"]
