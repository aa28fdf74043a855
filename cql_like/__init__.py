"""The names of the language. Each is loaded when it is first asked for: who only evaluates needs no parser."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cql_like.checking import check
    from cql_like.errors import CqlError, CqlSyntaxError, CqlTypeError, UnitError
    from cql_like.evaluation import compile_expression, evaluate
    from cql_like.frozen import Span
    from cql_like.kinds import (
        ANY,
        BOOLEAN,
        DATE,
        DATETIME,
        DECIMAL,
        INTEGER,
        STRING,
        TIME,
        Choice,
        Intervals,
        Lists,
        Quantities,
        Ranged,
        Type,
    )
    from cql_like.library import Declaration, Define, Library, Parameter, library_text, parse_library
    from cql_like.parser import parse
    from cql_like.periods import Uncertain
    from cql_like.quantity import Quantity, convert
    from cql_like.saying import say
    from cql_like.temporal import Date, DateTime, Time, compare, parse_moment
    from cql_like.text import to_text
    from cql_like.tracing import Cause, Reason, Trace, compile_trace, trace
    from cql_like.tree import Literal, Name, Node, children, names, spell_out, walk
    from cql_like.values import Interval, Value

_HOMES = {
    "checking": "check",
    "errors": "CqlError CqlSyntaxError CqlTypeError UnitError",
    "evaluation": "compile_expression evaluate",
    "frozen": "Span",
    "kinds": "ANY BOOLEAN DATE DATETIME DECIMAL INTEGER STRING TIME Choice Intervals Lists Quantities Ranged Type",
    "library": "Declaration Define Library Parameter library_text parse_library",
    "parser": "parse",
    "periods": "Uncertain",
    "quantity": "Quantity convert",
    "saying": "say",
    "temporal": "Date DateTime Time compare parse_moment",
    "text": "to_text",
    "tracing": "Cause Reason Trace compile_trace trace",
    "tree": "Literal Name Node children names spell_out walk",
    "values": "Interval Value",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "INTEGER",
    "STRING",
    "TIME",
    "Cause",
    "Choice",
    "CqlError",
    "CqlSyntaxError",
    "CqlTypeError",
    "Date",
    "DateTime",
    "Declaration",
    "Define",
    "Interval",
    "Intervals",
    "Library",
    "Lists",
    "Literal",
    "Name",
    "Node",
    "Parameter",
    "Quantities",
    "Quantity",
    "Ranged",
    "Reason",
    "Span",
    "Time",
    "Trace",
    "Type",
    "Uncertain",
    "UnitError",
    "Value",
    "check",
    "children",
    "compare",
    "compile_expression",
    "compile_trace",
    "convert",
    "evaluate",
    "library_text",
    "names",
    "parse",
    "parse_library",
    "parse_moment",
    "say",
    "spell_out",
    "to_text",
    "trace",
    "walk",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
