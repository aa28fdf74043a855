"""What the prefetch of a call says of one template: satisfied, partly, not at all, or "there is none".

An absent key was not answered, and is fetched. A null says that the client has nothing. An OperationOutcome says that
the client tried and failed, and a value of another type, or of no form of FHIR, says nothing: it is fetched if that is
granted, else unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.hooks.remote import next_link
from fhir_adapters.service.hooks.subjects import Found, is_resource, resources
from fhir_adapters.service.hooks.templates import Template

_FAILED: Final = "the source answered with an error"
_FEWER: Final = "there are fewer matches than the searchset counts"


@dataclass(slots=True)
class Answer:
    """What is known for one template. `absent`: nobody has answered it yet. `missing`: why it is not whole, or "".

    `more` is the link to the next page of what was handed in, or "". `matches` have been had of the `total` that the
    searchset counts on all of its pages, 0 where it does not say.
    """

    template: Template
    found: list[Found] = field(default_factory=list)
    absent: bool = False
    missing: str = ""
    more: str = ""
    total: int = 0
    matches: int = 0

    def add(self, value: Mapping[str, Any], path: str) -> None:
        """Take in one value: a resource or a Bundle. An OperationOutcome in it, or what is no resource, makes the
        answer incomplete."""
        odd: list[str] = []
        found = list(resources(value, path, odd))
        had = [each for each in found if each.kind != "OperationOutcome"]
        self.found += had
        if odd:
            self.missing = f"{min(odd)} is not FHIR"
        total = value.get("total")
        if type(total) is int:
            self.total = max(self.total, total)
        self.matches += sum(each.match for each in had)
        alone = len(found) == 1
        if any(_is_failure(each.resource, alone=alone) for each in found if each.kind == "OperationOutcome"):
            self.missing = _FAILED

    def close(self) -> None:
        """No further page will come: what is short of the total then is not whole."""
        if self.matches < self.total:
            self.missing = self.missing or _FEWER

    @property
    def empty(self) -> bool:
        """Whether nothing of its types was had."""
        return not any(each.kind in self.template.types for each in self.found)


def _is_failure(outcome: Mapping[str, Any], *, alone: bool) -> bool:
    """A hint or a warning beside results is none; an outcome instead of results always is."""
    issues = outcome.get("issue")
    grave = {issue.get("severity") for issue in issues if isinstance(issue, dict)} if isinstance(issues, list) else {""}
    return alone or bool(grave & {"error", "fatal", ""})


def read_prefetch(prefetch: Mapping[str, Any], known: tuple[Template, ...]) -> tuple[list[Answer], list[Found]]:
    """The answer to each template, and what was handed in under other names.

    A Bundle or a resource handed in as the whole prefetch satisfies the templates whose types are in it.
    """
    if is_resource(prefetch):
        return _whole(prefetch, known)
    answers = [_answer(each, prefetch) for each in known]
    names = {each.key for each in known}
    odd: list[str] = []
    unasked = [(f"prefetch.{key}", prefetch[key]) for key in sorted(prefetch.keys() - names)]
    others = [found for path, value in unasked if is_resource(value) for found in resources(value, path, odd)]
    if odd:  # no template would tell that it is missing
        raise InvalidInput(f"{odd[0]} is not FHIR.", odd[0], code="structure")
    return answers, [each for each in others if each.kind != "OperationOutcome"]


def _answer(template: Template, prefetch: Mapping[str, Any]) -> Answer:
    if template.key not in prefetch:
        return Answer(template, absent=True)
    value = prefetch[template.key]
    answer = Answer(template)
    if value is None:
        return answer
    if not is_resource(value):
        answer.missing = "what was handed in is not FHIR"
        return answer
    answer.add(value, f"prefetch.{template.key}")
    answer.more = next_link(value)
    if not answer.more:
        answer.close()
    if answer.found and answer.empty:
        answer.missing = answer.missing or "what was handed in is of another type"
    return answer


def _whole(value: Mapping[str, Any], known: tuple[Template, ...]) -> tuple[list[Answer], list[Found]]:
    taken = Answer(known[0], missing="only one page of several was handed in" if next_link(value) else "")
    taken.add(value, "prefetch")
    taken.close()
    kinds = {each.kind for each in taken.found}
    answers = [Answer(each, absent=kinds.isdisjoint(each.types), missing=taken.missing) for each in known]
    for answer in answers:
        answer.found = [each for each in taken.found if each.kind in answer.template.types]
    used = {kind for each in known for kind in each.types}
    return answers, [each for each in taken.found if each.kind not in used]
