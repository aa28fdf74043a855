"""A rule's condition as English that can be read aloud: every name in the words people use for it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cql_like import BOOLEAN, Node, Quantity, say, tree
from cql_like.frozen import replace
from cql_like.quantity import CALENDAR_UNITS
from guideline.compile import chain
from guideline.rule import Conclude
from guideline.rulebook import Rulebook
from guideline.wording import title_of, wording

_IS: Final = {
    ("true", False): "{yes}",
    ("true", True): "it is not known that {yes}",
    ("false", False): "{no}",
    ("false", True): "it is not ruled out that {yes}",
    ("null", False): "it is unknown whether {yes}",
    ("null", True): "it is known whether {yes}",
}
_DERIVED: Final = {
    "referral-clock": "the start of the foot drop or of conservative care, whichever came first",
    "clock-start": "the start of the foot drop",
    "onset": "the onset of the foot drop",
    "last-mrc-on": "the day of the last dorsiflexion grade",
    "drop-since": "the first day of the foot drop",
}
_OTHER_LEG: Final = "opposite-"
_ONE_LINE: Final = 90


def sentence(node: Node, book: Rulebook) -> str:
    """A condition in words, without a capital or a full stop; parameters stand as their values."""
    return say(_Phrases(book).of(node), str)


class Clause(NamedTuple):
    """A condition as an outline: `text` alone, or "all of these" or "any of these" above its parts."""

    text: str
    parts: tuple[Clause, ...] = ()


def clauses(node: Node, book: Rulebook) -> tuple[Clause, ...]:
    """What must hold together: the parts of an `and`; anything else is one clause."""
    return tuple(_clause(part, book) for part in chain("and", node))


def _clause(node: Node, book: Rulebook) -> Clause:
    """A short alternative is one line; a longer or deeper one is an outline."""
    words = sentence(node, book)
    if not isinstance(node, tree.Logic) or node.op not in ("and", "or"):
        return Clause(words)
    parts = tuple(_clause(part, book) for part in chain(node.op, node))
    plain = all(not part.parts for part in parts)
    if plain and len(words) <= _ONE_LINE:
        return Clause(words)
    return Clause("any of these" if node.op == "or" else "all of these", parts)


def yes_words(name: str, book: Rulebook) -> str:
    """What a yes-or-no name claims: "the patient has a foot drop", "an orthosis is proposed"."""
    if name.startswith(_OTHER_LEG):
        return f"in the other leg, {yes_words(name.removeprefix(_OTHER_LEG), book)}"
    if name in wording():
        return wording()[name].yes
    if name in book.by_conclusion:
        return _conclusion_words(name, book)
    return title_of(name)


def no_words(name: str, book: Rulebook) -> str:
    """What is claimed when the name is no."""
    if name.startswith(_OTHER_LEG):
        return f"in the other leg, {no_words(name.removeprefix(_OTHER_LEG), book)}"
    return wording()[name].no if name in wording() else f"it is not so that {yes_words(name, book)}"


def _conclusion_words(name: str, book: Rulebook) -> str:
    if name.startswith("proposed-"):
        return f"a request is proposed ({title_of(name.removeprefix('proposed-'))})"
    if name.startswith("ddx-"):
        diagnosis = name.removeprefix("ddx-")
        for stage in ("probable", "confirmed"):
            if diagnosis.endswith(f"-{stage}"):
                return f"{title_of(diagnosis.removesuffix(f'-{stage}'))} is {stage}"
        return f"{title_of(diagnosis)} is suspected"
    makers = book.by_conclusion[name]
    if len(makers) == 1 and any(isinstance(effect, Conclude) for effect in makers[0].rule.then):
        return inside(makers[0].rule.title)
    return title_of(name)


def inside(title: str) -> str:
    """A title as it stands inside a sentence: "Foot drop is present" -> "foot drop is present", but "MRI …" stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


class _Phrases:
    """Puts words in the place of names. A whole phrase stands in the tree as a Name, which `say` reads as it is."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def of(self, node: Node) -> Node:
        found = self.phrase(node)
        if found is not None:
            return tree.Name(found)
        if isinstance(node, tree.Name) and node.name in self.book.numbers:
            return self.number(node.name)
        if isinstance(node, tree.Timing) and node.precision == "day":
            return replace(node, left=self.of(node.left), right=self.of(node.right), precision=None)
        if isinstance(node, tree.Compare) and isinstance(node.left, tree.Name):
            return replace(node, left=self.of(node.left), right=self.answer(node.left.name, node.right))
        return self.inner(node)

    def phrase(self, node: Node) -> str | None:
        """The words of a yes-or-no name, of its negation and its tests, and of a fallback; None for anything else."""
        if isinstance(node, tree.Name) and node.name not in self.book.numbers:
            return yes_words(node.name, self.book) if self.is_truth(node) else self.title(node.name)
        if isinstance(node, tree.Not) and self.is_truth(node.operand):
            return no_words(node.operand.name, self.book)  # type: ignore[attr-defined]
        if isinstance(node, tree.Is) and self.is_truth(node.operand):
            name = node.operand.name  # type: ignore[attr-defined]
            form = _IS[node.test, node.negated]
            return form.format(yes=yes_words(name, self.book), no=no_words(name, self.book))
        return self.call(node) if isinstance(node, tree.Call) else None

    def call(self, node: tree.Call) -> str | None:
        if node.function == "Coalesce":
            return " or, if that is not recorded, ".join(sentence(each, self.book) for each in node.arguments)
        items = node.arguments[0].items if isinstance(node.arguments[0], tree.ListOf) else ()
        began = [each.name.removesuffix("-since") for each in items if isinstance(each, tree.Name)]
        if node.function == "Min" and len(began) == len(items) > 1:
            return "the first day of any of these: " + ", ".join(map(title_of, began))
        return None

    def is_truth(self, node: Node) -> bool:
        return isinstance(node, tree.Name) and self.book.types.get(node.name) == BOOLEAN

    def title(self, name: str) -> str:
        if name.startswith(_OTHER_LEG):
            return f"{self.title(name.removeprefix(_OTHER_LEG))} of the other leg"
        if name.endswith("-since") and name not in _DERIVED:
            return f"the day since when {yes_words(name.removesuffix('-since'), self.book)}"
        return _DERIVED.get(name) or title_of(name)

    def number(self, name: str) -> Node:
        value = self.book.numbers[name]
        calendar = isinstance(value, Quantity) and value.unit in CALENDAR_UNITS
        return tree.Literal(value) if calendar else tree.Name(self.book.parameters[name].words())

    def answer(self, name: str, node: Node) -> Node:
        """A coded answer in its words."""
        words = wording().get(name.removeprefix(_OTHER_LEG))
        if words and isinstance(node, tree.Literal) and isinstance(node.value, str):
            return tree.Name(words.answers.get(node.value, node.value))
        return self.of(node)

    def inner(self, node: Node) -> Node:
        changed: dict[str, Any] = {}
        for name, value in zip(node.fields, node.said(), strict=True):
            if isinstance(value, Node):
                changed[name] = self.of(value)
            elif isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
                changed[name] = tuple(self.of(part) if isinstance(part, Node) else part for part in value)
        return replace(node, **changed) if changed else node
