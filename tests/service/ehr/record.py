"""The EHR's own records behind a small FHIR R4 server: instance reads, type searches, pages, and nothing else.

A search parameter that it does not know is refused rather than ignored, so that a query which would silently return
everything, or which real servers could not answer, is found out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

Json = dict[str, Any]

PATIENT_ELEMENT = {"AllergyIntolerance": "patient", "Immunization": "patient", "Device": "patient"}  # others: subject
CODED = {"Observation", "Condition", "ServiceRequest", "Procedure", "DiagnosticReport", "AllergyIntolerance"}
PATIENT_TYPES = CODED | {
    "CarePlan", "Device", "DeviceUseStatement", "Encounter", "Immunization", "MedicationRequest",
    "MedicationStatement", "DocumentReference", "Goal",
}  # fmt: skip


class Refused(Exception):  # noqa: N818
    """What the server does not do."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Record:
    """Resources by type and id. `page` is the longest page of a search."""

    def __init__(self, base: str = "https://ehr.example/fhir", page: int = 100) -> None:
        self.base = base
        self.page = page
        self.resources: dict[tuple[str, str], Json] = {}
        self._created = 0

    @classmethod
    def of(cls, *bundles: Path, **other: Any) -> Record:
        """A record with everything that lies in some Bundles or NDJSON files."""
        record = cls(**other)
        for path in bundles:
            record.load(path)
        return record

    def load(self, path: Path) -> None:
        if path.suffix == ".ndjson":
            entries = [{"resource": json.loads(line)} for line in path.read_text().splitlines() if line.strip()]
        else:
            entries = json.loads(path.read_text())["entry"]
        names = {each["fullUrl"]: _name(each["resource"]) for each in entries if "fullUrl" in each}
        for each in entries:
            if each["resource"]["resourceType"] != "Composition":
                self.put(_relative(each["resource"], names))

    def put(self, resource: Json) -> None:
        self.resources[resource["resourceType"], resource["id"]] = resource

    def create(self, resource: Json) -> Json:
        """A new resource as a server stores it, with an id of its own."""
        self._created += 1
        made = {**copy.deepcopy(resource), "id": f"new-{self._created}"}
        self.put(made)
        return made

    @property
    def patient(self) -> str:
        """The id of the one patient."""
        (found,) = [name for kind, name in self.resources if kind == "Patient"]
        return found

    def read(self, kind: str, name: str) -> Json:
        try:
            return self.resources[kind, name]
        except KeyError:
            raise Refused(404, "There is no such resource.") from None

    def matches(self, kind: str, query: str) -> list[Json]:
        """All matches of a type search."""
        found = [each for (its, _), each in sorted(self.resources.items()) if its == kind]
        for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=True):
            if name.startswith("_"):
                if name not in ("_count", "_sort", "_offset"):
                    raise Refused(400, f"unknown parameter {name}")
                continue
            found = [each for each in found if self._fits(each, name, value)]
        return found

    def _fits(self, resource: Json, name: str, value: str) -> bool:
        kind = resource["resourceType"]
        if name in ("patient", "subject") and kind in PATIENT_TYPES:
            element = resource.get(PATIENT_ELEMENT.get(kind, "subject"), {})
            wanted = {value, f"Patient/{value}", f"{self.base}/Patient/{value}"}
            return element.get("reference") in wanted
        if name == "code" and kind in CODED:
            return any(_token(resource.get("code", {}), each) for each in value.split(","))
        if name == "category":
            concepts = resource.get("category", [])
            concepts = concepts if isinstance(concepts, list) else [concepts]
            return any(_token(concept, each) for concept in concepts for each in value.split(","))
        if name == "status":
            return resource.get("status") in value.split(",")
        raise Refused(400, f"{kind} cannot be searched by {name}")

    def search(self, kind: str, query: str) -> Json:
        """One page as a searchset Bundle, with a link to the next if there is one."""
        given = dict(parse_qsl(query))
        start = int(given.get("_offset", "0"))
        size = min(self.page, int(given.get("_count", self.page)))
        found = self.matches(kind, query)
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        links = [{"relation": "self", "url": f"{self.base}/{kind}?{query}"}]
        if start + size < len(found):
            rest = urlencode({**given, "_offset": start + size})
            links.append({"relation": "next", "url": f"{self.base}/{kind}?{rest}"})
        entries = [
            {"fullUrl": f"{self.base}/{_name(each)}", "resource": each, "search": {"mode": "match"}}
            for each in found[start : start + size]
        ]
        return bundle | {"link": links} | ({"entry": entries} if entries else {})

    def query(self, query: str) -> Json:
        """The answer to a relative FHIR query: "Patient/1" or "Observation?patient=1"."""
        path, _, search = query.partition("?")
        parts = path.split("/")
        if len(parts) == 2 and not search:
            return self.read(*parts)
        if len(parts) == 1 and search:
            return self.search(path, search)
        raise Refused(400, "neither an instance read nor a type search")


class FhirServer:
    """The record over HTTP, for whoever has the token. `asked` are the requests, `answer` replaces every answer."""

    def __init__(self, record: Record, token: str) -> None:
        self.record = record
        self.token = token
        self.asked: list[httpx.Request] = []
        self.answer: httpx.Response | Exception | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        try:
            return httpx.Response(200, json=self._resource(request), headers={"Content-Type": "application/fhir+json"})
        except Refused as refused:
            return httpx.Response(refused.status, json=outcome(str(refused)))

    def _resource(self, request: httpx.Request) -> Json:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(401, "no token")
        if request.method != "GET":
            raise Refused(405, "this server is only read")
        url = str(request.url)
        if not url.startswith(self.record.base + "/"):
            raise Refused(404, "not the base of this server")
        return self.record.query(url.removeprefix(self.record.base + "/"))


def outcome(text: str, code: str = "processing") -> Json:
    issue = {"severity": "error", "code": code, "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _name(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _relative(value: Any, names: dict[str, str]) -> Any:
    """A copy with every reference relative, as a server stores them."""
    if isinstance(value, dict):
        copied = {key: _relative(inner, names) for key, inner in value.items()}
        reference = copied.get("reference")
        if isinstance(reference, str):
            copied["reference"] = names.get(reference, reference)
        return copied
    return [_relative(inner, names) for inner in value] if isinstance(value, list) else value


def _token(concept: Json, token: str) -> bool:
    """A FHIR token: code, system|code, system|, |code."""
    system, bar, code = token.rpartition("|")
    return any(
        (not code or coding.get("code") == code) and (not bar or coding.get("system", "") == system)
        for coding in concept.get("coding", [])
    )


def references(value: Any) -> Iterator[str]:
    """Every literal reference somewhere in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def host_of(url: str) -> str:
    return urlsplit(url).netloc
