"""Random numbers that are a pure function of (key, index): no state, no order, equal on every machine.

SplitMix64 over integers, and only + - * / and sqrt on floats, which IEEE 754 fixes to the last bit. No
logarithm, no sine: numpy's and the C library's differ between CPUs. A new person or a new purpose
takes a new key and so moves nobody else's numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MASK: Final = (1 << 64) - 1
_GAMMA: Final = 0x9E3779B97F4A7C15
_MIX_A: Final = 0xBF58476D1CE4E5B9
_MIX_B: Final = 0x94D049BB133111EB
_TO_UNIT: Final = 1.0 / (1 << 53)
_QUARTER: Final = 0xFFFF
# Four uniform 16-bit integers: mean 4 * 65535 / 2, variance 4 * (65536**2 - 1) / 12.
_NORMAL_MEAN: Final = 131_070.0
_NORMAL_SCALE: Final = 1.0 / 37_837.22705140659


def key_of(*parts: int | str) -> int:
    """Return the 64-bit key of a purpose, such as (seed, "noise", person)."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def bits(key: int, index: int = 0) -> int:
    """Return the 64 random bits of one index."""
    z = (key + (index + 1) * _GAMMA) & _MASK
    z = ((z ^ (z >> 30)) * _MIX_A) & _MASK
    z = ((z ^ (z >> 27)) * _MIX_B) & _MASK
    return z ^ (z >> 31)


def unit(key: int, index: int = 0) -> float:
    """Return one number in [0, 1)."""
    return (bits(key, index) >> 11) * _TO_UNIT


def happens(key: int, share: float, *, index: int = 0) -> bool:
    """Tell whether something happens that happens in `share` of all cases."""
    return unit(key, index) < share


def below(key: int, limit: int, *, index: int = 0) -> int:
    """Return one integer in [0, limit)."""
    return (bits(key, index) * limit) >> 64


def between(key: int, low: int, high: int, *, index: int = 0) -> int:
    """Return one integer in [low, high]."""
    return low + below(key, high - low + 1, index=index)


def bits_array(key: int, indices: Ints) -> NDArray[np.uint64]:
    """Return the 64 random bits of every index, equal to `bits`."""
    z = (indices.astype(np.uint64) + np.uint64(1)) * np.uint64(_GAMMA) + np.uint64(key)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_MIX_A)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_MIX_B)
    return z ^ (z >> np.uint64(31))


def units(key: int, indices: Ints) -> Floats:
    """Return numbers in [0, 1), equal to `unit`."""
    return (bits_array(key, indices) >> np.uint64(11)).astype(np.float64) * _TO_UNIT


def normals(key: int, indices: Ints) -> Floats:
    """Return nearly normal numbers of mean 0 and variance 1: the sum of four uniform ones.

    The tail ends at 3.46. Heavy tails are modelled where they belong, in `noise` and `providers`.
    """
    z = bits_array(key, indices)
    quarter = np.uint64(_QUARTER)
    total = (
        (z & quarter) + (z >> np.uint64(16) & quarter) + (z >> np.uint64(32) & quarter) + (z >> np.uint64(48))
    )
    scaled: Floats = (total.astype(np.float64) - _NORMAL_MEAN) * _NORMAL_SCALE
    return scaled


class Quantiles:
    """A distribution given by its quantiles, linear in between: how measured tables are sampled."""

    def __init__(self, *points: tuple[float, float]) -> None:
        """Take (share, value) points, ascending, from share 0 to share 1.

        Raises:
            ValueError: the shares do not ascend from 0 to 1.
        """
        self._shares = [share for share, _ in points]
        self._values = [float(value) for _, value in points]
        if self._shares[0] != 0 or self._shares[-1] != 1 or sorted(set(self._shares)) != self._shares:
            raise ValueError("quantiles must ascend from share 0 to share 1")
        self._share_array = np.array(self._shares)
        self._value_array = np.array(self._values)

    def at(self, share: float) -> float:
        """Return the value at a share in [0, 1)."""
        i = bisect_right(self._shares, share) - 1
        fraction = (share - self._shares[i]) / (self._shares[i + 1] - self._shares[i])
        return self._values[i] + (self._values[i + 1] - self._values[i]) * fraction

    def at_each(self, shares: Floats) -> Floats:
        """Return the values at every share in [0, 1), equal to `at`."""
        # Not np.interp: a compiler may fuse its multiply and add on one CPU and not on another.
        i = np.searchsorted(self._share_array, shares, side="right") - 1
        low, low_value = self._share_array[i], self._value_array[i]
        fraction = (shares - low) / (self._share_array[i + 1] - low)
        values: Floats = low_value + (self._value_array[i + 1] - low_value) * fraction
        return values


def pick(key: int, options: Sequence[T], *, index: int = 0) -> T:
    """Return one of the options."""
    return options[below(key, len(options), index=index)]
