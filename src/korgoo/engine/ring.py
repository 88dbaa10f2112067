"""The last fixes of one person, as judged, in the order of their time.

A fix is six 64-bit integers in a byte array: small in memory, and its own packed form. The sorted lane
is replayed over these when a fix arrives late.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAYOUT: Final = struct.Struct("<6q")
WIDTH: Final = _LAYOUT.size

STILL: Final = 1  # the motion sensor says that the device lies still
PLACELESS: Final = 2  # no position, only the home unit's radio
IGNORED: Final = 4  # kept, never used for a decision; the reason stands in the bits from REASON_SHIFT
NETWORKED: Final = 8  # from Wi-Fi or the network, whose positions can stand frozen for hours
PROTECTED: Final = 16  # in the ring of a pair: a fix of the protected person's side
CONTACT: Final = 32  # in the ring of a pair: a radio was heard that only the other side carries
MOVING: Final = 64  # the device itself says that it moves; in the ring of a pair: faster than people walk
RESTING: Final = 128  # the receiver's own speed is nought
STIRRED: Final = 1 << 32  # the motion sensor speaks of movement, whatever the receiver's speed says
ON_FOOT: Final = 1 << 34  # the motion sensor says walking
SPED: Final = 1 << 33  # the receiver's own speed is that of somebody who goes somewhere
BEACON_SHIFT: Final = 8  # zone index + 1 of the home unit that is heard: its lower 8 bits
REASON_SHIFT: Final = 16  # 8 bits
BEACON_HIGH_SHIFT: Final = 24  # its upper 8 bits: rings of older snapshots have none there

REASONS: Final = ("", "source.cell", "accuracy.coarse", "mock")
"""Why a fix is ignored for decisions, by its code."""


class Fix(NamedTuple):
    """One fix as the sorted lane sees it. `at_ms` is the device's time, or ours where that cannot be."""

    at_ms: int
    seq: int
    lat_e7: int
    lon_e7: int
    sigma_cm: int
    code: int


pack_fix = _LAYOUT.pack
unpack_fixes = _LAYOUT.iter_unpack
"""The fixes as bare tuples."""
unpack_place = struct.Struct("<q8xqq16x").unpack_from
"""(at_ms, lat_e7, lon_e7) of the fix at a byte of the ring."""


def beacon_code(index: int) -> int:
    """Return the bits of a fix's code that say: the home unit of zone `index` is heard."""
    number = index + 1
    return (number & 255) << BEACON_SHIFT | number >> 8 << BEACON_HIGH_SHIFT


def heard(code: int) -> int:
    """Return the index of the zone whose home unit is heard; -1 = none."""
    return (code >> BEACON_SHIFT & 255 | (code >> BEACON_HIGH_SHIFT & 255) << 8) - 1


def reason(code: int) -> str:
    """Return why a fix is ignored; "" = it is not."""
    return REASONS[code >> REASON_SHIFT & 255]


def fixes(ring: bytes | bytearray, start: int = 0) -> Iterator[Fix]:
    """Yield the fixes from position `start` on."""
    return map(Fix._make, _LAYOUT.iter_unpack(memoryview(ring)[start * WIDTH :]))


def count(ring: bytearray) -> int:
    """Return how many fixes there are."""
    return len(ring) // WIDTH


def place(ring: bytearray, fix: Fix) -> int:
    """Insert a fix at its place by (time, seq) and return that place; -1 if it is there already.

    A repeat is one with equal time, position and code: devices send again what was not acknowledged. It comes
    in a later row than what it repeats, so it is looked for before its place.
    """
    position = count(ring)
    while position:
        other = Fix._make(_LAYOUT.unpack_from(ring, (position - 1) * WIDTH))
        if (other.at_ms, other.seq) <= (fix.at_ms, fix.seq):
            break
        position -= 1
    if _repeats(ring, position, fix):
        return -1
    start = position * WIDTH
    ring[start:start] = pack_fix(*fix)
    return position


def _repeats(ring: bytearray, position: int, fix: Fix) -> bool:
    """Look for an equal fix among those of the same instant before `position`."""
    while position:
        position -= 1
        other = Fix._make(_LAYOUT.unpack_from(ring, position * WIDTH))
        if other.at_ms != fix.at_ms:
            return False
        if other[2:] == fix[2:]:
            return True
    return False


def holds(ring: bytearray, fix: Fix) -> bool:
    """Say whether an equal fix of the same instant is the last or among the last of the ring."""
    return _repeats(ring, count(ring), fix)
