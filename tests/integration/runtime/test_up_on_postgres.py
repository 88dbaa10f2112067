"""A whole installation on PostgreSQL: init, up, a curfew breach sent by a phone, an alert, Ctrl-C, verify."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.integration.demo.test_commands import KORGOO, ROOT, free_ports, running, stop, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

HOME_LAT, HOME_LON = 42.87, 74.6


@pytest.fixture
def settings(tmp_path: Path, postgres_database: str) -> dict[str, str]:
    names = ("KORGOO_WEB_PORT", "KORGOO_GATEWAY_PORT", "KORGOO_LIVE_PORT")
    return {
        **os.environ,
        **{name: str(port) for name, port in zip(names, free_ports(3), strict=True)},
        "KORGOO_DATA": str(tmp_path / "var"),
        "KORGOO_DATABASE_URL": postgres_database,
        "KORGOO_ADMIN_PASSWORD": "a long enough passphrase 42",
        "DJANGO_SETTINGS_MODULE": "korgoo.conf.settings",
        "PYTHONPATH": str(ROOT),
    }


def run(settings: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(settings: dict[str, str], statement: str) -> list[Any]:
    with psycopg.connect(settings["KORGOO_DATABASE_URL"]) as db:
        return db.execute(statement.encode()).fetchall()


def send_fix(settings: dict[str, str], login: str, *, age_s: int, east_deg: float) -> int:
    """Post one OwnTracks location; return the status."""
    said = {
        "_type": "location",
        "lat": HOME_LAT,
        "lon": HOME_LON + east_deg,
        "acc": 8,
        "tid": "JJ",
        "tst": int(time.time()) - age_s,
    }
    headers = {
        "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
        "Content-Type": "application/json",
    }
    line = http.client.HTTPConnection("127.0.0.1", int(settings["KORGOO_GATEWAY_PORT"]), timeout=10)
    try:
        line.request("POST", "/pub", json.dumps(said).encode(), headers)
        return line.getresponse().status
    except ConnectionError:
        return 0  # the gateway starts last
    finally:
        line.close()


def test_a_curfew_breach_becomes_an_alert_and_the_journal_verifies(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    log = tmp_path / "log"
    run(settings, *KORGOO, "init", "--admin", "root@korgoo.test")
    registered = run(settings, sys.executable, "tests/integration/runtime/registering.py")
    login = ":".join(registered.split())
    with running(settings, "up", log=log) as child:

        def meets(condition: Callable[[], bool]) -> None:
            wait_for(condition, seconds=90, child=child, log=log)

        meets(lambda: send_fix(settings, login, age_s=300, east_deg=0) == 200)
        for age_s in (240, 120, 60, 0):
            assert send_fix(settings, login, age_s=age_s, east_deg=0.01) == 200
        meets(lambda: bool(read(settings, "select 1 from alerts_alert")))
        kinds = read(settings, "select kind, state from monitoring_findingrecord")
        topics = {topic for (topic,) in read(settings, "select topic from feed")}
        assert ("curfew.absent", "open") in kinds
        assert {"finding", "alert"} <= topics
        meets(lambda: bool(read(settings, "select 1 from picture where verdict = 'not_met'")))
        assert "intact" in run(settings, *KORGOO, "doctor")
        assert stop(child) == 0
    assert "intact" in run(settings, *KORGOO, "verify")
