"""An approach on the pages: the incident with both, who may see her, the live map and its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Reason
from korgoo.monitoring.models import FindingRecord
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from korgoo.replay.audience import Audience
from korgoo.web.console.maps.pairs import who_moved
from tests.drafts import make_distance
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    tell_engine,
)
from tests.web.pairs.meeting import approach, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office
    from korgoo.orders.models import Order
    from tests.web.test_maps import FakeJournal

pytestmark = pytest.mark.django_db(databases="__all__")


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
    text = page(client, "alert", alert_id=alert.pk)
    assert "The two of them" not in text
    known = client.get(f"/alerts/{alert.pk}/map.json").json()
    assert "pair" not in known
    assert {fix["seq"] for fix in known["fixes"]} == {10, 12, 14}
    # Where he was stands on the map: three distances from there would place her.
    measured = ("distance_m", "sigma_m", "belief")
    assert all(fix.get(name) is None for fix in known["fixes"] for name in measured)
    where = f"/alerts/{alert.pk}/explanation/"
    answers = [client.get(where, {"for": one.value, "lang": "en"}) for one in Audience]
    assert {answer.status_code for answer in answers} == {200}
    for told in (text, *(answer.content.decode() for answer in answers)):
        for measure in ("0 m apart", "24 km/h", "nearer than the distance that the order sets", "12 m"):
            assert measure not in told, measure
    track = client.get(f"/people/{order.person_id}/day/track.json", {"reason": "check"})
    assert len(track.json()["fixes"]) == 3
    assert all(fix.get("distance_m") is None for fix in track.json()["fixes"])
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


def test_who_moved_is_read_from_used_fixes_only() -> None:
    def fixes(*norths: int, use: str = "used") -> list[dict[str, Any]]:
        return [{"lat": 42.87 + north / 111_195, "lon": 74.6, "use": use} for north in norths]

    assert who_moved(fixes(0, 400), fixes(0, 20)) == "participant"
    assert who_moved(fixes(0, 10), fixes(0, 90, 0)) == "protected"
    assert who_moved(fixes(0, 400), fixes(0, 90)) == "both"
    assert who_moved(fixes(0, 400, use="ignored"), []) == "neither"
