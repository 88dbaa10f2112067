"""Erasing a case: who may ask, what must be true before, and what the journal says afterwards."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.audit.models import AuditEntry
from korgoo.cli import main
from korgoo.engine.rows import Erasure, Kind, Observation, encode_body, person_key
from korgoo.gateway.inbox import InboxDrain
from korgoo.gateway.metrics import Metrics
from korgoo.gateway.ports import InboxRow
from korgoo.gateway.registry import Registry
from korgoo.journal.record import Draft
from korgoo.journal.sqlite import SqliteJournal
from korgoo.monitoring.erasing import (
    ErasureRefusedError,
    erase_case,
    list_erasures,
    list_erasures_for,
)
from korgoo.monitoring.models import Picture
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.orders.ending import end_order
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import JournalInbox
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user, read_inbox

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.accounts.models import Office, User
    from korgoo.orders.models import Order
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NOW + timedelta(days=400)


@pytest.fixture
def administrator() -> User:
    return make_user(Role.ADMINISTRATOR, office=None)


def make_ended_order(person: Person) -> Order:
    order = make_signed_order(person)
    end_order(order, reason="срок", actor=make_user(Role.PROBATION_OFFICER, office=person.office), now=NOW)
    return order


def ask(order: Order, actor: User, **changes: Any) -> int:
    values: dict[str, Any] = {
        "order_number": order.number,
        "certificate": "АУ-7/27",
        "reason": "срок хранения истёк",
    }
    return erase_case(order.pk, **(values | changes), actor=actor, now=LATER)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_may_erase(person: Person, office: Office, role: Role) -> None:
    order = make_ended_order(person)
    with pytest.raises(ForbiddenError):
        ask(order, make_user(role, office=office))
    assert list_erasures() == []
    assert not AuditEntry.objects.filter(action="erase").exists()


def test_an_erasure_is_one_control_row_and_one_line_of_the_audit(person: Person, administrator: User) -> None:
    order = make_ended_order(person)
    row_id = ask(order, administrator, certificate="  АУ-7/27 ")
    row, body = read_inbox()[-1]
    assert (row.pk, row.kind, row.case_id) == (row_id, "erasure", order.pk)
    assert body == Erasure(order.pk, "АУ-7/27", 0)
    line = AuditEntry.objects.get(action="erase")
    assert (line.actor, line.subject_kind, line.subject_id) == (
        administrator.audit_name,
        "order",
        str(order.pk),
    )
    assert line.reason == "certificate АУ-7/27: срок хранения истёк"
    (asked,) = list_erasures(case_id=order.pk)
    assert (asked.row_id, asked.certificate, asked.requested_at) == (row_id, "АУ-7/27", LATER)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"order_number": "УД-0/26"}, "no case has"),
        ({"certificate": " \n"}, "certificate is missing"),
        ({"certificate": "7" * 101}, "100 printable characters"),
        ({"certificate": "7\x007"}, "100 printable characters"),
        ({"reason": ""}, "reason is missing"),
        ({"reason": "x" * 501}, "500 printable characters"),
    ],
)
def test_what_is_missing_or_mistyped_erases_nothing(
    person: Person, administrator: User, changes: dict[str, str], said: str
) -> None:
    order = make_ended_order(person)
    with pytest.raises(ErasureRefusedError, match=said):
        ask(order, administrator, **changes)
    assert list_erasures() == []


def test_a_case_that_goes_on_or_was_never_there_is_not_erased(person: Person, administrator: User) -> None:
    order = make_signed_order(person)
    with pytest.raises(ErasureRefusedError, match="has not ended"):
        ask(order, administrator)
    order.pk += 1
    with pytest.raises(ErasureRefusedError, match="no case has"):
        ask(order, administrator)


def test_a_case_is_erased_once(person: Person, administrator: User) -> None:
    order = make_ended_order(person)
    ask(order, administrator)
    with pytest.raises(ErasureRefusedError, match="about to be"):
        ask(order, administrator, certificate="АУ-8/27")
    assert [item.certificate for item in list_erasures()] == ["АУ-7/27"]


def test_the_last_position_goes_with_the_last_case(person: Person, administrator: User) -> None:
    first, second = make_ended_order(person), make_signed_order(person)
    point = PicturePoint(person.pk, 428_700_000, 746_000_000, 900, 1, 2, 3, 80, "use", person.office_id)
    paint_picture([point])
    ask(first, administrator)
    assert Picture.objects.unscoped("a test looks").count() == 1  # the other order goes on
    end_order(second, reason="срок", actor=make_user(Role.POLICE_DUTY, office=person.office), now=NOW)
    ask(second, administrator)
    assert Picture.objects.unscoped("a test looks").count() == 0


class DjangosInbox:
    """The inbox of this test's database, as the gateway reads it."""

    def read(self, *, after_id: int, limit: int) -> list[InboxRow]:
        rows = JournalInbox.objects.filter(pk__gt=after_id).order_by("pk")[:limit]
        return [InboxRow(r.pk, r.kind, r.key, r.case_id, bytes(r.body), r.fixed_at_ms) for r in rows]


def test_from_the_request_to_verify(
    person: Person, administrator: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order, other = make_ended_order(person), make_signed_order(make_person(person.office))
    journal = SqliteJournal(tmp_path)
    drain = InboxDrain(journal, inbox=DjangosInbox(), registry=Registry(), metrics=Metrics())
    drain.drain(now_ms=to_ms(NOW))
    for case in (order, other):
        body = encode_body(Observation(to_ms(NOW), to_ms(NOW), lat_e7=428_700_000, lon_e7=746_000_000))
        key, digest = person_key(case.person_id), hashlib.sha256(body).digest()
        draft = Draft(Kind.OBSERVATION.value, key, case.pk, body, digest, to_ms(NOW))
        journal.append([draft], now_ms=to_ms(NOW))
    ask(order, administrator)
    drain.drain(now_ms=to_ms(LATER))
    drain.drain(now_ms=to_ms(LATER))
    assert drain.refused == 0

    def find(person_id: int) -> list[str]:
        key = person_key(person_id)
        return [row.kind for row in journal.history(key, from_ms=0, until_ms=to_ms(LATER), limit=99)]

    assert "observation" not in find(order.person_id)
    assert "observation" in find(other.person_id)
    journal.close()
    assert main(["verify", str(tmp_path)]) == 0
    assert f"erased under certificate АУ-7/27: case {order.pk}," in capsys.readouterr().out


def test_a_local_administrator_destroys_no_case_of_another_office(person: Person) -> None:
    order = make_ended_order(person)
    local = make_user(Role.ADMINISTRATOR, office=make_office("Ленин"))
    with pytest.raises(ErasureRefusedError, match="no case has"):
        ask(order, local)
    own = make_user(Role.ADMINISTRATOR, office=person.office)
    assert ask(order, own) > 0
    assert [asked.case_id for asked in list_erasures_for(own)] == [order.pk]
    assert list_erasures_for(local) == []
    assert list_erasures_for(make_user(Role.JUDGE, office=person.office)) == []
