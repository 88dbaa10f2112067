"""SOS: opens at once, at any age, and ends only by a person's stand-down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Reason

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.rows import Observation, StandDown
    from korgoo.engine.rules.seen import Seen

KIND: Final = "sos"
CONDITION: Final = "sos"


def observe(desk: Desk, _force: Force, seen: Seen) -> None:
    """Tell of a press."""
    if seen.observation.sos:
        press(desk, seen.observation, seen.at_ms)


def press(desk: Desk, observation: Observation, at_ms: int) -> None:
    """Open on a press, count the further ones; nothing has to bind the person."""
    evidence = desk.point_at(observation, at_ms)
    age_s = max(0, desk.at_ms - at_ms) // 1000
    standing = desk.state.standing.get(KIND)
    if standing is None:
        first: dict[str, Param] = {"device": observation.device, "lag_s": age_s}
        desk.open(KIND, CONDITION, Reason.PRESSED, since_ms=at_ms, params=first, evidence=evidence)
        return
    standing.count += 1
    again: dict[str, Param] = {"presses": standing.count, "lag_s": age_s}
    desk.update(KIND, CONDITION, Reason.PRESSED, params=again, evidence=evidence)


def stand_down(desk: Desk, body: StandDown) -> None:
    """A person has closed the alert: the next press is a new finding."""
    standing = desk.state.standing.get(KIND)
    if standing is not None and standing.id == body.finding_id:
        desk.close(KIND, CONDITION, Reason.STOOD_DOWN, until_ms=body.at_ms)
