"""The device's clock: behind, ahead, or stamping whole minutes. Our clock decides, theirs is evidence.

`engine.clocks` moves what a clock says to our time; here it becomes a finding that people see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


def observe(desk: Desk, force: Force | None, seen: Seen) -> None:
    """Judge what one message shows of its device's clock."""
    if force is None:
        return
    parameters, observation = force.parameters, seen.observation
    clock = desk.state.clocks.get(observation.device)
    if clock is not None and clock.behind_ms:
        params: dict[str, Param] = {"behind_s": clock.behind_ms // 1000, "device": observation.device}
        suspect(desk, BEHIND, Reason.CLOCK_BEHIND, seen.at_ms, times=1, params=params)
    elif clock is None:
        trust(desk, BEHIND, Reason.CLOCK_RIGHT, seen.at_ms, times=1)
    ahead_ms = observation.fixed_at_ms - observation.received_at_ms
    if ahead_ms > parameters.clock_ahead_ms:
        ahead: dict[str, Param] = {"ahead_s": ahead_ms // 1000, "device": observation.device}
        suspect(desk, AHEAD, Reason.CLOCK_AHEAD, seen.at_ms, times=parameters.doubt_times, params=ahead)
    else:
        trust(desk, AHEAD, Reason.CLOCK_RIGHT, seen.at_ms, times=parameters.doubt_times)
    _watch_minutes(desk, force, seen)


def _watch_minutes(desk: Desk, force: Force, seen: Seen) -> None:
    """Many points with one stamp, on the whole minute: the clock tells no seconds."""
    state, fixed_ms = desk.state, seen.observation.fixed_at_ms
    whole = fixed_ms % 60_000 == 0
    if whole and fixed_ms == state.judged.clock_ms and seen.observation.received_at_ms > state.heard_ms:
        suspect(
            desk,
            MINUTES,
            Reason.CLOCK_MINUTES,
            seen.at_ms,
            times=force.parameters.doubt_times,
            params={"device": seen.observation.device},
        )
    elif not whole:
        trust(desk, MINUTES, Reason.CLOCK_RIGHT, seen.at_ms, times=force.parameters.doubt_times)
