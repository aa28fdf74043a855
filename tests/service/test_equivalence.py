"""One engine, several faces: whoever asks in whichever way is told the same. A new face is one more line of FACES."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from fhir_adapters import assess, cli
from tests.service.asking import RECORDS, Json, as_of, ask, bundle, parameters, shared
from tests.service.support import FIXTURES, fixture

Recommended = list[tuple[str, str, str, tuple[str, ...]]]


def of_resources(resources: list[Json]) -> Recommended:
    """Kind, what, how urgent and by which rules, of every proposal and alert; in one order."""
    found = []
    for one in resources:
        if one["resourceType"] == "ServiceRequest":
            what = f"{one['code']['coding'][0]['code']} {one.get('bodySite', [{}])[0].get('text', '')}"
            rules = (uri.rpartition("#")[2] for uri in one["instantiatesUri"])
            found.append(("order", what, one["priority"], tuple(rules)))
        elif one["resourceType"] == "DetectedIssue":
            found.append(("alert", one["code"]["coding"][0]["code"], one["severity"], (one["detail"],)))
        elif one["resourceType"] == "Goal":
            found.append(("goal", one["description"]["coding"][0]["code"], "", ()))
        elif one["resourceType"] == "CarePlan":
            details = [each["detail"] for each in one.get("activity", ()) if "detail" in each]
            found += [("activity", each["code"]["coding"][0]["code"], each["description"], ()) for each in details]
    return sorted(found)


def of_transaction(answer: Json) -> Recommended:
    return of_resources([entry["resource"] for entry in answer["entry"]])


def answered(path: str, body: Any) -> Json:
    answer = ask(shared(), "POST", path, body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def by_apply(name: str) -> Recommended:
    plan = answered("/PlanDefinition/footdrop/$apply", parameters(bundle(fixture(name)), as_of(name)))
    return of_resources([plan, *plan["contained"]])


def by_apply_as_a_bundle(name: str) -> Recommended:
    body = parameters(bundle(fixture(name)), as_of(name), form="bundle")
    return of_transaction(answered("/PlanDefinition/footdrop/$apply", body))


def by_evaluate(name: str) -> Recommended:
    return of_transaction(answered(f"/$evaluate?evaluatedAt={as_of(name)}", fixture(name)))


def by_batch(name: str) -> Recommended:
    batch = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": bundle(fixture(name))}]}
    (entry,) = answered(f"/$evaluate?evaluatedAt={as_of(name)}", batch)["entry"]
    return of_transaction(entry["resource"])


def by_assess(name: str) -> Recommended:
    return of_transaction(answered(f"/assess?format=fhir&as_of={as_of(name)}", fixture(name)))


FACES: dict[str, Callable[[str], Recommended]] = {
    "$apply": by_apply,
    "$apply as a Bundle": by_apply_as_a_bundle,
    "$evaluate": by_evaluate,
    "$evaluate of a batch": by_batch,
    "/assess": by_assess,
}


def by_the_command(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> Recommended:
    record = next(str(path) for path in FIXTURES.glob(f"{name}.*json"))
    assert cli.main(["assess", record, "--as-of", as_of(name), "--format", "fhir"]) == 0
    sys.stdout.flush()
    return of_transaction(orjson.loads(capfdbinary.readouterr().out))


@pytest.mark.requirement("gap-11")
@pytest.mark.parametrize("name", RECORDS)
def test_every_face_recommends_the_same(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    expected = by_the_command(name, capfdbinary)
    assert {face: by(name) for face, by in FACES.items()} == dict.fromkeys(FACES, expected)
    assessment = assess(fixture(name), as_of=as_of(name))
    new = sorted(order.key for order in assessment.orders if order.status == "new")
    assert sorted(what.split()[0] for kind, what, *_ in expected if kind == "order") == new
