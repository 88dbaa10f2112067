"""A pair on the pages: the distance, intervals together, the incident with both, the live map's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.audit.models import AuditEntry
from korgoo.devices.models import DeviceCommand
from korgoo.engine.findings import Evidence, Reason
from korgoo.monitoring.models import FindingRecord
from korgoo.orders.drafts import Circle, PlaceDraft
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.models import Distance, Order, ProtectedPlace, Together
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from korgoo.web.console import tracks
from korgoo.web.console.maps.pairs import who_moved
from tests.drafts import make_distance
from tests.factories import (
    NOW,
    make_device,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    tell_engine,
)
from tests.web.test_maps import FakeJournal
from tests.web.test_orders import ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from korgoo.accounts.models import Office

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


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJournal]:
    fake = FakeJournal()
    monkeypatch.setattr(tracks, "open_reader", lambda: fake)
    tracks.close_reader()
    yield fake
    tracks.close_reader()


@pytest.fixture
def protected(office: Office) -> Person:
    return make_person(office, kind=Person.Kind.PROTECTED)


@pytest.fixture
def order(office: Office, protected: Person) -> Order:
    return make_signed_order(
        make_person(office), protected_person=protected, distance=make_distance(), conditions=()
    )


def approach(order: Order, journal: FakeJournal, *, target: str = "person") -> Alert:
    """He came from 600 m to 200 m north of her; the journal holds both their fixes."""
    him, her = order.person_id, order.protected_person_id or 0
    evidence = []
    for number, north_m in enumerate((600, 400, 200)):
        at_ms = to_ms(NOW) - (3 - number) * 30_000
        journal.add(him, seq=10 + 2 * number, at_ms=at_ms, north_m=north_m)
        journal.add(her, seq=11 + 2 * number, at_ms=at_ms)
        for seq, side in ((10 + 2 * number, "participant"), (11 + 2 * number, "protected")):
            evidence.append(
                Evidence(seq=seq, fixed_at_ms=at_ms, distance_m=float(north_m), sigma_m=9.0, side=side)
            )
    finding = make_finding(
        him,
        id=f"pair:{order.pk}/{order.pk}/proximity.breach/14",
        kind="proximity.breach",
        condition=str(order.pk),
        other=f"person:{her}",
        code=Reason.APPROACHED,
        evidence=tuple(evidence),
        params={
            "apart_m": 200.0,
            "sigma_m": 12.0,
            "age_s": 4,
            "order_m": 300.0,
            "ring_m": 300.0,
            "ring": "breach",
            "last_seen": "2026-11-20T15:59:30.000Z",
            "target": target,
            "closing_kmh": 24,
        },
    )
    tell_engine(finding)
    return Alert.objects.unscoped("test").get()


def page(client: Client, name: str, **ids: int) -> str:
    answer = client.get(reverse(f"web:{name}", kwargs=ids))
    assert answer.status_code == 200
    return str(answer.content.decode())


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


def test_the_incident_shows_both_how_far_how_sure_how_old_and_who_moved(
    order: Order, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    alert = approach(order, journal)
    client = sign_in(Role.OPERATOR)
    text = " ".join(page(client, "alert", alert_id=alert.pk).split())
    for told in ("200 m</strong>, give or take 12 m", "the order says 300 m", "closing at 24 km/h"):
        assert told in text
    assert "<dt>Who moved</dt><dd>the participant," in text
    assert "200 m apart" in text
    read = AuditEntry.objects.filter(action="read", reason=f"map of alert {alert.pk}")
    assert {entry.subject_id for entry in read} == {str(order.person_id), str(order.protected_person_id)}
    known = client.get(f"/alerts/{alert.pk}/map.json").json()
    assert [fix["seq"] for fix in known["fixes"]] == [10, 12, 14]
    assert [fix["seq"] for fix in known["pair"]["hers"]] == [11, 13, 15]
    assert [(ring["ring"], ring["radius_m"]) for ring in known["pair"]["rings"]] == [
        ("warning", 600),
        ("breach", 300),
        ("emergency", 150),
    ]
    assert (known["line"]["distance_m"], known["pair"]["moved"]) == (200, "participant")


def test_the_incident_tells_the_gravest_first_and_what_is_over_last(
    order: Order, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    """The warning ring is entered before the inner one, but it is the inner one that has to be read."""
    alert = approach(order, journal)
    about = {"condition": str(order.pk), "other": f"person:{order.protected_person_id}"}
    for kind, minutes in (("proximity.warning", -1), ("proximity.emergency", 1)):
        moment = {"since_ms": to_ms(NOW) + minutes * 60_000, "at_ms": to_ms(NOW) + minutes * 60_000}
        name = f"pair:{order.pk}/{order.pk}/{kind}/14"
        tell_engine(
            make_finding(order.person_id, id=name, kind=kind, code=Reason.APPROACHED, **about, **moment)
        )

    def told() -> list[str]:
        return re.findall(r"proximity\.(\w+)/14", page(sign_in(Role.SHIFT_HEAD), "alert", alert_id=alert.pk))

    assert list(dict.fromkeys(told())) == ["emergency", "breach", "warning"]
    FindingRecord.objects.unscoped("test").filter(kind="proximity.emergency").update(state="closed")
    assert list(dict.fromkeys(told())) == ["breach", "warning", "emergency"]


def test_near_a_place_the_rings_stand_around_it(
    order: Order, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    alert = approach(order, journal, target="work")
    known = sign_in(Role.SHIFT_HEAD).get(f"/alerts/{alert.pk}/map.json").json()
    assert {(ring["lat"], ring["lon"]) for ring in known["pair"]["rings"]} == {(42.9, 74.65)}
    assert [ring["radius_m"] for ring in known["pair"]["rings"]] == [680, 380, 230]


def test_a_colleague_who_may_not_see_her_gets_his_side_only(
    office: Office, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    hers = make_person(make_office("Sverdlov"), kind=Person.Kind.PROTECTED)
    order = make_signed_order(
        make_person(office), protected_person=hers, distance=make_distance(), conditions=()
    )
    alert = approach(order, journal)
    client = sign_in(Role.OPERATOR)
    assert "The two of them" not in page(client, "alert", alert_id=alert.pk)
    known = client.get(f"/alerts/{alert.pk}/map.json").json()
    assert "pair" not in known
    assert {fix["seq"] for fix in known["fixes"]} == {10, 12, 14}
    assert client.get("/map/levels.json").json()["pairs"] == []


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_read_both_gets_the_pair(
    role: Role, order: Order, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    alert = approach(order, journal)
    answer = sign_in(role).get(f"/alerts/{alert.pk}/map.json")
    allowed = {Role.OPERATOR, Role.SHIFT_HEAD, Role.POLICE_DUTY, Role.PROBATION_OFFICER}
    assert answer.status_code == (200 if role in allowed else 403)
    assert (b'"pair"' in answer.content) == (role in allowed)


def test_the_live_map_draws_a_line_while_the_meeting_goes_on(
    order: Order, journal: FakeJournal, sign_in: Callable[..., Client]
) -> None:
    approach(order, journal)
    client = sign_in(Role.OPERATOR)
    line = [[order.person_id, order.protected_person_id, 1]]
    assert client.get("/map/points.json").json()["pairs"] == line
    assert client.get("/map/levels.json").json()["pairs"] == line
    Alert.objects.unscoped("test").update(settled=True)
    assert client.get("/map/levels.json").json()["pairs"] == []


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


def test_who_moved_is_read_from_used_fixes_only() -> None:
    def fixes(*norths: int, use: str = "used") -> list[dict[str, Any]]:
        return [{"lat": 42.87 + north / 111_195, "lon": 74.6, "use": use} for north in norths]

    assert who_moved(fixes(0, 400), fixes(0, 20)) == "participant"
    assert who_moved(fixes(0, 10), fixes(0, 90, 0)) == "protected"
    assert who_moved(fixes(0, 400), fixes(0, 90)) == "both"
    assert who_moved(fixes(0, 400, use="ignored"), []) == "neither"


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
