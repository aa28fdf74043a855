"""The three truth values as small integers: what an engine can count and compare. They name no engine."""

from __future__ import annotations

from typing import Final

FALSE: Final = 0
TRUE: Final = 1
UNKNOWN: Final = 2
