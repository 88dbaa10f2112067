from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from korgoo.engine.rows import Kind, Mark, StandDown
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.outbox.journal_inbox import NoTransactionError, write_control_row
from korgoo.outbox.models import OutboxMessage
from korgoo.outbox.services import (
    GIVE_UP_AFTER,
    LeaseLostError,
    acknowledge_message,
    fail_message,
    lease_messages,
    queue_message,
)
from tests.factories import NOW, read_inbox

MINUTE = timedelta(minutes=1)


def queue(key: str = "k1") -> bool:
    return queue_message("sms", payload={"to": "+996"}, idempotency_key=key, now=NOW)


@pytest.mark.django_db
def test_a_message_is_queued_once_and_sent_once() -> None:
    assert queue()
    assert not queue()
    (message,) = lease_messages(limit=10, lease_for=MINUTE, now=NOW)
    assert lease_messages(limit=10, lease_for=MINUTE, now=NOW) == []
    acknowledge_message(message, receipt="id 77")
    stored = OutboxMessage.objects.get()
    assert (stored.state, stored.receipt, stored.attempts) == ("sent", "id 77", 1)
    assert lease_messages(limit=10, lease_for=MINUTE, now=NOW + timedelta(days=1)) == []


@pytest.mark.django_db
def test_a_worker_that_died_loses_its_lease_and_can_no_longer_acknowledge() -> None:
    queue()
    (first,) = lease_messages(limit=10, lease_for=MINUTE, now=NOW)
    (second,) = lease_messages(limit=10, lease_for=MINUTE, now=NOW + MINUTE)
    assert second.attempts == 2
    with pytest.raises(LeaseLostError):
        acknowledge_message(first, receipt="late")
    with pytest.raises(LeaseLostError):
        fail_message(first, error="late", now=NOW)
    acknowledge_message(second, receipt="ok")
    with pytest.raises(LeaseLostError):
        acknowledge_message(second, receipt="twice")


@pytest.mark.django_db
def test_a_failure_is_retried_later_and_later_and_then_kept_as_dead() -> None:
    queue()
    stored = OutboxMessage.objects.get()
    now, waits = NOW, []
    for _ in range(GIVE_UP_AFTER):
        (message,) = lease_messages(limit=1, lease_for=MINUTE, now=now)
        fail_message(message, error="no answer", now=now)
        stored = OutboxMessage.objects.get()
        if stored.state == "queued":
            assert lease_messages(limit=1, lease_for=MINUTE, now=stored.due_at - timedelta(seconds=1)) == []
            waits.append((stored.due_at - now).total_seconds())
            now = stored.due_at
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900
    assert (stored.state, stored.last_error) == ("dead", "no answer")
    assert lease_messages(limit=1, lease_for=MINUTE, now=now + timedelta(days=9)) == []


@pytest.mark.django_db
def test_a_control_row_lives_and_dies_with_its_cause() -> None:
    body = StandDown(finding_id="f", at_ms=to_ms(NOW))
    with pytest.raises(RuntimeError, match="cause failed"), transaction.atomic():  # noqa: PT012 - both belong to it
        write_control_row(body, kind=Kind.STAND_DOWN, key="person:1", case_id=7, now=NOW)
        raise RuntimeError("cause failed")
    assert read_inbox() == []
    with transaction.atomic():
        write_control_row(body, kind=Kind.STAND_DOWN, key="person:1", case_id=7, now=NOW)
    ((row, stored),) = read_inbox()
    assert stored == body
    assert (row.kind, row.key, row.case_id, row.created_at_ms) == ("stand_down", "person:1", 7, to_ms(NOW))


@pytest.mark.django_db
def test_a_body_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="Mark"):
        write_control_row(Mark(), kind=Kind.STAND_DOWN, key="person:1", case_id=7, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_control_row_without_a_transaction_is_refused() -> None:
    with pytest.raises(NoTransactionError):
        write_control_row(Mark(), kind=Kind.MARK, key="system:korgoo", case_id=0, now=NOW)


def test_instants_survive_the_border() -> None:
    assert from_ms(to_ms(NOW)) == NOW
    with pytest.raises(ValueError, match="time zone"):
        to_ms(NOW.replace(tzinfo=None))
