"""The rulebook's conditions, taken apart once, so that a patient costs one walk over small ready pieces.

Every condition over recorded features and every conclusion has its place in a list of values: a Case is read once, and
the engine, the reading and the why share what was read. What only denies or tests such a value (`not`, `is not true`)
has a place of its own, which follows from the other. A rule is then a small tree over places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from cql_like import BOOLEAN, Node, compile_expression, names, tree
from cql_like.text import to_text
from guideline.compile import chain, is_truth, with_constants, without_xor
from guideline.condition import Part, Table, Truth, Values, at_place, joined, tabled
from guideline.rulebook import Rulebook, Run

Env = Mapping[str, Any]
_NOT: Final[Table] = {True: False, False: True, None: None}
_TESTED: Final[Mapping[str, Truth]] = {"true": True, "false": False, "null": None}


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
    """All conditions of a rulebook. `steps` are its rules layer by layer; the engine's `atoms` have the first places.

    `follow` gives the places that follow from a place, `readers` the numbers of the steps that rest on it, `at` the
    number of a rule's step, `naming` the conditions that name a feature. `unrecorded` is what stands at every place
    while nothing is recorded and no rule has been read.
    """

    names: tuple[str, ...]
    bits: Mapping[str, int]
    places: tuple[Place, ...]
    atoms: tuple[str, ...]
    follow: Mapping[int, tuple[tuple[int, Table], ...]]
    conclusions: Mapping[str, int]
    steps: tuple[Step, ...]
    at: Mapping[str, int]
    readers: Mapping[int, tuple[int, ...]]
    naming: Mapping[str, tuple[int, ...]]
    unrecorded: tuple[Truth, ...]

    def read(self, env: Env) -> Values:
        """The value at every place. A conclusion is false until a rule raises it."""
        values = list(self.unrecorded)
        for place in {place for name in env for place in self.naming.get(name, ())}:
            self.renew(values, place, env)
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
        self.naming: dict[str, tuple[int, ...]] = {}
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
            atoms=tuple(text for text, _ in self.book.atoms),
            follow=self.follow,
            conclusions=self.conclusions,
            steps=steps,
            at={step.rule: number for number, step in enumerate(steps)},
            readers=readers,
            naming=self.naming,
            unrecorded=self.unrecorded(),
        )

    def unrecorded(self) -> tuple[Truth, ...]:
        values: Values = [place.run({}) if place.run else False for place in self.places]
        for place, others in self.follow.items():
            for other, table in others:
                values[other] = table[values[place]]
        return tuple(values)

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
            return at_place(self.conclusions[node.name])
        return at_place(self.condition(node))

    def logic(self, node: tree.Logic) -> Part:
        if node.op == "xor":
            return self.part(without_xor(node))
        if node.op == "implies":
            return self.part(tree.Logic("or", tree.Not(node.left), node.right))
        return joined(node.op, [self.part(each) for each in chain(node.op, node)])

    def following(self, kind: Literal["not", "is"], part: Part, table: Table, how: object) -> Part:
        if part.kind != "place":
            return tabled(kind, part, table)
        key = part.place, kind, how
        if key not in self.found:
            self.found[key] = self.add(Place(of=part.place, is_test=kind == "is"))
            self.follow[part.place] = (*self.follow.get(part.place, ()), (self.found[key], table))
        return at_place(self.found[key])

    def condition(self, node: Node) -> int:
        text = self.texts.get(node)
        if text is None:
            text = self.texts[node] = to_text(node)
            if text not in self.found:  # the engine does without it
                self.found[text] = self.add(Place(run=compile_expression(with_constants(node, self.book.numbers))))
            place = self.found[text]
            named = names(node) & self.bits.keys()
            for name in named:
                self.naming[name] = (*self.naming.get(name, ()), place)
            features = sum(self.bits[name] for name in named)
            is_test = isinstance(node, tree.Is) and not node.negated
            self.places[place] = self.places[place]._replace(features=features, is_test=is_test)
        return self.found[text]
