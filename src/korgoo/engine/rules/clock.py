"""The device's clock: behind, ahead, or stamping whole minutes. Our clock decides, theirs is evidence.

`engine.clocks` moves what a clock says to our time; here it becomes a finding that people see, one a device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.clocks import MINUTE_MS
from korgoo.engine.findings import Reason
from korgoo.engine.rules.suspicion import suspect, trust

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen

BEHIND: Final = "clock.behind"
AHEAD: Final = "clock.ahead"
MINUTES: Final = "clock.minutes"
KINDS: Final = (BEHIND, AHEAD, MINUTES)


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Judge what one message shows of its device's clock."""
    if not force.watches(desk.at_ms):
        return
    _compare(desk, force, seen)
    _watch_future(desk, force, seen)
    _watch_minutes(desk, force, seen)


def _compare(desk: Desk, force: Force, seen: Seen) -> None:
    """Behind is a clock that `engine.clocks` moves, or one that goes back again and again."""
    observation = seen.observation
    clock = desk.state.clocks.get(observation.device)
    if clock is None:
        trust(desk, BEHIND, Reason.CLOCK_RIGHT, seen.at_ms, times=1, of=observation.device)
    elif clock.behind_ms or clock.steps >= force.parameters.doubt_times:
        behind_ms = clock.behind_ms or observation.received_at_ms - observation.fixed_at_ms
        params: dict[str, Param] = {"behind_s": behind_ms // 1000, "device": observation.device}
        suspect(desk, BEHIND, Reason.CLOCK_BEHIND, desk.at_ms, times=1, of=observation.device, params=params)


def _watch_future(desk: Desk, force: Force, seen: Seen) -> None:
    observation, times = seen.observation, force.parameters.doubt_times
    ahead_ms = observation.fixed_at_ms - observation.received_at_ms
    if seen.again:
        return  # one message sent twice is one sign
    if ahead_ms > force.parameters.clock_ahead_ms:
        params: dict[str, Param] = {"ahead_s": ahead_ms // 1000, "device": observation.device}
        suspect(
            desk, AHEAD, Reason.CLOCK_AHEAD, seen.at_ms, times=times, of=observation.device, params=params
        )
    else:
        trust(desk, AHEAD, Reason.CLOCK_RIGHT, seen.at_ms, times=times, of=observation.device)


def _watch_minutes(desk: Desk, force: Force, seen: Seen) -> None:
    """Many points with one stamp, on the whole minute: the clock tells no seconds.

    A repeat has the place of the one before; another place at the same instant is another point.
    """
    judged, observation = desk.state.judged, seen.observation
    whole, times = observation.fixed_at_ms % MINUTE_MS == 0, force.parameters.doubt_times
    if not whole:
        trust(desk, MINUTES, Reason.CLOCK_RIGHT, seen.at_ms, times=times, of=observation.device)
        return
    place = (observation.lat_e7, observation.lon_e7)
    if seen.at_ms == judged.used_ms and seen.placed and place != (judged.used_lat, judged.used_lon):
        params: dict[str, Param] = {"device": observation.device}
        span_ms = 2 * MINUTE_MS
        suspect(
            desk,
            MINUTES,
            Reason.CLOCK_MINUTES,
            seen.at_ms,
            times=times,
            span_ms=span_ms,
            of=observation.device,
            params=params,
        )
