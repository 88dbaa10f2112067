"""When the clock looks at each key: one moment a key, kept by the second.

Nearly every key is looked at every few minutes, so a heap of all of them would be walked from top to bottom
for each: marks come by the second, and what is due within one is put in order then.
"""

from __future__ import annotations

import heapq


class Timers:
    """The moments of all keys, ms. Between them nothing is due: each is a lower bound of what is."""

    __slots__ = ("_buckets", "_moments", "_seconds")

    def __init__(self) -> None:
        """Start with none."""
        self._moments: dict[str, int] = {}
        self._buckets: dict[int, list[str]] = {}  # by the whole second at or after it; may hold moved keys
        self._seconds: list[int] = []  # a heap of the buckets there are

    def set_timer(self, key: str, at_ms: int) -> None:
        """Look at a key at `at_ms`, unless that is to be sooner: a later moment is found out then."""
        known_ms = self._moments.get(key)
        if known_ms is None or at_ms < known_ms:
            self._moments[key] = at_ms
            self._put(_second(at_ms), key)

    def _put(self, second: int, key: str) -> None:
        bucket = self._buckets.get(second)
        if bucket is None:
            self._buckets[second] = [key]
            heapq.heappush(self._seconds, second)
        else:
            bucket.append(key)

    def take_due(self, now_ms: int) -> list[str]:
        """Take out the keys whose moment has come, in their order."""
        moments, seconds, last = self._moments, self._seconds, _second(now_ms)
        due, later = list[str](), list[str]()
        while seconds and seconds[0] <= last:
            for key in self._buckets.pop(heapq.heappop(seconds)):
                at_ms = moments.get(key)
                if at_ms is None:
                    continue  # it was moved to a sooner second, and has had its turn
                if at_ms <= now_ms:
                    del moments[key]
                    due.append(key)
                else:
                    later.append(key)
        for key in later:
            self._put(_second(moments[key]), key)
        return sorted(due)

    def next_due(self) -> int | None:
        """Return the earliest moment, or none."""
        while self._seconds:
            second = self._seconds[0]
            moments = map(self._moments.get, self._buckets[second])
            live = [at_ms for at_ms in moments if at_ms is not None and _second(at_ms) == second]
            if live:
                return min(live)
            del self._buckets[heapq.heappop(self._seconds)]
        return None


def _second(at_ms: int) -> int:
    return -(-at_ms // 1000)
