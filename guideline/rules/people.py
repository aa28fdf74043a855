"""Patients that many rules' cases begin with. Whatever is left out is unknown; `at(...)` moves with the parameters."""

from __future__ import annotations

from collections.abc import Mapping

from guideline.rule import CaseValue, at

Given = Mapping[str, CaseValue]

ADULT: Given = {"age": 54}
CHILD: Given = {"age": 9}
DROP: Given = {"mrc-ankle-dorsiflexion": 3, "ambulatory": True}
MILD_DROP: Given = {"mrc-ankle-dorsiflexion": at('"foot-drop-mrc"'), "severity": "mild", "ambulatory": True}
SEVERE_DROP: Given = {"mrc-ankle-dorsiflexion": 1, "severity": "severe", "ambulatory": True}
NO_DROP: Given = {"mrc-ankle-dorsiflexion": 5, "foot-drop": False}
FLAIL: Given = {
    "mrc-ankle-dorsiflexion": 0,
    "mrc-ankle-plantarflexion": 0,
    "mrc-ankle-inversion": 0,
    "mrc-ankle-eversion": 0,
}
PERONEAL: Given = {
    "mrc-ankle-dorsiflexion": 3,
    "mrc-ankle-eversion": 3,
    "mrc-ankle-inversion": 5,
    "mrc-ankle-plantarflexion": 5,
    "ambulatory": True,
}
ROOT: Given = {
    "mrc-ankle-dorsiflexion": 3,
    "mrc-great-toe-extension": 3,
    "mrc-ankle-eversion": at('"foot-drop-mrc"'),
    "mrc-ankle-inversion": at('"foot-drop-mrc"'),
    "mrc-ankle-plantarflexion": 5,
    "radicular-pain": True,
    "ambulatory": True,
}
SCIATIC: Given = {
    "mrc-ankle-dorsiflexion": 2,
    "mrc-ankle-eversion": 2,
    "mrc-ankle-inversion": 3,
    "mrc-ankle-plantarflexion": 3,
    "mrc-knee-flexion": at('"foot-drop-mrc"'),
}
NO_UMN: Given = {
    "extensor-plantar-response": False,
    "ankle-clonus": False,
    "hyperreflexia": False,
    "spasticity": False,
    "opposite-extensor-plantar-response": False,
    "opposite-ankle-clonus": False,
    "opposite-spasticity": False,
    "umn-sign-unsided": False,
}
OLD_STROKE: Given = {"stroke": True, "stroke-since": at('"as-of" - 2 years')}
OLD_SPASTICITY: Given = {"spasticity": True, "spasticity-since": at('"as-of" - "new-sign-window" - 1 day')}
RECENT: Given = {"onset": at('"as-of" - 3 days'), "clock-start": at('"as-of" - 3 days')}
EXAMINED: Given = {
    "mrc-ankle-dorsiflexion": 3,
    "mrc-ankle-eversion": 3,
    "mrc-great-toe-extension": 3,
    "mrc-ankle-inversion": 5,
    "mrc-ankle-plantarflexion": 5,
    "mrc-hip-abduction": 5,
    "sensation-foot-dorsum": "reduced",
    "sensation-lateral-leg": "normal",
    "reflex-knee": 2,
    "reflex-ankle": 2,
    "back-pain": False,
    "radicular-pain": False,
    "bladder-dysfunction": False,
    "bowel-dysfunction": False,
    "bilateral-leg-symptoms": False,
}
