"""When a zone binds: windows, permits, suspensions, the end of the order."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from korgoo.engine.force import Force, finding_kind
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Permit, Zone, ZoneKind
from korgoo.engine.rows import Suspension
from tests.stories import MINUTE, NIGHT, at, circle, plan

P = Parameters()


def force(zone: Zone, *permits: Permit, suspensions: tuple[Suspension, ...] = (), **fields: Any) -> Force:
    rows = {p.permit_id: p for p in permits}
    return Force(plan(zone, **fields), P, rows, {s.suspension_id: s for s in suspensions})


def edges(made: Force, start: float, end: float) -> list[tuple[bool, int]]:
    """Follow `next_change` and tell each stretch by whether it binds and since when."""
    t, told = at(start), []
    while t and t < at(end):
        told.append((made.binds(0, t), t))
        t = made.next_change(0, t)
    return told


def test_windows_open_on_their_first_and_close_on_their_last_millisecond() -> None:
    made = force(circle(windows=(NIGHT,)))
    assert [made.binds(0, at(22) + ms) for ms in (-1, 0)] == [False, True]
    assert [made.binds(0, at(30) + ms) for ms in (-1, 0)] == [True, False]
    assert edges(made, 12, 48) == [(False, at(12)), (True, at(22)), (False, at(30)), (True, at(46))]
    assert made.bound_since(0, at(29)) == at(22)


def test_a_permit_frees_for_its_own_zone_and_time() -> None:
    made = force(circle(), Permit("1", "home", at(20), at(21)), Permit("2", "school", at(0), at(48)))
    assert edges(made, 19, 23) == [(True, at(19)), (False, at(20)), (True, at(21))]
    assert made.bound_since(0, at(22)) == at(21)


def test_a_revoked_permit_frees_nothing_also_when_the_plan_held_it() -> None:
    held = Permit("1", "home", at(20), at(21))
    assert not force(circle(), permits=(held,)).binds(0, at(20))
    revoked = Permit("1", "home", at(20), at(21), revoked=True)
    assert force(circle(), revoked, permits=(held,)).binds(0, at(20))
    longer = Permit("1", "home", at(20), at(20.5))
    assert force(circle(), longer, permits=(held,)).binds(0, at(20.75)), "the row replaces the plan's"


def test_a_suspension_frees_every_zone() -> None:
    made = force(
        circle(), suspensions=(Suspension(1, at(20), at(21)), Suspension(2, at(20), at(23), revoked=True))
    )
    assert edges(made, 19, 23) == [(True, at(19)), (False, at(20)), (True, at(21))]
    assert [made.suspended(at(20) + ms) for ms in (-1, 0, 3_600_000 - 1, 3_600_000)] == [
        False,
        True,
        True,
        False,
    ]
    assert made.suspended_until(at(20.5)) == at(21)


def test_of_two_suspensions_the_one_that_ends_later_counts() -> None:
    made = force(circle(), suspensions=(Suspension(1, at(20), at(23)), Suspension(2, at(20), at(21))))
    assert made.suspended_until(at(20.5)) == at(23)


def test_nobody_is_watched_under_a_suspension_and_after_the_order() -> None:
    made = force(circle(), suspensions=(Suspension(1, at(20), at(21)),), effective_until_ms=at(23))
    assert [made.watches(at(hour)) for hour in (19, 20, 21, 23)] == [True, False, True, False]


def test_nothing_binds_from_the_end_of_the_order() -> None:
    made = force(circle(), effective_until_ms=at(21))
    assert edges(made, 20, 30) == [(True, at(20)), (False, at(21))]


def test_without_windows_the_order_itself_is_the_beginning() -> None:
    assert force(circle(), from_ms=at(3)).bound_since(0, at(5)) == at(3)


def test_each_zone_has_one_kind_of_finding() -> None:
    assert finding_kind(circle(windows=(NIGHT,))) == "curfew.absent"
    assert finding_kind(circle()) == "zone.exit"
    assert finding_kind(circle(kind=ZoneKind.EXCLUSION, windows=(NIGHT,))) == "zone.enter"


def test_how_long_a_fix_speaks_and_silence_may_last() -> None:
    made = force(circle())
    assert made.hold_ms == 8 * MINUTE
    assert made.silence_ms == 3 * MINUTE


def test_only_places_not_districts_teach_their_scatter() -> None:
    assert force(circle(radius_m=500)).learners == (0,)
    assert force(circle(radius_m=501)).learners == ()


@pytest.mark.parametrize(("radius_cm", "learners"), [(0, ()), (1, (0,))])
def test_a_point_teaches_no_scatter(radius_cm: int, learners: tuple[int, ...]) -> None:
    tiny = Disc(0, 0, radius_cm)
    assert force(msgspec.structs.replace(circle(), outer=tiny, inner=tiny)).learners == learners


def test_exceptions_of_another_account_take_the_place_of_its_own() -> None:
    made = force(circle(), Permit("1", "home", at(20), at(21)))
    assert not made.binds(0, at(20))
    off = Suspension(1, at(22), at(23))
    made.change_exceptions({"2": Permit("2", "home", at(12), at(13))}, {off.suspension_id: off})
    assert [made.binds(0, at(hour)) for hour in (12, 20)] == [False, True]
    assert made.suspended(at(22))
