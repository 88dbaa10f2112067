from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.maps.conftest import ROOT, check_accessibility, take_picture, wait_for_map
from tests.factories import make_person

from korgoo.web.kit.pmtiles import install_basemap

if TYPE_CHECKING:
    from tests.e2e.maps.conftest import World

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

SHARED = next(
    (
        folder / "shared/data/map/fallback_admin_kg_kz.pmtiles"
        for folder in ROOT.parents
        if (folder / "shared").is_dir()
    ),
    Path("absent"),
)


@pytest.mark.skipif(not SHARED.exists(), reason="NOT RUN: the shared base map is not here")
@pytest.mark.parametrize("dark", [False, True])
def test_an_installed_base_map_is_drawn_in_both_colour_schemes(world: World, dark: bool) -> None:  # noqa: FBT001 - a parameter of the story
    install_basemap(SHARED, data=world.data)
    world.paint(make_person(world.office).pk, lat=42.87, lon=74.6, seq=1)
    page = world.open_page("/map/", dark=dark)
    wait_for_map(page)
    page.evaluate(
        "() => document.querySelector('[data-map]').korgooMap.jumpTo({center: [75.5, 42.4], zoom: 7.2})"
    )
    page.wait_for_function(
        "() => { const map = document.querySelector('[data-map]').korgooMap; "
        "return map.loaded() && map.querySourceFeatures('protomaps', {sourceLayer: 'places'}).length > 0; }"
    )
    wait_for_map(page)
    assert "OpenStreetMap" in page.locator(".maplibregl-ctrl-attrib").inner_text()
    take_picture(page, f"basemap-{'dark' if dark else 'light'}")
    assert check_accessibility(page) == []
    assert world.complaints == []


def test_without_a_base_map_the_ground_is_drawn_from_packages(world: World) -> None:
    world.paint(make_person(world.office).pk, lat=42.87, lon=74.6, seq=1)
    page = world.open_page("/map/")
    wait_for_map(page)
    page.evaluate(
        "() => document.querySelector('[data-map]').korgooMap.jumpTo({center: [74.6, 42.87], zoom: 6})"
    )
    page.wait_for_function("() => document.querySelector('[data-map]').korgooMap.loaded()")
    names = page.evaluate(
        "() => document.querySelector('[data-map]').korgooMap"
        ".queryRenderedFeatures({layers: ['ground-places']}).map(place => place.properties.ru)"
    )
    assert "Бишкек" in names
    take_picture(page, "fallback")
    assert world.complaints == []
