"""Whether advice can be given: an invented patient with cauda equina syndrome must get the right plan."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from fhir_adapters.assessment import Assessment
from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.http.safety import report

_WRONG = "The canary patient does not get the advice that is expected."
_FAILED = "The canary patient could not be assessed."


@cache
def canary() -> dict[str, Any]:
    """{"record": Bundle, "as_of": instant, "expected": what `_seen` must find}."""
    text = files("fhir_adapters.service.observe").joinpath("canary.json").read_bytes()
    found: dict[str, Any] = orjson.loads(text)
    return found


async def can_advise(advisor: Advisor) -> str | None:
    """Assess the canary patient as any other; None if the advice is as expected, else a sentence for readiness."""
    try:
        advice = await advisor.advise(canary()["record"], canary()["as_of"])
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the service is not ready
        report(wrong)
        return _FAILED
    return None if _seen(advice.assessment) == canary()["expected"] else _WRONG


def _seen(assessment: Assessment) -> dict[str, Any]:
    """What no site's numbers can change: the outcome, the drop, and everything that is an emergency."""
    return {
        "outcome": assessment.outcome,
        "patient": assessment.patient,
        "foot_drop": {limb.side: limb.foot_drop for limb in assessment.limbs},
        "stat": sorted(order.key for order in assessment.orders if order.priority == "stat"),
        "critical": sorted(alert.key for alert in assessment.alerts if alert.severity == "critical"),
    }
