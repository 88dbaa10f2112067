"""What a fix that changes no belief leaves behind: the end of the ring, until somebody asks for the state."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from korgoo.engine import quiet, step
from korgoo.engine.conditions import next_due
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Row
from korgoo.engine.shard import Shard
from korgoo.engine.state import pack_state
from tests.stories import MINUTE, P1, at, circle, fix, kind_of, plan, rows_of

if TYPE_CHECKING:
    from korgoo.engine.subject import Subject

MINUTES = 30


def row_at(minute: int, *, seq: int | None = None) -> Row:
    """Return the fix of that minute, some metres beside those of the minutes around it."""
    body = fix(at(20) + minute * MINUTE, 3 * (minute % 4))
    return Row(seq or minute + 1, at(20) + minute * MINUTE, kind_of(body), P1, body)


def at_home(minutes: int = MINUTES) -> tuple[Shard, Subject]:
    """Return somebody at home after so many fixes, one a minute."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    shard.feed(rows_of(P1, (at(20), plan(circle()))))
    for minute in range(1, minutes + 1):
        shard.feed([row_at(minute)])
    return shard, shard.subjects[P1]


def test_what_quiet_fixes_teach_waits_until_somebody_asks() -> None:
    _, subject = at_home()
    home, last_ms = subject.kept.judged.zones[0], at(20) + MINUTES * MINUTE
    before = home.scatter2
    assert subject.kept.judged.used_ms < last_ms
    assert subject.state.judged.used_ms == subject.state.judged.satellite_ms == last_ms
    assert (subject.state.last_seq, subject.state.heard_ms) == (MINUTES + 1, last_ms)
    assert home.scatter2 != before
    assert not subject.state.judged.doubted_ms


@pytest.mark.parametrize("every", [1, 3, 100])
def test_it_is_the_same_however_often_somebody_asks(every: int) -> None:
    shard, subject = at_home(0)
    looked_at, asked = at_home()[1], 0
    for minute in range(1, MINUTES + 1):
        shard.feed([row_at(minute)])
        if minute % every == 0:
            asked += subject.state.last_seq
    assert asked or every > MINUTES
    assert pack_state(subject.state) == pack_state(looked_at.state)


def test_when_the_clock_looks_again_is_known_without_catching_up() -> None:
    _, subject = at_home()
    waiting = subject.behind
    assert step.moves_on(subject, at(20) + MINUTES * MINUTE)
    due_ms, wake_ms = subject.due_ms, subject.wake_ms
    assert subject.behind == waiting >= 0
    assert subject.force is not None
    assert due_ms == next_due(subject.state.judged, subject.force)
    assert wake_ms == min(due_ms, subject.state.heard_ms + 3 * MINUTE)


def test_a_fix_that_cannot_be_kept_leaves_nothing_to_catch_up_with() -> None:
    _, subject = at_home()
    before = pack_state(subject.state)
    with pytest.raises(struct.error):
        quiet.pass_quietly(subject, row_at(MINUTES + 1, seq=1 << 63))
    assert pack_state(subject.state) == before
    assert quiet.pass_quietly(subject, row_at(MINUTES + 1))
    assert subject.state.judged.used_ms == at(20) + (MINUTES + 1) * MINUTE
