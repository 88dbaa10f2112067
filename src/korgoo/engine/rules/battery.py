"""Battery: low, critical and flat, by level or by forecast to empty.

The forecast is the slope between the first and the last point of the present discharge, once it spans
`forecast_span_ms` and `forecast_points`. Flat is a silence that the forecast explains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.desk import iso
from korgoo.engine.findings import Reason
from korgoo.engine.rules.loss import CONTACT

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import Battery

CONDITION: Final = "device"
LOW: Final = "battery.low"
CRITICAL: Final = "battery.critical"
FLAT: Final = "battery.flat"
KINDS: Final = (LOW, CRITICAL, FLAT)
POINTS: Final = 8


def hear(desk: Desk, _force: Force, _seen: Seen) -> None:
    """Whatever was heard, the device is not flat."""
    if FLAT in desk.state.standing:
        desk.close(FLAT, CONDITION, Reason.HEARD_AGAIN, until_ms=desk.at_ms)


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Take a level into account, unless a newer one is known."""
    battery = desk.state.battery
    if seen.at_ms < battery.told_ms or (
        seen.observation.battery_percent is None and seen.observation.charging is None
    ):
        return
    battery.told_ms = seen.at_ms
    if seen.observation.charging is not None:
        battery.charging = seen.observation.charging
    if seen.observation.battery_percent is not None:
        _follow(battery, seen.observation.battery_percent, seen.at_ms, force.parameters)
    _judge_level(desk, LOW, force.parameters.battery_low, force.parameters.forecast_low_ms, force)
    _judge_level(
        desk, CRITICAL, force.parameters.battery_critical, force.parameters.forecast_critical_ms, force
    )


def _follow(battery: Battery, percent: int, at_ms: int, parameters: Parameters) -> None:
    """Keep the points of this discharge and the forecast; a rise begins a new one."""
    if battery.charging or percent > battery.percent:
        battery.points = []
    if not battery.points or battery.points[-1][1] != percent:
        battery.points = [*battery.points[-(POINTS - 1) :], (at_ms, percent)]
    battery.percent = percent
    first_ms, first_percent = battery.points[0]
    used, span_ms = first_percent - percent, at_ms - first_ms
    battery.empty_ms = 0
    if used >= parameters.forecast_points and span_ms >= parameters.forecast_span_ms:
        battery.empty_ms = at_ms + percent * span_ms // used


def _judge_level(desk: Desk, kind: str, limit: int, horizon_ms: int, force: Force) -> None:
    battery = desk.state.battery
    if battery.percent < 0:
        return
    soon = 0 < battery.empty_ms - battery.told_ms <= horizon_ms and battery.percent <= 2 * limit
    reached = battery.percent <= limit or soon
    if kind in desk.state.standing:
        if battery.charging or (battery.percent >= limit + force.parameters.battery_recovered and not soon):
            desk.close(kind, CONDITION, Reason.CHARGED, until_ms=battery.told_ms, params=_params(battery))
    elif reached and not battery.charging and not force.ended(desk.at_ms):
        code = Reason.BATTERY_LEVEL if battery.percent <= limit else Reason.BATTERY_FORECAST
        desk.open(kind, CONDITION, code, since_ms=battery.told_ms, params=_params(battery))


def _params(battery: Battery) -> dict[str, Param]:
    params: dict[str, Param] = {"level": battery.percent}
    if battery.empty_ms:
        params["empty_at"] = iso(battery.empty_ms)
        params["hours_left"] = round((battery.empty_ms - battery.told_ms) / 3_600_000, 1)
    return params


def due(desk: Desk, force: Force) -> int:
    """Return when a silent device's charge runs out, or its finding ends with the order; 0 = never."""
    state, until_ms = desk.state, force.plan.effective_until_ms
    if until_ms is not None and any(kind in state.standing for kind in KINDS):
        empty_ms = _empty_due(desk, force)
        return min(empty_ms, until_ms) if empty_ms else until_ms
    return _empty_due(desk, force)


def _empty_due(desk: Desk, force: Force) -> int:
    state = desk.state
    if CONTACT not in state.standing or FLAT in state.standing or state.battery.charging:
        return 0
    if 0 <= state.battery.percent <= force.parameters.battery_empty:
        return desk.at_ms
    return state.battery.empty_ms


def fire(desk: Desk, force: Force) -> None:
    """Open `battery.flat` where the silence is explained by an empty battery; end all with the order."""
    if force.ended(desk.at_ms):
        for kind in KINDS:
            if kind in desk.state.standing:
                until_ms = force.plan.effective_until_ms or desk.at_ms
                desk.close(kind, CONDITION, Reason.ORDER_CHANGED, until_ms=until_ms)
        return
    moment_ms = _empty_due(desk, force)
    if moment_ms and moment_ms <= desk.at_ms:
        since_ms = min(desk.at_ms, desk.state.battery.empty_ms or desk.state.heard_ms)
        desk.open(
            FLAT,
            CONDITION,
            Reason.BATTERY_EMPTY,
            since_ms=max(since_ms, desk.state.heard_ms),
            timer_ms=moment_ms,
            params=_params(desk.state.battery),
        )
