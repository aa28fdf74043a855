"""Sets of small numbers as the bits of one number: their union is one `or`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

Bits = int


@lru_cache(maxsize=2048)
def set_bits(bits: int) -> tuple[int, ...]:
    """The numbers of the bits that are set, from the lowest."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return tuple(found)


def union(found: Iterable[Bits]) -> Bits:
    """All of these sets as one."""
    bits = 0
    for each in found:
        bits |= each
    return bits


def single(bits: Bits) -> Bits:
    """The set if it has one member, else none."""
    return bits if bits & (bits - 1) == 0 else 0
