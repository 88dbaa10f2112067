"""Alarms beside stretches of truth: which alarm belongs to which stretch, and which to none.

One rule for zones and nights. An alarm belongs to a stretch if it was raised between a minute before the
stretch and a minute after it, or if it says that it began in it (a late upload is judged late). Every other
alarm is false. A stretch is *found* if an alarm belongs to it, or if one that truly belonged to an earlier
stretch, over for less than 15 minutes, still stood when it began: the person was known to be away. A false
alarm that stands finds nothing, nor does one that is never closed; its rise is an alarm like any other, and
a false one if it belongs to no stretch.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from korgoo.sim.score.alarms import Alarm

SLACK_MS: Final = 60_000
"""Before a stretch: the noise of the last fixes within. After it: messages under way, one interval."""

STANDING_MS: Final = 900_000


class Stretch(NamedTuple):
    """A stretch of truth that should be found. `key` says to whom and to which condition it belongs."""

    key: Hashable
    from_ms: int
    until_ms: int


class Match(NamedTuple):
    """What became of a stretch: the alarms that belong to it in order, or an earlier one still standing."""

    stretch: Stretch
    alarms: tuple[Alarm, ...]
    standing: bool = False

    @property
    def found(self) -> bool:
        """Whether it was known."""
        return bool(self.alarms) or self.standing

    @property
    def delay_ms(self) -> int:
        """From its beginning to its first alarm, at least 0; the whole length where there was none."""
        if not self.alarms:
            return 0 if self.standing else self.stretch.until_ms - self.stretch.from_ms
        return max(0, self.alarms[0].at_ms - self.stretch.from_ms)


class Matched(NamedTuple):
    """All stretches with their alarms, and the alarms that belong to none."""

    matches: list[Match]
    false: list[Alarm]


def match(
    stretches: Sequence[Stretch], alarms: Iterable[tuple[Hashable, Alarm]], *, slack_ms: int = SLACK_MS
) -> Matched:
    """Return which alarms (each with its key) belong to which stretches of the same key.

    An alarm that fits several belongs to the first. Stretches of one key are in order and do not overlap.
    """
    of_key: Mapping[Hashable, list[int]] = defaultdict(list)
    for index, stretch in enumerate(stretches):
        of_key[stretch.key].append(index)
    own: list[list[Alarm]] = [[] for _ in stretches]
    false: list[Alarm] = []
    for key, call in ((key, call) for key, alarm in alarms for call in alarm.calls()):
        fitting = next((i for i in of_key.get(key, ()) if belongs(call, stretches[i], slack_ms)), None)
        (false if fitting is None else own[fitting]).append(call)
    return Matched(_judged(stretches, own, of_key), false)


def belongs(alarm: Alarm, stretch: Stretch, slack_ms: int = SLACK_MS) -> bool:
    """Tell whether an alarm was raised in a stretch, or says that it began in it."""
    first = stretch.from_ms - slack_ms
    return first <= alarm.at_ms <= stretch.until_ms + slack_ms or first <= alarm.since_ms <= stretch.until_ms


def _judged(
    stretches: Sequence[Stretch], own: Sequence[Sequence[Alarm]], of_key: Mapping[Hashable, Sequence[int]]
) -> list[Match]:
    """Return the matches; what still stood from one stretch to the next stands on to the one after."""
    matches: list[Match] = [Match(stretch, ()) for stretch in stretches]
    for same in of_key.values():
        true: list[tuple[int, Alarm]] = []  # until when its stretch lasted, and the alarm
        for index in same:
            stretch = stretches[index]
            true = [
                (until_ms, alarm)
                for until_ms, alarm in true
                if until_ms > stretch.from_ms - STANDING_MS
                and (alarm.ended_ms is None or alarm.ended_ms > stretch.from_ms)
            ]
            alarms = tuple(sorted(own[index], key=lambda alarm: alarm.at_ms))
            matches[index] = Match(stretch, alarms, standing=bool(true))
            true = [(stretch.until_ms, alarm) for alarm in (*(alarm for _, alarm in true), *alarms)]
    return matches
