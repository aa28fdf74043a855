"""From what was handed in to a flat list of resources: a Bundle of any type, NDJSON lines, or one resource.

Nothing is validated here beyond "is this a resource": a broken entry becomes a Problem and costs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import orjson

from fhir_adapters.read.errors import CannotAssess, problem
from guideline.findings import Problem


class Entry(NamedTuple):
    """One resource as it came. `path` and `position` say where: ("Bundle.entry[%d]", 3), ("line %d", 4)."""

    raw: dict[str, Any]
    kind: str
    url: str | None
    path: str
    position: int

    def place(self) -> str:
        return self.path % self.position if "%d" in self.path else self.path


_entry: Callable[[tuple[object, ...]], Entry] = partial(tuple.__new__, Entry)  # half the time of Entry(…)


class Loaded(NamedTuple):
    """`history` is True if a history Bundle is among them: several versions of a resource are then expected."""

    entries: list[Entry]
    problems: list[Problem]
    history: bool


def load(source: Any) -> Loaded:
    """Read a mapping, bytes, str or a model with `model_dump_json` (fhir.resources). CannotAssess if it is no FHIR."""
    if not isinstance(source, dict | bytes | bytearray | memoryview | str) and hasattr(source, "model_dump_json"):
        source = source.model_dump_json()
    if isinstance(source, Mapping) and type(source) is not dict:
        source = _plain(source)
    elif isinstance(source, dict) and _holds_objects(source):
        source = _plain_or_none(source) or source
    loader = _Loader()
    if isinstance(source, dict):
        loader.add_document(source, None)
    elif isinstance(source, bytes | bytearray | memoryview | str):
        _parse(source, loader)
    else:
        raise CannotAssess.because("structure", "The record is neither JSON text nor an object.")
    return Loaded(loader.entries, loader.problems, loader.history)


def _holds_objects(source: dict[str, Any]) -> bool:
    """Whether it holds what JSON has no form for, as dates and Decimals do in what fhir.resources dumps."""
    try:
        orjson.dumps(source, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except (orjson.JSONEncodeError, RecursionError):
        return True
    return False


def _plain(source: Mapping[Any, Any]) -> Any:
    """The same in plain dicts, lists, texts and numbers: another mapping, date or Decimal becomes what JSON has."""
    try:
        return orjson.loads(orjson.dumps(source, default=_plainer))
    except (orjson.JSONEncodeError, RecursionError) as error:
        text = (
            "The record holds objects that JSON has no form for; hand in model_dump_json() or model_dump(mode='json')."
        )
        raise CannotAssess.because("structure", text) from error


def _plain_or_none(raw: object) -> Any:
    try:
        return _plain(raw) if isinstance(raw, Mapping) else None
    except CannotAssess:
        return None


def _plainer(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):  # base64Binary of fhir.resources, which holds its text
        return value.decode("ascii", "replace")
    raise TypeError


def _parse(source: bytes | bytearray | memoryview | str, loader: _Loader) -> None:
    # A lone surrogate becomes bytes that are no UTF-8, which the JSON reader refuses.
    text = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else bytes(source)
    text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        loader.add_document(orjson.loads(text), None)
    except orjson.JSONDecodeError as error:
        _parse_lines(text, loader, error)


def _parse_lines(text: bytes, loader: _Loader, error: orjson.JSONDecodeError) -> None:
    """NDJSON, if a line is a resource by itself; a line that is broken is a problem of that line."""
    lines = [(number, line) for number, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    if not lines:
        raise CannotAssess.because("structure", "The record is empty.")
    broken = 0
    for number, line in lines:
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError:
            document = None
        if isinstance(document, dict) and "resourceType" in document:
            loader.add_document(document, number)
        else:
            broken += 1
            loader.problem(f"line {number}", f"line {number}", "is not a FHIR resource in JSON", "structure")
    if broken == len(lines):
        # orjson's message says what it met and where, and never quotes the text.
        place = f"line {error.lineno}, column {error.colno}"
        raise CannotAssess.because("structure", f"The record is not JSON: {error.msg} ({place}).") from error


class _Loader:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.history = False
        self._seen: dict[int, object] = {}  # a dict that holds itself must not be read for ever

    def problem(self, resource: str, element: str, text: str, code: str) -> None:
        self.problems.append(problem(resource, element, text, code))

    def add_document(self, document: Any, line: int | None) -> None:
        """One JSON document; Bundles in Bundles are opened one after the other, not by recursion."""
        kind = document.get("resourceType") if isinstance(document, dict) else None
        if not isinstance(kind, str):
            raise CannotAssess.because("structure", "The record is not FHIR: it has no resourceType.", "resourceType")
        prefix = "" if line is None else f"line {line}: "
        if kind != "Bundle":
            self.entries.append(Entry(document, kind, None, kind if line is None else "line %d", line or 0))
            return
        waiting = [(document, f"{prefix}Bundle")]
        while waiting:
            bundle, path = waiting.pop()
            if id(bundle) not in self._seen:
                self._seen[id(bundle)] = bundle
                waiting += self._open(bundle, path)

    def _open(self, bundle: dict[str, Any], path: str) -> list[tuple[dict[str, Any], str]]:
        history = bundle.get("type") == "history"
        self.history = self.history or history
        if _has_next_page(bundle):
            self.problem(path, "Bundle.link", "is one page of several: the rest was not handed in", "incomplete")
        inner: list[tuple[dict[str, Any], str]] = []
        place = path.replace("%", "%%") + ".entry[%d]"
        append = self.entries.append
        for index, item in enumerate(self._items(bundle, path)):
            try:
                raw = item["resource"]
                kind = raw["resourceType"]
                url = item.get("fullUrl")
            except (AttributeError, KeyError, TypeError):
                self._odd(item, place, index, history=history)
                continue
            if "response" in item:
                self._answer(item["response"], place % index)
            if type(raw) is not dict:
                raw = _plain_or_none(raw)
            if kind == "Bundle" and raw:
                inner.append((raw, f"{place % index}.resource"))
            elif type(kind) is str and raw:
                append(_entry((raw, kind, url if type(url) is str else None, place, index)))
                if kind == "OperationOutcome":
                    self._outcome(raw, place % index)
            else:
                self.problem(place % index, "resource", "is not a FHIR resource", "structure")
        return inner

    def _items(self, bundle: dict[str, Any], path: str) -> list[Any]:
        items = bundle.get("entry")
        if isinstance(items, list):
            return items
        if items is not None:
            self.problem(path, "Bundle.entry", "is not a list", "structure")
        return []

    def _odd(self, item: Any, place: str, index: int, *, history: bool) -> None:
        """An entry without a resource is normal in responses, and a deletion in a history; all else is a problem."""
        if not isinstance(item, Mapping) or item.get("resource") is not None:
            self.problem(place % index, "resource", "is not a FHIR resource", "structure")
        else:
            self._answer(item.get("response"), place % index)
            gone = _deletion(item) if history else None
            if gone is not None:
                self.entries.append(Entry(gone, gone["resourceType"], None, place, index))

    def _answer(self, response: Any, place: str) -> None:
        """What the server says of an entry beside its resource."""
        outcome = response.get("outcome") if isinstance(response, dict) else None
        if isinstance(outcome, dict) and outcome.get("resourceType") == "OperationOutcome":
            self._outcome(outcome, f"{place}.response.outcome")

    def _outcome(self, raw: dict[str, Any], place: str) -> None:
        issues = raw.get("issue")
        severities = [i.get("severity") for i in issues if isinstance(i, dict)] if isinstance(issues, list) else []
        if "error" in severities or "fatal" in severities:
            text = "says that the source could not give everything"
            self.problem(place, "OperationOutcome.issue", text, "incomplete")


def _has_next_page(bundle: dict[str, Any]) -> bool:
    links = bundle.get("link")
    return isinstance(links, list) and any(isinstance(link, dict) and link.get("relation") == "next" for link in links)


def _deletion(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The empty last version of what a history says was deleted."""
    request, response = item.get("request"), item.get("response")
    if not isinstance(request, dict) or request.get("method") != "DELETE" or not isinstance(request.get("url"), str):
        return None
    kind, _, name = request["url"].rpartition("/")
    when = response.get("lastModified") if isinstance(response, dict) else None
    return {"resourceType": kind.rpartition("/")[2], "id": name, "meta": {"lastUpdated": when}}
