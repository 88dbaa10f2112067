"""The last fixes judged again: from the right checkpoint, to the same account, with enough to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from korgoo.engine.judged import SHOWN, Judged
from korgoo.engine.judgement import advance
from korgoo.engine.live_lane import SPACING
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, ZoneKind
from korgoo.engine.ring import Fix
from korgoo.engine.state import Checkpoint, PersonState
from korgoo.engine.subject import Subject
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, circle, plan

if TYPE_CHECKING:
    from korgoo.engine.judged import Change

P: Final = Parameters()
NOON: Final = at(12)
HOME: Final = circle()
FIXES: Final = 2 * SPACING + 3


def followed(*, home_for: int = FIXES, kind: ZoneKind = ZoneKind.INCLUSION) -> tuple[Subject, list[Change]]:
    """One who tells a place a minute, at home for so many of them and then 300 m away; what it changed."""
    subject = Subject(PersonState(P1), P)
    changes = subject.take_plan(plan(circle(kind=kind), expected_interval_ms=MINUTE), NOON)
    subject.state.checkpoints.clear()  # the first fix makes one as well
    for number in range(FIXES):
        away_e7 = 0 if number < home_for else 36_000
        told = Fix(NOON + (number + 1) * MINUTE, number + 2, HOME_LAT, HOME_LON + away_e7, 800, 0)
        changes += subject.take_in_order(told)
    return subject, changes


def kept(subject: Subject) -> list[tuple[int, int, bytes]]:
    return [(c.position, c.clock_ms, c.judged) for c in subject.state.checkpoints]


def tell(judged: Judged) -> object:
    return msgspec.to_builtins(judged)


@pytest.mark.parametrize(
    ("minute", "started"), [(0, 0), (SPACING - 0.01, 0), (SPACING, 1), (SPACING + 1, 1), (FIXES, 2)]
)
def test_judged_again_with_nothing_new_all_is_as_it_was(minute: float, started: int) -> None:
    subject, changes = followed(home_for=20)
    checkpoints, state = kept(subject), subject.state
    assert [position for position, _, _ in checkpoints] == [0, SPACING, 2 * SPACING]
    state.dirty_ms, last_ms = NOON + round(minute * MINUTE), state.judged.clock_ms
    judged, again, _, before = subject.replay_ring(last_ms)
    assert tell(judged) == tell(state.judged)
    assert msgspec.msgpack.encode(before) == checkpoints[started][2]
    assert kept(subject) == checkpoints
    since_ms = checkpoints[started][1]
    assert [(c.what, c.when_ms) for c in again] == [
        (c.what, c.when_ms) for c in changes if c.when_ms > since_ms
    ]


def test_the_clock_goes_on_after_the_last_fix() -> None:
    subject, _ = followed()
    state, horizon_ms = subject.state, NOON + 10**8
    state.dirty_ms = state.judged.clock_ms
    judged, *_ = subject.replay_ring(horizon_ms)
    assert subject.force is not None
    advance(state.judged, subject.force, horizon_ms, [])
    assert tell(judged) == tell(state.judged)
    assert judged.zones[0].verdict == 0


def test_a_permit_that_was_not_known_then_begins_before_the_first_fix_that_is_judged_again() -> None:
    """He was found away by the first fix after the checkpoint: half a minute after it had begun."""
    subject, changes = followed(home_for=SPACING - 2)
    (opened,) = [change for change in changes if change.what == "open"]
    assert opened.when_ms == NOON + (SPACING + 1) * MINUTE
    begins_ms = opened.when_ms - MINUTE // 2
    subject.state.permits["1"] = Permit("1", HOME.id, begins_ms, NOON + 10**9)
    subject.state.dirty_ms = begins_ms
    assert subject.replay_ring(NOON + FIXES * MINUTE)[1] == []


def shown(subject: Subject, condition: str | None, horizon_ms: int = NOON + 10**9) -> list[int]:
    """Return the numbers of the fixes that are shown about his home."""
    return [one.seq for one in subject.trace_ring(horizon_ms, condition).show(0)]


@pytest.mark.parametrize("condition", [HOME.id, None])
@pytest.mark.parametrize("dirty_ms", [0, NOON])
def test_enough_fixes_are_shown_however_few_came_since_the_last_checkpoint(
    condition: str | None, dirty_ms: int
) -> None:
    subject, _ = followed()
    subject.state.dirty_ms = dirty_ms
    assert shown(subject, condition) == list(range(FIXES + 2 - SHOWN, FIXES + 2))
    assert shown(subject, condition, NOON + 20 * MINUTE) == list(range(22 - SHOWN, 22))[-4:]


def test_while_a_late_fix_waits_no_checkpoint_behind_it_is_believed() -> None:
    subject, _ = followed()
    wrong = msgspec.structs.replace(subject.state.judged, zones=[])
    last = subject.state.checkpoints[-1]
    subject.state.checkpoints[-1] = Checkpoint(last.position, last.clock_ms, msgspec.msgpack.encode(wrong))
    subject.state.dirty_ms = NOON + SPACING * MINUTE
    assert len(shown(subject, HOME.id)) == SHOWN


@pytest.mark.parametrize(
    ("kind", "home_for", "carried"),
    [
        (ZoneKind.INCLUSION, 20, ["home"]),
        (ZoneKind.INCLUSION, FIXES, []),
        (ZoneKind.EXCLUSION, FIXES, ["home"]),
        (ZoneKind.EXCLUSION, 20, []),
    ],
)
def test_a_new_version_forgets_the_ring_and_keeps_what_showed_him_on_the_wrong_side(
    kind: ZoneKind, home_for: int, carried: list[str]
) -> None:
    subject, _ = followed(home_for=home_for, kind=kind)
    subject.take_plan(
        plan(circle(kind=kind), version="2", expected_interval_ms=MINUTE), NOON + FIXES * MINUTE + 1
    )
    state = subject.state
    assert list(state.carried) == carried
    assert all([one.seq for one in shown][-1] == FIXES + 1 for shown in state.carried.values())
    assert (len(state.ring), [c.position for c in state.checkpoints]) == (0, [0])
