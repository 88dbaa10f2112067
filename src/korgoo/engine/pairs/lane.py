"""The sorted lane of a pair: what the fixes of both sides, in the order of their time, say about the rings.

Pure, like the lane of one person (`engine.judgement`): the same fixes give the same account in whatever
order they arrived. `apply` takes the next fix, `advance` lets the clock decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine import ring as bits
from korgoo.engine.geometry import FULL_TURN_E7
from korgoo.engine.ground import offset
from korgoo.engine.pairs import meeting
from korgoo.engine.pairs.belief import fade_near, is_settled, weigh_sight
from korgoo.engine.pairs.force import PERSON, WARNING
from korgoo.engine.pairs.judged import LastSight, Near, PairJudged
from korgoo.engine.pairs.nearness import Sight, look_at_place, look_back, look_now
from korgoo.engine.pairs.rest import (
    confirmed_ms,
    error_at_rest,
    follow_mast,
    follow_moves,
    known_until,
    rests,
)
from korgoo.engine.pairs.track import admit, far_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.engine.judged import Change, Trace
    from korgoo.engine.pairs.force import PairForce
    from korgoo.engine.pairs.track import Track
    from korgoo.engine.ring import Fix

RINGS = 3
LONG_MS = 86_400_000
"""Longer than any correlation of errors: a side's first fix is a whole observation."""


def begin(
    force: PairForce, at_ms: int, previous: PairJudged | None = None, before: PairForce | None = None
) -> PairJudged:
    """Start judging under a plan, after `previous` under `before`.

    What stands open stays open, and what was believed is kept for each ring that has the same radius around
    the same target.
    """
    judged = PairJudged(clock_ms=at_ms)
    known: dict[tuple[object, int], Near] = {}
    if previous is not None and before is not None:
        judged = msgspec.structs.replace(previous, clock_ms=at_ms)
        known = {
            (meaning, radius_cm): near
            for meaning, nears in zip(before.meanings, previous.nears, strict=True)
            for radius_cm, near in zip(before.radii_cm, nears, strict=True)
        }
    judged.nears = [
        [msgspec.structs.replace(known.get((meaning, radius_cm), Near())) for radius_cm in force.radii_cm]
        for meaning in force.meanings
    ]
    ask_clock(judged, force, at_ms)
    return judged


def ask_clock(judged: PairJudged, force: PairForce, at_ms: int) -> None:
    """Ask anew whether the distance binds and when the clock decides next: what it knew may have changed."""
    meeting.rebind(judged, force, at_ms)
    judged.due_ms = next_due(judged, force, at_ms)


def advance(judged: PairJudged, force: PairForce, to_ms: int, changes: list[Change]) -> None:
    """Let the clock decide up to and including `to_ms`: exceptions begin and end, evidence runs out."""
    while 0 < judged.due_ms <= to_ms:
        due_ms = judged.due_ms
        judged.clock_ms = max(judged.clock_ms, due_ms)
        if judged.change_ms and judged.change_ms <= due_ms:
            meeting.rebind(judged, force, due_ms)
        _expire(judged, force, due_ms)
        meeting.judge_rings(judged, force, due_ms, changes)
        judged.due_ms = next_due(judged, force, due_ms)


def next_due(judged: PairJudged, force: PairForce, now_ms: int) -> int:
    """Return when the clock decides next, after `now_ms`, if no fix comes before; 0 = never."""
    moments = [judged.change_ms]
    known_ms = known_until(judged, force)
    for until_ms, nears in zip(known_ms, judged.nears, strict=True):
        if any(near.verdict for near in nears):
            moments.append(until_ms)
    if judged.sides[0].rested_ms or judged.sides[1].rested_ms:
        moments += known_until(judged, force, resting=False)  # then nothing may be said to be left any more
    if judged.closing_times:
        moments.append(max(known_ms))
    return min((moment for moment in moments if moment > now_ms), default=0)


