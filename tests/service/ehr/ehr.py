"""A hospital's EHR as the specification describes a CDS client: it discovers, asks, shows, acts, and tells what became
of the advice. It knows the service by its address alone."""

from __future__ import annotations

import asyncio
import copy
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.service.ehr.hooks import HOOKS, resolved
from tests.service.ehr.keys import Signer
from tests.service.ehr.record import FhirServer, Json, Record, Refused, outcome
from tests.service.ehr.screen import card_text, shown

PRACTITIONER = "Practitioner/prac-01"
SCOPE = "patient/*.rs"


@dataclass
class Screen:
    """What came of one call: the status, the answer, and the request that it answers."""

    status: int
    answer: Json
    sent: Json
    headers: httpx.Headers

    @property
    def cards(self) -> list[Json]:
        assert self.status == 200, f"{self.status} {self.answer}"
        found: list[Json] = self.answer["cards"]
        return found

    @property
    def text(self) -> str:
        return shown(self.cards)

    def saying(self, *words: str) -> Json:
        """The one card that says all of this."""
        found = [card for card in self.cards if all(word.lower() in card_text(card).lower() for word in words)]
        assert found, f"no card says {words}:\n{self.text}"
        return found[0]

    def suggestions(self) -> Iterator[tuple[Json, Json]]:
        """Each card with each of its suggestions."""
        for card in self.cards:
            for suggestion in card.get("suggestions", []):
                yield card, suggestion

    def orders(self) -> list[Json]:
        """Every resource that some suggestion would create."""
        actions = [action for _, each in self.suggestions() for action in each.get("actions", [])]
        return [action["resource"] for action in actions if action["type"] == "create"]


