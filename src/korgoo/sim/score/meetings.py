"""Counting what a judge said of pairs: approaches, metres left, near misses, alerts a meeting."""

from __future__ import annotations

from bisect import bisect_right
from math import hypot
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.plane import LAT_E7_PER_M, LON_E7_PER_M
from korgoo.sim.providers import CELL
from korgoo.sim.samples import Column
from korgoo.sim.score.matching import SLACK_MS
from korgoo.sim.score.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from korgoo.sim.facts import Meeting, Track
    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.signals import Signals

BREACH_KINDS: Final = frozenset({"proximity.breach", "proximity.emergency"})
BREACH: Final = "proximity.breach"
AFTER_MS: Final = 300_000
"""A meeting is over after five minutes outside the warning ring: until then an alert may belong to it."""
STEP_MS: Final = 1_000
MARGIN_SHARE: Final = 0.08
MARGIN_M: Final = 36.0
"""Three sigma of the distance between two receivers, 12 m (noise.md, "What physics and noise allow")."""


class Seen(NamedTuple):
    """A meeting with the alarms of its pair that came nearer than the order allows.

    `blurred`: while they were within the distance, all places that one side told were those of masts. Three
    sigma of such a place are longer than any distance here, so no approach is sure by what devices say.
    """

    meeting: Meeting
    alarms: tuple[Alarm, ...]
    left_m: float
    blurred: bool = False

    @property
    def found(self) -> bool:
        """Whether an alarm was raised before they were out of the warning ring again."""
        begins, ends = self.meeting.from_ms - SLACK_MS, self.meeting.until_ms
        return any(alarm.live and begins <= alarm.at_ms <= ends for alarm in self.alarms)


def see(
    meetings: Sequence[Meeting],
    tracks: Sequence[Track],
    alarms: Iterable[Alarm],
    signals: Iterable[Signals] = (),
) -> list[Seen]:
    """Return every meeting with its alarms. `left_m`: the least true distance up to the first of them.

    `signals` are what the devices told; without them no meeting is blurred.
    """
    told = {one.person: one for one in signals}
    ways = {track.person: track for track in tracks if not track.device}
    of_pair: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.kind in BREACH_KINDS:
            of_pair.setdefault(alarm.condition, []).append(alarm)
    seen = []
    for meeting in meetings:
        own = tuple(
            alarm
            for alarm in of_pair.get(meeting.pair, ())
            if meeting.from_ms - SLACK_MS <= alarm.at_ms <= meeting.until_ms + AFTER_MS
        )
        sides = [told[side] for side in (meeting.participant, meeting.protected) if side in told]
        span = _within(meeting, ways) if sides else (0, 0)
        blurred = any(_is_blurred(side, *span) for side in sides)
        seen.append(Seen(meeting, own, _left_m(meeting, ways, own), blurred))
    return seen


def _within(meeting: Meeting, ways: Mapping[str, Track]) -> tuple[int, int]:
    """Return when they were first and last nearer than the distance; an empty span where they never were."""
    begins_ms, one, other = meeting.breach_at_ms, ways[meeting.participant], ways[meeting.protected]
    if begins_ms is None:
        return meeting.from_ms, meeting.from_ms
    near = (
        t
        for t in range(meeting.until_ms, begins_ms, -STEP_MS)
        if _apart_m(one, other, t) < meeting.distance_m
    )
    return begins_ms, next(near, begins_ms)


def _is_blurred(side: Signals, from_ms: int, until_ms: int) -> bool:
    """Tell whether a device told places in that span, by when they arrived, and all of them were of masts."""
    spoke = side.located & (side.received_ms >= from_ms) & (side.received_ms <= until_ms)
    return bool(spoke.any()) and bool((side.table[Column.SOURCE][spoke] == CELL).all())


def is_approach(meeting: Meeting) -> bool:
    """Tell whether they came nearer than the distance."""
    return meeting.breach_at_ms is not None


def is_deep_approach(meeting: Meeting, interval_ms: int) -> bool:
    """Tell whether they came nearer by more than the margin and for two reporting intervals."""
    near_enough = meeting.nearest_m <= meeting.distance_m - _margin_m(meeting)
    return is_approach(meeting) and near_enough and meeting.breach_ms >= 2 * interval_ms


def is_near_miss(meeting: Meeting, *, beyond_margin: bool = False) -> bool:
    """Tell whether they met within the warning ring and never within the distance (nor near it)."""
    margin_m = _margin_m(meeting) if beyond_margin else 0.0
    return meeting.breach_at_ms is None and meeting.nearest_m >= meeting.distance_m + margin_m


def _margin_m(meeting: Meeting) -> float:
    return max(MARGIN_SHARE * meeting.distance_m, MARGIN_M)


def approaches_found(seen: Sequence[Seen]) -> Tally:
    """Return the share of meetings for which an alarm was raised in time."""
    return Tally(sum(one.found for one in seen), len(seen))


def metres_left(seen: Sequence[Seen]) -> Tally:
    """Return how near they had come at the first alarm; where there was none, how near they came at all."""
    return Tally(samples=tuple(one.left_m for one in seen))


def false_near_misses(seen: Sequence[Seen]) -> Tally:
    """Return the share of near misses that raised an alarm."""
    return Tally(sum(bool(one.alarms) for one in seen), len(seen))


def alerts_a_meeting(seen: Sequence[Seen]) -> Tally:
    """Return how many breaches were opened for a meeting that had one; a meeting without any is left out."""
    told = [one for one in seen if one.alarms]
    counts = [sum(alarm.kind == BREACH for alarm in one.alarms) for one in told]
    return Tally(sum(counts), len(told))


def _left_m(meeting: Meeting, ways: Mapping[str, Track], alarms: Sequence[Alarm]) -> float:
    if not alarms:
        return meeting.nearest_m
    at_ms = alarms[0].at_ms
    if at_ms >= meeting.nearest_at_ms:
        return meeting.nearest_m
    one, other = ways.get(meeting.participant), ways.get(meeting.protected)
    if one is None or other is None:
        return meeting.nearest_m
    begins = min(meeting.from_ms, at_ms)
    return min(_apart_m(one, other, t) for t in (*range(begins, at_ms, STEP_MS), at_ms))


def _apart_m(one: Track, other: Track, at_ms: int) -> float:
    (lat1, lon1), (lat2, lon2) = place_at(one, at_ms), place_at(other, at_ms)
    return hypot((lat1 - lat2) / LAT_E7_PER_M, (lon1 - lon2) / LON_E7_PER_M)


def place_at(track: Track, at_ms: int) -> tuple[float, float]:
    """Return where a track was, in 1e-7 degrees; before and after it, its ends."""
    points = track.points
    i = bisect_right(points, at_ms, key=lambda point: point[0])
    if i == 0 or i == len(points):
        return points[min(i, len(points) - 1)][1:]
    (t0, lat0, lon0), (t1, lat1, lon1) = points[i - 1], points[i]
    share = (at_ms - t0) / (t1 - t0)
    return lat0 + (lat1 - lat0) * share, lon0 + (lon1 - lon0) * share
