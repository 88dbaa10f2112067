"""The gateway as a process of its own: real server, real tables, SIGTERM, and logs that tell nothing."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx

from korgoo.engine.rows import encode_body
from tests.gateway_fakes import DAY_MS, LAT, LON, SECRET, assignment, basic, credential
from tests.integration.gateway.test_device_protocol import free_port
from tests.unit.gateway.test_keeping import SCHEMA

ROOT = Path(__file__).parents[3]
CHILD = """
import sys
from pathlib import Path
from korgoo.gateway.server import run_gateway
from korgoo.gateway.settings import GatewaySettings
from tests.gateway_fakes import FakeJournal
folder, journal = Path(sys.argv[1]), FakeJournal()
url = f"sqlite:///{folder / 'korgoo.db'}"
run_gateway(GatewaySettings(url, folder / "q.db", folder / "q.key", port=int(sys.argv[2])), journal=journal)
print(len(journal.observations()))
"""


def write_records(path: Path, *, now_ms: int) -> None:
    rows = (
        ("assignment", encode_body(assignment(collect_from_ms=now_ms - DAY_MS))),
        ("credential", encode_body(credential(valid_from_ms=now_ms - DAY_MS))),
    )
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.execute("DELETE FROM journal_inbox")
    for kind, body in rows:
        db.execute(
            "INSERT INTO journal_inbox (kind, key, case_id, body, created_at_ms)"
            " VALUES (?, 'person:7', 3, ?, 1)",
            (kind, body),
        )
    db.commit()
    db.close()


def wait_until_well(client: httpx.Client) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def test_a_process_serves_and_ends_on_sigterm_and_its_log_tells_nothing(tmp_path: Path) -> None:
    now_ms, port = time.time_ns() // 1_000_000, free_port()
    write_records(tmp_path / "korgoo.db", now_ms=now_ms)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until_well(client)
            item = {"counter": 1, "fixed_at": now_ms, "lat": LAT, "lon": LON}
            headers = {"authorization": basic()}
            answer = client.post("/v1/observations", json={"observations": [item]}, headers=headers)
            assert answer.json()["stored"] == [[1, 1]]
            assert client.get(f"/?id=kdev1.{SECRET}&lat={LAT}&lon=x").status_code == 200
            assert client.get(f"/?id=kdev1.wrong&lat={LAT}&lon={LON}").status_code == 404
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=20)
    finally:
        child.kill()
        child.wait()
    assert (child.returncode, out.strip()) == (0, "1"), err
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines if line["logger"] == "korgoo.gateway"] == [
        "gateway_started",
        "gateway_stopped",
    ]
    for secret in (SECRET, "wrong", str(LAT), "kdev1"):
        assert secret not in err
