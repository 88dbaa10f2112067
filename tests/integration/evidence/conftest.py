"""An afternoon in which he comes near her, judged offline, and the keys of a centre and a court."""

from __future__ import annotations

import json
import random
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

from korgoo.cli import main

if TYPE_CHECKING:
    from pathlib import Path

HER_RADIO = "radio-aigul-77"
HER_PLACE = "school 12"
NOON = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Scene(msgspec.Struct, frozen=True):
    """Files of a backtest and the keys, in one folder."""

    folder: Path
    hers: list[tuple[float, float]]  # her fixes, degrees

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


def write_scene(
    folder: Path, *, seed: int = 1, disclosed: bool = False, met: bool = True, minutes: int = 80
) -> Scene:
    """He walks towards her, stays, and goes; she is about her school. Every number of hers is random."""
    chance = random.Random(seed)
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
    lines, hers = ["person_id,time_utc_iso,lat,lon,accuracy_m,source,beacon,sos"], []
    for minute in range(minutes):
        away = max(0, 45 - minute) * 70 if minute < 50 else (minute - 50) * 90
        at = NOON + timedelta(minutes=minute)
        heard = HER_RADIO if met and 44 < minute < 47 else ""
        north = lat - 0.0005 - (away + chance.gauss(0, 5)) / 111_320
        lines.append(f"azamat,{at:%Y-%m-%dT%H:%M:%SZ},{north:.7f},{lon:.7f},8,gps,{heard},")
        seen = (lat + chance.gauss(0, 6e-5), lon + 0.001 + chance.gauss(0, 6e-5))
        hers.append(seen)
        sos = "1" if minute == 60 else ""
        lines.append(f"aigul,{at:%Y-%m-%dT%H:%M}:07Z,{seen[0]:.7f},{seen[1]:.7f},9,gps,,{sos}")
    (folder / "fixes.csv").write_text("\n".join(lines) + "\n")
    words = ["--plan", str(folder / "plan.json"), "--fixes", str(folder / "fixes.csv")]
    assert main(["backtest", *words, "--out", str(folder / "findings.jsonl")]) == 0
    write_keys(folder)
    return Scene(folder, hers)


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return write_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="package")
def open_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same where the order hides nothing from him."""
    return write_scene(tmp_path_factory.mktemp("open"), disclosed=True)
