"""The service's own last look: an answer that breaks the specification is an error, never a broken card."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from fhir_adapters.service.hooks import answer as answering
from fhir_adapters.service.hooks.check import BrokenAnswer, check_answer
from tests.service.hooks.calling import Json, issue, patient_view
from tests.service.hooks.invariants import broken


@pytest.fixture(scope="module")
def good() -> Json:
    client, body = patient_view("cauda-equina")
    return {"cards": client.cards(body)}


def first(card: Json) -> Json:
    found: Json = card["suggestions"][0]
    return found


def put(name: str, value: Any) -> Callable[[Json], None]:
    return lambda card: card.__setitem__(name, value)


BREAKS: list[tuple[str, Callable[[Json], Any], str]] = [
    ("1.5-34", put("summary", "x" * 140), ".summary"),
    ("1.5-34", put("summary", ""), ".summary"),
    ("1.5-34", put("summary", "one\ntwo"), ".summary"),
    ("1.5-36", put("indicator", "hard-stop"), ".indicator"),
    ("1.5-37", lambda card: card["source"].update(url="/rules"), ".source"),
    ("1.5-33", put("uuid", "1"), ".uuid"),
    ("1.5-35", put("detail", "a <b>b</b>"), ".detail"),
    ("1.5-38", lambda card: card.pop("selectionBehavior"), ".selectionBehavior"),
    ("1.5-38", put("selectionBehavior", "all"), ".selectionBehavior"),
    ("1.5-38", lambda card: card.pop("suggestions"), ".selectionBehavior"),
    ("1.5-39", put("selectionBehavior", "at-most-one"), ".suggestions"),
    ("1.5-40", lambda card: first(card).update(label=""), ".suggestions[0]"),
    ("1.2-15", lambda card: first(card).update(actionSelectionBehavior="any"), ".suggestions[0]"),
    ("1.5-42", lambda card: first(card)["actions"][0].pop("description"), ".suggestions[0].actions[0]"),
    ("1.5-42", lambda card: first(card)["actions"][0].update(type="delete"), ".suggestions[0].actions[0]"),
    ("1.5-42", lambda card: first(card)["actions"][0].update(type="merge"), ".suggestions[0].actions[0]"),
    ("1.5-43", lambda card: card["overrideReasons"][0].pop("display"), ".overrideReasons[0]"),
    ("1.5-44", lambda card: card["links"][0].update(appContext="x"), ".links[0]"),
    ("1.5-44", lambda card: card["links"][0].update(url="rules"), ".links[0]"),
    ("1.1-3", lambda card: card["extension"].update(x=None), ".extension.x"),
    ("1.1-3", lambda card: card["extension"].update(x=[{}]), ".extension.x[0]"),
    ("1.1-3", put("links", []), ".links"),
]


@pytest.mark.requirement("gap-5")
@pytest.mark.parametrize(("number", "break_it", "place"), BREAKS)
def test_a_broken_card_is_refused_at_its_element(number: str, break_it: Any, place: str, good: Json) -> None:
    answer = deepcopy(good)
    break_it(answer["cards"][0])
    with pytest.raises(BrokenAnswer) as refused:
        check_answer(answer)
    assert refused.value.status == 500
    assert refused.value.expression == (f"cards[0]{place}",), number


@pytest.mark.requirement("gap-5")
def test_whatever_the_official_invariants_refuse_is_refused_here(good: Json) -> None:
    """Each change that breaks an invariant of the specification is caught before it is sent."""
    caught = 0
    for _, break_it, _ in BREAKS:
        answer = deepcopy(good)
        break_it(answer["cards"][0])
        if broken(answer):
            caught += 1
            with pytest.raises(BrokenAnswer):
                check_answer(answer)
    assert caught >= 5


def test_a_whole_answer_passes(good: Json) -> None:
    check_answer(good)
    check_answer({"cards": []})


@pytest.mark.requirement("gap-3", "gap-5", "1.5-32")
def test_a_defect_becomes_an_error_and_is_not_kept_as_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not an empty answer: that would say that there is nothing to say."""
    client, body = patient_view("cauda-equina")
    render = answering.render

    def spoiled(*given: Any) -> Any:
        shown = render(*given)
        shown.card["summary"] = "x" * 200
        return shown

    monkeypatch.setattr(answering, "render", spoiled)
    found = issue(client.call(body), 500)
    assert found["expression"] == ["cards[0].summary"]
    assert client.journal.assessments == []
    assert "cards[0].summary" in caplog.text
