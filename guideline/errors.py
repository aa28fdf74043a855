"""What can go wrong, one sentence a class.

GuidelineError                 anything this package raises on purpose
├── RulebookError              the rulebook cannot be loaded: it names the rule, parameter, source or statement at fault
│   └── OverrideError          a site's parameter file names an unknown parameter, a wrong unit or a value out of range
├── EngineError                the rule engine did something a rulebook must never make it do
└── UnusableRecordError        the record cannot be assessed at all (carries what was wrong, element by element)
"""

from __future__ import annotations


class GuidelineError(Exception):
    """Base of every error this package raises on purpose."""


class RulebookError(GuidelineError):
    """The rulebook is wrong; the message names the rule or datum and says how to mend it."""


class OverrideError(RulebookError):
    """A site's parameter file asks for something the guideline does not allow."""


class EngineError(GuidelineError):
    """The engine broke a promise (an exception inside an action, a limit, a lost fact)."""


class UnusableRecordError(GuidelineError):
    """The record cannot be assessed: nobody can be told apart in it, or it is not a record."""
