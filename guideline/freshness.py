"""From when on work counts as the answer to a proposal: what was done before the question arose has not seen it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, cast

from cql_like import Date, DateTime
from cql_like.periods import add
from guideline.care import CareSeen
from guideline.claims import Claim
from guideline.parts import Parts
from guideline.vocabulary import order_kinds
from guideline.wording import wording

_MEASURED: Final = frozenset(("course", "pain-score"))  # red flags that have no day since when they are true
_FOUR_MOVEMENTS: Final = (
    "mrc-ankle-dorsiflexion", "mrc-ankle-plantarflexion", "mrc-ankle-inversion", "mrc-ankle-eversion",
)  # fmt: skip
_LOOKS: Final = frozenset(("imaging", "diagnostic", "laboratory", "referral", "assessment"))
_OTHER_DROP: Final = frozenset(("opposite-foot-drop", "opposite-mrc-ankle-dorsiflexion"))


def fresh_from(ranked: list[Claim], priority: str, care: CareSeen) -> list[Date | DateTime]:
    """Work done before any of these does not answer today's question.

    Always: the rule's own `fresh_from`, and a known onset of this foot drop. From urgent on: the day on which a
    red-flag fact behind the proposal was first found, because an MRI of last year has not seen this year's bladder; and
    of a drop whose onset nobody knows, a while before its first record.
    """
    found: list[Any] = [claim.fresh_from() for claim in ranked]
    for claim in ranked:
        values = claim.case.values
        certain = values.get("clock-start-uncertain") is False
        if certain:
            found.append(values.get("clock-start"))
        if priority != "routine" and claim.made.rank[0]:
            if not certain and (first := values.get("drop-since")) is not None:
                found.append(add(cast(Date, first), care.order_age, -1))
            found.extend(_arose(claim, care))
    return [moment for moment in found if moment is not None]


def _arose(claim: Claim, care: CareSeen) -> Iterator[Any]:
    """When the danger behind a proposal was first found."""
    if claim.made.kind != "order" or order_kinds()[claim.made.key].category not in _LOOKS:
        return  # a brace that was given still holds, whatever is found
    values, reading = claim.case.values, claim.reading
    behind = reading.because_bits(claim.rule.id)
    for name in reading.names(behind & _red_flags(reading.parts)):
        yield values.get(f"{name}-since")
        if name in _MEASURED:
            yield care.found_since(claim.case, name)
    if "flail-foot" in reading.book.by_id[claim.rule.id].reads and reading.env["flail-foot"] is True:
        yield from (care.found_since(claim.case, name) for name in _FOUR_MOVEMENTS)
    if any(name in _OTHER_DROP for name in reading.names(behind)):
        yield values.get("opposite-drop-since")


@lru_cache(maxsize=8)
def _red_flags(parts: Parts) -> int:
    return sum(bit for name, bit in parts.bits.items() if name in wording() and wording()[name].red_flag)
