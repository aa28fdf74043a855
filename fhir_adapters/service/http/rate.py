"""How many requests of one client are served within a minute, and how long the next one has to wait.

The moving window is that of `limits`. Its own memory is not used: it keeps each key for ever, starts a thread for
every sweep, and asks a clock of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter

MOST_CLIENTS: Final = 50_000  # some 20 MB


class Recent(Storage, MovingWindowSupport):
    """For each key the requests of the last window, counted by the second: what is older, or too much, is forgotten.

    When full it forgets the key that was served longest ago. A clock that is set back forgets what lies ahead of it,
    so that nobody waits for the old time to come again.
    """

    base_exceptions = ()

    def __init__(self, clock: Callable[[], datetime], most: int = MOST_CLIENTS) -> None:
        super().__init__()
        self._clock = clock
        self._most = most
        self._served: OrderedDict[str, dict[int, int]] = OrderedDict()  # key -> second -> requests

    def now(self) -> int:
        """The second of the clock, since 1970."""
        return int(self._clock().timestamp())

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a request, unless so many were served within the last `expiry` seconds that it would be too many."""
        now = self.now()
        served = self._served.get(key, {})
        _forget(served, now, expiry)
        if sum(served.values()) + amount > limit:
            return False
        served[now] = served.get(now, 0) + amount
        self._served[key] = served
        self._served.move_to_end(key)
        self._sweep(now, expiry)
        return True

    def _sweep(self, now: int, expiry: int) -> None:
        """Those served longest ago stand first: let go of the first ones as long as nothing of them counts."""
        while True:
            oldest = next(iter(self._served))
            last = next(reversed(self._served[oldest]))
            if len(self._served) <= self._most and now - expiry < last:
                return
            del self._served[oldest]

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - its interface
        """The second of the oldest request that counts (now, if there is none), and how many count."""
        now = self.now()
        counted = {second: n for second, n in self._served.get(key, {}).items() if now - expiry < second <= now}
        return min(counted, default=now), sum(counted.values())

    def __len__(self) -> int:
        return len(self._served)

    def clear(self, key: str) -> None:
        """Forget a key."""
        self._served.pop(key, None)

    def reset(self) -> int:
        """Forget all of them; how many there were."""
        known = len(self._served)
        self._served.clear()
        return known

    def check(self) -> bool:
        """Memory is always there."""
        return True

    # What `limits` asks of every storage, for windows that do not move: there are none here.

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError

    def get(self, key: str) -> int:
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError


def _forget(served: dict[int, int], now: int, expiry: int) -> None:
    """Take out the seconds before the window, and those that a clock set back has yet to reach."""
    for second in [each for each in served if not now - expiry < each <= now]:
        del served[second]


class Rate:
    """So many requests a minute for each client; 0: as many as it likes."""

    def __init__(self, a_minute: int, clock: Callable[[], datetime]) -> None:
        self._each = RateLimitItemPerMinute(a_minute)
        self._recent = Recent(clock)
        self._limiter = MovingWindowRateLimiter(self._recent)

    def wait(self, *client: str) -> int:
        """0: the request is served, and counted. Else the whole seconds after which one will be."""
        if not self._each.amount or self._limiter.hit(self._each, *client):
            return 0
        until = self._limiter.get_window_stats(self._each, *client).reset_time
        return max(1, int(until) - self._recent.now())
