from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.maps.conftest import check_accessibility, take_picture, wait_for_map
from tests.factories import make_finding, make_person, tell_engine

from korgoo.engine.findings import Reason
from korgoo.people.models import Person
from korgoo.sim.plane import to_degrees
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from pytest_django import Settings
    from tests.e2e.maps.conftest import World

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

FAMILIES = ("Асанов", "Бекова", "Осмонов", "Токтогулов", "Жумабеков", "Ысыкова", "Өмүрова", "Үсөнов")


def settle(world: World, count: int) -> list[Person]:
    """People at the houses of the sample town."""
    houses = Town(1).houses
    people = []
    for number in range(count):
        person = make_person(world.office)
        Person.objects.unscoped("a test names people").filter(pk=person.pk).update(
            family_name=f"{FAMILIES[number % len(FAMILIES)]}-{number + 1}",
            kind="protected" if number % 9 == 4 else "participant",
        )
        lat, lon = reversed(to_degrees(houses[(number * 37) % len(houses)].point))
        world.paint(person.pk, lat=lat, lon=lon, seq=number + 1, minutes_ago=40 if number % 11 == 0 else 2)
        people.append(person)
    return people


def test_everybody_is_on_the_map_and_in_the_list(world: World, settings: Settings) -> None:
    settings.KORGOO_DEMO = True
    people = settle(world, 40)
    tell_engine(make_finding(people[3].pk, kind="sos", code=Reason.PRESSED))
    tell_engine(make_finding(people[7].pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    tell_engine(make_finding(people[9].pk), make_finding(people[20].pk, kind="battery.low"))
    page = world.open_page("/map/")
    wait_for_map(page)
    assert page.locator("[data-map-list] li").count() == 40
    first = page.locator("[data-map-list] li").first
    assert "P1" in first.inner_text()
    drawn = page.evaluate(
        "() => document.querySelector('[data-map]').korgooMap.querySourceFeatures('people').length"
    )
    assert drawn >= 40
    take_picture(page, "live-map")
    attribution = page.locator(".maplibregl-ctrl-attrib").inner_text()
    assert "Natural Earth" in attribution
    assert "GeoNames" in attribution
    assert world.complaints == []


def test_a_dot_tells_the_level_before_the_shape_above_it_is_placed(world: World) -> None:
    """The map places shapes when it has time; until then a life threat must not look like all is well."""
    people = settle(world, 30)
    for person in (people[3], people[13]):  # a participant, a protected person
        tell_engine(make_finding(person.pk, kind="sos", code=Reason.PRESSED))
    tell_engine(make_finding(people[7].pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    page = world.open_page("/map/")
    wait_for_map(page)
    colours = page.evaluate(
        """() => Object.fromEntries(document.querySelector('[data-map]').korgooMap
          .queryRenderedFeatures({layers: ['people-dots']})
          .map((dot) => [dot.id, dot.layer.paint['circle-color'].toString()]))"""
    )
    life, urgent, well = (colours[str(people[index].pk)] for index in (3, 7, 1))
    assert colours[str(people[13].pk)] == life
    assert len({life, urgent, well}) == 3
    assert world.complaints == []


def test_one_stray_fix_does_not_shrink_the_town_unless_it_has_an_alert(world: World) -> None:
    people = settle(world, 60)
    stray = people[8]
    world.paint(stray.pk, lat=42.5, lon=74.2, seq=900, minutes_ago=1)
    shows = "([lon, lat]) => document.querySelector('[data-map]').korgooMap.getBounds().contains([lon, lat])"
    page = world.open_page("/map/")
    wait_for_map(page)
    assert not page.evaluate(shows, [74.2, 42.5])
    assert page.evaluate("() => document.querySelector('[data-map]').korgooMap.getZoom()") > 12
    tell_engine(make_finding(stray.pk, kind="sos", code=Reason.PRESSED))
    page.reload()
    wait_for_map(page)
    assert page.evaluate(shows, [74.2, 42.5])
    assert world.complaints == []


def test_the_map_follows_people_and_alerts_as_they_change(world: World) -> None:
    people = settle(world, 3)
    page = world.open_page("/map/")
    wait_for_map(page)
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('/stream'))"
    )
    page.wait_for_timeout(300)  # the stream's greeting; nothing on the page tells of it
    world.paint(people[0].pk, lat=43.1, lon=75.2, seq=900, minutes_ago=0)
    page.wait_for_function(f"() => Math.abs(window.korgooPeople.all.get({people[0].pk}).lat - 43.1) < 1e-6")
    tell_engine(make_finding(people[1].pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    page.wait_for_function("() => document.querySelector('[data-map-list] li')?.className === 'p2'")
    assert world.complaints == []


def test_a_keyboard_and_a_screen_reader_get_everything(world: World) -> None:
    settle(world, 5)
    page = world.open_page("/map/")
    wait_for_map(page)
    assert check_accessibility(page) == []
    page.get_by_role("searchbox").fill("бекова")
    assert page.locator("[data-map-list] li").count() == 1
    page.get_by_role("searchbox").press("Tab")
    page.keyboard.press("Enter")
    page.locator(".map-popup").wait_for()
    assert "Бекова" in page.locator(".map-popup").inner_text()
    assert world.complaints == []
