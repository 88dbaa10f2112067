from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from korgoo.audit.append_only import remove_triggers
from korgoo.audit.models import AuditEntry, AuditHead
from korgoo.audit.services import ReasonMissingError, Subject, hash_entry, log_action, log_read
from korgoo.audit.verification import verify_audit_chain
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def write_three() -> None:
    log_action(Subject("order", 5), actor="user:1", action="sign", now=NOW)
    log_read(Subject("person", 12), actor="user:2", reason="call about an alert", now=NOW)
    log_action(Subject("order", 5), actor="user:1", action="end", reason="term", now=NOW)


def test_the_chain_is_whole() -> None:
    assert verify_audit_chain() == (0, None)
    write_three()
    assert verify_audit_chain() == (3, None)
    read = AuditEntry.objects.get(number=2)
    assert (read.action, read.subject_id, read.reason) == ("read", "12", "call about an alert")


def test_reading_without_a_reason_is_refused() -> None:
    with pytest.raises(ReasonMissingError):
        log_read(Subject("person", 12), actor="user:2", reason="  ", now=NOW)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "attack",
    [
        lambda: AuditEntry.objects.filter(number=2).update(reason="other"),
        lambda: AuditEntry.objects.filter(number=3).delete(),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_what_is_written(attack: Callable[[], object]) -> None:
    write_three()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attack()
    assert verify_audit_chain() == (3, None)


@pytest.mark.parametrize(
    ("attack", "broken_at"),
    [
        (lambda: AuditEntry.objects.filter(number=2).update(reason="other"), 2),
        (lambda: AuditEntry.objects.filter(number=2).delete(), 2),
        (lambda: AuditEntry.objects.filter(number=3).delete(), 3),
        (lambda: AuditEntry.objects.all().delete(), 1),
        (lambda: AuditHead.objects.all().delete(), 4),
    ],
)
def test_who_lifts_the_trigger_is_still_found_by_the_chain(
    attack: Callable[[], object], broken_at: int
) -> None:
    write_three()
    # The editor's own block would end with deferred constraints; the test is inside a transaction already.
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    remove_triggers(editor, "audit_auditentry")
    attack()
    assert verify_audit_chain().broken_at == broken_at


def test_a_line_that_is_written_while_the_chain_is_walked_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_three()

    def hash_slowly(entry: AuditEntry) -> str:
        if entry.number == 3:
            log_action(Subject("order", 5), actor="user:3", action="sign", now=NOW)
        return hash_entry(entry)

    monkeypatch.setattr("korgoo.audit.verification.hash_entry", hash_slowly)
    assert verify_audit_chain().broken_at is None
    assert AuditHead.objects.get().number == 4


def test_a_line_shares_the_fate_of_what_it_tells() -> None:
    write_three()
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - both belong to it
        log_action(Subject("order", 6), actor="user:1", action="sign", now=NOW)
        raise RuntimeError("the order was not signed")
    log_action(Subject("order", 7), actor="user:1", action="sign", now=NOW)
    assert verify_audit_chain() == (4, None)