def _expire(judged: PairJudged, force: PairForce, at_ms: int) -> None:
    """Let verdicts end whose fixes no longer speak for the present."""
    known_ms = known_until(judged, force)
    for until_ms, nears in zip(known_ms, judged.nears, strict=True):
        if at_ms >= until_ms:
            for near in nears:
                near.verdict, near.turn_ms, near.fixes = 0, 0, (0, 0)
    if at_ms >= max(known_ms):
        judged.closing_times = 0


def apply(
    judged: PairJudged, force: PairForce, fix: Fix, changes: list[Change], *, trace: Trace | None = None
) -> None:
    """Judge the next fix of either side in the order of time."""
    if 0 < judged.due_ms <= fix.at_ms:
        advance(judged, force, fix.at_ms, changes)
    judged.clock_ms = fix.at_ms
    side = 1 if fix.code & bits.PROTECTED else 0
    if fix.code & bits.CONTACT:
        _touch(judged, fix, trace, sure_mn=force.parameters.saturation_mn)
    elif not _weigh(judged, force, fix, side, trace):
        if not fix.code & bits.IGNORED:
            return
        track = judged.sides[side]
        rested = track.rest_ms
        if follow_mast(track, fix, force.hold_ms[side], force.parameters):
            _expire(judged, force, fix.at_ms)
        elif not rested:
            return
    meeting.judge_rings(judged, force, fix.at_ms, changes)
    judged.due_ms = next_due(judged, force, fix.at_ms)


def _touch(judged: PairJudged, fix: Fix, trace: Trace | None, *, sure_mn: int) -> None:
    """Radio contact: one stands beside the other, whatever satellites say."""
    for ring, near in enumerate(judged.nears[PERSON]):
        if near.verdict <= 0:
            near.side_ms = fix.at_ms
        near.belief, near.verdict, near.turn_ms, near.fixes = sure_mn, 1, 0, (0, 0)
        if trace is not None:
            trace.note(ring, fix, distance_cm=0, sigma_cm=1, belief=near.belief, say="used:contact")
    judged.contact_ms = fix.at_ms
    judged.last = LastSight(fix.at_ms, PERSON, 0, 1, 0, 0)


def _weigh(judged: PairJudged, force: PairForce, fix: Fix, side: int, trace: Trace | None) -> bool:
    """Let a fix move the beliefs it speaks about; say whether it did."""
    parameters = force.parameters
    track, other = judged.sides[side], judged.sides[1 - side]
    silent_ms = fix.at_ms - max(judged.contact_ms, min(confirmed_ms(track), confirmed_ms(other)))
    follow_moves(track, fix, parameters)
    say = admit(track, fix, parameters)
    if say:
        _note(judged, fix, trace, say)
        return False
    elapsed_ms = track.at_ms - track.before_ms if track.before_ms else LONG_MS
    resting = rests(other, fix.at_ms, force.hold_ms[1 - side])
    sights = list(_see(judged, force, side, silent_ms=silent_ms, elapsed_ms=elapsed_ms, resting=resting))
    rest_cm = error_at_rest(other, fix.at_ms, parameters) if resting else 0
    back: Sight | None = None
    for target, sight in sights:
        if target == PERSON and not _parted_all_along(judged, force):
            doubtful = track.doubtful or other.doubtful
            back = None if doubtful else look_back(track, other, parameters, rests=resting)
        speaking = judged.sides if target == PERSON else judged.sides[:1]
        for ring, (radius_cm, near) in enumerate(zip(force.radii_cm, judged.nears[target], strict=True)):
            look = _nearer(sight, back, radius_cm) if target == PERSON and near.verdict <= 0 else sight
            if is_settled(near, radius_cm - look.distance_cm, parameters):
                continue
            reach_cm = abs(radius_cm - look.distance_cm)
            errors_cm = [rest_cm if t is other and rest_cm else t.sigma_cm for t in speaking]
            reaches = [parameters.pair_weak_sigmas * error_cm > reach_cm for error_cm in errors_cm]
            weak = [t.doubtful or reaching for t, reaching in zip(speaking, reaches, strict=True)]
            weigh_sight(
                near,
                look,
                radius_cm,
                elapsed_ms=elapsed_ms,
                side=side,
                weak=(weak[0], weak[-1] and target == PERSON),
                resting=resting and target == PERSON,
                sides=judged.sides if target == PERSON and ring == WARNING else (),
                parameters=parameters,
            )
    if sights:
        _remember(judged, force, sights, fix, trace)
    return bool(sights)


