"""What is not known is never taken for no: whatever is missing, broken or garbled on the way, the clinician is told."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.ehr.conftest import Opening, day_of, record_of
from tests.service.ehr.ehr import Ehr, refused
from tests.service.ehr.record import Json, outcome
from tests.service.ehr.rules import wrong_with_answer
from tests.service.ehr.running import hospital

VIEW = "patient-view"
RED_FLAGS = ("cauda-equina", "compartment-syndrome", "hip-arthroplasty-anticoagulated")

LOSSES: dict[str, Callable[[Json, str], Any]] = {
    "is not sent": lambda prefetch, key: prefetch.pop(key),
    "could not be searched": lambda prefetch, key: prefetch.update({key: outcome("not now")}),
    "is another resource": lambda prefetch, key: prefetch.update({key: {"resourceType": "Basic", "id": "1"}}),
    "is no FHIR": lambda prefetch, key: prefetch.update({key: {"items": []}}),
    "is cut off": lambda prefetch, key: prefetch.update({key: cut_off(prefetch[key])}),
}


def cut_off(value: Json) -> Json:
    """The first page of two."""
    if value["resourceType"] != "Bundle":
        return outcome("cut off")
    rest = {"relation": "next", "url": "https://ehr.example/fhir?page=2"}
    return {**value, "entry": value.get("entry", [])[:1] or [], "link": [rest]}


@pytest.mark.requirement("1.3-20")
@pytest.mark.requirement("1.3-21")
@pytest.mark.requirement("1.3-22")
@pytest.mark.parametrize("name", RED_FLAGS)
def test_a_red_flag_is_shown_or_it_is_said_what_is_missing(opening: Opening, name: str) -> None:
    """One prefetch key lost in each way that keys are lost, and no way for the service to fetch it."""
    ehr = opening(name).ehr
    whole = grave(ehr.open(VIEW).cards)
    ehr.grants = False
    silent = []
    for key in ehr.services[VIEW]["prefetch"]:
        for how, lose in LOSSES.items():
            sent = ehr.asking(VIEW)
            lose(sent["prefetch"], key)
            screen = ehr.send(VIEW, sent)
            if screen.status != 200:
                refused(screen, 400, 412, 422)
            elif key not in str(screen.cards) and not whole <= grave(screen.cards):
                silent.append((key, how))
    assert not silent


@pytest.mark.requirement("1.3-21")
def test_every_loss_is_told_even_where_nothing_grave_hangs_on_it(opening: Opening) -> None:
    ehr = opening("peroneal-leg-crossing").ehr
    ehr.grants = False
    ehr.open(VIEW)
    silent = []
    for key in ehr.services[VIEW]["prefetch"]:
        for how, lose in LOSSES.items():
            sent = ehr.asking(VIEW)
            lose(sent["prefetch"], key)
            screen = ehr.send(VIEW, sent)
            if screen.status == 200 and key not in str(screen.cards):
                silent.append((key, how))
    assert not silent


def grave(cards: list[Json]) -> set[str]:
    return {card["source"]["topic"]["code"] for card in cards if card["indicator"] == "critical"}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ehr]:
    name = "cauda-equina"
    with hospital(tmp_path_factory.mktemp("unknown"), record_of(name), day_of(name)) as open_one:
        open_one.ehr.open(VIEW)
        yield open_one.ehr


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.just([]), st.just({}),
    st.just([None]), st.just({"resourceType": 7}), st.just({"reference": "Patient/somebody-else"}),
    st.just("2026-13-45"), st.just("x" * 100_000), st.just(10**400), st.just(-1e308),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, at most three of each list."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:3]):
            yield from places(inner, (*path, index))


def put(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return value


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), hook=st.sampled_from([VIEW, "order-select", "problem-list-item-create"]), junk=JUNK)
def test_junk_anywhere_in_a_request_is_answered_or_refused_and_never_a_crash(
    clinic: Ehr, data: st.DataObject, hook: str, junk: Any
) -> None:
    sent = copy.deepcopy(clinic.asking(hook))
    path = data.draw(st.sampled_from([path for path in places(sent) if path and "hookInstance" not in path]))
    broken = put(sent, path, junk)
    screen = clinic.send(hook, broken)
    if screen.status == 200:
        assert wrong_with_answer(screen.answer) == [], path
    else:
        refused(screen, 400, 403, 412, 413, 422)
