"""Fixes that passed quietly are caught up with many at once: as if each had been judged when it came."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from korgoo.engine import ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.conditions import next_due
from korgoo.engine.enclosure import NOWHERE
from korgoo.engine.geometry import INSIDE, OUTSIDE
from korgoo.engine.judged import Judged
from korgoo.engine.judgement import apply
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix
from korgoo.engine.state import PersonState
from korgoo.engine.subject import NEVER_QUIET, Subject
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


def let_wait(subject: Subject, told: list[Fix], *, before: int = 0) -> None:
    """Put fixes into the ring as `quiet` does, behind so many others."""
    for _ in range(before):
        subject.kept.ring += ring.pack_fix(NOON - MINUTE, 1, HOME_LAT, HOME_LON, 800, 0)
    subject.behind = len(subject.kept.ring)
    for fix in told:
        subject.kept.ring += ring.pack_fix(*fix)


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
    quiet, full, told = at_home(), at_home(), fixes(*codes)
    assert full.force is not None
    for fix in told:
        apply(full.state.judged, full.force, fix, [], settled=[True] * 3)
    let_wait(quiet, told, before=before)
    quiet.due_ms, quiet.heard_ms = full.state.judged.due_ms, NOON + 60 * MINUTE
    assert msgspec.to_builtins(quiet.state.judged) == msgspec.to_builtins(full.state.judged)
    assert (quiet.state.last_seq, quiet.behind) == (len(codes) + 1, -1)
    assert quiet.state.heard_ms == quiet.state.placed_ms == NOON + 60 * MINUTE


@pytest.mark.parametrize("change_ms", [0, NOON + 2 * MINUTE, NOON + 60 * MINUTE])
def test_when_the_clock_decides_next_is_known_while_they_wait(change_ms: int) -> None:
    """A window may open before the last of them no longer speaks for the present, after that, or never."""
    subject = at_home()
    assert subject.force is not None
    subject.kept.judged.zones[1].change_ms = change_ms
    for told in (fixes(0), fixes(0, 0)):
        let_wait(subject, told, before=1)
        due_ms = subject.next_due(subject.force)
        assert subject.behind > 0
        assert due_ms == next_due(subject.state.judged, subject.force)


@pytest.mark.parametrize(
    ("belief", "verdict", "doubts", "expected"),
    [
        (P.saturation_mn, 1, {}, INSIDE),
        (-P.saturation_mn, -1, {}, OUTSIDE),
        (P.saturation_mn - 1, 1, {}, NEVER_QUIET),
        (1 - P.saturation_mn, -1, {}, NEVER_QUIET),
        (P.saturation_mn, 0, {}, NEVER_QUIET),
        (-P.saturation_mn, 0, {}, NEVER_QUIET),
        (P.saturation_mn, 1, {"turn_ms": 1}, NEVER_QUIET),
        (-P.saturation_mn, -1, {"known_ms": 1}, NEVER_QUIET),
        (-P.saturation_mn, -1, {"edge_ms": 1}, NEVER_QUIET),
        (-P.saturation_mn, -1, {"edge_ms": -1}, OUTSIDE),  # what rises is told by the conditions
    ],
)
def test_only_what_is_believed_for_certain_passes_quietly(
    belief: int, verdict: int, doubts: dict[str, Any], expected: int
) -> None:
    subject = at_home()
    subject.learners()
    subject.enclosure = (0, 1, 2, 3)
    subject.state.judged.zones[0] = ZoneBelief(belief, verdict, **doubts)
    subject.expect()
    assert list(subject.expected) == [expected, INSIDE, OUTSIDE]
    changed = expected != INSIDE
    assert (subject.enclosure == NOWHERE, subject.learning is None) == (changed, changed)
    assert [index for index, _ in subject.learners()] == ([0, 1] if expected == INSIDE else [1])


def test_who_was_just_read_from_a_snapshot_passes_nothing_quietly_before_he_is_looked_at() -> None:
    """What would have changed nothing is known from the belief at once; the rest only with the first look."""
    state = at_home().state
    state.told = (50, None, None, None, None, None)
    state.judged.due_ms, state.heard_ms = NOON + MINUTE, NOON
    subject = Subject(state, P, PLAN)
    assert (subject.calm, subject.seats, subject.seated, subject.wake_ms) == (False, 0, None, 0)
    assert (subject.said, subject.rests, subject.told) == ("", False, state.told)
    assert (subject.due_ms, subject.heard_ms, subject.enclosure) == (NOON + MINUTE, NOON, NOWHERE)
    assert (list(subject.expected), subject.behind) == ([INSIDE, INSIDE, OUTSIDE], -1)
    assert Subject(PersonState(P1), P).enclosure == NOWHERE, "also who has no plan yet"
