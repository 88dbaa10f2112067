"""What is kept of the sorted lane: enough to judge the last 32 fixes again, and never much more."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine import ring as rings
from korgoo.engine.episodes import Recorded
from korgoo.engine.judged import Judged
from korgoo.engine.live_lane import LiveLane
from korgoo.engine.ring import Fix
from korgoo.engine.state import PersonState
from tests.stories import HOUR, MINUTE, P1, at

NOON = at(12)


def minute(number: float) -> int:
    return NOON + round(number * MINUTE)


def take(lane: LiveLane[PersonState], number: int) -> None:
    """Take the fix of that minute as every lane takes one in order."""
    if rings.count(lane.state.ring) % 16 == 0:
        lane.checkpoint()
    lane.state.ring += rings.pack_fix(minute(number), number, 1, 2, 3, 0)
    lane.state.judged.clock_ms = minute(number)


def fed(fixes: int) -> LiveLane[PersonState]:
    """Return a lane after the fixes of so many minutes."""
    lane = LiveLane(PersonState(P1, judged=Judged(clock_ms=NOON)))
    for number in range(1, fixes + 1):
        take(lane, number)
    return lane


def late(number: float) -> Fix:
    """Return a fix of that minute that nobody has seen yet."""
    return Fix(minute(number), 1_000, 1, 2, 3, 0)


def minutes_of(lane: LiveLane[PersonState]) -> list[float]:
    return [(one.at_ms - NOON) / MINUTE for one in rings.fixes(lane.state.ring)]


def checkpoints_of(lane: LiveLane[PersonState]) -> list[tuple[int, float]]:
    """Return position and minute of each, which what it has packed tells too."""
    kept = lane.state.checkpoints
    assert [msgspec.msgpack.decode(c.judged, type=Judged).clock_ms for c in kept] == [
        c.clock_ms for c in kept
    ]
    return [(c.position, (c.clock_ms - NOON) / MINUTE) for c in kept]


@pytest.mark.parametrize(
    ("fixes", "first", "checkpoints"),
    [
        (1, 1, [(0, 0)]),
        (16, 1, [(0, 0)]),
        (17, 1, [(0, 0), (16, 16)]),
        (48, 1, [(0, 0), (16, 16), (32, 32)]),
        (49, 17, [(0, 16), (16, 32), (32, 48)]),
        (64, 17, [(0, 16), (16, 32), (32, 48)]),
        (65, 33, [(0, 32), (16, 48), (32, 64)]),
    ],
)
def test_the_last_32_to_48_fixes_are_kept_with_a_checkpoint_at_every_16th(
    fixes: int, first: int, checkpoints: list[tuple[int, float]]
) -> None:
    lane = fed(fixes)
    assert minutes_of(lane) == list(range(first, fixes + 1))
    assert checkpoints_of(lane) == checkpoints


def test_a_ring_that_late_fixes_have_widened_shrinks_to_32_with_the_next_checkpoint() -> None:
    lane = fed(47)
    for second in range(17):
        lane.take_late(late(46.5 + second / 60))
    assert (rings.count(lane.state.ring), checkpoints_of(lane)) == (64, [(0, 0), (16, 16), (32, 32)])
    take(lane, 48)
    assert rings.count(lane.state.ring) == 33
    assert checkpoints_of(lane) == [(0, 32), (32, 47)]


def test_an_ended_finding_is_forgotten_six_hours_behind_the_ring() -> None:
    lane, oldest_ms = fed(48), minute(16)
    for name, until_ms in [("open", 0), ("just", oldest_ms - 6 * HOUR), ("gone", oldest_ms - 6 * HOUR - 1)]:
        lane.state.recorded.append(Recorded(name, "home", "zone.exit", 1, until_ms))
    take(lane, 49)
    assert [recorded.id for recorded in lane.state.recorded] == ["open", "just"]


def test_a_ring_without_checkpoints_forgets_none() -> None:
    """An upload has crowded it: all is recalled with the next mark, and the ring with it."""
    lane = fed(48)
    lane.state.checkpoints = []
    lane.state.recorded.append(Recorded("ended", "home", "zone.exit", 1, 2))
    take(lane, 49)
    assert [recorded.id for recorded in lane.state.recorded] == ["ended"]
    assert checkpoints_of(lane) == [(32, 48)]


def test_a_late_fix_takes_its_place_and_moves_what_stands_behind_it() -> None:
    lane = fed(40)
    lane.take_late(late(16.5))  # the checkpoint of minute 16 knows nothing of it
    assert minutes_of(lane)[14:19] == [15, 16, 16.5, 17, 18]
    assert checkpoints_of(lane) == [(0, 0), (16, 16), (33, 32)]
    lane.take_late(late(15.5))
    assert checkpoints_of(lane) == [(0, 0), (17, 16), (34, 32)]
    assert lane.state.dirty_ms == minute(15.5)
    lane.take_late(late(39.5))
    assert lane.state.dirty_ms == minute(15.5)


def test_a_repeat_leaves_nothing_to_judge_again() -> None:
    lane = fed(40)
    lane.take_late(Fix(minute(20), 1_000, 1, 2, 3, 0))
    assert (rings.count(lane.state.ring), lane.state.dirty_ms) == (40, 0)
    assert checkpoints_of(lane) == [(0, 0), (16, 16), (32, 32)]


def test_what_is_older_than_the_first_checkpoint_has_no_place() -> None:
    lane = fed(50)
    lane.take_late(Fix(minute(16) - 1, 1_000, 1, 2, 3, 0))
    assert (minutes_of(lane)[0], lane.state.dirty_ms) == (17, minute(16) - 1)
    assert not lane.within_ring()
    lane = fed(50)
    lane.take_late(late(16))
    assert (minutes_of(lane)[0], lane.state.dirty_ms) == (16, minute(16))
    assert lane.within_ring()


def test_without_a_checkpoint_nothing_is_sorted_in() -> None:
    lane = fed(0)
    lane.take_late(late(1))
    assert (bytes(lane.state.ring), lane.state.dirty_ms) == (b"", minute(1))
    assert not lane.within_ring()


def test_an_upload_of_thousands_is_not_sorted_in_but_recalled() -> None:
    lane = fed(40)
    for number in range(216):
        lane.take_late(late(39 + (number + 1) / 1_000))
    assert rings.count(lane.state.ring) == 256
    assert lane.within_ring()
    lane.take_late(late(38.5))
    assert (rings.count(lane.state.ring), lane.state.checkpoints, lane.state.dirty_ms) == (
        256,
        [],
        minute(38.5),
    )


def test_whatever_is_older_than_time_itself_still_waits() -> None:
    """A device's clock may say 1970: 0 would say that nothing waits."""
    lane = fed(1)
    lane.mark_dirty(0)
    assert lane.state.dirty_ms == 1
    lane.mark_dirty(-5)
    assert lane.state.dirty_ms == 1
