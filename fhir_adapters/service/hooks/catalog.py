"""The six services: which hook calls them, what its context holds, and what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["id", "drafts", "selections", "conditions"]


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook of the CDS Hooks Library (build 5d04c4d), and the service that answers it.

    `version` is the hook definition's own; `encounter` says whether the context must name one; `carries` is what the
    context holds beside people and encounter.
    """

    name: str
    version: str
    title: str
    description: str
    encounter: bool = False
    carries: tuple[Kind, ...] = ()

    @property
    def service(self) -> str:
        """The id of the service: each hook has its own, because one id for two hooks replaces the earlier cards."""
        return f"footdrop-{self.name}"


_COMMON: Final = (
    " Every proposal names the rules, the recorded facts and the missing facts behind it, and is for the clinician to "
    "decide."
)

HOOKS: Final[tuple[Hook, ...]] = (
    Hook(
        "patient-view",
        "1.0",
        "Foot drop: what is open",
        "Red flags of a foot drop, care that is not ordered yet, and findings that nobody has recorded and that could "
        "change the plan." + _COMMON,
    ),
    Hook(
        "order-select",
        "1.0",
        "Foot drop: the order that was selected",
        "Looks at the selected order: whether another study answers the question better, whether it is urgent enough, "
        "what belongs with it, and whether a red flag comes first." + _COMMON,
        carries=("selections", "drafts"),
    ),
    Hook(
        "order-sign",
        "1.0",
        "Foot drop: before orders are signed",
        "A last look at the unsigned orders: red flags, orders that are too weak or not urgent enough, and orders that "
        "are missing beside them." + _COMMON,
        carries=("drafts",),
    ),
    Hook(
        "problem-list-item-create",
        "0.1.0",
        "Foot drop: plan for a new problem",
        "When a foot drop, its cause or an emergency is put on the problem list: the plan that follows from it."
        + _COMMON,
        carries=("conditions",),
    ),
    Hook(
        "encounter-start",
        "1.0",
        "Foot drop: work list for the visit",
        "What this visit should see to: red flags, what to examine, what is due, what is ordered and still open."
        + _COMMON,
        encounter=True,
    ),
    Hook(
        "encounter-discharge",
        "1.0",
        "Foot drop: before discharge",
        "Whether orthosis, physiotherapy, fall prevention and follow-up are arranged before the patient leaves, and "
        "whether a red flag stands against it." + _COMMON,
        encounter=True,
    ),
)
BY_SERVICE: Final = {hook.service: hook for hook in HOOKS}
