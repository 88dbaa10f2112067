"""Probing: the warning ring entered again and again, or a path that searches. It tells the centre only.

Three in-outs of a ring within two hours are no way to work. A search-like path is long and goes nowhere:
much way on little ground, close to where she may be.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as bits
from korgoo.engine.findings import Event, Reason
from korgoo.engine.ground import offset
from korgoo.engine.pairs.force import WARNING
from korgoo.engine.pairs.telling import pair_params

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.desk import Notes
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.ring import Fix

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


def follow_path(notes: Notes, pair: Pair, fix: Fix) -> None:
    """Follow the participant's way near what is protected; tell when it makes a search.

    Steps within the error of a fix are standing still. The way is forgotten where he goes far from all of it.
    """
    force, state, parameters = pair.force, pair.state, pair.parameters
    if force is None or fix.code & (bits.CONTACT | bits.IGNORED) or not state.judged.last.at_ms:
        return
    if (
        not state.judged.binds
        or state.judged.last.distance_cm > parameters.search_reach * force.plan.warning_cm
    ):
        state.path.clear()
        return
    if state.path:
        at_ms, lat_e7, lon_e7 = state.path[-1]
        east_cm, north_cm = offset(lat_e7, lon_e7, fix.lat_e7, fix.lon_e7)
        step_cm = max(parameters.search_step_cm, 3 * fix.sigma_cm)
        if fix.at_ms <= at_ms or east_cm * east_cm + north_cm * north_cm <= step_cm * step_cm:
            return
    state.path.append((fix.at_ms, fix.lat_e7, fix.lon_e7))
    since_ms = fix.at_ms - parameters.search_ms
    while len(state.path) > parameters.search_points or state.path[0][0] < since_ms:
        del state.path[0]
    if len(state.path) % parameters.search_look == 0 and not _told_lately(pair, notes.at_ms):
        way_cm, ground_cm = measure_path(state.path)
        if way_cm >= parameters.search_way_cm and way_cm >= parameters.search_ratio * ground_cm:
            _tell(notes, pair, Reason.PROBING_SEARCH, since_ms=state.path[0][0], way_m=way_cm // 100)


def measure_path(path: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Return the way along a path, cm, and the diagonal of the ground that it covers, cm."""
    (_, lat_e7, lon_e7), *_ = path
    places = [offset(lat_e7, lon_e7, lat, lon) for _, lat, lon in path]
    way_cm = sum(math.isqrt((e - e0) ** 2 + (n - n0) ** 2) for (e0, n0), (e, n) in pairwise(places))
    wide = max(e for e, _ in places) - min(e for e, _ in places)
    high = max(n for _, n in places) - min(n for _, n in places)
    return way_cm, math.isqrt(wide * wide + high * high)


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
