"""A pair's alert as an operator sees it: both people, the rings, the line between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.drafts import make_distance
from tests.e2e.maps.conftest import check_accessibility, take_picture, wait_for_map
from tests.e2e.maps.test_tracks import HOME, LATER, fix
from tests.factories import make_finding, make_person, make_signed_order, tell_engine

from korgoo.alerts.models import Alert
from korgoo.engine.findings import Evidence, Reason
from korgoo.orders.drafts import Circle, PlaceDraft
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person

if TYPE_CHECKING:
    from pytest_django import Settings
    from tests.e2e.maps.conftest import World

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def approach(world: World) -> Alert:
    """He walks to within 220 m of her at her work."""
    person = make_person(world.office)
    protected = make_person(world.office, kind=Person.Kind.PROTECTED)
    work = Circle(lat_e7=HOME[0], lon_e7=HOME[1], radius_m=40)
    distance = make_distance(places=(PlaceDraft(key="work", name="школа", circle=work),))
    order = make_signed_order(person, protected_person=protected, distance=distance, conditions=())
    his = [fix(6 - n, east=900 - 150 * n, north=20 * n) for n in range(5)]
    hers = [fix(6 - n, east=4 * (n % 2), north=3 * n) for n in range(5)]
    evidence = []
    for side, who, fixes in (("participant", person, his), ("protected", protected, hers)):
        for seq, seen in zip(world.report(who.pk, fixes, case_id=order.pk), fixes, strict=True):
            evidence.append(Evidence(seq=seq, fixed_at_ms=seen.fixed_at_ms, distance_m=220, side=side))
    finding = make_finding(
        person.pk,
        id=f"pair:{order.pk}/{order.pk}/proximity.breach/9",
        kind="proximity.breach",
        condition=str(order.pk),
        other=f"person:{protected.pk}",
        code=Reason.APPROACHED,
        at_ms=to_ms(LATER) - 60_000,
        since_ms=to_ms(LATER) - 90_000,
        evidence=tuple(evidence),
        params={"apart_m": 291.0, "sigma_m": 12.0, "age_s": 4, "order_m": 300.0, "ring": "breach",
                "last_seen": "2026-11-20T16:38:30.000Z", "target": "person", "closing_kmh": 9},
    )  # fmt: skip
    tell_engine(finding, now=LATER)
    return Alert.objects.unscoped("test").get()


def test_a_pairs_alert_shows_both_people_and_the_rings(world: World, settings: Settings) -> None:
    settings.KORGOO_CLOCK = lambda: LATER
    alert = approach(world)
    page = world.open_page(f"/alerts/{alert.pk}/", height=1300)
    wait_for_map(page)
    assert page.locator(".pair dd strong").inner_text() == "291 м"
    assert "291" in page.locator("[data-map-status]").inner_text()
    take_picture(page, "pair_alert")
    assert check_accessibility(page) == []
    assert world.complaints == []
