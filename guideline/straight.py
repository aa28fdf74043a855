"""All rules of a book as one Python function without a loop: a patient passes through it several times.

Walking the same trees costs ten times as much. The function is written from the Parts that everything else reads, and
compiled once; its code is kept prepared with them.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline.condition import Part, Step
from guideline.rows import Row, Table, followed

Settle = Callable[[list[Row], int], list[Row]]
Follow = Mapping[int, Sequence[tuple[int, Table]]]


class Straight(NamedTuple):
    """The code of a function, and the tables that it looks up."""

    code: bytes
    tables: tuple[Table, ...]

    def runnable(self) -> Settle:
        """`settle(at, width)` reads every rule of `width` Cases, puts what they conclude in its place in `at`, and
        returns the Row of each rule."""
        names: dict[str, Any] = {f"f{number}": followed(table) for number, table in enumerate(self.tables)}
        exec(marshal.loads(self.code), names)  # noqa: S102, S302 - written below from numbers only, and kept beside it
        settle: Settle = names["settle"]
        return settle


def straightened(steps: Sequence[Step], follow: Follow, rules: Iterable[str]) -> Straight:
    """The function that reads the steps, and returns the Rows of these rules in this order; `follow` gives for a place
    the places that follow from it."""
    writer = _Writer(steps, follow, rules)
    code = compile("\n".join(writer.lines()), "<rulebook>", "exec", optimize=2)
    return Straight(marshal.dumps(code), tuple(writer.tables))


class _Writer:
    def __init__(self, steps: Sequence[Step], follow: Follow, rules: Iterable[str]) -> None:
        numbers = {step.rule: number for number, step in enumerate(steps)}
        self.returned = [numbers[rule] for rule in rules]
        self.steps = steps
        self.follow = follow
        self.tables: list[Table] = []
        self.last_maker = {place: number for number, step in enumerate(steps) for place in step.settles}

    def lines(self) -> Iterator[str]:
        yield "def settle(at, width):"
        for place in self.follow.keys() - self.last_maker.keys() - self.following():
            yield from self.followed(place)
        for number, step in enumerate(self.steps):
            yield f" r{number} = {self.text(step.part)}"
            for place in step.settles:
                yield f" at[{place}] |= r{number}"
                if self.last_maker[place] == number:  # whoever reads it comes after all of its makers
                    yield from self.followed(place)
        yield f" return [{', '.join(f'r{number}' for number in self.returned)}]"

    def following(self) -> set[int]:
        return {other for others in self.follow.values() for other, _ in others}

    def followed(self, place: int) -> Iterator[str]:
        for other, table in self.follow.get(place, ()):
            yield f" at[{other}] = {self.looked_up(table, f'at[{place}]')}"
            yield from self.followed(other)

    def text(self, part: Part) -> str:
        if part.kind == "place":
            return f"at[{part.place}]"
        if part.table is not None:
            return self.looked_up(part.table, self.text(part.parts[0]))
        operands = [f"at[{place}]" for place in part.places] + [self.text(each) for each in part.parts]
        return f"({(' & ' if part.kind == 'and' else ' | ').join(operands)})"

    def looked_up(self, table: Table, text: str) -> str:
        if table not in self.tables:
            self.tables.append(table)
        return f"f{self.tables.index(table)}({text}, width)"
