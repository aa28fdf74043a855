from cql_like.check import check
from cql_like.errors import CqlError, CqlSyntaxError, CqlTypeError, UnitError
from cql_like.evaluate import compile_expression, evaluate
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
from cql_like.say import say
from cql_like.temporal import Date, DateTime, Time, compare, parse_moment
from cql_like.text import to_text
from cql_like.trace import Cause, Reason, Trace, compile_trace, trace
from cql_like.tree import Literal, Name, Node, Span, children, names, spell_out, walk
from cql_like.values import Interval, Value

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
