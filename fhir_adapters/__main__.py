"""The `footdrop` command's first step: what has to be said before anything large is imported."""

from __future__ import annotations

import gc
import os
import sys


def run() -> int:
    """Run the command.

    `assess` is over before its garbage is worth collecting, or its memory worth giving back piece by piece; and it has
    no use for plugins of pydantic, which would be looked for in every package that is installed.
    """
    once = sys.argv[1:2] == ["assess"]
    if once:
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from fhir_adapters.cli import main

    status = main()
    if once and _all_is_out():
        os._exit(status)
    return status


def _all_is_out() -> bool:
    """Whether everything printed has left; a reader who has gone is for Python's own exit to deal with."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(run())
