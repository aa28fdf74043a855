"""The rules, one short file a topic: every Rule that a file names, alone or in a tuple, is one of the guideline."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from guideline.rule import Rule


def topic_files() -> Iterator[ModuleType]:
    """Every file of this folder, by name."""
    for name in sorted(info.name for info in iter_modules(__path__)):
        yield import_module(f"{__name__}.{name}")


def rules_of(topic: ModuleType) -> Iterator[Rule]:
    """The rules of one file, in the order in which they stand."""
    for value in vars(topic).values():
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Rule))
