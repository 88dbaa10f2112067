from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.e2e.maps.conftest import check_accessibility, take_picture, wait_for_map
from tests.factories import NOW, make_finding, make_person, make_signed_order, make_user, tell_engine

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Evidence
from korgoo.engine.rows import Motion, Observation, Source
from korgoo.orders.drafts import Circle, ConditionDraft
from korgoo.orders.plan_document import name_zone
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from pytest_django import Settings
    from tests.e2e.maps.conftest import World

    from korgoo.orders.models import Order
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

MINUTE = 60_000
LATER = NOW + timedelta(minutes=40)  # the order binds from its signature at NOW on
HOME = (429_600_000, 749_310_000)
WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"]


@dataclass
class Story:
    """A person with a home curfew and a school to keep away from, who walked out at ten in the evening."""

    person: Person
    order: Order
    seqs: tuple[int, ...]


def fix(minute: float, *, east: int = 0, north: int = 0, accuracy_m: int = 9, **more: object) -> Observation:
    """One fix, `minute` minutes before now and some metres from the home."""
    at = to_ms(LATER) - round(minute * MINUTE)
    lat, lon = HOME[0] + round(north * 89.93), HOME[1] + round(east * 122.9)
    values = {"accuracy_cm": accuracy_m * 100, "source": Source.GPS, "battery_percent": 64} | more
    return Observation(at, at + 700, "B-1", lat_e7=lat, lon_e7=lon, **values)  # type: ignore[arg-type]  # fields by name


def walk_out(world: World) -> Story:
    person = make_person(world.office)
    home = ConditionDraft(
        key="home",
        zone="inclusion",
        circle=Circle(lat_e7=HOME[0], lon_e7=HOME[1], radius_m=60),
        windows=({"days": WEEK, "from": "20:00", "to": "06:00"},),
        clause="п. 2",
    )
    school = ConditionDraft(
        key="school",
        zone="exclusion",
        circle=Circle(lat_e7=HOME[0] + 45_000, lon_e7=HOME[1] + 60_000, radius_m=200),
    )
    order = make_signed_order(person, conditions=(home, school))
    day = [fix(720 - step * 20, east=-400 + step * 12, north=step * 9) for step in range(30)]
    still = [
        fix(100 - step * 4, east=step % 5 * 4 - 8, north=step % 3 * 5, motion=Motion.STILL)
        for step in range(20)
    ]
    out = [
        fix(16, east=70, north=30, motion=Motion.WALKING),
        fix(12, east=60_000, north=-700, accuracy_m=40),  # a jump that nothing confirms
        fix(8, east=150, north=75, speed_cms=140),
        fix(6, east=20, north=260, accuracy_m=1500, source=Source.CELL),
        fix(4, east=210, north=120, speed_cms=150),
        fix(1, east=265, north=150, speed_cms=120),
    ]
    seqs = world.report(person.pk, [*day, *still, *out], case_id=order.pk)
    evidence = (
        Evidence(seqs[-6], out[0].fixed_at_ms, distance_m=-16.2, sigma_m=7.1, belief=-1.2),
        Evidence(seqs[-5], out[1].fixed_at_ms, use="held", reason="jump"),
        Evidence(seqs[-4], out[2].fixed_at_ms, distance_m=-107.7, sigma_m=7.1, belief=-3.9),
        Evidence(seqs[-3], out[3].fixed_at_ms, use="ignored", reason="source.cell"),
        Evidence(seqs[-2], out[4].fixed_at_ms, distance_m=-181.9, sigma_m=7.1, belief=-6.0),
        Evidence(seqs[-1], out[5].fixed_at_ms, distance_m=-244.5, sigma_m=7.1, belief=-6.0),
    )
    tell_engine(
        make_finding(
            person.pk,
            condition=name_zone(order.pk, "home"),
            since_ms=out[0].fixed_at_ms,
            evidence=evidence,
            at_ms=to_ms(LATER),
            seq=seqs[-1],
        ),
        now=LATER,
    )
    return Story(person, order, seqs)


