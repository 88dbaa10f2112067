"""A plan that cannot be used is refused by the path of its first fault, never with a traceback."""

import json
from typing import Any

import pytest

from korgoo.planning.errors import PlanError
from korgoo.planning.reading import read_document

NIGHT = {"days": ["mo", "tu"], "from": "22:00", "to": "06:00"}
SQUARE = [[74.0, 42.0], [74.1, 42.0], [74.1, 42.1], [74.0, 42.1], [74.0, 42.0]]
CIRCLE = {"lat": 42.87, "lon": 74.6, "radius_m": 50}
PERMIT = {"zone": "home", "from": "2026-03-01T18:00:00Z", "to": "2026-03-01T20:00:00+00:00"}


def plan(
    *,
    top: dict[str, Any] | None = None,
    subject: dict[str, Any] | None = None,
    zone: dict[str, Any] | None = None,
) -> dict[str, Any]:
    home: dict[str, Any] = {
        "id": "home",
        "kind": "inclusion",
        "circle": CIRCLE,
        "windows": [NIGHT],
        "grace_s": 0,
    }
    home |= zone or {}
    one: dict[str, Any] = {"id": "p1", "expected_interval_s": 60, "zones": [home], "permits": [PERMIT]}
    one |= subject or {}
    return {"tz": "Asia/Bishkek", "subjects": [one], "pairs": []} | (top or {})


