"""The safety invariants, proved for every Case the vocabulary allows. A broken one prints a FHIR Bundle."""

from __future__ import annotations

import pytest

from guideline.rulebook import rulebook
from tests.proof.claim import Claim
from tests.proof.claims import CLAIMS
from tests.proof.every_case import every_case
from tests.proof.patient_of import told
from tests.proof.plan import Plan
from tests.proof.three import Bool
from tests.proof.turned_on import Turn, losses, orthosis_keepers, red_flags

SPACE = every_case(rulebook())
PLAN = Plan(SPACE.reading)
TURNS = [*red_flags(SPACE), *orthosis_keepers(SPACE)]


def shown(what: str, *conditions: Bool) -> str | None:
    """Nothing if no Case meets the conditions; else the simplest that does, as a patient."""
    if SPACE.never(*conditions):
        return None
    found = SPACE.find(*conditions, simplest=True)
    return f"{what}\nbroken by: {found}\n{told(SPACE.book, found.values) if found else ''}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.invariant} {claim.says}")
def test_no_case_breaks_the_invariant(claim: Claim) -> None:
    broken = shown(f"{claim.invariant}: {claim.says}", claim.broken(PLAN))
    assert not broken, broken


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.invariant} {claim.says}")
def test_the_invariant_speaks_of_somebody(claim: Claim) -> None:
    assert not SPACE.never(claim.concerns(PLAN))


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.name)
def test_si_02_a_fact_that_turns_out_true_takes_nothing_away(turn: Turn) -> None:
    assert not SPACE.never(turn.off, *turn.tied)
    for loss in losses(SPACE, turn):
        lost = shown(f"turning on {turn.name} takes {loss.what} away from this patient", loss.condition)
        assert not lost, lost
