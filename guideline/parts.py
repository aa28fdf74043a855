"""The rulebook's conditions, taken apart once, so that a patient costs one walk over small ready pieces.

Every condition over recorded features and every conclusion has its place in a list of values: a Case is read once, and
the engine, the reading and the why share what was read. What only denies or tests such a value (`not`, `is not true`)
has a place of its own, which follows from the other. A rule is then a small tree over places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

from cql_like import BOOLEAN, Node, compile_expression, names, tree
from cql_like.text import to_text
from guideline.compile import chain, is_truth, with_constants, without_xor
from guideline.rulebook import Rulebook, Run

Env = Mapping[str, Any]
Truth = bool | None
Values = list[Truth]
Table = Mapping[Truth, Truth]  # a value for each value of something else
Kind = Literal["and", "or", "not", "is", "place"]

_NOT: Final[Table] = {True: False, False: True, None: None}
_TESTED: Final[Mapping[str, Truth]] = {"true": True, "false": False, "null": None}


def _nothing(_: Values) -> tuple[Truth, ...]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A condition. Of `and` and `or`, `places` are the operands that have a place and `parts` the others.

    `not` and `is` have one part, and a `table` of what follows from its value. `pick` gets the values at `places`.
    """

    kind: Kind
    place: int = -1
    places: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    table: Table | None = None
    pick: Callable[[Values], tuple[Truth, ...]] = _nothing

    def truth(self, values: Values) -> Truth:
        """True, False or None (unknown): `and` fails with one false operand, `or` holds with one true."""
        if self.kind == "place":
            return values[self.place]
        if self.table is not None:
            return self.table[self.parts[0].truth(values)]
        decisive = self.kind == "or"
        found = self.pick(values)
        if decisive in found:
            return decisive
        unknown = None in found
        for part in self.parts:
            value = part.truth(values)
            if value is decisive:
                return decisive
            unknown = unknown or value is None
        return None if unknown else not decisive


class Place(NamedTuple):
    """What stands at a place: a condition that `run` reads, a conclusion of the `makers`, or what follows `of` another.

    `features` are the bits of the recorded features that a condition names. `is_test` says that it is never unknown
    because it asks whether something is.
    """

    features: int = 0
    run: Run | None = None
    makers: tuple[str, ...] = ()
    conclusion: str = ""
    of: int | None = None
    is_test: bool = False


class Step(NamedTuple):
    """A rule in the order of reading: its condition, the places it settles, and those it rests on."""

    rule: str
    part: Part
    settles: tuple[int, ...]
    reads: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """All conditions of a rulebook. `steps` are its rules layer by layer; the engine's atoms have the first places.

    `follow` gives the places that follow from a place, `readers` the numbers of the steps that rest on it, `at` the
    number of a rule's step.
    """

    names: tuple[str, ...]
    bits: Mapping[str, int]
    places: tuple[Place, ...]
    runs: tuple[tuple[int, Run], ...]
    follow: Mapping[int, tuple[tuple[int, Table], ...]]
    conclusions: Mapping[str, int]
    steps: tuple[Step, ...]
    at: Mapping[str, int]
    readers: Mapping[int, tuple[int, ...]]

    def read(self, env: Env) -> Values:
        """The value at every place. A conclusion is false until a rule raises it."""
        values: Values = [False] * len(self.places)
        for place, run in self.runs:
            values[place] = run(env)
        for place, others in self.follow.items():
            for other, table in others:
                values[other] = table[values[place]]
        return values

    def put(self, values: Values, place: int, value: Truth) -> None:
        """Set one value, and those that follow from it."""
        values[place] = value
        for other, table in self.follow.get(place, ()):
            self.put(values, other, table[value])

    def renew(self, values: Values, place: int, env: Env) -> None:
        """Read one condition again."""
        run = self.places[place].run
        if run is not None:
            self.put(values, place, run(env))

    def naming(self, features: Iterable[str]) -> frozenset[int]:
        """The conditions that name one of these features."""
        bits = sum(self.bits.get(name, 0) for name in features)
        return frozenset([place for place, _ in self.runs if self.places[place].features & bits])


@lru_cache(maxsize=8)
def parts_of(book: Rulebook) -> Parts:
    """The conditions of a rulebook."""
    return _Builder(book).parts()