def test_a_day_is_shown_for_a_reason_and_can_be_walked_through(world: World, settings: Settings) -> None:
    settings.KORGOO_DEMO, settings.KORGOO_CLOCK = True, lambda: LATER
    story = walk_out(world)
    page = world.open_page(f"/people/{story.person.pk}/day/", height=950)
    assert page.locator("[data-map]").count() == 0  # nothing is read before a reason is given
    page.locator("#day-reason").select_option("check")
    page.locator("#day-detail").fill("жалоба соседей")
    page.locator("form.narrow-form button").click()
    wait_for_map(page)
    reasons = AuditEntry.objects.filter(subject_kind="person", reason__startswith="day ").values_list(
        "reason", flat=True
    )
    assert list(reasons) == ["day 2026-11-20: check: жалоба соседей"]
    said = page.locator("[data-day-fix]")
    assert said.inner_text().startswith("22:39:00")
    page.locator("[data-day-slider]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert "22:34:00" in said.inner_text()
    assert page.evaluate("() => document.querySelector('[data-day-fix]').textContent.includes('1500')")
    assert "не учтена: местоположение только по вышке связи" in said.inner_text()
    counts = page.locator("[data-day-counts]").inner_text()
    assert counts == "Отметок: 56. Учтено 9, отложено 1, не учтено 1, не оценивалось 45."
    source = "() => document.querySelector('[data-map]').korgooMap.getSource('fixes').getData()"
    drawn = [item["properties"]["use"] for item in page.evaluate(source)["features"]]
    assert drawn[-4:] == ["used", "held", "used", "ignored"]
    assert page.locator("[data-map-legend] li").count() == 4
    take_picture(page, "day")
    page.locator("[data-day-unused] summary").click()
    page.locator("[data-day-unused-list] button").first.click()
    assert "отложена: скачок" in said.inner_text()
    page.locator("[data-day-findings] button").click()
    assert said.inner_text().startswith("22:24:00")
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("22:28:00")
    page.locator("[data-day-speed]").select_option("1200")
    page.locator("[data-day-play]").click()
    page.wait_for_function("() => document.querySelector('[data-day-fix]').textContent.startsWith('22:39')")
    assert check_accessibility(page) == []
    assert world.complaints == []


def test_an_alert_shows_what_it_rests_on(world: World, settings: Settings) -> None:
    settings.KORGOO_DEMO, settings.KORGOO_CLOCK = True, lambda: LATER
    walk_out(world)
    alert = Alert.objects.unscoped("a test looks").get()
    page = world.open_page(f"/alerts/{alert.pk}/", height=1500)
    wait_for_map(page)
    source = "() => document.querySelector('[data-map]').korgooMap.getSource('fixes').getData()"
    fixes = page.evaluate(source)["features"]
    assert [(item["properties"]["used"]) for item in fixes] == [True, False, True, False, True, True]
    assert "245" in page.locator(".alert-map [data-map-status]").inner_text()
    page.locator(".alert-map").scroll_into_view_if_needed()
    take_picture(page, "alert")
    assert check_accessibility(page) == []
    assert world.complaints == []


def test_a_day_that_cannot_be_read_says_so(world: World) -> None:
    person = make_person(world.office)  # and there is no journal at all
    page = world.open_page(f"/people/{person.pk}/day/?reason=check", language="en")
    page.get_by_text("could not be loaded").wait_for()
    assert page.locator("[data-day-controls]").is_hidden()
    assert [line for line in world.complaints if "503" not in line] == []


def test_the_order_form_is_filled_from_the_map(world: World, settings: Settings) -> None:
    settings.KORGOO_DEMO = True
    person = make_person(world.office)
    officer = make_user(Role.PROBATION_OFFICER, office=world.office)
    page = world.open_page(f"/people/{person.pk}/orders/new/", user=officer, height=1400)
    picker = page.locator("[data-map-field=circle]")
    picker.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => document.querySelector('[data-map-field=circle] .zone-canvas')?.dataset.idle === 'true'"
    )
    picker.locator("canvas").click(position={"x": 300, "y": 150})
    lat = float(page.locator("#id_home_lat").input_value())
    lon = float(page.locator("#id_home_lon").input_value())
    assert abs(lat - 42.87) < 3
    assert abs(lon - 74.6) < 6
    middle, edge = (picker.locator(name).bounding_box() for name in (".zone-centre", ".zone-edge"))
    assert middle is not None
    assert edge is not None
    assert edge["x"] - middle["x"] > 40  # the handles do not cover the circle that was placed on a whole town
    page.locator("#id_home_lat").fill("42.960000")
    page.locator("#id_home_lon").fill("74.931000")
    page.locator("#id_home_lon").press("Tab")
    picker.locator(".zone-edge").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#id_home_radius_m").input_value() == "61"
    picker.locator(".zone-centre").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("#id_home_lat").input_value() == "42.960009"
    take_picture(page, "zone")
    assert check_accessibility(page) == []
    assert world.complaints == []
