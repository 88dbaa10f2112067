"""A pair's order on the pages: the distance with its places, intervals together, the device asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.devices.models import DeviceCommand
from korgoo.orders.drafts import Circle, PlaceDraft
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.models import Distance, Order, ProtectedPlace, Together
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_distance
from tests.factories import (
    NOW,
    make_device,
    make_office,
    make_person,
    make_signed_order,
    make_user,
)
from tests.web.pairs.meeting import approach, page
from tests.web.test_orders import ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office
    from tests.web.test_maps import FakeJournal

pytestmark = pytest.mark.django_db(databases="__all__")

FAR = {
    "regime": "kg.protection_order",
    "valid_until": "20.01.2027 22:00",
    "home_on": "",
    "far_on": "on",
    "far_distance_m": "300",
    "far_clause": "п. 3",
    "far_contacts": "tag-7, tag-8",
    "near_1_name": "дом",
    "near_1_lat": "42.87",
    "near_1_lon": "74.6",
    "near_1_radius_m": "50",
    "near_1_disclosed": "on",
    "near_2_name": "школа",
    "near_2_lat": "42.9",
    "near_2_lon": "74.65",
    "near_2_radius_m": "80",
}


def test_a_distance_with_places_is_typed_in_read_in_words_and_amended(
    office: Office, protected: Person, sign_in: Callable[..., Client]
) -> None:
    client, person = sign_in(Role.PROBATION_OFFICER), make_person(office)
    entry = ENTRY | FAR | {"protected_person": str(protected.pk)}
    assert client.post(f"/people/{person.pk}/orders/new/", entry).status_code == 302
    distance = Distance.objects.unscoped("test").get()
    assert (distance.warning_m, distance.distance_m, distance.emergency_m) == (600, 300, 150)
    assert (distance.contacts, distance.disclosed) == (["tag-7", "tag-8"], False)
    places = ProtectedPlace.objects.unscoped("test").order_by("key")
    assert [(place.name, place.disclosed) for place in places] == [("дом", True), ("школа", False)]
    order = Order.objects.unscoped("test").get()
    text = page(client, "order", order_id=order.pk)
    assert "Must keep 300 m away" in text
    assert "“школа”" in text
    form = client.get(f"/orders/{order.pk}/amend/").content.decode()
    assert 'value="школа"' in form
    assert 'value="tag-7, tag-8"' in form


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"far_distance_m": ""}, "This is needed for the condition that you ticked."),
        ({"far_warning_m": "200"}, "the inner ring is smaller than the distance"),
        ({"near_1_name": ""}, "Name the place: home, work, school."),
        ({"near_1_lat": ""}, "A place needs its centre and radius"),
        ({"protected_person": ""}, "A distance is kept from a protected person: name her."),
    ],
)
def test_what_cannot_be_kept_is_shown_beside_the_form(
    office: Office,
    protected: Person,
    sign_in: Callable[..., Client],
    changes: dict[str, str],
    problem: str,
) -> None:
    client, person = sign_in(Role.PROBATION_OFFICER), make_person(office)
    entry = ENTRY | FAR | {"protected_person": str(protected.pk)} | changes
    answer = client.post(f"/people/{person.pk}/orders/new/", entry)
    assert answer.status_code == 422
    assert problem in answer.content.decode()


def test_who_may_not_read_her_sees_disclosed_places_only(
    order: Order, sign_in: Callable[..., Client]
) -> None:
    text = page(sign_in(Role.PROSECUTOR), "order", order_id=order.pk)
    assert "“дом”" in text
    assert "школа" not in text
    assert "42.9" not in text
    assert "школа" in page(sign_in(Role.JUDGE), "order", order_id=order.pk)


def test_an_officer_who_may_not_know_all_places_cannot_overwrite_them(
    office: Office, sign_in: Callable[..., Client]
) -> None:
    elsewhere = make_person(make_office("Sverdlov"), kind=Person.Kind.PROTECTED)
    order = make_signed_order(
        make_person(office), protected_person=elsewhere, distance=make_distance(), conditions=()
    )
    answer = sign_in(Role.PROBATION_OFFICER).get(f"/orders/{order.pk}/amend/", follow=True)
    assert "conditions that this form cannot show" in answer.content.decode()
    assert "школа" not in answer.content.decode()


def test_being_together_is_allowed_shown_and_taken_back(order: Order, sign_in: Callable[..., Client]) -> None:
    client = sign_in(Role.PROBATION_OFFICER)
    entry = {
        "together-valid_from": "21.11.2026 10:00",
        "together-valid_until": "21.11.2026 12:00",
        "together-reason": "заседание суда",
    }
    path = f"/orders/{order.pk}/together/"
    assert client.post(path, entry).status_code == 302
    interval = Together.objects.unscoped("test").get()
    assert "заседание суда" in page(client, "order", order_id=order.pk)
    wrong = client.post(path, entry | {"together-valid_until": "24.11.2026 12:00"})
    assert (wrong.status_code, "a day at most" in wrong.content.decode()) == (422, True)
    client.post(f"/together/{interval.pk}/revoke/")
    interval.refresh_from_db()
    assert interval.revoked_at == NOW
    stranger = sign_in(user=make_user(Role.PROBATION_OFFICER, office=make_office("Elsewhere")))
    assert stranger.post(path, entry).status_code == 404
    assert stranger.post(f"/together/{interval.pk}/revoke/").status_code == 404


def test_the_device_page_tells_what_became_of_a_wished_interval(
    order: Order, sign_in: Callable[..., Client]
) -> None:
    issued = issue_device_under(
        order,
        device=make_device(order.person.office),
        person=order.person,
        actor=make_user(Role.PROBATION_OFFICER, office=order.person.office),
        now=NOW,
    )
    DeviceCommand.objects.create(
        assignment=issued.assignment,
        name="interval",
        payload='{"interval_s": 15}',
        state="expired",
        created_at_ms=to_ms(NOW),
        expires_at_ms=to_ms(NOW),
        changed_at_ms=to_ms(NOW),
        wish="1/2/3/15",
        outcome="ignored",
    )
    text = page(sign_in(Role.TECHNICIAN), "assignment", assignment_id=issued.assignment.pk)
    assert "report more or less often: every 15 s" in text
    assert "does not do it" in text
    assert '<option value="interval"' not in text


def test_an_area_of_hers_is_shown_as_it_was_drawn(
    office: Office, protected: Person, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    area = '{"type":"Polygon","coordinates":[[[74.6,42.87],[74.601,42.87],[74.601,42.871],[74.6,42.87]]]}'
    places = (
        PlaceDraft(key="yard", name="двор", geometry=area),
        PlaceDraft(key="kin", name="у сестры", circle=Circle(lat_e7=1, lon_e7=1, radius_m=50)),
    )
    order = make_signed_order(
        make_person(office),
        protected_person=protected,
        distance=make_distance(places=places),
        conditions=(),
    )
    alert = approach(order, journal, target="yard")
    known = sign_in(Role.OPERATOR).get(f"/alerts/{alert.pk}/map.json").json()
    assert [ring["ring"] for ring in known["pair"]["rings"]] == ["place"]
    assert known["line"] is None
