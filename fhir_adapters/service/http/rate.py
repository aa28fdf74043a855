"""How many requests of one client are served within a minute, and how long the next one has to wait.

The library for this, `limits`, was tried: its memory keeps each client for ever, sweeps in a thread of its own, and
asks a clock that no test can set.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final

MOST_CLIENTS: Final = 50_000  # some 20 MB
_WINDOW: Final = 60  # seconds


class Rate:
    """So many requests of each client within any minute; 0: as many as it likes.

    Requests are counted by the second. When full it forgets the client that was served longest ago. A clock that is set
    back forgets what lies ahead of it, so that nobody waits for the old time to come again.
    """

    def __init__(self, a_minute: int, clock: Callable[[], datetime], most: int = MOST_CLIENTS) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._most = most
        self._served: OrderedDict[tuple[str, ...], dict[int, int]] = OrderedDict()  # client -> second -> requests

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._served)

    def wait(self, *client: str) -> int:
        """0: the request is served, and counted. Else the whole seconds after which one will be."""
        if not self._a_minute:
            return 0
        now = int(self._clock().timestamp())
        served = self._served.get(client, {})
        _forget(served, now)
        if sum(served.values()) >= self._a_minute:
            return min(served) + _WINDOW - now
        served[now] = served.get(now, 0) + 1
        self._served[client] = served
        self._served.move_to_end(client)
        self._sweep(now)
        return 0

    def _sweep(self, now: int) -> None:
        """Those served longest ago stand first: let go of the first ones as long as nothing of them counts."""
        while True:
            oldest = next(iter(self._served))
            last = next(reversed(self._served[oldest]))
            if len(self._served) <= self._most and now - _WINDOW < last:
                return
            del self._served[oldest]


def _forget(served: dict[int, int], now: int) -> None:
    """Take out the seconds before the window, and those that a clock set back has yet to reach."""
    for second in [each for each in served if not now - _WINDOW < each <= now]:
        del served[second]
