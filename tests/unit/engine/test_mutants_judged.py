"""The bare state of the sorted lane, what a trace shows: each test kills an error that is planted there."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.findings import Evidence, Reason
from korgoo.engine.judged import Change, Judged, Trace, split_say
from korgoo.engine.ring import PLACELESS, STILL, Fix


def packed(state: object) -> object:
    """Return what a snapshot holds of it, value by value."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(state))


def test_of_one_that_nothing_is_known_of_a_snapshot_holds_nothing_but_that_he_may_have_moved() -> None:
    assert packed(Judged()) == [*[0] * 8, [], 0, 0, 0, True, 0, True, 0, 0, 0, 0, 0, 0, False, 0]


def test_a_change_says_no_more_than_it_was_told() -> None:
    change = Change("open", "home", "curfew.absent", 5, 4, Reason.LEFT_DURING)
    assert packed(change) == ["open", "home", "curfew.absent", 5, 4, "left_during", 0, 0, []]


@pytest.mark.parametrize(
    ("code", "distance_cm", "shown"),
    [
        (STILL, -1_250, (-12.5, 8.25)),
        (STILL, 0, (0.0, 8.25)),
        (STILL, None, (None, None)),
        (PLACELESS, 1_250, (None, None)),
        (PLACELESS, None, (None, None)),
    ],
)
def test_a_fix_is_shown_with_a_distance_where_it_has_a_place_and_one_was_measured(
    code: int, distance_cm: int | None, shown: tuple[float | None, float | None]
) -> None:
    trace = Trace(1)
    trace.note(
        0, Fix(7, 3, 1, 2, 9, code), distance_cm=distance_cm, sigma_cm=825, belief=-4_321, say="held:jump"
    )
    distance_m, sigma_m = shown
    assert trace.show(0) == (
        Evidence(
            seq=3,
            fixed_at_ms=7,
            use="held",
            reason="jump",
            distance_m=distance_m,
            sigma_m=sigma_m,
            belief=-4.321,
        ),
    )


def test_the_last_eight_of_twelve_fixes_are_shown_and_of_a_zone_that_was_not_followed_none() -> None:
    trace = Trace(2)
    for seq in range(20):
        trace.note(1, Fix(seq, seq, 0, 0, 1, 0), distance_cm=1, sigma_cm=1, belief=0, say="used")
    assert [entry[0].seq for entry in trace.zones[1]] == list(range(8, 20))
    assert [one.seq for one in trace.show(1)] == list(range(12, 20))
    assert (trace.show(0), trace.show(2), Trace(0).show(0)) == ((), (), ())


def test_each_zone_is_followed_unless_some_are_asked_for() -> None:
    assert list(Trace(3).followed(3)) == [0, 1, 2]
    assert list(Trace(3, [1]).followed(3)) == [1]


def test_how_a_fix_was_taken_and_why_are_told_apart() -> None:
    assert [split_say(say) for say in ("used", "held:jump", "ignored:a:b")] == [
        ("used", ""),
        ("held", "jump"),
        ("ignored", "a:b"),
    ]
