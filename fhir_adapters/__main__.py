"""The `footdrop` command's first step: what has to be said before anything large is imported."""

from __future__ import annotations

import gc
import os
import sys


def run() -> int:
    """Run the command.

    `assess` is over before its garbage is worth collecting; and a command has no use for plugins of pydantic, which
    would be looked for in every package that is installed.
    """
    if sys.argv[1:2] == ["assess"]:
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from fhir_adapters.cli import main

    return main()


if __name__ == "__main__":
    raise SystemExit(run())