@dataclass
class Ehr:
    """One clinician before one patient's record.

    `base` is the base URL of the service that is configured in the EHR; `fills` says which prefetch keys it sends;
    `grants` whether it lets the service read its FHIR server.
    """

    record: Record
    server: FhirServer
    signer: Signer
    client: httpx.AsyncClient
    base: str
    now: Callable[[], datetime]
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    user: str = PRACTITIONER
    fills: Callable[[str], bool] = lambda _: True
    grants: bool = True
    services: dict[str, Json] = field(default_factory=dict)
    calls: int = 0

    # --- the three addresses

    def discover(self) -> Json:
        answer = self.request("GET", f"{self.base}/cds-services")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        self.services = {each["hook"]: each for each in found["services"]}
        return found

    def open(self, hook: str, **other: Any) -> Screen:
        """Call the service of a hook. `other` replaces fields of the context, or with `request=` of the request."""
        sent = self.asking(hook, **other)
        return self.send(hook, sent)

    def send(self, hook: str, sent: Json) -> Screen:
        answer = self.request("POST", self.url(hook), json=sent)
        return Screen(answer.status_code, answer.json(), sent, answer.headers)

    def feedback(self, hook: str, *entries: Json) -> httpx.Response:
        return self.request("POST", f"{self.url(hook)}/feedback", json={"feedback": list(entries)})

    def request(self, method: str, url: str, *, token: str | None = None, **content: Any) -> httpx.Response:
        """One call with a token of its own."""
        token = token or self.signer.token(url, self.now().timestamp())
        headers = {"Authorization": f"Bearer {token}", **content.pop("headers", {})}
        call = self.client.request(method, url, headers=headers, **content)
        answer: httpx.Response = self.run(asyncio.wait_for(call, 30))
        return answer

    def url(self, hook: str) -> str:
        if not self.services:
            self.discover()
        return f"{self.base}/cds-services/{self.services[hook]['id']}"

    def speaking(self, edition: str) -> Ehr:
        """The same EHR with the base URL of another edition configured: "" or "/v3"."""
        return replace(self, base=self.base.removesuffix("/v3") + edition, services={})

    # --- what is asked

    def asking(self, hook: str, *, request: Json | None = None, **context: Any) -> Json:
        """A request of this hook: context, prefetch, and access to the FHIR server if it is granted."""
        url = self.url(hook)
        self.calls += 1
        given = {**self.context(hook), **context}
        sent: Json = {
            "hook": hook,
            "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{url}#{self.user}#{self.calls}")),
            "context": {name: value for name, value in given.items() if value is not None},
        }
        if self.grants:
            sent |= {"fhirServer": self.record.base, "fhirAuthorization": self.authorization()}
        prefetch = self.prefetch(hook, {**self.context(hook), **sent["context"]})
        sent |= {"prefetch": prefetch} if prefetch else {}
        return sent | (request or {})

    def context(self, hook: str) -> Json:
        made: Json = {"userId": self.user, "patientId": self.record.patient}
        encounters = [name for kind, name in self.record.resources if kind == "Encounter"]
        if encounters:
            made["encounterId"] = encounters[-1]
        if "draftOrders" in HOOKS[hook].required:
            made["draftOrders"] = bundle(draft(lumbar_mri(self.record.patient), "draft-1"))
        if "selections" in HOOKS[hook].required:
            made["selections"] = ["ServiceRequest/draft-1"]
        if "conditions" in HOOKS[hook].required:
            problems = [each for (kind, _), each in sorted(self.record.resources.items()) if kind == "Condition"]
            made["conditions"] = bundle(*problems[:1])
        return made

    def authorization(self) -> Json:
        return {
            "access_token": self.server.token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": SCOPE,
            "subject": "cds-service",
            "patient": self.record.patient,
        }

    def prefetch(self, hook: str, context: Json) -> Json:
        """Each key that this EHR fills; what it cannot answer is an OperationOutcome, as the specification says."""
        found = {}
        for key, template in self.services[hook].get("prefetch", {}).items():
            if self.fills(key):
                try:
                    found[key] = copy.deepcopy(self.record.query(resolved(template, context, self.user)))
                except Refused as refused:
                    found[key] = outcome(str(refused), "not-supported")
        return found

    # --- what the clinician does

    def accept(self, hook: str, card: Json, suggestion: Json) -> list[Json]:
        """Carry a suggestion out, sign what it creates, and tell the service. The new resources."""
        made = []
        for action in suggestion.get("actions", []):
            assert action["type"] == "create", action
            made.append(self.record.create({**action["resource"], "status": "active", "intent": "order"}))
        entry = {"card": card["uuid"], "outcome": "accepted", "acceptedSuggestions": [{"id": suggestion["uuid"]}]}
        answer = self.feedback(hook, entry | {"outcomeTimestamp": stamp(self.now())})
        assert answer.is_success, answer.text
        return made

    def override(self, hook: str, card: Json, reason: Json | None, comment: str = "") -> None:
        """Put a card away, with one of its own reasons."""
        said = ({"reason": reason} if reason else {}) | ({"userComment": comment} if comment else {})
        entry: Json = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": stamp(self.now())}
        answer = self.feedback(hook, entry | ({"overrideReason": said} if said else {}))
        assert answer.is_success, answer.text


def stamp(moment: datetime) -> str:
    """RFC 3339, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def bundle(*resources: Json) -> Json:
    """What a context carries drafts and conditions in."""
    made: Json = {"resourceType": "Bundle", "type": "collection"}
    return made | ({"entry": [{"resource": each} for each in resources]} if resources else {})


def draft(resource: Json, name: str) -> Json:
    """An order that is not signed yet."""
    return {**resource, "id": name, "status": "draft"}


def lumbar_mri(patient: str) -> Json:
    """An order that clinicians really write for a foot drop, needed or not."""
    return {
        "resourceType": "ServiceRequest",
        "intent": "order",
        "priority": "routine",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "30679-5", "display": "MR Lumbar spine WO contrast"}]
        },
        "subject": {"reference": f"Patient/{patient}"},
    }


def meaning(order: Json) -> tuple[Any, ...]:
    """What an order is for: its codes and its side, whatever it is called."""
    codes = frozenset((each.get("system"), each.get("code")) for each in order["code"].get("coding", []))
    sites = [coding.get("code") for site in order.get("bodySite", []) for coding in site.get("coding", [])]
    return codes, frozenset(sites)


def refused(screen: Screen, *statuses: int) -> None:
    """An error is an OperationOutcome with its status, and holds nothing of the patient."""
    assert screen.status in statuses, screen.answer
    assert screen.answer["resourceType"] == "OperationOutcome"
    assert "cards" not in screen.answer
    assert screen.headers["content-type"].startswith("application/fhir+json")
    assert "pat-" not in str(screen.answer), "no name of a patient"
