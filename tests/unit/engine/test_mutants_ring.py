"""What a fix's code says, bit by bit: each test kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import pytest

from korgoo.engine import ring

SNAPSHOTS = {
    "STILL": 0x1,
    "PLACELESS": 0x2,
    "IGNORED": 0x4,
    "NETWORKED": 0x8,
    "PROTECTED": 0x10,
    "CONTACT": 0x20,
    "MOVING": 0x40,
    "RESTING": 0x80,
    "STIRRED": 0x1_0000_0000,
    "SPED": 0x2_0000_0000,
    "ON_FOOT": 0x4_0000_0000,
}


@pytest.mark.parametrize(("name", "code"), SNAPSHOTS.items())
def test_what_a_snapshot_holds_of_a_fix_means_what_it_meant_when_it_was_written(name: str, code: int) -> None:
    assert getattr(ring, name) == code


@pytest.mark.parametrize(("index", "code"), [(0, 0x100), (254, 0xFF00), (255, 0x100_0000), (256, 0x100_0100)])
def test_a_home_unit_is_heard_by_the_bits_that_snapshots_hold(index: int, code: int) -> None:
    assert ring.beacon_code(index) == code
    assert ring.heard(code | 0xFF_0000 | sum(SNAPSHOTS.values())) == index


@pytest.mark.parametrize(("code", "why"), [(0, ""), (1, "source.cell"), (2, "accuracy.coarse"), (3, "mock")])
def test_why_a_fix_is_ignored_is_read_from_the_bits_that_snapshots_hold(code: int, why: str) -> None:
    assert ring.reason(code << 16 | ring.beacon_code(300) | sum(SNAPSHOTS.values())) == why
