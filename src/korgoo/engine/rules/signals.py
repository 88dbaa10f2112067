"""Jamming and shielding, told from benign loss by the coverage memory of the place.

Where satellites are always lost (a basement, a gorge) a loss says nothing. Where hardly anybody loses
them, it is odd: contact without a position looks like jamming, neither of both like shielding (a foiled
device). NIJ 1004.00, 5.7: benign loss must not raise these. Where devices lose it everywhere now and then,
for reasons of their own, no place makes a loss odd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Reason
from korgoo.engine.rules.loss import rests
from korgoo.engine.rules.suspicion import CONDITION, trust

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen

JAMMED: Final = "signal.jammed"
SHIELDED: Final = "signal.shielded"
KINDS: Final = (JAMMED, SHIELDED)
_LOST: Final = {JAMMED: "position.lost", SHIELDED: "contact.lost"}


def judge_loss(desk: Desk, force: Force) -> None:
    """Look at a mark whether a loss that has just become a finding is odd where it happened.

    Who jams goes out: a device that has told all along that it rests has lost its position by itself.
    """
    judged, coverage = desk.state.judged, desk.coverage
    if coverage is None or not judged.used_ms or not judged.used_lat or not force.watches(desk.at_ms):
        return
    cell = coverage.find(judged.used_lat, judged.used_lon)
    if cell is None or cell.reports < force.parameters.coverage_reports:
        return
    limit = force.parameters.coverage_permille
    memory = coverage.coverage
    for kind, permille, rate in (
        (JAMMED, cell.placeless_permille, memory.placeless_rate),
        (SHIELDED, cell.silent_permille, memory.silent_rate),
    ):
        lost = desk.standing.get(_LOST[kind])
        if lost is None or kind in desk.standing or permille > limit or rate > force.parameters.coverage_rate:
            continue
        if rests(desk.state, force, desk.at_ms) if kind == JAMMED else not _has_charge(desk, force):
            continue
        params: dict[str, Param] = {
            "coverage": coverage.version,
            "reports": cell.reports,
            "lost_permille": permille,
        }
        desk.open(
            kind,
            CONDITION,
            Reason.LOST_WHERE_GOOD,
            since_ms=lost.since_ms,
            timer_ms=desk.at_ms,
            params=params,
        )


def _has_charge(desk: Desk, force: Force) -> bool:
    """Say whether the battery does not explain the silence; one that never told its charge may be empty."""
    if any(kind in desk.standing for kind in ("battery.flat", "battery.critical")):
        return False
    return desk.state.battery.percent > force.parameters.battery_critical


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """A device that is heard is not shielded, one with a position not jammed."""
    if SHIELDED in desk.standing:
        desk.close(SHIELDED, CONDITION, Reason.HEARD_AGAIN, until_ms=desk.at_ms)
    if not seen.placed:
        return
    if JAMMED in desk.state.suspicions:  # the device said so: one position is not the end of it
        trust(desk, JAMMED, Reason.POSITION_AGAIN, desk.at_ms, times=force.parameters.calm_times)
    elif JAMMED in desk.standing:
        desk.close(JAMMED, CONDITION, Reason.POSITION_AGAIN, until_ms=desk.at_ms)
