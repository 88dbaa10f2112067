"""`korgoo gateway` and `korgoo crash-test`, as processes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from korgoo.cli.drills.installation import Installation, kill
from korgoo.journal.verification import State, verify_path
from tests.gateway_fakes import LAT, LON

if TYPE_CHECKING:
    from pathlib import Path


def run_command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "korgoo.cli", *words],
        env=environment or None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_it_serves_an_installation_and_drains_on_ctrl_c(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.migrate()
    (issued,) = installation.issue_devices(1)
    made = run_command("forwarder", "add", "traccar1", **installation.environment)
    assert (made.returncode, made.stdout[:31]) == (0, "Authorization: Bearer traccar1."), made.stderr
    child = installation.start("gateway")
    try:
        installation.wait_for_gateway(child)
        base = f"http://127.0.0.1:{installation.gateway_port}"
        item = {"counter": 1, "fixed_at": 1, "lat": LAT, "lon": LON, "sos": True}
        sent = httpx.post(
            f"{base}/v1/observations",
            json={"observations": [item]},
            auth=(issued.public_id, issued.secret),
        )
        assert sent.json()["dropped"] == [{"counter": 1, "reason": "outside_interval"}]  # 1970, unprotected
        heading, _, bearer = made.stdout.strip().partition(": ")
        for said, status in ((bearer, 200), (f"{bearer}x", 401)):
            position = {"position": {"deviceId": 7}, "device": {"id": 7, "uniqueId": "861234567890123"}}
            told = httpx.post(f"{base}/traccar/positions", json=position, headers={heading: said})
            assert told.status_code == status
        second = run_command("gateway", **installation.environment, KORGOO_GATEWAY_PORT_UNUSED="1")
        assert (second.returncode, "is the writer of this journal" in second.stderr) == (1, True)
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
    finally:
        kill(child, group=True)
    assert verify_path(tmp_path).state is State.INTACT
    for private in ("journal.db", "keys.db", "quarantine.key", "quarantine.db", "forwarders.json"):
        assert (tmp_path / private).stat().st_mode & 0o077 == 0


def test_outside_loopback_it_wants_tls(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    done = run_command("gateway", **installation.environment, KORGOO_HOST="192.0.2.1")
    assert done.returncode == 2
    assert "needs a TLS certificate" in done.stderr


def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    done = run_command("gateway", **{**installation.environment, "KORGOO_GATEWAY_PORT": "eighty"})
    assert (done.returncode, "KORGOO_GATEWAY_PORT" in done.stderr) == (2, True)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_gateway_is_killed() -> None:
    done = run_command("crash-test", "--kill", "gateway", "--seconds", "8")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = {
        name: int(text.replace(",", ""))
        for name, text in re.findall(r"^(\w+) +([\d,]+)", done.stdout, re.MULTILINE)
    }
    assert counts["kills"] >= 2
    assert (counts["lost"], counts["doubled"]) == (0, 0)
    assert counts["stored"] >= counts["acknowledged"] > 1_000
    assert re.search(r"^journal +intact$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("words", [["--kill", "nobody"], ["--kill", "gateway", "--seconds", "0"], []])
def test_a_drill_that_is_none_is_bad_input(words: list[str]) -> None:
    assert run_command("crash-test", *words).returncode == 2
