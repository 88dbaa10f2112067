"""When the distance binds: from the order's start to its end, but for hours together and suspensions."""

from __future__ import annotations

from korgoo.engine.pairs.force import PairForce
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import PairPlan, Together
from korgoo.engine.rows import Suspension
from tests.pairs import order, place
from tests.stories import at

PLANNED = (Together("handover", at(15), at(16)),)


def force(plan: PairPlan, *rows: Together | Suspension) -> PairForce:
    """The plan with the rows that came since."""
    together = {row.together_id: row for row in rows if isinstance(row, Together)}
    suspensions = {row.suspension_id: row for row in rows if isinstance(row, Suspension)}
    return PairForce(plan, Parameters(), together, suspensions)


def test_it_binds_from_the_orders_start_until_its_end() -> None:
    made = force(order(effective_from_ms=at(10), effective_until_ms=at(20)))
    assert [made.binds(at(hour)) for hour in (9.99, 10, 19.99, 20)] == [False, True, True, False]
    assert [made.next_change(at(hour)) for hour in (9, 10, 20)] == [at(10), at(20), 0]


def test_an_interval_together_frees_and_a_row_replaces_or_revokes_it() -> None:
    plan = order(together=PLANNED)
    assert [force(plan).binds(at(hour)) for hour in (14.9, 15, 15.9, 16)] == [True, False, False, True]
    longer = force(plan, Together("handover", at(15), at(17)))
    assert not longer.binds(at(16.5))
    assert longer.bound_since(at(18)) == at(17)
    assert force(plan, Together("handover", at(15), at(16), revoked=True)).binds(at(15.5))


def test_overlapping_exceptions_bind_again_when_the_last_has_ended() -> None:
    made = force(
        order(together=PLANNED), Suspension(1, at(15.5), at(18)), Suspension(2, at(9), at(11), revoked=True)
    )
    assert [made.binds(at(hour)) for hour in (10, 15.2, 16.5, 18)] == [True, False, False, True]
    assert made.suspended_until(at(17)) == at(18)
    assert made.suspended_until(at(10)) == 0
    assert made.bound_since(at(19)) == at(18)


def test_a_target_is_disclosed_by_itself() -> None:
    made = force(order(places=(place(), place("school", disclosed=True))))
    assert [made.disclosed(target) for target in range(made.targets)] == [False, False, True]
    assert force(order(disclosed=True)).disclosed(0)


def test_silence_may_last_two_intervals_and_the_grace_but_for_a_margin() -> None:
    """The margin lets the mark that comes next still be within the limit; without a grace there is none."""
    intervals = (60_000, 30_000)
    assert force(order(intervals_ms=intervals, silence_grace_ms=60_000)).silence_ms == (175_000, 115_000)
    assert force(order(intervals_ms=intervals, silence_grace_ms=0)).silence_ms == (120_000, 60_000)