def _parted_all_along(judged: PairJudged, force: PairForce) -> bool:
    """Say whether both were beyond every ring since their fixes before, by any way, as is believed."""
    saturation = force.parameters.saturation_mn
    for near in judged.nears[PERSON]:
        if near.verdict >= 0 or near.turn_ms or near.belief != -saturation:
            return False
    one, other = judged.sides
    east_cm, north_cm = offset(one.lat_e7, one.lon_e7, other.lat_e7, other.lon_e7)
    apart_cm = max(abs(east_cm), abs(north_cm))
    return apart_cm * 99 // 100 - _step(one) - _step(other) > force.radii_cm[0]


def _step(track: Track) -> int:
    """Return more than a side has gone since its fix before, cm: 1e-7 of a degree is less than 1.2 cm."""
    if not track.before_ms:
        return 0
    turn_e7 = abs(track.lon_e7 - track.before_lon)
    return (abs(track.lat_e7 - track.before_lat) + min(turn_e7, FULL_TURN_E7 - turn_e7)) * 6 // 5 + 1_000


def _see(
    judged: PairJudged, force: PairForce, side: int, *, silent_ms: int, elapsed_ms: int, resting: bool
) -> Iterator[tuple[int, Sight]]:
    """Yield (target, sight) for what the new fix of a side speaks about; let old belief fade before.

    Beside a side that is silent a fix tells nothing of the distance: that stays *cannot tell*.
    """
    track, other, parameters = judged.sides[side], judged.sides[1 - side], force.parameters
    if other.at_ms and track.at_ms < confirmed_ms(other) + force.hold_ms[1 - side]:
        for near in judged.nears[PERSON]:
            fade_near(near, silent_ms, min(force.hold_ms), parameters)
        sight = _see_person(judged, force, track, other, resting=resting)
        judged.person_cm = sight.distance_cm
        yield PERSON, sight
    if side == 0:
        for target, shape in enumerate(force.shapes, 1):
            for near in judged.nears[target]:
                fade_near(near, elapsed_ms, force.hold_ms[0], parameters)
            yield target, look_at_place(track, shape, parameters)


def _see_person(judged: PairJudged, force: PairForce, track: Track, other: Track, *, resting: bool) -> Sight:
    if far_apart(track, other):
        return Sight(judged.clock_ms, 10**9, 10**5, 0, judged.clock_ms - other.at_ms)
    return look_now(track, other, force.parameters, rests=resting)


def _nearer(now: Sight, back: Sight | None, radius_cm: int) -> Sight:
    """Return the look that speaks more clearly for having been within the ring."""
    if back is None:
        return now
    back_margin, now_margin = radius_cm - back.distance_cm, radius_cm - now.distance_cm
    return back if back_margin * now.sigma_cm > now_margin * back.sigma_cm else now


def _remember(
    judged: PairJudged,
    force: PairForce,
    sights: list[tuple[int, Sight]],
    fix: Fix,
    trace: Trace | None,
) -> None:
    target, sight = min(sights, key=lambda entry: (entry[1].distance_cm, entry[0]))
    judged.last = LastSight(
        sight.at_ms, target, sight.distance_cm, sight.sigma_cm, sight.closing_cms, sight.age_ms
    )
    meeting.follow_closing(judged, force, sight)
    if trace is not None:
        for ring in range(RINGS):
            belief = max(nears[ring].belief for nears in judged.nears)
            trace.note(
                ring, fix, distance_cm=sight.distance_cm, sigma_cm=sight.sigma_cm, belief=belief, say="used"
            )


def _note(judged: PairJudged, fix: Fix, trace: Trace | None, say: str) -> None:
    if trace is not None:
        for ring in range(RINGS):
            belief = max((nears[ring].belief for nears in judged.nears), default=0)
            trace.note(ring, fix, distance_cm=None, sigma_cm=fix.sigma_cm, belief=belief, say=say)
