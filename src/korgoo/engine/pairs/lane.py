"""The sorted lane of a pair: what the fixes of both sides, in the order of their time, say about the rings.

Pure, like the lane of one person (`engine.judgement`): the same fixes give the same account in whatever
order they arrived. `apply` takes the next fix, `advance` lets the clock decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine import ring as bits
from korgoo.engine.pairs import meeting
from korgoo.engine.pairs.belief import WALKING_CMS, fade_near, weigh_sight
from korgoo.engine.pairs.force import PERSON
from korgoo.engine.pairs.judged import LastSight, Near, PairJudged
from korgoo.engine.pairs.nearness import Sight, look_at_place, look_back, look_now
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


def begin(force: PairForce, at_ms: int, previous: PairJudged | None, *, places_kept: bool) -> PairJudged:
    """Start judging under a plan; what was believed and what stands open is kept where it means the same."""
    judged = PairJudged(clock_ms=at_ms)
    if previous is not None:
        judged = msgspec.structs.replace(previous, clock_ms=at_ms)
    if previous is None or not places_kept:
        judged.nears = [[Near() for _ in range(RINGS)] for _ in range(force.targets)]
    meeting.rebind(judged, force, at_ms)
    return judged


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
    if any(near.verdict for near in judged.nears[PERSON]):
        moments.append(
            min(track.at_ms + hold for track, hold in zip(judged.sides, force.hold_ms, strict=True))
        )
    if any(near.verdict for nears in judged.nears[1:] for near in nears):
        moments.append(judged.sides[0].at_ms + force.hold_ms[0])
    return min((moment for moment in moments if moment > now_ms), default=0)


def _expire(judged: PairJudged, force: PairForce, at_ms: int) -> None:
    """Let verdicts end whose fixes no longer speak for the present."""
    stale = [at_ms >= track.at_ms + hold for track, hold in zip(judged.sides, force.hold_ms, strict=True)]
    for target, nears in enumerate(judged.nears):
        if stale[0] or (target == PERSON and stale[1]):
            for near in nears:
                near.verdict, near.turn_ms, near.fixes = 0, 0, (0, 0)


def apply(
    judged: PairJudged, force: PairForce, fix: Fix, changes: list[Change], *, trace: Trace | None = None
) -> None:
    """Judge the next fix of either side in the order of time."""
    if 0 < judged.due_ms <= fix.at_ms:
        advance(judged, force, fix.at_ms, changes)
    judged.clock_ms = fix.at_ms
    side = 1 if fix.code & bits.PROTECTED else 0
    if fix.code & bits.CONTACT:
        _touch(judged, fix, trace)
    elif not _weigh(judged, force, fix, side, trace):
        return
    meeting.judge_rings(judged, force, fix.at_ms, changes)
    judged.due_ms = next_due(judged, force, fix.at_ms)


def _touch(judged: PairJudged, fix: Fix, trace: Trace | None) -> None:
    """Radio contact: one stands beside the other, whatever satellites say."""
    for ring, near in enumerate(judged.nears[PERSON]):
        if near.verdict <= 0:
            near.side_ms = fix.at_ms
        near.belief, near.verdict, near.turn_ms, near.fixes = 6_000, 1, 0, (0, 0)
        if trace is not None:
            trace.note(ring, fix, distance_cm=0, sigma_cm=1, belief=near.belief, say="used:contact")
    judged.last = LastSight(fix.at_ms, PERSON, 0, 1, 0, 0)
    for track in judged.sides:
        track.at_ms = max(track.at_ms, 1)


def _weigh(judged: PairJudged, force: PairForce, fix: Fix, side: int, trace: Trace | None) -> bool:
    """Let a fix move the beliefs it speaks about; say whether it did."""
    parameters = force.parameters
    track, other = judged.sides[side], judged.sides[1 - side]
    silent_ms = fix.at_ms - min(track.at_ms, other.at_ms)
    say = admit(track, fix, parameters)
    if say:
        _note(judged, fix, trace, say)
        return False
    elapsed_ms = track.at_ms - track.before_ms if track.before_ms else LONG_MS
    sights = list(_see(judged, force, side, silent_ms=silent_ms, elapsed_ms=elapsed_ms))
    doubtful = _doubtful(track, fix, elapsed_ms)
    for target, sight in sights:
        for ring, near in enumerate(judged.nears[target]):
            look = sight
            if target == PERSON and near.verdict <= 0 and not doubtful:
                look = _nearer(sight, look_back(track, other, parameters), force.radii_cm[ring])
            weigh_sight(
                near,
                look,
                force.radii_cm[ring],
                elapsed_ms=elapsed_ms,
                side=side,
                doubtful=doubtful,
                parameters=parameters,
            )
    if sights:
        _remember(judged, force, sights, fix, trace)
    return bool(sights)


def _see(
    judged: PairJudged, force: PairForce, side: int, *, silent_ms: int, elapsed_ms: int
) -> Iterator[tuple[int, Sight]]:
    """Yield (target, sight) for what the new fix of a side speaks about; let old belief fade before."""
    track, other, parameters = judged.sides[side], judged.sides[1 - side], force.parameters
    if other.at_ms:
        for near in judged.nears[PERSON]:
            fade_near(near, silent_ms, min(force.hold_ms), parameters)
        yield PERSON, _see_person(judged, force, track, other)
    if side == 0:
        for target, shape in enumerate(force.shapes, 1):
            for near in judged.nears[target]:
                fade_near(near, elapsed_ms, force.hold_ms[0], parameters)
            yield target, look_at_place(track, shape, parameters)


def _see_person(judged: PairJudged, force: PairForce, track: Track, other: Track) -> Sight:
    if far_apart(track, other):
        return Sight(judged.clock_ms, 10**9, 10**5, 0, judged.clock_ms - other.at_ms)
    return look_now(track, other, force.parameters)


def _nearer(now: Sight, back: Sight | None, radius_cm: int) -> Sight:
    """Return the look that speaks more clearly for having been within the ring."""
    if back is None:
        return now
    back_margin, now_margin = radius_cm - back.distance_cm, radius_cm - now.distance_cm
    return back if back_margin * now.sigma_cm > now_margin * back.sigma_cm else now


def _doubtful(track: Track, fix: Fix, elapsed_ms: int) -> bool:
    """Say whether the fix is a ride away from the one before without the device saying that it moves."""
    if not track.before_ms or fix.code & bits.MOVING:
        return False
    moved = abs(track.lat_e7 - track.before_lat) + abs(track.lon_e7 - track.before_lon)
    slack_cm = 10_000 + 5 * (track.sigma_cm + track.before_sigma)
    return moved > elapsed_ms * WALKING_CMS // 1000 + slack_cm


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
