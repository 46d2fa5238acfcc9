"""How often one client may ask for what costs much: a bucket of tokens each.

A bucket holds `burst` tokens and gets `per_second` new ones; a request takes one, or is told when
there will be one again. Source: the token bucket of RFC 2697.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CLIENTS = 10_000


@dataclass(frozen=True)
class Rate:
    """What a client may do.

    Attributes
    ----------
    burst : int
        Requests at once.
    per_second : float
        Requests per second in the long run.
    """

    burst: int
    per_second: float


class Rates:
    """The buckets of all clients; those that have not been seen for longest are forgotten first.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, Rate], tuple[float, float]] = OrderedDict()

    def take(self, client: str, rate: Rate) -> int:
        """Take a token; returns 0, or the whole seconds to wait if there is none."""
        now = self._clock()
        tokens, then = self._buckets.pop((client, rate), (float(rate.burst), now))
        tokens = min(rate.burst, tokens + (now - then) * rate.per_second)
        enough = tokens >= 1
        self._buckets[client, rate] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0 if enough else max(1, math.ceil((1 - tokens) / rate.per_second))

    def give_back(self, client: str, rate: Rate) -> None:
        """Undo a `take` that turned out to cost nothing."""
        tokens, then = self._buckets.get((client, rate), (float(rate.burst), self._clock()))
        self._buckets[client, rate] = (min(rate.burst, tokens + 1), then)