def polygon(*rings: Any) -> dict[str, Any]:
    return {"circle": None, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def window(**fields: Any) -> dict[str, Any]:
    names = {"from_": "from", "except_": "except"}
    return {"windows": [NIGHT | {names.get(name, name): value for name, value in fields.items()}]}


def refusal(text: Any) -> PlanError:
    data = text if isinstance(text, bytes) else json.dumps(text).encode()
    with pytest.raises(PlanError) as caught:
        read_document(data)
    return caught.value


def test_the_plan_of_the_documentation_is_read() -> None:
    document = read_document(json.dumps(plan()).encode())
    assert document.subjects[0].zones[0].windows[0].from_ == "22:00"
    assert document.subjects[0].silence_grace_s == 60


def test_every_optional_field_is_read() -> None:
    extras = {
        "silence_grace_s": 30,
        "effective_from": "2026-01-01T00:00:00+06:00",
        "inspections": [{"at": "2026-03-01T10:00:00Z"}],
    }
    special = {"days": [], "dates": ["2026-12-31"], "from": "20:00:30", "to": "24:00"}
    zone = {
        "beacons": ["hu1"],
        "order": "1-23/26",
        "clause": "4",
        "windows": [NIGHT | {"except": ["2027-01-01"]}, special],
    }
    document = read_document(json.dumps(plan(subject=extras, zone=zone)).encode())
    assert document.subjects[0].inspections[0].at == "2026-03-01T10:00:00Z"
    assert document.subjects[0].zones[0].windows[0].except_ == ["2027-01-01"]


ZONE = "$.subjects[0].zones[0]"
FROM = f"{ZONE}.windows[0].from"
RING = f"{ZONE}.geometry.coordinates[0]"
BAD = [
    (plan(top={"rules": []}), "$.rules", "unknown field"),
    (plan(subject={"name": "x"}), "$.subjects[0].name", "unknown field"),
    (plan(zone={"colour": "red"}), f"{ZONE}.colour", "unknown field"),
    (plan(zone=window(colour="red")), f"{ZONE}.windows[0].colour", "unknown field"),
    (plan(top={"tz": "Asia/Frunze2"}), "$.tz", "Asia/Frunze2"),
    (plan(top={"tz": "../../etc/passwd"}), "$.tz", "no such time zone"),
    (plan(top={"tz": 6}), "$.tz", "expected `str`, got `int`"),
    (plan(top={"pairs": [{"id": "o1"}]}), "$.pairs[0]", "pairs are not judged by this version yet"),
    (plan(top={"subjects": [{"id": "a"}, {"id": "a"}]}), "$.subjects[1].id", "stands twice"),
    (plan(subject={"id": ""}), "$.subjects[0].id", "an id is"),
    (plan(subject={"id": "a/b"}), "$.subjects[0].id", "without /"),
    (plan(subject={"id": "a\nb"}), "$.subjects[0].id", "printable"),
    (plan(subject={"expected_interval_s": 0}), "$.subjects[0].expected_interval_s", "1..86400"),
    (plan(subject={"expected_interval_s": 86401}), "$.subjects[0].expected_interval_s", "1..86400"),
    (plan(subject={"expected_interval_s": "60"}), "$.subjects[0].expected_interval_s", "expected `float`"),
    (plan(subject={"expected_interval_s": True}), "$.subjects[0].expected_interval_s", "got `bool`"),
    (plan(subject={"silence_grace_s": -1}), "$.subjects[0].silence_grace_s", "must be within"),
    (plan(subject={"effective_from": "2026-01-01"}), "$.subjects[0].effective_from", "ISO-8601"),
    (
        plan(subject={"inspections": [{"at": "2026-01-01T00:00:00"}]}),
        "$.subjects[0].inspections[0].at",
        "needs Z",
    ),
    (plan(zone={"grace_s": -1}), f"{ZONE}.grace_s", "must be within"),
    (plan(zone={"kind": "keep-out"}), f"{ZONE}.kind", "keep-out"),
    (plan(zone={"circle": None}), ZONE, "either circle or geometry"),
    (plan(zone=polygon(SQUARE) | {"circle": CIRCLE}), ZONE, "not both"),
    (plan(zone={"beacons": ["a", "a"]}), f"{ZONE}.beacons[1]", "stands twice"),
    (plan(zone={"circle": CIRCLE | {"radius_m": 0}}), f"{ZONE}.circle.radius_m", "more than 0"),
    (plan(zone={"circle": CIRCLE | {"radius_m": 2_000_001}}), f"{ZONE}.circle.radius_m", "2,000,000"),
    (plan(zone={"circle": CIRCLE | {"lat": 90.1}}), f"{ZONE}.circle.lat", "-90..90"),
    (plan(zone={"circle": CIRCLE | {"lon": -181}}), f"{ZONE}.circle.lon", "-180..180"),
    (plan(zone={"circle": CIRCLE | {"lon": 179.9999}}), f"{ZONE}.circle", "antimeridian"),
    (plan(zone=window(from_="25:00")), FROM, "25:00"),
    (plan(zone=window(from_="24:00")), FROM, "24:00"),
    (plan(zone=window(from_="6:00")), FROM, "6:00"),
    (plan(zone=window(from_="06:00")), FROM, "empty"),
    (plan(zone=window(to="06:60")), f"{ZONE}.windows[0].to", "06:60"),
    (plan(zone=window(days=["mo", "monday"])), f"{ZONE}.windows[0].days[1]", "monday"),
    (plan(zone=window(days=["mo", "mo"])), f"{ZONE}.windows[0].days[1]", "stands twice"),
    (plan(zone=window(days=[])), f"{ZONE}.windows[0]", "never begins"),
    (plan(zone=window(dates=["2026-02-30"])), f"{ZONE}.windows[0].dates[0]", "no such day"),
    (plan(zone=window(except_=["01.01.2027"])), f"{ZONE}.windows[0].except[0]", "no date"),
    (
        plan(zone={"windows": [NIGHT, NIGHT | {"from": "05:00", "to": "07:00"}]}),
        f"{ZONE}.windows[1]",
        "crosses windows[0]",
    ),
    (
        plan(subject={"permits": [PERMIT | {"zone": "work"}]}),
        "$.subjects[0].permits[0].zone",
        "no zone 'work'",
    ),
    (
        plan(subject={"permits": [PERMIT | {"to": PERMIT["from"]}]}),
        "$.subjects[0].permits[0].from",
        "before to",
    ),
    (plan(subject={"permits": [PERMIT | {"from": "soon"}]}), "$.subjects[0].permits[0].from", "'soon'"),
    (
        plan(subject={"permits": [PERMIT | {"id": "permit-2"}, PERMIT]}),
        "$.subjects[0].permits[1].id",
        "stands twice",
    ),
    (plan(zone=polygon()), f"{ZONE}.geometry.coordinates", "empty"),
    (plan(zone=polygon([])), RING, "empty"),
    (plan(zone=polygon(SQUARE[:-1])), RING, "not closed"),
    (plan(zone=polygon([SQUARE[0], SQUARE[1], SQUARE[0]])), RING, "at least 3 corners"),
    (plan(zone=polygon([SQUARE[i] for i in (0, 2, 1, 3, 0)])), f"{ZONE}.geometry", "cross"),
    (plan(zone=polygon([[74, 42], [75, 42], [76, 42], [74, 42]])), f"{ZONE}.geometry", "no area"),
    (plan(zone=polygon([[74, 42], [74, 42], [74, 42], [74, 42]])), f"{ZONE}.geometry", "no area"),
    (plan(zone=polygon([[74, 42, 0, 0], *SQUARE[1:]])), f"{RING}[0]", "[lon, lat]"),
    (plan(zone=polygon([[74, 142], [74.1, 42], [74, 42.1], [74, 142]])), f"{RING}[0][1]", "-90..90"),
    (
        plan(zone=polygon([[-179, 60], [179, 60], [179, 61], [-179, 61], [-179, 60]])),
        f"{ZONE}.geometry",
        "180 degrees",
    ),
    (plan(zone=polygon([[0, 0], [60, 0], [60, 60], [0, 60], [0, 0]])), f"{ZONE}.geometry", "2,000 km"),
    (
        plan(zone={"circle": None, "geometry": {"type": "Point", "coordinates": []}}),
        f"{ZONE}.geometry.type",
        "Point",
    ),
    ([], "$", "expected `object`"),
    (b"{", "$", "not JSON"),
    (b"", "$", "not JSON"),
    (b"\xff\xfe", "$", "not UTF-8"),
    (b'{"tz":"UTC","tz":"UTC","subjects":[]}', "$", '"tz" stands twice'),
    (b'{"tz":"UTC","subjects":[{"id":"a","id":"b"}]}', "$.subjects[0]", '"id" stands twice'),
    (
        b'{"tz":"UTC","subjects":[{"id":"a","expected_interval_s":NaN}]}',
        "$.subjects[0].expected_interval_s",
        "NaN",
    ),
    (
        b'{"tz":"UTC","subjects":[{"id":"a","silence_grace_s":-Infinity}]}',
        "$.subjects[0].silence_grace_s",
        "Infinity",
    ),
    (
        b'{"tz":"UTC","subjects":[{"id":"a","silence_grace_s":1e999}]}',
        "$.subjects[0].silence_grace_s",
        "too large",
    ),
    (b'{"tz":"UTC","subjects":[{"id":"\\ud800"}]}', "$.subjects[0].id", "surrogate"),
    (b'{"tz":' + b"9" * 5000 + b"}", "$", "too long"),
    (b"[" * 100_000, "$", "nested too deeply"),
]


@pytest.mark.parametrize(
    ("text", "path", "message"), BAD, ids=[f"{path} {message}" for _, path, message in BAD]
)
def test_a_fault_is_named_by_its_path(text: Any, path: str, message: str) -> None:
    error = refusal(text)
    assert error.path == path
    assert message in error.message
    assert str(error) == f"{path}: {error.message}"


def test_more_zones_than_a_fix_can_tell_apart_are_refused() -> None:
    zones = [{"id": f"z{n}", "kind": "exclusion", "circle": CIRCLE} for n in range(10_001)]
    error = refusal(plan(subject={"zones": zones, "permits": []}))
    assert error.path == "$.subjects[0].zones"
    assert "10,000" in error.message


def test_windows_may_touch_or_lie_within_each_other() -> None:
    touching = [NIGHT, NIGHT | {"from": "06:00", "to": "07:00"}, NIGHT | {"from": "23:00", "to": "05:00"}]
    assert read_document(json.dumps(plan(zone={"windows": touching})).encode()).subjects[0].zones


def test_windows_that_cross_only_on_a_single_date_are_refused() -> None:
    party = {"dates": ["2026-03-02"], "from": "20:00", "to": "23:00"}  # a Monday
    error = refusal(plan(zone={"windows": [NIGHT, party]}))
    assert error.path == f"{ZONE}.windows[1]"
    free = NIGHT | {"except": ["2026-03-02"]}
    assert read_document(json.dumps(plan(zone={"windows": [free, party]})).encode()).subjects[0].zones
