"""Every curl line of the protocol page and the README, run against a gateway on a loopback port."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import socket
import ssl
import subprocess
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from korgoo.gateway.server import Gateway, build_gateway, run_gateway, serve
from korgoo.gateway.settings import GatewaySettings
from tests.gateway_fakes import (
    DAY_MS,
    FORWARDER,
    FORWARDER_SECRET,
    LAT,
    LON,
    SECRET,
    FakeCommands,
    FakeInbox,
    FakeJournal,
    assignment,
    basic,
    credential,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "docs" / "device-protocol.md", ROOT / "README.md")
LINES = [line for page in PAGES for line in re.findall(r"^curl .*$", page.read_text(), flags=re.MULTILINE)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    def __init__(self, gateway: Gateway, journal: FakeJournal, commands: FakeCommands, port: int) -> None:
        self.gateway, self.journal, self.commands, self.port = gateway, journal, commands, port
        self.stop = asyncio.Event()


@asynccontextmanager
async def serve_gateway(folder: Path, **changes: Any) -> AsyncIterator[Served]:
    now_ms = time.time_ns() // 1_000_000
    journal, inbox, commands, port = FakeJournal(), FakeInbox(), FakeCommands(), free_port()
    inbox.add(assignment(collect_from_ms=now_ms - DAY_MS))
    inbox.add(credential(valid_from_ms=now_ms - DAY_MS))
    commands.add(5, "report", expires_at_ms=now_ms + DAY_MS)
    settings = GatewaySettings(
        "", folder / "q.db", folder / "q.key", port=port, forwarders=(FORWARDER,), **changes
    )
    gateway = build_gateway(settings, journal=journal, inbox=inbox, command_table=commands)
    served = Served(gateway, journal, commands, port)
    task = asyncio.create_task(serve(gateway, settings, stop=served.stop))
    try:
        async with asyncio.timeout(10):
            while not await asyncio.to_thread(_answers, port):  # noqa: ASYNC110 - another thread listens
                await asyncio.sleep(0.02)
        yield served
    finally:
        served.stop.set()
        await asyncio.wait_for(task, 20)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def localise(line: str, *, port: int) -> str:
    now = int(time.time())
    iso = dt.datetime.fromtimestamp(now, dt.UTC).isoformat()
    line = line.replace("FORWARDERSECRET", FORWARDER_SECRET).replace("SECRET", SECRET)
    line = line.replace("NOW", str(now)).replace('"ISO"', f'"{iso}"').replace(":8001", f":{port}")
    return line.replace("curl -sS", "curl -sS -w '\\n%{http_code}'", 1)


async def run(line: str) -> tuple[str, str]:
    done = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", line], capture_output=True, text=True, timeout=20, check=True
    )
    body, _, status = done.stdout.rpartition("\n")
    return body, status


def test_the_page_has_lines_for_every_format() -> None:
    for path in ("/pub", "/?id=", "/osmand", "/traccar/positions", "/traccar/events", "/v1/observations"):
        assert any(path in line for line in LINES), path


async def test_every_line_of_the_page_is_answered_and_stored(tmp_path: Path) -> None:
    async with serve_gateway(tmp_path) as served:
        for line in LINES:
            before = len(served.journal.stored)
            body, status = await run(localise(line, port=served.port))
            assert status == "200", (line, body)
            assert len(served.journal.stored) > before, line
            if "/v1/observations" in line:
                counters = [int(found) for found in re.findall(r'"counter":(\d+)', line)]
                assert json.loads(body)["stored"] == [[counters[0], counters[-1]]]
        assert sum(seen.sos for seen in served.journal.observations()) == 4
        assert [row.state for row in served.journal.commands()] == ["delivered", "acknowledged"]


async def test_a_drain_answers_what_was_taken(tmp_path: Path) -> None:
    async with serve_gateway(tmp_path) as served:
        served.journal.delay_s = 0.3
        url = f"http://127.0.0.1:{served.port}/v1/observations"
        item = {"counter": 1, "fixed_at": int(time.time() * 1000), "lat": LAT, "lon": LON}
        async with httpx.AsyncClient(headers={"authorization": basic()}) as client:
            taken = asyncio.create_task(client.post(url, json={"observations": [item]}))
            assert await asyncio.to_thread(served.journal.asked.wait, 10), "the writer has the message"
            served.stop.set()
            assert (await taken).json()["stored"] == [[1, 1]]
        assert len(served.journal.observations()) == 1


async def test_an_endless_body_over_a_real_socket_ends(tmp_path: Path) -> None:
    async with serve_gateway(tmp_path) as served:
        line = f"yes | head -c 30000000 | curl -sS -u kdev1:{SECRET} -H 'Content-Type: application/json' "
        line += "-H 'Transfer-Encoding: chunked' -T - -X POST -o /dev/null -w '%{http_code}' "
        line += f"http://127.0.0.1:{served.port}/v1/observations || true"
        _, status = await run(f"echo; {line}")
        assert status == "413"


async def test_tls_by_certificate_paths(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = tmp_path / "tls.pem", tmp_path / "tls.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    async with serve_gateway(tmp_path, tls_certificate=certificate, tls_key=secret) as served:
        trust = ssl.create_default_context(cafile=str(certificate))
        async with httpx.AsyncClient(verify=trust) as client:
            answer = await client.get(f"https://localhost:{served.port}/healthz")
        assert answer.json()["status"] == "ok"


def test_outside_loopback_a_certificate_is_needed(tmp_path: Path) -> None:
    settings = GatewaySettings("", tmp_path / "q.db", tmp_path / "q.key", host="0.0.0.0")  # noqa: S104 - refused
    with pytest.raises(ValueError, match="TLS"):
        run_gateway(settings, journal=FakeJournal())
