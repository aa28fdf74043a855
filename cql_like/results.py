"""What type a sum or a call comes to. The answer is a Type, or a sentence saying why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cql_like import kinds
from cql_like.functions import FUNCTIONS
from cql_like.kinds import ANY, BOOLEAN, DECIMAL, INTEGER, MOMENTS, STRING, SYSTEM, ListType, QuantityType, Type
from cql_like.quantity import calendar_unit


def result_of(op: str, left: Type, right: Type) -> Type | str:
    """The type of `left op right`."""
    if ANY in (left, right):
        return right if left == ANY else left
    if op == "&" or (op == "+" and kinds.is_text(left)):
        return STRING if kinds.is_text(left) and kinds.is_text(right) else f"{left} {op} {right} means nothing"
    if left in MOMENTS and op in ("+", "-"):
        return _moved(left, right)
    if isinstance(left, QuantityType) or isinstance(right, QuantityType):
        return _amount(op, left, right)
    if not (kinds.is_number(left) and kinds.is_number(right)):
        return f"{left} {op} {right} means nothing"
    whole = kinds.is_integer(left) and kinds.is_integer(right) and op != "/"
    return INTEGER if whole else DECIMAL


def type_of_call(function: str, arguments: Sequence[Type]) -> Type | str:
    """The type of `function(arguments)`."""
    found = FUNCTIONS.get(function)
    if found is None:
        return f"unknown function {function} (known: {', '.join(sorted(FUNCTIONS))})"
    if not found.least <= len(arguments) <= found.most:
        return (
            f"{function} takes {found.least}"
            + ("" if found.least == found.most else f" to {found.most}")
            + " arguments"
        )
    if found.takes == "same":
        element = _common(arguments)
        return f"the arguments of {function} do not go together" if element is None else element
    for each in arguments:
        if each != ANY and not _TAKES[found.takes](each):
            return f"{function} takes a {found.takes}, not {each}"
    return SYSTEM[found.gives] if found.gives in SYSTEM else _element(arguments[0])


def _moved(moment: Type, by: Type) -> Type | str:
    if not isinstance(by, QuantityType):
        return f"only calendar time can be added to a {moment}, not {by}"
    if by.unit is not None and calendar_unit(by.unit) is None:
        return f"{by.unit!r} is not a unit of calendar time (such as months or days)"
    return moment


def _amount(op: str, left: Type, right: Type) -> Type | str:
    both = isinstance(left, QuantityType) and isinstance(right, QuantityType)
    if both and op in ("+", "-", "/"):
        clash = kinds.clash(left, right)
        return clash or (kinds.Quantities("1") if op == "/" else left)
    if op == "*" and kinds.is_number(left):
        return right
    if op in ("*", "/") and isinstance(left, QuantityType) and kinds.is_number(right):
        return left
    return f"{left} {op} {right} means nothing here"


def _common(arguments: Sequence[Type]) -> Type | None:
    only = arguments[0]
    if len(arguments) == 1 and isinstance(only, ListType):
        return only.of
    result: Type | None = ANY
    for kind in arguments:
        result = result and kinds.join(result, kind)
    return result


def _element(kind: Type) -> Type:
    return kind.of if isinstance(kind, ListType) else kinds.loose(kind)


def _list_of(accepts: Callable[[Type], bool]) -> Callable[[Type], bool]:
    return lambda kind: isinstance(kind, ListType) and (kind.of == ANY or accepts(kind.of))


_TAKES: Final[dict[str, Callable[[Type], bool]]] = {
    "list": lambda kind: isinstance(kind, ListType),
    "ordered list": _list_of(kinds.is_ordered),
    "number list": _list_of(kinds.is_amount),
    "truth list": _list_of(lambda kind: kind == BOOLEAN),
    "number": kinds.is_amount,
    "plain number": kinds.is_number,
    "text or list": lambda kind: kinds.is_text(kind) or isinstance(kind, ListType),
    "moment or text": lambda kind: kind in MOMENTS or kinds.is_text(kind),
    "Integer": kinds.is_integer,
}
