"""What distinguishes two plans, in words: the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fhir_adapters.service.pages import said
from guideline.difference import Difference
from guideline.patient_prose import change_words
from guideline.prose import order_name
from guideline.sentences import capital
from guideline.wording import value_words

Json = dict[str, Any]
_LEFT_OUT: Final = "not on the list"


def changes_view(found: Difference) -> list[Json]:
    """Every change as {part, change, title, side, text, critical}: alerts, orders, activities and the rest."""
    return [*_alerts(found), *_orders(found), *_diagnoses(found), *_legs(found), *_goals(found)]


def _alerts(found: Difference) -> Iterator[Json]:
    for each in found.alerts:
        for alert in [alert for alert in (each.after, each.before) if alert][:1]:
            title = f"{capital(alert.severity)} alert"
            critical = alert.severity == "critical" and each.after is not None
            yield _change("alert", each.change, title, each.side, alert.text, each.key) | {"critical": critical}


def _orders(found: Difference) -> Iterator[Json]:
    for part, changes in (("order", found.orders), ("care plan", found.activities)):
        for each in changes:
            yield _change(part, each.change, order_name(each.key), each.side, change_words(each), each.key)


def _diagnoses(found: Difference) -> Iterator[Json]:
    for each in found.diagnoses:
        change = "removed" if each.after is None else "added" if each.before is None else "changed"
        text = f"{each.after or _LEFT_OUT}, was {each.before or _LEFT_OUT}"
        yield _change("diagnosis", change, said.sided(each.diagnosis, None), each.side, text)


def _legs(found: Difference) -> Iterator[Json]:
    for each in found.limbs:
        title = capital(each.what.replace("_", " "))
        yield _change("leg", "changed", title, each.side, f"{value_words(each.after)}, was {value_words(each.before)}")


def _goals(found: Difference) -> Iterator[Json]:
    for change, keys in (("added", found.goals_added), ("removed", found.goals_removed)):
        for key in keys:
            yield _change("goal", change, order_name(key), None, "")


def _change(part: str, change: str, title: str, side: str | None, text: str, key: str = "") -> Json:
    return {"key": key, "part": part, "change": change, "title": title, "side": side, "text": text, "critical": False}
