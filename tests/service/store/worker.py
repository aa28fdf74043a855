"""A worker process that a test can kill: keeps assessments in a journal, says so, and stays until it is stopped.

python -m tests.service.store.worker URL SPOOL FIRST LAST [flush]
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.service.store.support import assessed, journal


def main() -> None:
    url, spool, first, last, *how = sys.argv[1:]
    kept = journal(url, Path(spool), migrate_at_start=True)
    for number in range(int(first), int(last)):
        kept.assessed(assessed(number))
    if how == ["flush"]:
        kept.flush()
    print("kept", flush=True)
    sys.stdin.read()
    kept.close()


if __name__ == "__main__":
    main()
