"""An afternoon in which he comes near her, judged offline, and the keys of a centre and a court."""

from __future__ import annotations

import hashlib
import json
import os
import random
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.db import connection

from korgoo.cli import main
from korgoo.conf.environment import read_environment
from korgoo.engine.rows import encode_body, person_key
from korgoo.journal.opening import locate_journal, open_writer
from korgoo.journal.record import Draft
from korgoo.monitoring.models import FindingRecord
from korgoo.outbox.instants import to_ms
from tests.factories import NOW, make_office, make_person, make_signed_order
from tests.integration.runtime.installation import Installation
from tests.pairs import order as pair_order
from tests.pairs import place
from tests.postgres import make_database
from tests.stories import HOUR, MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.journal.protocol import Journal

HER_RADIO = "radio-aigul-77"
HER_PLACE = "school 12"
HIS_MAST = ("30117", "121904771")  # area code and cell
NOON = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Scene(msgspec.Struct, frozen=True):
    """Files of a backtest and the keys, in one folder."""

    folder: Path
    hers: list[tuple[float, float]]  # her fixes, degrees
    masts: list[tuple[str, str]] = []  # that her device heard: area code and cell

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def findings(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "findings.jsonl").read_text().splitlines()]

    def find(self, kind: str) -> str:
        return next(str(found["id"]) for found in self.findings() if found["kind"] == kind)

    def make(self, finding: str, profile: str, *more: str, out: str = "") -> int:
        """Run `korgoo evidence`."""
        words = ["evidence", finding, "--profile", profile, "--out", self.path(out or f"{profile}.zip")]
        for option in ("plan", "fixes", "findings"):
            suffix = {"plan": "json", "fixes": "csv", "findings": "jsonl"}[option]
            words += [f"--{option}", self.path(f"{option}.{suffix}")]
        keys = ["--signing-key", self.path("signing.pem"), "--court-key", self.path("court.pub")]
        return main([*words, *keys, *more])

    def bundle(self, finding: str, profile: str, *more: str) -> Path:
        assert self.make(finding, profile, *more) == 0
        return self.folder / f"{profile}.zip"


def write_keys(folder: Path) -> None:
    court, signer = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    private = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "court.pem").write_bytes(court.private_bytes(*private))
    (folder / "signing.pem").write_bytes(signer.private_bytes(*private))
    public = court.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "court.pub").write_bytes(public)


def tell_mast(area: str, cell: str) -> str:
    """What a device says of the mast that it hears, beside its message."""
    return f"mcc=437;mnc=5;lac={area};cid={cell}"


def write_scene(
    folder: Path, *, seed: int = 1, disclosed: bool = False, met: bool = True, minutes: int = 80
) -> Scene:
    """He walks towards her, stays, and goes; she is about her school. Every number of hers is random."""
    chance, of_masts = random.Random(seed), random.Random(-1 - seed)
    masts = [
        (str(of_masts.randrange(32_768, 65_534)), str(of_masts.randrange(1 << 27, 1 << 28))) for _ in range(4)
    ]
    lat, lon = 42.8 + chance.random() / 10, 74.5 + chance.random() / 10
    place = {"id": HER_PLACE, "circle": {"lat": lat, "lon": lon, "radius_m": 40}, "disclosed": disclosed}
    home = {"id": "home", "kind": "inclusion", "circle": {"lat": lat - 0.02, "lon": lon, "radius_m": 80}}
    plan = {
        "tz": "Asia/Bishkek",
        "subjects": [{"id": "azamat", "zones": [home]}, {"id": "aigul"}],
        "pairs": [
            {"id": "aigul-azamat", "participant": "azamat", "protected": "aigul", "distance_m": 300}
            | {"order": "7-П/26", "clause": "2", "places": [place], "contacts": [HER_RADIO]}
            | {"disclosed": disclosed}
        ],
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    lines, hers = ["person_id,time_utc_iso,lat,lon,accuracy_m,source,extras,beacon,sos"], []
    for minute in range(minutes):
        away = max(0, 45 - minute) * 70 if minute < 50 else (minute - 50) * 90
        at = NOON + timedelta(minutes=minute)
        heard = HER_RADIO if met and 44 < minute < 47 else ""
        north = lat - 0.0005 - (away + chance.gauss(0, 5)) / 111_320
        lines.append(
            f"azamat,{at:%Y-%m-%dT%H:%M:%SZ},{north:.7f},{lon:.7f},8,gps,{tell_mast(*HIS_MAST)},{heard},"
        )
        seen = (lat + chance.gauss(0, 6e-5), lon + 0.001 + chance.gauss(0, 6e-5))
        hers.append(seen)
        beside = f"{tell_mast(*masts[minute % len(masts)])},,{'1' if minute == 60 else ''}"
        lines.append(f"aigul,{at:%Y-%m-%dT%H:%M}:07Z,{seen[0]:.7f},{seen[1]:.7f},9,gps,{beside}")
    (folder / "fixes.csv").write_text("\n".join(lines) + "\n")
    words = ["--plan", str(folder / "plan.json"), "--fixes", str(folder / "fixes.csv")]
    assert main(["backtest", *words, "--out", str(folder / "findings.jsonl")]) == 0
    write_keys(folder)
    return Scene(folder, hers, masts)


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return write_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="package")
def open_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same where the order hides nothing from him."""
    return write_scene(tmp_path_factory.mktemp("open"), disclosed=True)


TEN_PM = to_ms(NOW) + 24 * HOUR


@pytest.fixture
def journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Journal]:
    """The installation's journal, where its environment says: beside records on PostgreSQL in one too."""
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path))
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            server = os.environ["KORGOO_DATABASE_URL"]
            url = stack.enter_context(make_database(server, name_of=request.node.nodeid))
            monkeypatch.setenv("KORGOO_DATABASE_URL", url)
        opened = open_writer(locate_journal(read_environment()))
        yield opened
        opened.close()


@pytest.fixture
def installed(tmp_path: Path, journal: Journal, db: None) -> Installation:
    """A man who leaves at night and comes near a woman, judged."""
    del db
    installation = Installation(tmp_path, now_ms=TEN_PM - 31 * MINUTE, journal=journal)
    write_keys(tmp_path)
    office = make_office()
    him, her = make_person(office), make_person(office)
    make_signed_order(him)
    installation.drain_inbox()
    sides = {"participant": person_key(him.pk), "protected": person_key(her.pk)}
    ordered = pair_order(version="2026-2", pair="9", places=(place(east_m=900),))
    plan = encode_body(msgspec.structs.replace(ordered, **sides))
    digest = hashlib.sha256(plan).digest()
    installation.journal.append([Draft("pair", "pair:9", 7, plan, digest)], now_ms=installation.now_ms)
    for minute in range(60):
        at = TEN_PM - 30 * MINUTE + minute * MINUTE
        away = 0 if minute < 35 else min(1_000, (minute - 35) * 90)
        installation.receive(her.pk, [fix(at, 1_000, minute % 4)])
        installation.receive(him.pk, [fix(at + 9_000, away, minute % 3)])
    installation.tick_until(TEN_PM + 40 * MINUTE)
    installation.judge()
    return installation


def find(kind: str) -> str:
    return FindingRecord.objects.unscoped("test").filter(kind=kind).order_by("opened_at")[0].pk
