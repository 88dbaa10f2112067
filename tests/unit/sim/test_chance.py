"""Random numbers are a function of key and index, the same one by one and in arrays."""

import numpy as np
import pytest

from korgoo.sim.chance import Quantiles, below, between, bits, bits_array, key_of, normals, unit, units

INDICES = np.array([-3, 0, 1, 2, 59, 10**12], dtype=np.int64)


def test_one_by_one_and_in_arrays_the_numbers_are_equal() -> None:
    key = key_of(1, "anything")
    assert bits_array(key, INDICES).tolist() == [bits(key, int(i)) for i in INDICES]
    assert units(key, INDICES).tolist() == [unit(key, int(i)) for i in INDICES]


def test_the_generator_is_splitmix64() -> None:
    # The first outputs of the reference implementation for the seed 1234567.
    assert [bits(1_234_567, i) for i in range(3)] == [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
    ]


def test_keys_of_other_purposes_differ_even_when_their_texts_join_alike() -> None:
    assert key_of(1, "ab", "c") != key_of(1, "a", "bc")


def test_normals_have_mean_nought_and_variance_one() -> None:
    drawn = normals(key_of("normal"), np.arange(200_000))
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1) < 0.01


def test_integers_keep_their_bounds_and_reach_them() -> None:
    drawn = {between(7, 3, 5, index=i) for i in range(100)}
    assert drawn == {3, 4, 5}
    assert {below(7, 2, index=i) for i in range(50)} == {0, 1}


def test_quantiles_are_linear_between_their_points() -> None:
    table = Quantiles((0, 10), (0.5, 20), (1, 100))
    shares = np.array([0.0, 0.25, 0.5, 0.75, 0.999])
    assert table.at(0.25) == 15
    assert table.at_each(shares).tolist() == [table.at(float(share)) for share in shares]


@pytest.mark.parametrize(
    "points", [((0.1, 1), (1, 2)), ((0, 1), (0.9, 2)), ((0, 1), (0.7, 2), (0.3, 3), (1, 4))]
)
def test_shares_that_do_not_ascend_from_0_to_1_are_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        Quantiles(*points)
