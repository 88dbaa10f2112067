"""One clock for every process of an installation. Only a demonstration's may be shifted or fast.

The demonstration writes where its clock stands into a file beside the data; every process reads the same
file, so all show the same time. An installation that is no demonstration never looks at the file.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "demo_clock.json"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FASTEST: Final = 3600.0


class ClockInvalidError(ValueError):
    """The demonstration's clock file cannot be understood."""


@dataclass(frozen=True, kw_only=True)
class DemoClock:
    """A clock that showed `shown_ms` when it really was `real_ms`, and runs `speed` times as fast."""

    real_ms: int = 0
    shown_ms: int = 0
    speed: float = 1.0

    def at(self, real_ms: int) -> int:
        """Return what the clock shows at the real time `real_ms`; both in ms since 1970 UTC."""
        return self.shown_ms + round((real_ms - self.real_ms) * self.speed)

    @property
    def plain(self) -> bool:
        """Whether it shows the real time."""
        return self.real_ms == self.shown_ms and self.speed == 1.0


REAL: Final = DemoClock()


class Clock:
    """What an installation calls to ask for the time. Call it for an aware datetime in UTC."""

    def __init__(self, *, data: Path, demo: bool) -> None:
        """Read nothing yet: the demonstration may start its clock after this process."""
        self._path = data / FILE if demo else None
        self._stamp = -1
        self._clock = REAL

    def __call__(self) -> datetime:
        """Return the time that this installation shows."""
        return _EPOCH + timedelta(milliseconds=self.now_ms())

    def now_ms(self) -> int:
        """Return the same in ms since 1970 UTC."""
        return self.demo.at(time.time_ns() // 1_000_000)

    @property
    def demo(self) -> DemoClock:
        """How the clock runs; the real one where nobody has shifted it.

        Raises:
            ClockInvalidError: the file holds something else than a clock.
        """
        if self._path is None:
            return REAL
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return REAL
        if stamp != self._stamp:
            self._clock, self._stamp = _read(self._path), stamp
        return self._clock


def write_demo_clock(clock: DemoClock, *, data: Path) -> None:
    """Set the clock of a demonstration, for all its processes at once."""
    aside = data / f"{FILE}.new"
    aside.write_text(json.dumps(asdict(clock)), encoding="ascii")
    aside.replace(data / FILE)


def _read(path: Path) -> DemoClock:
    try:
        values = json.loads(path.read_text(encoding="ascii"))
        clock = DemoClock(
            real_ms=int(values["real_ms"]), shown_ms=int(values["shown_ms"]), speed=float(values["speed"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ClockInvalidError(f"{path.name} holds no clock") from error
    if not 0 < clock.speed <= _FASTEST:
        raise ClockInvalidError(f"{path.name}: the speed lies between 0 and {_FASTEST:g}")
    return clock
