"""What a pair reads in messages of both sides: each test kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring as bits
from korgoo.engine.pairs.reading import make_fix, read_fixes, standing_plans
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Body, Motion, Observation, Row, Source
from tests.pairs import APART, numbered, order
from tests.stories import HOME_LAT, HOME_LON, P1, P2, at, fix
from tests.unit.engine.pair_days import of
from tests.unit.engine.pair_states import NOW, P, pair_at

WALK = P.pair_walk_cms


def code_of(side: int = 0, **fields: Any) -> int:
    """Return what is remembered of a fix beside its place."""
    pair, _ = pair_at()
    made = make_fix(pair, fix(NOW, **fields), 5, side)
    assert made is not None
    return made.code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"motion": Motion.STILL}, bits.STILL),
        ({"motion": Motion.WALKING}, bits.STIRRED | bits.ON_FOOT),
        ({"motion": Motion.RUNNING}, bits.STIRRED | bits.MOVING),
        ({"motion": Motion.CYCLING}, bits.STIRRED | bits.MOVING),
        ({"motion": Motion.VEHICLE}, bits.STIRRED | bits.MOVING),
        ({"speed_cms": 0}, bits.RESTING),
        ({"speed_cms": WALK - 1}, bits.SPED),
        ({"speed_cms": WALK}, bits.SPED | bits.MOVING),
        ({"speed_cms": WALK, "source": Source.WIFI}, bits.MOVING | bits.NETWORKED),
        ({"motion": Motion.WALKING, "speed_cms": 0}, bits.STIRRED | bits.ON_FOOT | bits.RESTING),
    ],
)
def test_a_side_moves_where_it_goes_faster_than_people_walk(fields: dict[str, Any], code: int) -> None:
    assert code_of(0, **fields) == code
    assert code_of(1, **fields) == code | bits.PROTECTED


@pytest.mark.parametrize(
    ("side", "beacon", "heard"),
    [(0, "tag", True), (1, "tag", False), (0, "bracelet", False), (1, "bracelet", True), (0, None, False)],
)
def test_each_side_can_hear_what_only_the_other_carries(
    side: int, beacon: str | None, *, heard: bool
) -> None:
    pair, _ = pair_at(order(contacts=("tag",), worn=("bracelet",)))
    made = make_fix(pair, Observation(NOW, NOW, beacon=beacon), 5, side)
    sides = (0, bits.PROTECTED)
    assert made == (Fix(NOW, 5, 0, 0, 1, sides[side] | bits.CONTACT) if heard else None)


@pytest.mark.parametrize(("lat", "lon"), [(HOME_LAT, None), (None, HOME_LON), (None, None)])
def test_half_a_place_is_none(lat: int | None, lon: int | None) -> None:
    pair, _ = pair_at()
    assert make_fix(pair, Observation(NOW, NOW, lat_e7=lat, lon_e7=lon), 5, 0) is None


def told(*entries: tuple[int, str, Body]) -> list[int]:
    """Return the rows in which he is heard to hear her tag, as they are read when judged again."""
    rows = numbered(entries)
    return [
        one.seq for one in read_fixes(of(order()).pair, rows, standing_plans(rows)) if one.code & bits.CONTACT
    ]


def hears(moment: int) -> tuple[int, str, Body]:
    return moment, P1, Observation(moment, moment, beacon="tag")


def test_each_row_is_read_under_the_order_that_held_when_it_came() -> None:
    """Her tag is named by the second order only; the third, for before it, was told last."""
    begins = at(15)
    assert told(
        hears(at(13)),  # 1: before any order
        (at(13.9), APART, order(effective_from_ms=at(13.9))),
        hears(at(14)),  # 3
        (at(14.5), APART, order(version="2", contacts=("tag",), effective_from_ms=begins)),
        hears(begins - 1),  # 5: it is known, and not yet in force
        hears(begins),  # 6
        hears(at(15.2)),  # 7
        (at(15.3), APART, order(version="3", effective_from_ms=at(14))),
        hears(at(15.4)),  # 9
    ) == [6, 7, 9]


def test_an_order_for_the_past_changes_no_reading_of_what_came_before_it_was_told() -> None:
    assert told(
        (at(13.9), APART, order(effective_from_ms=at(13.9))),
        hears(at(14)),
        (at(14.1), APART, order(version="2", contacts=("tag",), effective_from_ms=at(13.9))),
        hears(at(14.2)),
    ) == [4]


def test_what_came_before_the_first_order_is_read_under_it() -> None:
    assert told(hears(at(13)), (at(13.9), APART, order(contacts=("tag",)))) == [1]


def test_without_an_order_nothing_is_read() -> None:
    rows: list[Row] = numbered([(at(14), P1, fix(at(14))), (at(14), P2, fix(at(14)))])
    assert list(read_fixes(of(order()).pair, rows, [])) == []
