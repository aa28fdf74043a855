"""Orders on the desk and a new problem: what the clinician is about to do is taken into account, and never trusted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.ehr.conftest import Opening
from tests.service.ehr.ehr import bundle, draft, meaning, refused
from tests.service.ehr.rules import wrong_with_answer

NAME = "peroneal-leg-crossing"


@pytest.mark.requirement("1.10")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_what_is_drafted_is_not_suggested(opening: Opening, hook: str) -> None:
    ehr = opening(NAME).ehr
    wanted = ehr.open("patient-view").orders()
    drafts = [draft(order, f"draft-{index}") for index, order in enumerate(wanted)]
    selected = [f"ServiceRequest/{each['id']}" for each in drafts]
    context: dict[str, Any] = {"draftOrders": bundle(*drafts)}
    screen = ehr.open(hook, **context, **({"selections": selected} if hook == "order-select" else {}))
    assert wrong_with_answer(screen.answer) == []
    assert not {meaning(order) for order in screen.orders()} & {meaning(order) for order in wanted}


def test_before_signing_what_belongs_beside_the_order_is_suggested(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    wanted = ehr.open("patient-view").orders()
    urgent = [order for order in wanted if order["priority"] in ("asap", "urgent", "stat")]
    others = [draft(order, f"d{index}") for index, order in enumerate(wanted) if order not in urgent]
    screen = ehr.open("order-sign", draftOrders=bundle(*others))
    assert {meaning(order) for order in urgent} <= {meaning(order) for order in screen.orders()}


def test_a_red_flag_is_shown_whatever_is_ordered(opening: Opening) -> None:
    ehr = opening("cauda-equina").ehr
    for hook in ("order-select", "order-sign"):
        assert ehr.open(hook).text.startswith("[CRITICAL]"), hook


def test_a_problem_that_is_being_entered_gives_the_plan_before_it_is_stored(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    wanted = {meaning(order) for order in ehr.open("patient-view").orders()}
    stored = [key for key in ehr.record.resources if key[0] == "Condition"]
    entered = [ehr.record.resources.pop(key) for key in stored]
    screen = ehr.open("problem-list-item-create", conditions=bundle(*entered))
    assert {meaning(order) for order in screen.orders()} == wanted


@pytest.mark.parametrize("hook", ["encounter-start", "encounter-discharge"])
def test_a_visit_begins_and_ends_with_what_is_open(opening: Opening, hook: str) -> None:
    ehr = opening(NAME).ehr
    screen = ehr.open(hook)
    assert "orthosis" in screen.text.lower()
    assert screen.orders()


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_draft_for_another_patient_is_refused(opening: Opening, hook: str) -> None:
    ehr = opening(NAME).ehr
    order = {**ehr.open("patient-view").orders()[0], "subject": {"reference": "Patient/somebody-else"}}
    refused(ehr.open(hook, draftOrders=bundle(draft(order, "draft-1"))), 400, 422)


def test_a_problem_of_another_patient_is_refused(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    problem = {**ehr.record.resources["Condition", "cond-01"], "subject": {"reference": "Patient/somebody-else"}}
    refused(ehr.open("problem-list-item-create", conditions=bundle(problem)), 400, 422)
