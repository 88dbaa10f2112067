from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from korgoo.engine.plan import Permit
from korgoo.orders.drafts import Circle, ConditionDraft, OrderInvalidError, check_draft
from korgoo.orders.lifecycle import Step, StepRefusedError, next_state
from korgoo.orders.plan_document import OrderFacts, ZoneFacts, build_plan_request, find_case, name_zone
from tests.drafts import NOW, make_draft

CIRCLE = Circle(lat_e7=428_700_000, lon_e7=746_000_000, radius_m=50)
EVENING = {"days": ["mo"], "from": "22:00", "to": "06:00"}


def condition(**changes: Any) -> ConditionDraft:
    values: dict[str, Any] = {"key": "home", "zone": "inclusion", "circle": CIRCLE}
    return ConditionDraft(**(values | changes))


def polygon(*corners: tuple[float, float]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


def test_a_sound_draft_passes() -> None:
    square = polygon((74.6, 42.8), (74.7, 42.8), (74.7, 42.9), (74.6, 42.8))
    school = condition(key="school", zone="exclusion", circle=None, geometry=square)
    check_draft(make_draft(conditions=(condition(windows=(EVENING,)), school)), protected=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"regime": "kg.house_arrest"},
        {"authority": " "},
        {"valid_until": NOW - timedelta(days=2)},
        {"valid_from": NOW.replace(tzinfo=None)},
        {"valid_until": NOW + timedelta(days=6 * 366)},
        {"tz": "Asia/Frunze"},
        {"expected_interval_s": 1},
        {"conditions": ()},
        {"conditions": (condition(), condition())},
        {"conditions": (condition(key="a/b"),)},
        {"conditions": (condition(zone="tether"),)},
        {"conditions": (condition(geometry="{}"),)},
        {"conditions": (condition(circle=None),)},
        {"conditions": (condition(circle=Circle(lat_e7=910_000_000, lon_e7=0, radius_m=50)),)},
        {"conditions": (condition(circle=Circle(lat_e7=0, lon_e7=0, radius_m=1)),)},
        {"conditions": (condition(circle=None, geometry="{not json"),)},
        {"conditions": (condition(circle=None, geometry='{"type":"Point","coordinates":[74,42]}'),)},
        {"conditions": (condition(circle=None, geometry=polygon((0, 0), (1, 1), (1, 0), (0, 1), (0, 0))),)},
        {"conditions": (condition(circle=None, geometry=polygon((190, 0), (191, 0), (191, 1), (190, 0))),)},
        {"conditions": (condition(windows=({"days": [], "from": "22:00", "to": "06:00"},)),)},
        {"conditions": (condition(windows=({"days": ["mo"], "from": "22:00", "to": "22:00"},)),)},
        {"conditions": (condition(windows=({"days": ["mo"], "from": "24:00", "to": "06:00"},)),)},
        {"conditions": (condition(windows=(EVENING | {"until": "x"},)),)},
        {"conditions": (condition(grace_s=86_400),)},
    ],
)
def test_what_the_law_or_the_engine_cannot_take_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(OrderInvalidError):
        check_draft(make_draft(**changes), protected=False)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(OrderInvalidError) as caught:
        check_draft(make_draft(authority="", tz="x", conditions=(condition(zone="x"),)), protected=True)
    assert len(caught.value.problems) == 4


def test_a_protection_order_names_whom_it_protects() -> None:
    draft = make_draft(regime="kg.protection_order", valid_until=NOW + timedelta(days=80))
    check_draft(draft, protected=True)
    with pytest.raises(OrderInvalidError, match="protected person"):
        check_draft(draft, protected=False)


def test_an_order_that_has_ended_stays_ended() -> None:
    for step in Step:
        with pytest.raises(StepRefusedError):
            next_state("ended", step)
    assert next_state("draft", Step.SIGN) == "signed"


def facts(case_id: int, *, begin: int, end: int, **changes: Any) -> OrderFacts:
    zone = ZoneFacts(
        key="home",
        kind="inclusion",
        shape={"circle": {"lat": 42.87, "lon": 74.6, "radius_m": 50}},
        windows=[EVENING],
        grace_s=60,
        clause="п. 2",
    )
    values: dict[str, Any] = {
        "case_id": case_id,
        "number": f"N{case_id}",
        "version": 1,
        "from_ms": begin,
        "until_ms": end,
        "expected_interval_s": 60,
        "zones": (zone,),
        "permits": (),
    }
    return OrderFacts(**(values | changes))


def test_one_order_becomes_a_subject_of_plan_json() -> None:
    permit = Permit(permit_id="permit:9", zone="o3.home", from_ms=100, until_ms=2_000)
    past = Permit(permit_id="permit:8", zone="o3.home", from_ms=100, until_ms=900)
    order = facts(3, begin=0, end=10_000, permits=(permit, past))
    request = build_plan_request(12, orders=(order,), now_ms=1_000, interval_s=60)
    assert request.document == {
        "id": "12",
        "expected_interval_s": 60,
        "zones": [
            {
                "id": "o3.home",
                "kind": "inclusion",
                "circle": {"lat": 42.87, "lon": 74.6, "radius_m": 50},
                "grace_s": 60,
                "windows": [EVENING],
            }
        ],
    }
    assert (request.effective_from_ms, request.effective_until_ms) == (1_000, 10_000)
    assert request.permits == (permit,)
    assert request.origin == {"o3.home": ("N3", "п. 2")}
    assert request.version == "o3v1"


def test_an_order_binds_from_its_beginning_to_its_end_and_not_a_moment_more() -> None:
    short, late = facts(3, begin=0, end=5_000), facts(4, begin=2_000, end=9_000, expected_interval_s=30)
    request = build_plan_request(12, orders=(late, short), now_ms=1_000, interval_s=60)
    assert [permit.zone for permit in request.permits] == ["o3.home", "o4.home"]
    assert [(permit.from_ms, permit.until_ms) for permit in request.permits] == [
        (5_000, 9_000),
        (1_000, 2_000),
    ]
    assert request.document["expected_interval_s"] == 30
    assert request.version == "o3v1+o4v1"


def test_a_plan_begins_with_the_first_order_if_none_binds_yet() -> None:
    request = build_plan_request(12, orders=(facts(3, begin=5_000, end=9_000),), now_ms=1_000, interval_s=60)
    assert (request.effective_from_ms, request.permits) == (5_000, ())


def test_without_an_order_the_plan_is_over() -> None:
    request = build_plan_request(12, orders=(), now_ms=1_000, interval_s=60)
    assert (request.document["zones"], request.effective_until_ms) == ([], 1_000)


def test_the_same_orders_give_the_same_bytes() -> None:
    orders = (facts(4, begin=0, end=9_000), facts(3, begin=0, end=5_000))
    there = build_plan_request(12, orders=orders, now_ms=1, interval_s=60)
    back = build_plan_request(12, orders=orders[::-1], now_ms=1, interval_s=60)
    assert msgspec.json.encode(there) == msgspec.json.encode(back)


def test_a_condition_leads_back_to_its_case() -> None:
    assert find_case(name_zone(37, "home")) == 37
    for foreign in ("", "home", "o.home", "ox.home", "37.home", "o37", "o３.home"):
        assert find_case(foreign) is None
