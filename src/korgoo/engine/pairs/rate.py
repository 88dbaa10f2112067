"""How often each side should report: the rate must rise before the ring is reached, and betray nothing.

interval = clamp((distance - D) / (2 x 25 m/s), 15 s, 300 s), source: noise.md, "What physics and noise
allow". Her own device follows the true distance. His follows only distances to what he lawfully knows; for
all else it stays as it is, so that his phone's rate is no radar (design, rule 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.pairs.audience import known_targets, shown_distance
from korgoo.engine.pairs.track import Track

if TYPE_CHECKING:
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix


class RateRequest(msgspec.Struct, frozen=True):
    """A wish for one device: report every `interval_s`. `at_ms` is the log time of the wish."""

    pair: str
    person: str
    interval_s: int
    at_ms: int


def wish_interval(distance_cm: int, order_cm: int, parameters: Parameters) -> int:
    """Return the interval for that distance, s."""
    wished_s = (distance_cm - order_cm) // parameters.rate_closing_cms
    return max(parameters.rate_shortest_s, min(wished_s, parameters.rate_longest_s))


def round_down(wished_s: int, parameters: Parameters) -> int:
    """Return the rung at or below a wished interval, s: a device is not told of every metre.

    Each rung is the double of the one before, from the shortest interval to half of the longest; the longest
    is the last: 15, 30, 60, 120, 300.
    """
    if wished_s >= parameters.rate_longest_s:
        return parameters.rate_longest_s
    rung_s = max(1, parameters.rate_shortest_s)
    while rung_s * 2 <= min(wished_s, parameters.rate_longest_s // 2):
        rung_s *= 2
    return rung_s


def request_rates(pair: Pair, at_ms: int, fix: Fix) -> list[RateRequest]:
    """Return the wishes that changed with this fix of either side, rounded down to a rung.

    Where she herself is not disclosed, his device is asked by his own fix alone and in the moment in which it
    comes: a wish that waited for a message of hers, or for its place in the order of both, would tell when
    and how often she reports.
    """
    force, state = pair.force, pair.state
    if force is None or not state.judged.binds:
        return []
    wishes = []
    hers, his = bool(fix.code & rings.PROTECTED), state.judged.sides[0]
    if not force.plan.disclosed:
        unusable = hers or fix.code & (rings.IGNORED | rings.CONTACT)
        his = Track() if unusable else Track(fix.at_ms, fix.lat_e7, fix.lon_e7)
    person_cm = state.judged.person_cm if state.judged.person_cm >= 0 else None
    for side, distance_cm in ((0, shown_distance(state.judged, force, his)), (1, person_cm)):
        if side == 0 and hers and not force.plan.disclosed:
            continue
        order_s = force.plan.intervals_ms[side] // 1000
        if distance_cm is None:
            if side or known_targets(force):
                continue
            step_s = order_s  # he no longer knows any place: nothing may follow her
        else:
            wished_s = wish_interval(distance_cm, force.plan.distance_cm, pair.parameters)
            # Never slower than the order asks: who did as he was asked would be found silent.
            step_s = min(order_s, round_down(wished_s, pair.parameters))
        known = state.sides[side]
        again = step_s < order_s and at_ms - known.wanted_ms >= pair.parameters.rate_again_ms
        if step_s != (known.wanted_s or order_s) or again:
            known.wanted_s, known.wanted_ms = step_s, at_ms
            person = force.plan.protected if side else force.plan.participant
            wishes.append(RateRequest(force.plan.pair, person, step_s, at_ms))
    return wishes
