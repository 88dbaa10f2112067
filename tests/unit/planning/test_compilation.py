"""What a plan compiles to: integers that mean the same ground and the same hours as the document."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely

from korgoo.engine.plan import FRAME_SHIFT, Plan, Window
from korgoo.planning.compilation import compile_plan
from korgoo.planning.document import Circle, MultiPolygon, Polygon
from korgoo.planning.geometry import compile_circle, compile_geometry, frame_at, project
from korgoo.planning.offsets import offset_at, offset_rows, tzdata_version
from korgoo.planning.reading import read_document

SQUARE = [[74.0, 42.0], [74.01, 42.0], [74.01, 42.01], [74.0, 42.01], [74.0, 42.0]]
HOLE = [[74.004, 42.004], [74.006, 42.004], [74.006, 42.006], [74.004, 42.006], [74.004, 42.004]]


def compiled(zone: dict[str, Any], **subject: Any) -> Plan:
    text = {"tz": "Asia/Bishkek", "subjects": [{"id": "p1", "zones": [zone], **subject}]}
    document = read_document(json.dumps(text).encode())
    return compile_plan(document.subjects[0], tz=document.tz, first_year=2025, last_year=2027)


def test_a_home_with_a_curfew_compiles_to_integers() -> None:
    zone = {
        "id": "home",
        "kind": "inclusion",
        "circle": {"lat": 42.87, "lon": 74.6, "radius_m": 50},
        "windows": [{"days": ["mo", "su"], "dates": ["2026-12-31"], "from": "22:00", "to": "06:00"}],
        "grace_s": 1.5,
        "clause": "4",
    }
    permit = {"zone": "home", "from": "2026-03-01T16:00:00Z", "to": "2026-03-02T00:00:00+06:00"}
    plan = compiled(zone, permits=[permit], expected_interval_s=30, effective_from="2026-01-01T00:00:00.250Z")
    home = plan.zones[0]
    assert home.windows == (Window(0b1000001, 22 * 3600, 6 * 3600, (20_818,), ()),)
    assert (home.grace_ms, home.beacons, home.clause) == (1_500, ("home",), "4")
    assert (home.outer, home.inner) == (home.inner, home.outer)
    assert home.outer.radius_cm == 5_000
    assert plan.permits[0].permit_id == "permit-1"
    assert plan.permits[0].until_ms - plan.permits[0].from_ms == 2 * 3_600_000
    assert (plan.expected_interval_ms, plan.silence_grace_ms) == (30_000, 60_000)
    assert plan.effective_from_ms == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000 + 250
    assert plan.utc_offsets == ((1_735_689_600_000, 21_600),)
    assert plan.tzdata == tzdata_version()


def test_a_frame_has_the_metres_of_the_ellipsoid() -> None:
    frame = frame_at(0, 0)
    metre = (1 << FRAME_SHIFT) / 1e7 * 100
    assert frame.x_scale / metre == pytest.approx(111_319.491, abs=0.1)  # a degree of the equator
    assert frame.y_scale / metre == pytest.approx(110_574.276, abs=0.1)  # and of the meridian there
    assert frame_at(428_700_000, 0).x_scale / metre == pytest.approx(81_726.6, abs=30)
    x, y = project(frame_at(428_700_000, 746_000_000), 428_700_000 - 10_000, 746_000_000 + 10_000)
    assert x == pytest.approx(8_174, abs=10)
    assert y == pytest.approx(-11_108, abs=10)


def area_of(polygons: Any) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])


def test_a_hole_is_no_part_of_the_zone() -> None:
    shape = compile_geometry(Polygon([SQUARE, HOLE]), path="$")
    area = area_of(shape.polygons)
    assert len(shape.polygons[0]) == 2
    middle = project(shape.frame, 420_050_000, 740_050_000)
    assert not area.contains(shapely.Point(middle))
    assert area.contains(shapely.Point(project(shape.frame, 420_010_000, 740_010_000)))
    assert area.boundary.distance(shapely.Point(shape.inner.x_cm, shape.inner.y_cm)) > shape.inner.radius_cm


def test_a_multipolygon_keeps_its_parts() -> None:
    east = [[lon + 0.1, lat] for lon, lat in SQUARE]
    shape = compile_geometry(MultiPolygon([[SQUARE], [east]]), path="$")
    assert len(shape.polygons) == 2
    assert shape.outer.radius_cm > 400_000


def test_a_circle_is_its_own_screen() -> None:
    shape = compile_circle(Circle(42.87, 74.6, 0.014), path="$")
    assert (shape.inner.radius_cm, shape.polygons) == (1, ())


@pytest.mark.parametrize(
    ("zone", "year", "expected"),
    [
        ("Europe/Berlin", 2026, [("2026-03-29T01:00", 7200), ("2026-10-25T01:00", 3600)]),
        ("America/New_York", 2026, [("2026-03-08T07:00", -14400), ("2026-11-01T06:00", -18000)]),
        ("Australia/Lord_Howe", 2026, [("2026-04-04T15:00", 37800), ("2026-10-03T15:30", 39600)]),
        ("Asia/Bishkek", 2026, []),
        ("Asia/Almaty", 2024, [("2024-02-29T18:00", 18000)]),
    ],
)
def test_changes_of_the_clocks_are_found_to_the_second(
    zone: str, year: int, expected: list[tuple[str, int]]
) -> None:
    rows = offset_rows(zone, first_year=year, last_year=year)
    found = [(int(datetime.fromisoformat(text + "+00:00").timestamp()) * 1000, s) for text, s in expected]
    assert list(rows[1:]) == found
    assert rows[0][0] == int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000
    for from_ms, offset_s in rows:
        assert offset_at(zone, from_ms) == offset_s


def test_an_unknown_zone_is_an_error_for_callers_too() -> None:
    with pytest.raises(KeyError):
        offset_rows("Mars/Olympus", first_year=2026, last_year=2026)
