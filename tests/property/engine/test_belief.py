"""Belief, whatever the fix: no leap over to the other side, no move away from what was seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine.belief import weigh
from tests.unit.engine.test_belief import P

beliefs = st.integers(-P.saturation_mn, P.saturation_mn)


distances = st.integers(-(10**7), 10**7)


@given(beliefs.filter(lambda b: b > 0), distances, st.integers(0, 10**9))
def test_one_fix_never_carries_belief_far_onto_the_other_side(belief: int, distance: int, dt: int) -> None:
    after = weigh(belief, distance, 100, dt, P, still=False)
    assert -P.lone_mn <= after <= P.saturation_mn
    assert weigh(-belief, -distance, 100, dt, P, still=False) == -after, "both sides are treated alike"


@given(
    belief=beliefs,
    distance=distances,
    sigma=st.integers(1, 10**6),
    dt=st.integers(0, 10**9),
    still=st.booleans(),
)
def test_belief_moves_towards_the_fix_and_never_beyond_saturation(
    *, belief: int, distance: int, sigma: int, dt: int, still: bool
) -> None:
    after = weigh(belief, distance, sigma, dt, P, still=still)
    assert abs(after) <= P.saturation_mn
    assert abs(after - belief) <= P.cap_mn
    assert (after - belief) * distance >= 0
