"""On PostgreSQL inbox ids become visible in their order, whoever commits first."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import threading, time
import django
django.setup()
from datetime import datetime, timezone
from django.core.management import call_command
from django.db import connection, connections, transaction
from korgoo.engine.rows import Kind, StandDown
from korgoo.outbox.journal_inbox import write_control_row
from korgoo.outbox.models import JournalInbox

call_command("migrate", verbosity=0, skip_checks=True)
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)

def write():
    body = StandDown("finding", 1)
    return write_control_row(body, kind=Kind.STAND_DOWN, key="person:1", case_id=1, now=NOW)

seen = {}

def second():
    with transaction.atomic():
        seen["second"] = write()
    seen["done"] = True
    connections.close_all()

def is_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0] > 0

other = threading.Thread(target=second)
with transaction.atomic():
    first = write()
    other.start()
    deadline = time.monotonic() + 20
    while not is_waiting() and "done" not in seen and time.monotonic() < deadline:
        time.sleep(0.01)
    print("overtook" if "done" in seen else "waited")
other.join()
print(list(JournalInbox.objects.order_by("id").values_list("id", flat=True)) == [first, seen["second"]])
"""


@pytest.mark.postgres
def test_two_transactions_at_once_get_their_ids_in_the_order_of_their_commits(postgres_database: str) -> None:
    environment = {
        **os.environ,
        "KORGOO_DATABASE_URL": postgres_database,
        "KORGOO_SECRET_KEY": "of a test",
        "DJANGO_SETTINGS_MODULE": "korgoo.conf.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.stdout.split() == ["waited", "True"], done.stderr
