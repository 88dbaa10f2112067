"""Probing: the warning ring entered again and again, or a path that searches. It tells the centre only.

Three in-outs of a ring within two hours are no way to work. A search-like path is long and goes nowhere:
much way on little ground, close to where she may be.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as bits
from korgoo.engine.findings import Event, Reason
from korgoo.engine.ground import offset
from korgoo.engine.pairs.force import WARNING
from korgoo.engine.pairs.telling import pair_params

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.pairs.pair import Pair

KIND: Final = "pair.probing"


def count_entries(notes: Notes, pair: Pair) -> None:
    """Tell when the warning ring was entered too often; the sorted lane counts, so late fixes count once.

    What was told is over: only entries after it make another.
    """
    state, parameters = pair.state, pair.parameters
    entered = [moment for moment in state.judged.entered if moment > state.probed_until_ms]
    if len(entered) >= parameters.probing_times:
        state.probed_until_ms = max(entered)
        _tell(notes, pair, Reason.PROBING_ENTRIES, since_ms=min(entered), times=len(entered))


def watch_path(notes: Notes, pair: Pair) -> None:
    """Look whether the participant's last fixes, outside the ring but close to it, make a search."""
    force, state, parameters = pair.force, pair.state, pair.parameters
    last = state.judged.last
    if force is None or not state.judged.binds or not last.at_ms:
        return
    if last.distance_cm > parameters.search_reach * force.plan.warning_cm or _told_lately(pair, notes.at_ms):
        return
    way_cm, ground_cm, since_ms = _measure_path(pair)
    if way_cm >= parameters.search_way_cm and way_cm >= parameters.search_ratio * ground_cm:
        _tell(notes, pair, Reason.PROBING_SEARCH, since_ms=since_ms, way_m=way_cm // 100)


def _measure_path(pair: Pair) -> tuple[int, int, int]:
    """Return the way of the participant's fixes in the ring, cm, the diagonal of its ground, and its start.

    Steps within the error of their fixes are standing still.
    """
    spots = [
        fix
        for fix in bits.fixes(pair.state.ring)
        if not fix.code & (bits.PROTECTED | bits.CONTACT | bits.IGNORED | bits.PLACELESS)
    ]
    if not spots:
        return 0, 0, 0
    start, way_cm = spots[0], 0
    places = [(0, 0)]
    for fix in spots[1:]:
        east_cm, north_cm = offset(start.lat_e7, start.lon_e7, fix.lat_e7, fix.lon_e7)
        step_e, step_n = east_cm - places[-1][0], north_cm - places[-1][1]
        step_cm = math.isqrt(step_e * step_e + step_n * step_n)
        if step_cm > 3 * fix.sigma_cm:
            way_cm += step_cm
            places.append((east_cm, north_cm))
    wide = max(e for e, _ in places) - min(e for e, _ in places)
    high = max(n for _, n in places) - min(n for _, n in places)
    return way_cm, math.isqrt(wide * wide + high * high), start.at_ms


def _told_lately(pair: Pair, at_ms: int) -> bool:
    return bool(pair.state.probed_ms) and at_ms - pair.state.probed_ms < pair.parameters.probing_ms


def _tell(notes: Notes, pair: Pair, code: Reason, *, since_ms: int, times: int = 0, way_m: int = 0) -> None:
    """Tell once in the time of probing; a single happening, open to no closing."""
    if _told_lately(pair, notes.at_ms) or pair.force is None:
        return
    pair.state.probed_ms = notes.at_ms
    condition = pair.force.plan.pair
    params = pair_params(notes, pair, WARNING)
    params |= {"times": times} if times else {"way_m": way_m}
    notes.put(
        Event.OPENED,
        notes.name(condition, KIND),
        0,
        kind=KIND,
        condition=condition,
        since_ms=since_ms,
        until_ms=notes.at_ms,
        code=code,
        params=params,
    )
