"""Which unanswered questions could change an order: asked again and again while one answer is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from guideline.assessment import Proposal, Question, Side


class OpenQuestions:
    """The questions of one assessment, found by what they could change."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._changing: defaultdict[str, list[tuple[int, Side | None]]] = defaultdict(list)
        changing = self._changing
        for place, question in enumerate(questions):
            entry = place, question.side
            for key in question.would_change:
                changing[key].append(entry)

    def about(self, order: Proposal) -> list[int]:
        """The places of the questions that could change this order, on its leg."""
        leg = order.side
        return [
            place for place, side in self._changing.get(order.key, ()) if side is None or leg is None or side == leg
        ]
