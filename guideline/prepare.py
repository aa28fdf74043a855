"""`python -m guideline.prepare`: work out, and keep beside the bytecode, all that an assessment needs of the guideline.

For images and other places that Python may not write to later. Running it twice, or never, does no harm.
"""

from __future__ import annotations

from guideline import prepared, vocabulary
from guideline.assess import engine_of
from guideline.parts import parts_of
from guideline.rulebook import rulebook
from guideline.turning import comparisons
from guideline.wording import wording


def prepare() -> None:
    """Ask for everything once, and write it down."""
    engine_of(rulebook())
    parts_of(rulebook())
    comparisons(rulebook())
    vocabulary.features(), vocabulary.diagnoses(), vocabulary.order_kinds(), wording()
    prepared.write()


if __name__ == "__main__":
    prepare()
