"""Three-valued logic for the solver: a condition is a pair of Booleans, "it is true" and "it is false"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import z3

Bool = Any  # z3 ships no types


@dataclass(frozen=True, slots=True)
class Truth:
    """`yes` and `no` are never both true; where neither is, the condition is unknown."""

    yes: Bool
    no: Bool

    @property
    def unknown(self) -> Bool:
        return z3.Not(z3.Or(self.yes, self.no))

    def turned(self) -> Truth:
        return Truth(self.no, self.yes)


TRUE: Final = Truth(z3.BoolVal(True), z3.BoolVal(False))
FALSE: Final = Truth(z3.BoolVal(False), z3.BoolVal(True))
UNKNOWN: Final = Truth(z3.BoolVal(False), z3.BoolVal(False))


def certain(holds: Bool) -> Truth:
    """A condition that is never unknown."""
    return Truth(holds, z3.Not(holds))


def decided(known: Bool, holds: Bool) -> Truth:
    """A condition that is decided exactly where `known`."""
    return Truth(z3.And(known, holds), z3.And(known, z3.Not(holds)))


def every(parts: Sequence[Truth]) -> Truth:
    return Truth(both([part.yes for part in parts]), either([part.no for part in parts]))


def some(parts: Sequence[Truth]) -> Truth:
    return Truth(either([part.yes for part in parts]), both([part.no for part in parts]))


def either(parts: Sequence[Bool]) -> Bool:
    return z3.Or(*parts) if len(parts) != 1 else parts[0]


def both(parts: Sequence[Bool]) -> Bool:
    return z3.And(*parts) if len(parts) != 1 else parts[0]
