"""Whatever a record holds, reading it ends in a Record or in CannotAssess, and never in anything else."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_adapters.read import CannotAssess, read_record
from guideline.findings import Record
from guideline.vocabulary import diagnoses, features, order_kinds
from tests.fhir_adapters.test_read_samples import AS_OF, WHOLE, bundle, observation

ODD: list[Any] = [
    None, True, False, 0, -1, 7, 1.5, 10**30, float("nan"), float("inf"), "", "x", "2026-13-45",
    "9999-12-31T23:59:59-14:00",
    "\ud800", "\x00", [], [None], [[]], {}, {"coding": None}, {"coding": [{}]}, {"value": {}}, [{"reference": []}],
    {"resourceType": "Bundle", "entry": [5]}, b"bytes", {1: 2},
]  # fmt: skip


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        found += paths(child, (*here, key))
    return found


PATHS = paths(bundle(*WHOLE))
corruption = st.tuples(st.sampled_from(PATHS), st.sampled_from(["replace", "drop", "rename"]), st.sampled_from(ODD))


def corrupted(changes: list[Any]) -> Any:
    record = bundle(*copy.deepcopy(WHOLE))
    for path, how, odd in changes:
        node: Any = record
        try:
            for step in path[:-1]:
                node = node[step]
            if how == "replace":
                node[path[-1]] = odd
            elif how == "drop":
                del node[path[-1]]
            else:
                node[5] = node.pop(path[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change removed the place
    return record


def ends_well(source: Any) -> None:
    try:
        record = read_record(source, AS_OF)
    except CannotAssess:
        return
    assert isinstance(record, Record)
    for finding in record.findings:
        assert finding.key in features() or finding.key in diagnoses()
    for existing in record.existing:
        assert existing.kind == "activity" or existing.key in order_kinds()


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.lists(corruption, min_size=1, max_size=6))
def test_five_hundred_corrupted_records(changes: list[Any]) -> None:
    ends_well(corrupted(changes))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(0, 20_000), st.integers(0, 20_000), st.binary(max_size=6))
def test_corrupted_bytes(start: int, length: int, junk: bytes) -> None:
    text = orjson.dumps(bundle(*WHOLE))
    cut = start % len(text)
    ends_well(text[:cut] + junk + text[cut + length % 50 :])


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_every_element_replaced_by_every_oddity(odd: Any) -> None:
    for path in PATHS[::3]:
        ends_well(corrupted([(path, "replace", odd)]))


def test_nesting_without_end() -> None:
    deep: Any = {}
    for _ in range(5_000):
        deep = {"extension": [deep], "component": [deep]}
    one = {**observation("finding fever", valueBoolean=True), **deep}
    ends_well(bundle(*WHOLE, one, {**one, "status": "final"}, copy.copy(one)))
    loop: Any = bundle(*WHOLE)
    loop["entry"].append({"resource": loop})
    ends_well(loop)
    ends_well(b'{"resourceType":' * 5_000)
