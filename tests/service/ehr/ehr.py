"""A hospital's EHR as the specification describes a CDS client: it discovers, asks, shows, acts, and tells what became
of the advice. It knows the service by its address alone."""

from __future__ import annotations

import asyncio
import copy
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
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
        prefetch = self.prefetch(hook, sent["context"])
        sent |= {"prefetch": prefetch} if prefetch else {}
        return sent | (request or {})

    def context(self, hook: str) -> Json:
        made: Json = {"userId": self.user, "patientId": self.record.patient}
        encounters = [name for kind, name in self.record.resources if kind == "Encounter"]
        if encounters:
            made["encounterId"] = encounters[-1]
        empty = {"resourceType": "Bundle", "type": "collection"}
        kinds = {"draftOrders": empty, "conditions": empty, "selections": []}
        return made | {name: kinds[name] for name in HOOKS[hook].required if name in kinds}

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
        """Each key that this EHR fills; what it cannot answer becomes an OperationOutcome, as the specification says."""
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


def meaning(order: Json) -> tuple[Any, ...]:
    """What an order is for: its codes and its side, whatever it is called."""
    codes = frozenset((each.get("system"), each.get("code")) for each in order["code"].get("coding", []))
    sites = [coding.get("code") for site in order.get("bodySite", []) for coding in site.get("coding", [])]
    return codes, frozenset(sites)
