"""Distances anywhere on the ground, against formulas that share nothing with the table."""

from __future__ import annotations

import math

import pytest

from korgoo.engine.ground import EAST, NORTH, offset

A_M, F = 6_378_137.0, 1 / 298.257223563
E2 = F * (2 - F)


def radii(degree: float) -> tuple[float, float]:
    """Return WGS84's radii of curvature along the parallel and the meridian, metres."""
    sine = math.sin(math.radians(degree))
    root = math.sqrt(1 - E2 * sine * sine)
    return A_M / root * math.cos(math.radians(degree)), A_M * (1 - E2) / root**3


def test_the_tables_are_the_radii_of_curvature() -> None:
    per_unit = math.radians(1e-7) * 100 * 2**20
    for degree in range(91):
        east, north = radii(degree)
        assert EAST[degree] == round(east * per_unit)
        assert NORTH[degree] == round(north * per_unit)
    assert len(EAST) == len(NORTH) == 91


def geodesic(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the distance on the ellipsoid by Vincenty's inverse formula, metres."""
    u1, u2 = (math.atan((1 - F) * math.tan(math.radians(lat))) for lat in (lat1, lat2))
    turn = lam = math.radians((lon2 - lon1 + 180) % 360 - 180)
    sin_s = cos_s = sigma = sin_a = cos2_a = mid = 0.0
    for _ in range(100):
        sin_s = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        cos_s = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_s, cos_s)
        sin_a = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_s
        cos2_a = 1 - sin_a**2
        mid = cos_s - 2 * math.sin(u1) * math.sin(u2) / cos2_a if cos2_a > 1e-12 else 0.0
        c = F / 16 * cos2_a * (4 + F * (4 - 3 * cos2_a))
        lam = turn + (1 - c) * F * sin_a * (sigma + c * sin_s * (mid + c * cos_s * (2 * mid**2 - 1)))
    up = cos2_a * (A_M**2 / (A_M * (1 - F)) ** 2 - 1)
    a = 1 + up / 16384 * (4096 + up * (-768 + up * (320 - 175 * up)))
    b = up / 1024 * (256 + up * (-128 + up * (74 - 47 * up)))
    d = b * sin_s * (mid + b / 4 * (cos_s * (2 * mid**2 - 1)))
    return A_M * (1 - F) * a * (sigma - d)


@pytest.mark.parametrize("lat", [-77.85, -54.8, -0.5, 0.0, 0.4, 42.87, 59.95, 78.2, 89.0])
@pytest.mark.parametrize("lon", [74.6, -0.001, 179.999, -180.0])
@pytest.mark.parametrize("metres", [50, 500, 5_000])
def test_it_agrees_with_the_geodesic(lat: float, lon: float, metres: int) -> None:
    for turn in range(0, 360, 45):
        north = metres * math.cos(math.radians(turn)) / 111_200
        east = metres * math.sin(math.radians(turn)) / 111_200 / math.cos(math.radians(lat))
        lat_e7, to_lat = round(lat * 1e7), round((lat + north) * 1e7)
        lon_e7 = round(lon * 1e7)
        to_lon = round(((lon + east + 180) % 360 - 180) * 1e7)
        true_m = geodesic(lat_e7 / 1e7, lon_e7 / 1e7, to_lat / 1e7, to_lon / 1e7)
        found_m = math.hypot(*offset(lat_e7, lon_e7, to_lat, to_lon)) / 100
        assert found_m == pytest.approx(true_m, rel=1e-3, abs=0.03)


def test_directions_and_the_way_back() -> None:
    assert offset(0, 0, 10_000, 0)[1] > 0
    assert offset(0, 0, 0, 10_000)[0] > 0
    assert offset(0, 1_799_999_000, 0, -1_799_999_000)[0] == pytest.approx(2_226, abs=3)
    there, back = offset(428_700_000, 746_000_000, 428_800_000, 746_100_000), None
    back = offset(428_800_000, 746_100_000, 428_700_000, 746_000_000)
    assert [-a for a in there] == pytest.approx([*back], abs=1)


@pytest.mark.parametrize("lat_e7", [900_000_000, -900_000_000])
def test_at_the_poles_there_is_no_east(lat_e7: int) -> None:
    east_cm, north_cm = offset(lat_e7, 0, lat_e7, 900_000_000)
    assert abs(east_cm) < 30
    assert north_cm == 0
