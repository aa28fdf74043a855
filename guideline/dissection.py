"""How a rulebook's conditions are taken apart: each gets its place once, and each rule becomes a tree over places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from cql_like import BOOLEAN, Node, compile_expression, names, tree
from cql_like.text import to_text
from cql_like.tree import with_constants
from guideline.compile import chain, is_truth, without_xor
from guideline.condition import Part, Step, Values, at_place, joined, tabled
from guideline.parts import Parts, Place
from guideline.rows import Table, Truth
from guideline.rulebook import Rulebook, Run
from guideline.straight import straightened

_NOT: Final[Table] = {True: False, False: True, None: None}
_TESTED: Final[Mapping[str, Truth]] = {"true": True, "false": False, "null": None}


def taken_apart(book: Rulebook) -> Parts:
    """The conditions of a rulebook, before what runs them is compiled."""
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
        self.found: dict[object, int] = {text: self.add(Place(condition=node)) for text, node in book.conditions}
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
            atoms=tuple(text for text, _ in self.book.conditions),
            follow=self.follow,
            conclusions=self.conclusions,
            steps=steps,
            at={step.rule: number for number, step in enumerate(steps)},
            readers=readers,
            naming=self.naming,
            unrecorded=self.unrecorded(),
            straight=straightened(steps, self.follow, self.book.by_id),
        )

    def unrecorded(self) -> tuple[Truth, ...]:
        values: Values = [False] * len(self.places)
        for number, each in enumerate(self.places):
            if each.condition is not None:
                run: Run = compile_expression(each.condition)
                values[number] = run({})
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
                self.found[text] = self.add(Place(condition=with_constants(node, self.book.numbers)))
            place = self.found[text]
            named = names(node) & self.bits.keys()
            for name in named:
                self.naming[name] = (*self.naming.get(name, ()), place)
            features = sum(self.bits[name] for name in named)
            is_test = isinstance(node, tree.Is) and not node.negated
            self.places[place] = self.places[place]._replace(features=features, is_test=is_test)
        return self.found[text]
