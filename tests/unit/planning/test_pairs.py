"""A pair that cannot be used is refused by the path of its fault; a good one is compiled to integers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from korgoo.planning.errors import PlanError
from korgoo.planning.pairs import compile_pair
from korgoo.planning.reading import read_document

CIRCLE = {"lat": 42.87, "lon": 74.6, "radius_m": 50}
HOUR = {"from": "2026-03-01T18:00:00Z", "to": "2026-03-01T19:00:00Z"}
BOW_TIE = [[74.0, 42.0], [74.1, 42.1], [74.1, 42.0], [74.0, 42.1], [74.0, 42.0]]
PAIR: dict[str, Any] = {"id": "apart", "participant": "he", "protected": "she", "distance_m": 300}


def document(*pairs: dict[str, Any]) -> bytes:
    """Return a PLAN.json of three people with these pairs."""
    people: list[dict[str, Any]] = [
        {"id": "he", "expected_interval_s": 60, "silence_grace_s": 120},
        {"id": "she", "expected_interval_s": 300, "silence_grace_s": 90},
        {"id": "other"},
    ]
    return json.dumps({"tz": "Asia/Bishkek", "subjects": people, "pairs": [*pairs]}).encode()


def places(count: int) -> list[dict[str, Any]]:
    """Return so many places."""
    return [{"id": f"place {n}", "circle": CIRCLE} for n in range(count)]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"distance_m": 0}, "distance_m"),
        ({"distance_m": -300}, "distance_m"),
        ({"distance_m": 9.99}, "distance_m"),
        ({"distance_m": 100_001}, "distance_m"),
        ({"warning_m": 300}, "warning_m"),
        ({"warning_m": 299}, "warning_m"),
        ({"warning_m": 200_001}, "warning_m"),
        ({"emergency_m": 300}, "emergency_m"),
        ({"emergency_m": 0}, "emergency_m"),
        ({"protected": "he"}, "protected"),
        ({"participant": "nobody"}, "participant"),
        ({"protected": "nobody"}, "protected"),
        ({"id": "a/b"}, "id"),
        ({"reaction_s": -1}, "reaction_s"),
        ({"reaction_s": 86_401}, "reaction_s"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"order": "x" * 1_001}, "order"),
        ({"places": places(33)}, "places"),
        ({"places": [*places(1), *places(1)]}, "places[1].id"),
        ({"places": [{"id": "home"}]}, "places[0]"),
        ({"places": [{"id": "", "circle": CIRCLE}]}, "places[0].id"),
        ({"places": [{"id": "home", "circle": {**CIRCLE, "radius_m": 0}}]}, "places[0].circle.radius_m"),
        ({"places": [{"id": "home", "geometry": {"type": "Polygon", "coordinates": [BOW_TIE]}}]},
         "places[0].geometry"),
        ({"together": [{**HOUR, "to": HOUR["from"]}]}, "together[0].from"),
        ({"together": [HOUR, {**HOUR, "from": "later"}]}, "together[1].from"),
        ({"together": [{**HOUR, "id": "a"}, {**HOUR, "id": "a"}]}, "together[1].id"),
        ({"contacts": ["tag", "tag"]}, "contacts[1]"),
        ({"contacts": [""]}, "contacts[0]"),
        ({"worn": ["tag", " tag"]}, "worn[1]"),
        ({"contacts": ["tag"], "worn": ["bracelet", "tag"]}, "worn[1]"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_path(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        read_document(document({**PAIR, "id": "first"}, {**PAIR, **fields}))
    assert caught.value.path == f"$.pairs[1].{path}"


@pytest.mark.parametrize("fields", [{"radius": 5}, {"distance_m": "300"}, {"disclosed": 1}, {"places": None}])
def test_the_wrong_shape_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        read_document(document({**PAIR, **fields}))


def test_two_pairs_of_one_name_are_refused() -> None:
    with pytest.raises(PlanError) as caught:
        read_document(document(PAIR, PAIR))
    assert caught.value.path == "$.pairs[1].id"


def test_what_is_not_said_follows_from_the_distance() -> None:
    read = read_document(document(PAIR))
    plan = compile_pair(read.pairs[0], subjects=read.subjects)
    assert (plan.warning_cm, plan.distance_cm, plan.emergency_cm) == (60_000, 30_000, 15_000)
    assert plan.intervals_ms == (60_000, 300_000)
    assert plan.silence_grace_ms == 90_000, "the shorter of the two"
    assert (plan.participant, plan.protected) == ("person:he", "person:she")
    assert not plan.disclosed


def test_all_that_is_said_is_compiled() -> None:
    fields = {
        "warning_m": 1_000,
        "emergency_m": 50.5,
        "reaction_s": 600,
        "places": [{"id": "school", "circle": CIRCLE, "disclosed": True}],
        "together": [HOUR],
        "contacts": ["tag"],
        "worn": ["bracelet"],
        "disclosed": True,
        "effective_from": "2026-03-01T00:00:00Z",
        "order": "7/26",
        "clause": "3",
    }
    read = read_document(document({**PAIR, **fields}))
    plan = compile_pair(read.pairs[0], subjects=read.subjects)
    assert (plan.warning_cm, plan.emergency_cm, plan.reaction_ms) == (100_000, 5_050, 600_000)
    assert [(p.id, p.disclosed, p.outer.radius_cm) for p in plan.places] == [("school", True, 5_000)]
    assert [(t.together_id, t.until_ms - t.from_ms) for t in plan.together] == [("together-1", 3_600_000)]
    assert (plan.contacts, plan.worn, plan.order, plan.clause) == (("tag",), ("bracelet",), "7/26", "3")
    assert plan.effective_from_ms == 1_772_323_200_000
