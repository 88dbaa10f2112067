"""Motion as evidence over many walks and stays with the errors of life."""

from __future__ import annotations

from korgoo.engine.rows import Motion
from tests.unit.engine.test_motion import PLAIN, SLOW, believed_out_at


def test_steps_outward_are_believed_sooner() -> None:
    walks = [
        (believed_out_at(PLAIN, 22, seed=s, motion=Motion.WALKING), believed_out_at(PLAIN, 22, seed=s))
        for s in range(30)
    ]
    assert all(quick is not None and slow is not None and quick <= slow for quick, slow in walks)
    assert sum(quick or 0 for quick, _ in walks) < sum(slow or 0 for _, slow in walks)


def test_moving_about_indoors_is_no_step_outward() -> None:
    """Errors of people's stays, walking about all the time: no more exits than without the sensor."""
    for parameters in (PLAIN, SLOW):
        assert [believed_out_at(parameters, 0, seed=s, motion=Motion.WALKING) for s in range(30)] == [
            None
        ] * 30
