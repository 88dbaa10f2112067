"""Orders that set a distance: what is signed reaches the journal, and nobody sees what is hers."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction

from korgoo.accounts.permissions import Role
from korgoo.engine.plan import PairPlan, Plan, Together
from korgoo.orders.drafting import amend_order, draft_order
from korgoo.orders.drafts import Circle, DistanceDraft, OrderDraft, OrderInvalidError, PlaceDraft
from korgoo.orders.ending import end_order
from korgoo.orders.models import Distance, ProtectedPlace
from korgoo.orders.permits import PermitInvalidError, grant_permit
from korgoo.orders.reaction import set_reaction_time
from korgoo.orders.selectors import hides_places, list_places
from korgoo.orders.signing import sign_order
from korgoo.orders.together import TogetherInvalidError, allow_together, revoke_together
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_distance, make_draft
from tests.factories import NOW, make_office, make_person, make_user, read_inbox

if TYPE_CHECKING:
    from korgoo.accounts.models import Office, User
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def protected(office: Office) -> Person:
    return make_person(office, kind=Person.Kind.PROTECTED)


def paired(**changes: Any) -> OrderDraft:
    values: dict[str, Any] = {
        "regime": "kg.protection_order",
        "valid_until": NOW + 60 * DAY,
        "conditions": (),
        "distance": make_distance(),
    }
    return make_draft(**(values | changes))


def sign(person: Person, protected: Person, officer: User, **changes: Any) -> Order:
    order = draft_order(person, draft=paired(**changes), protected_person=protected, actor=officer, now=NOW)
    sign_order(order, actor=officer, now=NOW)
    return order


def pairs() -> list[PairPlan]:
    return [body for _, body in read_inbox() if isinstance(body, PairPlan)]


def test_signing_sends_both_plans_and_then_the_pair(person: Person, protected: Person, officer: User) -> None:
    order = sign(person, protected, officer, expected_interval_s=30)
    rows = read_inbox()
    assert [(row.kind, row.key, row.case_id) for row, _ in rows] == [
        ("plan", f"person:{person.pk}", order.pk),
        ("plan", f"person:{protected.pk}", order.pk),
        ("pair", f"pair:{order.pk}", order.pk),
    ]
    his, hers, pair = (body for _, body in rows)
    assert isinstance(hers, Plan)
    assert (his.zones, hers.zones, hers.expected_interval_ms) == ((), (), 30_000)
    assert (pair.pair, pair.participant, pair.protected) == (
        str(order.pk),
        f"person:{person.pk}",
        f"person:{protected.pk}",
    )
    assert (pair.warning_cm, pair.distance_cm, pair.emergency_cm) == (60_000, 30_000, 15_000)
    assert (pair.intervals_ms, pair.silence_grace_ms) == ((30_000, 30_000), 60_000)
    assert (pair.effective_from_ms, pair.effective_until_ms) == (to_ms(NOW), to_ms(NOW + 60 * DAY))
    assert [(place.id, place.disclosed) for place in pair.places] == [("home", True), ("work", False)]
    assert (pair.contacts, pair.disclosed, pair.order) == (("tag-7",), False, order.number)


def test_each_side_is_expected_as_often_as_its_strictest_order_asks(
    person: Person, protected: Person, officer: User, office: Office
) -> None:
    sign(person, protected, officer, expected_interval_s=120)
    second = make_person(office)
    sign(second, protected, officer, expected_interval_s=20)
    assert pairs()[-1].intervals_ms == (20_000, 20_000)
    sign(person, make_person(office, kind=Person.Kind.PROTECTED), officer, expected_interval_s=300)
    assert pairs()[-1].intervals_ms == (120_000, 300_000)


def test_the_pair_expects_his_tether_as_his_strictest_order_does(
    person: Person, protected: Person, officer: User, office: Office
) -> None:
    sign(person, protected, officer)
    assert pairs()[-1].tether_ms == 0
    sign(person, make_person(office, kind=Person.Kind.PROTECTED), officer, tether_s=300)
    sign(person, protected, officer, tether_s=90)
    assert pairs()[-1].tether_ms == 90_000
    sign(make_person(office), make_person(office, kind=Person.Kind.PROTECTED), officer)
    assert pairs()[-1].tether_ms == 0


def test_an_amendment_is_a_new_plan_and_taking_the_distance_away_ends_the_pair(
    person: Person, protected: Person, officer: User
) -> None:
    order = sign(person, protected, officer)
    wider = paired(
        authority=order.authority, number=order.number, distance=make_distance(distance_m=500, warning_m=None)
    )
    amend_order(order, draft=wider, actor=officer, now=NOW + HOUR)
    sign_order(order, actor=officer, now=NOW + HOUR)
    assert (pairs()[-1].version, pairs()[-1].warning_cm) == (f"o{order.pk}v2", 100_000)
    home = make_draft().conditions
    without = dataclasses.replace(wider, distance=None, conditions=home)
    amend_order(order, draft=without, actor=officer, now=NOW + 2 * HOUR)
    sign_order(order, actor=officer, now=NOW + 2 * HOUR)
    assert pairs()[-1].effective_until_ms == to_ms(NOW + 2 * HOUR)


def test_the_end_of_the_order_ends_the_pair(person: Person, protected: Person, officer: User) -> None:
    order = sign(person, protected, officer)
    end_order(order, reason="reconciled", actor=officer, now=NOW + HOUR)
    assert pairs()[-1].effective_until_ms == to_ms(NOW + HOUR)
    hers = [body for row, body in read_inbox() if row.key == f"person:{protected.pk}"][-1]
    assert hers.effective_until_ms == to_ms(NOW + HOUR)


def test_an_order_that_ends_before_it_begins_leaves_no_pair_behind(
    person: Person, protected: Person, officer: User
) -> None:
    begins = NOW + 5 * DAY
    order = sign(person, protected, officer, valid_from=begins)
    end_order(order, reason="reconciled", actor=officer, now=NOW + HOUR)
    first, last = pairs()
    assert (first.effective_from_ms, last.effective_from_ms) == (to_ms(begins), to_ms(begins))
    assert last.effective_until_ms == last.effective_from_ms  # the engine takes it right after the first


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"distance_m": 0}, "10 to 100000"),
        ({"warning_m": 300}, "warning ring larger"),
        ({"emergency_m": 300}, "inner ring is smaller"),
        ({"contacts": ("a b",)}, "id of a radio"),
        ({"contacts": ("a", "a")}, "named twice"),
        ({"places": (PlaceDraft(key="home", name="дом"),)}, "circle or a polygon"),
        ({"places": (PlaceDraft(key="home", name=" ", circle=Circle(lat_e7=0, lon_e7=0, radius_m=50)),)},
         "has a name"),
    ],
)  # fmt: skip
def test_a_distance_that_cannot_be_kept_is_refused(
    person: Person, protected: Person, officer: User, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(OrderInvalidError, match=problem):
        sign(person, protected, officer, distance=make_distance(**changes))


def test_a_distance_needs_somebody_to_protect(person: Person, officer: User) -> None:
    draft = make_draft(distance=make_distance())
    with pytest.raises(OrderInvalidError, match="name her"):
        draft_order(person, draft=draft, actor=officer, now=NOW)


@pytest.mark.parametrize("model", [Distance, ProtectedPlace])
def test_a_signed_distance_cannot_change_even_at_the_database(
    person: Person, protected: Person, officer: User, model: type[Distance | ProtectedPlace]
) -> None:
    sign(person, protected, officer)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        model.objects.unscoped("test").update(disclosed=True)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        model.objects.unscoped("test").delete()


def test_undisclosed_places_are_hers(person: Person, protected: Person, officer: User) -> None:
    order = sign(person, protected, officer)
    version = Distance.objects.unscoped("test").select_related("condition").get().condition.version_id
    prosecutor = make_user(Role.PROSECUTOR, office=person.office)
    assert [place.key for place in list_places(prosecutor, version_id=version)] == ["home"]
    assert hides_places(prosecutor, version_id=version)
    assert [place.key for place in list_places(officer, version_id=version)] == ["home", "work"]
    assert not hides_places(officer, version_id=version)
    for role in (Role.TECHNICIAN, Role.ANALYST, Role.DEFENCE_LAWYER, Role.REPRESENTATIVE):
        nobody = make_user(role, office=person.office)
        assert not list_places(nobody, version_id=version).exists()
    assert order.pk


def test_the_office_of_the_participant_alone_does_not_open_her_places(officer: User, office: Office) -> None:
    person, elsewhere = make_person(office), make_office("Sverdlov")
    protected = make_person(elsewhere, kind=Person.Kind.PROTECTED)
    sign(person, protected, officer)
    version = Distance.objects.unscoped("test").select_related("condition").get().condition.version_id
    assert [place.key for place in list_places(officer, version_id=version)] == ["home"]
    hers = make_user(Role.POLICE_DUTY, office=elsewhere)
    assert [place.key for place in list_places(hers, version_id=version)] == ["home", "work"]


def test_being_together_is_allowed_carried_by_the_next_plan_and_taken_back(
    person: Person, protected: Person, officer: User
) -> None:
    order = sign(person, protected, officer)
    hearing = allow_together(
        order, valid_from=NOW + HOUR, valid_until=NOW + 3 * HOUR, reason="суд", actor=officer, now=NOW
    )
    row, body = read_inbox()[-1]
    assert (row.kind, row.key, row.case_id) == ("together", f"pair:{order.pk}", order.pk)
    assert body == Together(f"together:{hearing.pk}", to_ms(NOW + HOUR), to_ms(NOW + 3 * HOUR))
    set_reaction_time(
        protected.office,
        reaction_s=480,
        actor=make_user(Role.ADMINISTRATOR, office=protected.office),
        now=NOW,
    )
    assert (pairs()[-1].together, pairs()[-1].reaction_ms) == ((body,), 480_000)
    revoke_together(hearing, actor=officer, now=NOW + HOUR)
    assert read_inbox()[-1][1].revoked is True
    with pytest.raises(TogetherInvalidError, match="before"):
        revoke_together(hearing, actor=officer, now=NOW + HOUR)


def test_being_together_needs_an_order_with_a_distance_an_interval_and_a_reason(
    person: Person, protected: Person, officer: User
) -> None:
    bare = sign(person, protected, officer, distance=None, conditions=make_draft().conditions)
    wanted: dict[str, Any] = {"valid_from": NOW, "valid_until": NOW + HOUR, "reason": "суд"}
    with pytest.raises(TogetherInvalidError, match="no distance"):
        allow_together(bare, **wanted, actor=officer, now=NOW)
    for changes, problem in (
        ({"valid_until": NOW}, "ends after"),
        ({"valid_until": NOW + 2 * DAY}, "a day at most"),
        ({"reason": " "}, "reason"),
    ):
        with pytest.raises(TogetherInvalidError, match=problem):
            allow_together(bare, **(wanted | changes), actor=officer, now=NOW)


def test_from_a_distance_there_is_no_permit(person: Person, protected: Person, officer: User) -> None:
    order = sign(person, protected, officer)
    with pytest.raises(PermitInvalidError, match="no such condition"):
        grant_permit(
            order,
            condition_key="distance",
            valid_from=NOW,
            valid_until=NOW + HOUR,
            reason="суд",
            actor=officer,
            now=NOW,
        )


def test_the_default_rings_are_twice_and_half_the_distance() -> None:
    assert DistanceDraft(key="d", distance_m=300).rings_m == (600, 300, 150)
