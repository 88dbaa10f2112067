"""Fixes that passed quietly are caught up with many at once: as if each had been judged when it came."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from korgoo.engine import ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.judged import Judged
from korgoo.engine.judgement import apply
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix
from korgoo.engine.state import PersonState
from korgoo.engine.subject import Subject
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, circle, plan

P: Final = Parameters()
NOON: Final = at(12)
PLAN: Final = plan(circle(), circle("yard", radius_m=80), circle("work", east_m=5_000))


def at_home() -> Subject:
    """One who is believed in two zones that learn, and far from a third; his last fix came at noon."""
    state = PersonState(P1)
    subject = Subject(state, P, PLAN)
    believed = [ZoneBelief(P.saturation_mn * side, side, scatter2=640_000) for side in (1, 1, -1)]
    state.judged = Judged(clock_ms=NOON, used_ms=NOON, used_lat=HOME_LAT, used_lon=HOME_LON, zones=believed)
    subject.expect()
    return subject


def fixes(*codes: int) -> list[Fix]:
    """A fix each, a minute and then two and three minutes apart, some metres beside those before."""
    times = [NOON + MINUTE * (n + 1) * (n + 2) // 2 for n in range(len(codes))]
    return [
        Fix(t, n + 2, HOME_LAT + 40 * n, HOME_LON - 90 * n, 800 + n, code)
        for n, (t, code) in enumerate(zip(times, codes, strict=True))
    ]


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize(
    "codes",
    [
        (0, 0, 0),
        (ring.beacon_code(0), ring.beacon_code(1), 0),
        (ring.STILL, ring.MOVING | ring.STIRRED, ring.NETWORKED),
        (ring.MOVING | ring.SPED, ring.RESTING, ring.STILL | ring.beacon_code(0)),
        (0, 0, ring.STILL | ring.NETWORKED),
        (0, ring.NETWORKED, ring.STIRRED | ring.ON_FOOT | ring.MOVING | ring.NETWORKED),
    ],
)
def test_all_at_once_they_leave_what_each_by_itself_would_have_left(
    codes: tuple[int, ...], before: int
) -> None:
    """Whether or not the ring held fixes before."""
    quiet, judged = at_home(), at_home()
    told = fixes(*codes)
    assert judged.force is not None
    for fix in told:
        apply(judged.state.judged, judged.force, fix, [], settled=[True] * 3)
    quiet.kept.ring += b"".join(
        ring.pack_fix(NOON - MINUTE, 1, HOME_LAT, HOME_LON, 800, 0) for _ in range(before)
    )
    quiet.behind = len(quiet.kept.ring)
    for fix in told:
        quiet.kept.ring += ring.pack_fix(*fix)
    quiet.due_ms, quiet.heard_ms = judged.state.judged.due_ms, NOON + 60 * MINUTE
    assert msgspec.to_builtins(quiet.state.judged) == msgspec.to_builtins(judged.state.judged)
    assert (quiet.state.last_seq, quiet.state.heard_ms, quiet.state.placed_ms) == (
        *(len(codes) + 1, NOON + 60 * MINUTE),
        NOON + 60 * MINUTE,
    )
    assert quiet.behind == -1
