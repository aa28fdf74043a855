"""The machine-readable invariants of CDS Hooks (HL7/cds-hooks, input/fsh/invariants, commit fb10ca7), as FHIRPath.

Each stands where its logical model puts it; they are evaluated by an independent FHIRPath engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import fhirpathpy

Json = dict[str, Any]

INVARIANTS: Final = {
    "cds-resp-1": "(selectionBehavior = 'at-most-one') implies suggestions.where(isRecommended).count() <= 1",
    "cds-resp-2": "(type = 'delete') implies (resourceId.exists() and resource.empty())",
    "cds-resp-3": "(type != 'smart') implies (appContext.empty())",
    "cds-resp-4": "display.exists()",
    "cds-resp-5": "actions.all(description.exists())",
    "cds-resp-6": "suggestions.exists() implies selectionBehavior.exists()",
    "cds-resp-7": (
        "actionSelectionBehavior.empty() or actionSelectionBehavior = 'all' or actionSelectionBehavior = 'any' or "
        "actionSelectionBehavior = 'at-most-one'"
    ),
    "cds-fb-1": "outcome = 'accepted' or outcome = 'overridden'",
    "cds-fb-2": "(outcome = 'accepted') implies acceptedSuggestions.exists()",
    "cds-fb-3": "reason.exists() or userComment.exists()",
    "cds-r-1": "fhirAuthorization.exists() implies fhirServer.exists()",
    "cds-r-2": "scope.contains('patient/') implies patient.exists()",
}


@cache
def _compiled(name: str) -> Any:
    return fhirpathpy.compile(INVARIANTS[name])


def holds(name: str, element: Any) -> bool:
    """Whether one element keeps one invariant. No verdict is not a yes."""
    return _compiled(name)(element) == [True]


def broken(answer: Json) -> list[tuple[str, str]]:
    """Every invariant of a response that does not hold, with its place."""
    return [(name, place) for name, place, element in _of_response(answer) if not holds(name, element)]


def _of_response(answer: Json) -> Iterator[tuple[str, str, Any]]:
    for index, card in enumerate(answer["cards"]):
        place = f"cards[{index}]"
        yield "cds-resp-1", place, card
        yield "cds-resp-6", place, card
        for reason in card.get("overrideReasons", ()):
            yield "cds-resp-4", place, reason
        for link in card.get("links", ()):
            yield "cds-resp-3", place, link
        for suggestion in card.get("suggestions", ()):
            yield "cds-resp-5", place, suggestion
            yield "cds-resp-7", place, suggestion
            for action in suggestion.get("actions", ()):
                yield "cds-resp-2", place, action
