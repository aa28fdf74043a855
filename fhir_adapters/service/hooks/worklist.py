"""What the plan's card says beside its orders: the visit's work list, the checks before discharge, what is drafted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from fhir_adapters.service.hooks.drafts import Comparison
from fhir_adapters.service.hooks.words import asked, counted, name_of
from guideline.assessment import Assessment, Proposal
from guideline.markdown import plain, row_of
from guideline.sentences import capital

_LEADS: Final = {
    "encounter-start": "For this visit, {} of the foot-drop plan to place",
    "encounter-discharge": "Before discharge, {} of the foot-drop plan not arranged",
    "order-select": "The foot-drop plan has {} beside the draft",
    "order-sign": "The foot-drop plan has {} beside the drafts",
}
_LEAD: Final = "The foot-drop plan has {} to place"
_STATUS: Final = {"new": "not ordered", "already-ordered": "ordered", "done": "done"}
_LISTS: Final = {"encounter-start": "Work list", "encounter-discharge": "Checks before discharge"}


def own_list(hook: str) -> str:
    """The hook itself, if it has a list of its own: who has declined the plan elsewhere has not declined that."""
    return hook if hook in _LISTS else ""


def plan_lead(hook: str, orders: Sequence[Proposal]) -> str:
    """How the summary of the plan's card begins."""
    return _LEADS.get(hook, _LEAD).format(counted(len(orders), "routine order") if orders else "no routine order")


def plan_notes(assessment: Assessment, hook: str, drafts: Comparison) -> tuple[str, ...]:
    """Markdown blocks; none where there is nothing to say."""
    blocks = []
    if hook in _LISTS and (assessment.orders or assessment.activities):
        lines = _table(assessment, drafts)
        blocks.append("\n".join((f"**{_LISTS[hook]}**", "", *lines)))
    drafted = [name_of(key, side) for key, side in sorted(drafts.covered, key=str)]
    if drafted:
        blocks.append(f"**Drafted already**, so not suggested again: {plain('; '.join(drafted))}.")
    return tuple(blocks)


def _table(assessment: Assessment, drafts: Comparison) -> Iterable[str]:
    yield row_of(("What", "How", "State"))
    yield row_of(("---", "---", "---"))
    for one in (*assessment.orders, *assessment.activities):
        state = "drafted" if (one.key, one.side) in drafts.covered else _STATUS[one.status]
        yield row_of((plain(capital(name_of(one.key, one.side))), plain(asked(one)), state))
