"""The one way every face of the service comes to its advice, so that all of them say the same."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from fhir_adapters.assessment import Assessment, consulted
from fhir_adapters.read import CannotAssess
from fhir_adapters.service.errors import InvalidInput, ServiceError, Unprocessable, as_json
from fhir_adapters.service.observe.tracing import Tracing
from guideline.assess import Consultation
from guideline.findings import Side
from guideline.plan import json_value
from guideline.rulebook import Rulebook, rulebook_for

Result = TypeVar("Result")
_CLOCKS = frozenset({"as-of", "age"})  # they change by themselves: nothing was found anew
_AT_ONCE = 200  # entries of a record that keeps the event loop waiting: some 10 ms


@dataclass(frozen=True, slots=True)
class Advice:
    """One assessment with what it rests on. `input_sha256` is the hash of what was handed in, as hexadecimal."""

    consultation: Consultation
    assessment: Assessment
    input_sha256: str
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def features(self) -> dict[str, dict[str, Any]]:
        """What was known of each limb, as JSON: {"left": {"mrc-ankle-dorsiflexion": 3, …}, "right": …}."""
        if not self._known:
            self._known.update((case.side, _shown(case.values)) for case, _ in self.consultation.readings)
        return dict(self._known)

    def rules_fired(self) -> dict[str, list[str]]:
        """The ids of the rules that hold, limb by limb."""
        return {case.side: reading.fired() for case, reading in self.consultation.readings}

    def fingerprint(self, rules: Sequence[str], side: Side | None) -> str:
        """A hash over everything these rules read, of one limb or of both: it changes when any of it does."""
        read = read_by(self.consultation.book, tuple(rules))
        seen = [
            [leg, {name: known[name] for name in known.keys() & read}]
            for leg, known in self.features().items()
            if side is None or side == leg
        ]
        return hashlib.sha256(as_json([self.consultation.book.version, list(rules), seen])).hexdigest()[:32]


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_value(value) for name, value in sorted(values.items()) if value is not None}


@lru_cache(maxsize=4096)
def read_by(book: Rulebook, rules: tuple[str, ...]) -> frozenset[str]:
    """The recorded features behind some rules, through the conclusions that they read; without the clocks."""
    found: set[str] = set()
    waiting, met = list(rules), set(rules)
    while waiting:
        for name in book.by_id[waiting.pop()].reads:
            makers = [entry.rule.id for entry in book.by_conclusion.get(name, ())]
            waiting.extend(rule for rule in makers if rule not in met)
            met.update(makers)
            if not makers:
                found.add(name)
    return frozenset(found - _CLOCKS)


class Advisor:
    """Assesses one patient at a time, as the engine does.

    What explains advice (why, what if, a picture), and whatever the workbench asks, has another thread: advice waits
    for it no longer than the engine takes over one patient.
    """

    def __init__(self, site: str | None = None, tracing: Tracing | None = None) -> None:
        self._site = site
        self._tracing = tracing or Tracing()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="assess")
        self._given: list[Future[Any]] = []  # to the thread; some of it is done
        self._explaining = ThreadPoolExecutor(1, thread_name_prefix="explain")

    @property
    def book(self) -> Rulebook:
        """The rulebook that is asked, with the site's numbers if there are any."""
        return rulebook_for(self._site)

    async def advise(self, record: Any, as_of: date | datetime | str) -> Advice:
        """Assess one patient's record: a Bundle as dict or bytes, NDJSON, or a fhir.resources object.

        Raises InvalidInput (400) if it is no FHIR JSON, and Unprocessable (422) with the reader's OperationOutcome if
        no patient can be told apart.
        """
        return await self._in_thread(lambda: self.advise_now(record, as_of))

    async def advise_and(
        self, bundle: Mapping[str, Any], as_of: date | datetime | str, then: Callable[[Advice], Result]
    ) -> Result:
        """The same, and what `then` makes of the advice, where the advice was made: it lies in that processor's cache.

        A usual record is assessed at once and here, on the event loop: that takes some milliseconds in which no other
        thread could do anything either (the interpreter's lock), and a thread of its own would add a sixth to them. A
        large one goes to the thread, and so does whatever comes while that is busy: only the thread waits for the
        engine. `then` must not wait for anything.
        """

        def work() -> Result:
            return then(self.advise_now(bundle, as_of))

        if self._unfinished() or len(bundle["entry"]) > _AT_ONCE:
            return await self._in_thread(work)
        return work()

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        context = copy_context()  # the log and the spans of the thread name the request
        done: Future[Result] = self._thread.submit(lambda: context.run(work))
        self._given = [*self._unfinished(), done]
        return await asyncio.wrap_future(done)

    def _unfinished(self) -> list[Future[Any]]:
        """What the thread has yet to do; whoever asked for it may have gone meanwhile."""
        return [each for each in self._given if not each.done()]

    def advise_now(self, record: Any, as_of: date | datetime | str) -> Advice:
        """The same in the caller's own thread."""
        try:
            consultation, assessment = consulted(record, as_of=as_of, site=self._site, step=self._tracing.span)
        except CannotAssess as wrong:
            raise _refused(wrong.outcome) from wrong
        return Advice(consultation, assessment, _sha256(record))

    async def explain(self, work: Callable[[], Result]) -> Result:
        """What `work` comes to, in the thread of explanations."""
        return await asyncio.get_running_loop().run_in_executor(self._explaining, work)

    def explain_later(self, work: Callable[[], object]) -> None:
        """Begin on `work` there, and wait for nobody."""
        self._explaining.submit(work)

    def close(self) -> None:
        self._explaining.shutdown(wait=True, cancel_futures=True)
        self._thread.shutdown(wait=True, cancel_futures=True)


def _refused(outcome: dict[str, Any]) -> ServiceError:
    issue = outcome["issue"][0]
    if issue["code"] == "structure":
        return InvalidInput(issue["details"]["text"], *issue.get("expression", ()), code="structure")
    return Unprocessable(outcome)


def _sha256(record: Any) -> str:
    if isinstance(record, str):
        record = record.encode("utf-8", "surrogatepass")
    elif not isinstance(record, bytes | bytearray | memoryview):
        record = record.model_dump_json().encode() if hasattr(record, "model_dump_json") else as_json(record)
    return hashlib.sha256(record).hexdigest()
