"""Discord: a network that goes on while satellites stand, far from each other.

A network alone may be wrong for as long as it likes, a frozen one for a whole drive: then its place stands,
and satellites are believed. One that tells place after place elsewhere while satellites do not move cannot be
frozen: the device hears radios by which it passes, and what satellites tell is made up (ADR 0381).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as rings
from korgoo.engine.findings import Reason
from korgoo.engine.ground import is_within
from korgoo.engine.rows import Source
from korgoo.engine.rules.steadiness import SPOOFED
from korgoo.engine.rules.suspicion import suspect, trust

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix
    from korgoo.engine.rules.seen import Seen

SENSE: Final = "wifi"
SLOT: Final = f"{SPOOFED}:{SENSE}"
NETWORKS: Final = frozenset({Source.WIFI, Source.NETWORK})
_PLACELESS: Final = rings.PLACELESS | rings.IGNORED


def observe(desk: Desk, force: Force, seen: Seen, fix: Fix, *, moved_e7: int) -> None:
    """Judge a network's place; `moved_e7` is how far it is from the last one that decisions used."""
    parameters, state = force.parameters, desk.state
    if seen.observation.source not in NETWORKS or fix.code & _PLACELESS:
        return
    if SLOT not in state.suspicions and not is_long(moved_e7, parameters):
        return
    placed = [one for one in rings.fixes(state.ring) if not one.code & _PLACELESS]
    satellites = [
        one
        for one in placed
        if not one.code & rings.NETWORKED and fix.at_ms - one.at_ms <= parameters.cell_age_ms
    ]
    if not satellites:
        return
    last = satellites[-1]
    if not _contradicts(fix, last, parameters):
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=1, of=SENSE)
        return
    stands = all(_is_near(one, last, parameters.stride_cm) for one in satellites)
    goes_on = any(
        one.code & rings.NETWORKED
        and one.at_ms < last.at_ms  # satellites have told the old place since: he has not ridden away from it
        and fix.at_ms - one.at_ms <= parameters.frozen_ms
        and _contradicts(one, last, parameters)
        and not _is_near(one, fix, parameters.stride_cm)
        for one in placed
    )
    if stands and goes_on:
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=parameters.doubt_times,
            span_ms=parameters.spoof_ms,
            apart_ms=parameters.frozen_ms,
            of=SENSE,
            params={"sense": SENSE},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )


def is_long(moved_e7: int, parameters: Parameters) -> bool:
    """Say whether a step of |lat| + |lon| in 1e-7 degree is so long that a network may contradict."""
    return moved_e7 > parameters.spoof_apart_e7


def _contradicts(network: Fix, satellites: Fix, parameters: Parameters) -> bool:
    return not _is_near(network, satellites, parameters.spoof_slack_cm, sigmas=3)


def _is_near(one: Fix, other: Fix, limit_cm: int, *, sigmas: int = 1) -> bool:
    """Say whether two places lie within a limit and so many of both their errors of each other."""
    limit_cm += sigmas * (one.sigma_cm + other.sigma_cm)
    return is_within(one.lat_e7, one.lon_e7, other.lat_e7, other.lon_e7, limit_cm)
