"""Every invariant that is proved for every Case."""

from __future__ import annotations

from typing import Final

from tests.proof.claims_care import CONTENT, DIAGNOSIS, REHABILITATION
from tests.proof.claims_red_flags import EMERGENCIES, RED_FLAGS
from tests.proof.claims_surgery import CONTRADICTIONS, SURGERY

CLAIMS: Final = (*RED_FLAGS, *EMERGENCIES, *REHABILITATION, *SURGERY, *DIAGNOSIS, *CONTENT, *CONTRADICTIONS)
