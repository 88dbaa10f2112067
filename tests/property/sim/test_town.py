"""The made-up town: what holds at every crossing of it."""

import pytest

from korgoo.sim.town import Town


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_crossing_can_be_reached_from_every_other(seed: int) -> None:
    streets = Town(seed).streets
    for end in range(len(streets.nodes)):
        assert streets.route(0, end)[-1] == streets.nodes[end]