class _Builder:
    """Gives places, each once. `found` holds them by text, or by what they follow from and in which way."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        read = {name for entry in book.entries for name in entry.reads}
        self.names = tuple(sorted(read - book.by_conclusion.keys()))
        self.bits = {name: 1 << number for number, name in enumerate(self.names)}
        self.places: list[Place] = []
        self.follow: dict[int, tuple[tuple[int, Table], ...]] = {}
        self.texts: dict[Node, str] = {}
        self.booleans = frozenset(name for name, kind in book.types.items() if kind == BOOLEAN)
        self.found: dict[object, int] = {text: self.add(Place(run=run)) for text, run in book.atoms}
        makers = {name: tuple(entry.rule.id for entry in entries) for name, entries in book.by_conclusion.items()}
        self.conclusions = {name: self.add(Place(makers=makers[name], conclusion=name)) for name in makers}

    def add(self, place: Place) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def parts(self) -> Parts:
        steps = tuple(
            self.step(entry.rule.id, entry.tree, entry.settles) for each in self.book.layers for entry in each
        )
        readers: dict[int, tuple[int, ...]] = {}
        for number, step in enumerate(steps):
            for place in step.reads:
                readers[place] = (*readers.get(place, ()), number)
        return Parts(
            names=self.names,
            bits=self.bits,
            places=tuple(self.places),
            runs=tuple((number, place.run) for number, place in enumerate(self.places) if place.run),
            follow=self.follow,
            conclusions=self.conclusions,
            steps=steps,
            at={step.rule: number for number, step in enumerate(steps)},
            readers=readers,
        )

    def step(self, rule: str, node: Node, settles: Iterable[str]) -> Step:
        part = self.part(node)
        return Step(rule, part, tuple(self.conclusions[name] for name in settles), self.reads(part))

    def reads(self, part: Part) -> frozenset[int]:
        """The conditions and conclusions behind a part."""
        found = {part.place, *part.places} - {-1}
        while following := [place for place in found if self.places[place].of is not None]:
            found.difference_update(following)
            found.update(of for place in following if (of := self.places[place].of) is not None)
        return frozenset(found).union(*map(self.reads, part.parts))

    def part(self, node: Node) -> Part:
        """`and` and `or` chains are flat; whatever has a value of its own has a place."""
        if isinstance(node, tree.Logic):
            return self.logic(node)
        if isinstance(node, tree.Not):
            return self.following("not", self.part(node.operand), _NOT, None)
        if isinstance(node, tree.Is) and is_truth(node.operand, self.book.by_conclusion, self.booleans):
            wanted = _TESTED[node.test]
            table = {value: (value is wanted) is not node.negated for value in (True, False, None)}
            return self.following("is", self.part(node.operand), table, (node.test, node.negated))
        if isinstance(node, tree.Name) and node.name in self.conclusions:
            return Part("place", self.conclusions[node.name])
        return Part("place", self.condition(node))

    def logic(self, node: tree.Logic) -> Part:
        if node.op == "xor":
            return self.part(without_xor(node))
        if node.op == "implies":
            return self.part(tree.Logic("or", tree.Not(node.left), node.right))
        parts = [self.part(each) for each in chain(node.op, node)]
        places = tuple(part.place for part in parts if part.kind == "place")
        others = tuple(part for part in parts if part.kind != "place")
        # Asked for one place only, itemgetter would give a bare value.
        pick = itemgetter(places[0], *places) if places else _nothing
        return Part(node.op, places=places, parts=others, pick=pick)

    def following(self, kind: Literal["not", "is"], part: Part, table: Table, how: object) -> Part:
        if part.kind != "place":
            return Part(kind, parts=(part,), table=table)
        key = part.place, kind, how
        if key not in self.found:
            self.found[key] = self.add(Place(of=part.place, is_test=kind == "is"))
            self.follow[part.place] = (*self.follow.get(part.place, ()), (self.found[key], table))
        return Part("place", self.found[key])

    def condition(self, node: Node) -> int:
        text = self.texts.get(node)
        if text is None:
            text = self.texts[node] = to_text(node)
            if text not in self.found:  # the engine does without it
                self.found[text] = self.add(Place(run=compile_expression(with_constants(node, self.book.numbers))))
            place = self.found[text]
            features = sum(self.bits[name] for name in names(node) if name in self.bits)
            is_test = isinstance(node, tree.Is) and not node.negated
            self.places[place] = self.places[place]._replace(features=features, is_test=is_test)
        return self.found[text]
