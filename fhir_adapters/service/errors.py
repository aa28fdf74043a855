"""What a caller can be told went wrong, one sentence a class; each becomes an OperationOutcome, never empty cards.

ServiceError                 anything the service refuses on purpose: HTTP status, FHIR issue code, text, expressions
├── InvalidInput         400 the request is not what the specification says
├── Unauthenticated      401 the caller is not known; it is never told why
├── Forbidden            403 the caller is known, and this is not for it
├── NotFound             404 there is no such service, operation or resource
├── NotAcceptable        406 the answer is wanted in a form that is not given
├── InsufficientData     412 data that the answer needs are missing and could not be fetched
├── TooLarge             413 the body is larger, or nested deeper, than is read
├── Unsupported          415 the body is of another media type or charset than is read, or compressed
├── Unprocessable        422 it is FHIR, and still cannot be assessed (no patient, two patients)
├── Throttled            429 more requests within a minute than one client may make: wait, and try again
└── Unavailable          503 the answer could not be given in time, or the service is stopping: try again

The text never quotes what the request held: that may be a patient's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson

from fhir_adapters.outcome import issue, outcome


class ServiceError(Exception):
    """Base of every refusal. `text` is a whole sentence; `expression` names the elements at fault (FHIRPath)."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "exception"
    headers: Mapping[str, str] = {}

    def __init__(self, text: str, *expression: str, code: str | None = None, diagnostics: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.expression = expression
        self.issue_code = code or self.code
        self.diagnostics = diagnostics

    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome of this refusal."""
        return outcome(issue("error", self.issue_code, self.text, *self.expression, diagnostics=self.diagnostics))


class InvalidInput(ServiceError):  # noqa: N818 - a sentence: raise InvalidInput
    status = 400
    code = "invalid"


class Unauthenticated(ServiceError):  # noqa: N818
    status = 401
    code = "login"
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}

    def __init__(self) -> None:
        super().__init__("The caller is not authenticated.")


class Forbidden(ServiceError):  # noqa: N818
    status = 403
    code = "forbidden"


class NotFound(ServiceError):  # noqa: N818
    status = 404
    code = "not-found"


class NotAcceptable(ServiceError):  # noqa: N818
    status = 406
    code = "not-supported"


class InsufficientData(ServiceError):  # noqa: N818
    status = 412
    code = "incomplete"


class TooLarge(ServiceError):  # noqa: N818
    status = 413
    code = "too-long"


class Unsupported(ServiceError):  # noqa: N818
    status = 415
    code = "not-supported"


class Unprocessable(ServiceError):  # noqa: N818
    """`outcome` is the OperationOutcome that the reader gave (`CannotAssess.outcome`)."""

    status = 422
    code = "processing"

    def __init__(self, outcome: dict[str, Any]) -> None:
        super().__init__("; ".join(issue["details"]["text"] for issue in outcome["issue"]))
        self._outcome = outcome

    def outcome(self) -> dict[str, Any]:
        return self._outcome


class Throttled(ServiceError):  # noqa: N818
    status = 429
    code = "throttled"

    def __init__(self, seconds: int) -> None:
        super().__init__("There were too many requests within a minute. Try again when Retry-After has passed.")
        self.headers = {"Retry-After": str(seconds)}


class Unavailable(ServiceError):  # noqa: N818
    status = 503
    code = "transient"


def as_json(content: Any) -> bytes:
    """JSON with sorted keys: the same content is the same bytes."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
