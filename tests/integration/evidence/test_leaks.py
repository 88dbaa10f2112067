"""Nothing from her rows is in anything that is disclosed: every file, also in archives within archives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.cli import main
from korgoo.replay.evidence.archive import read_archive
from korgoo.replay.evidence.packing import pack_engine
from tests.integration.evidence.conftest import HER_PLACE, HER_RADIO, HIS_MAST, write_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.evidence.conftest import Scene


def all_contents(bundle: bytes, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield every file of an archive, and what lies in archives within it."""
    for name, content in read_archive(bundle).items():
        yield path + name, content
        if content.startswith(b"PK"):
            yield from all_contents(content, f"{path}{name}/")


def disclosed_of(scene: Scene) -> Iterator[tuple[str, bytes]]:
    for finding in dict.fromkeys(found["id"] for found in scene.findings()):
        if scene.make(finding, "disclosed") == 0:
            yield finding, (scene.folder / "disclosed.zip").read_bytes()


def secrets_of(scene: Scene) -> set[str]:
    """Her coordinates to three decimals, her name, her place, her radio, the cells that her device heard."""
    numbers = {f"{value:.3f}" for fix in scene.hers for value in fix}
    return {*numbers, "aigul", HER_PLACE, HER_RADIO, *(cell for _, cell in scene.masts)}


def list_numbers(value: object) -> Iterator[str]:
    """Yield every number within a row's body, also one that stands there as text."""
    if isinstance(value, list):
        for one in value:
            yield from list_numbers(one)
    elif isinstance(value, int | str):
        yield str(value)


@pytest.mark.parametrize("disclosed", [False, True])
@pytest.mark.parametrize("seed", range(2, 7))
def test_no_disclosed_bundle_holds_anything_of_hers(tmp_path: Path, seed: int, *, disclosed: bool) -> None:
    scene, engine = write_scene(tmp_path, seed=seed, disclosed=disclosed), pack_engine()
    hers = {str(round(value * 10**7)) for fix in scene.hers for value in fix}
    hers |= {number for mast in scene.masts for number in mast}
    told_numbers: set[str] = set()
    made = list(disclosed_of(scene))
    assert any(finding.startswith("pair:") for finding, _ in made)
    for finding, bundle in made:
        for name, content in all_contents(bundle):
            told = content.decode(errors="replace").lower()
            if content != engine and not name.startswith("engine.zip/"):
                for secret in secrets_of(scene):
                    assert secret.lower() not in told, (finding, name, secret)
            assert "aigul" not in told
            assert HER_RADIO not in told
            assert not any(re.search(rf"lac\W*{area}", told) for area, _ in scene.masts), (finding, name)
        for _, _, _, key, body in msgspec.msgpack.decode(read_archive(bundle)["rows.msgpack"]):
            assert key in ("person:azamat", "system:korgoo")
            told_numbers.update(list_numbers(msgspec.msgpack.decode(body)))
        assert not told_numbers & hers
    assert told_numbers.issuperset(HIS_MAST), "what his own device heard is his"


def test_her_own_findings_and_what_only_the_centre_knows_have_no_disclosed_bundle(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scene.make(scene.find("sos"), "disclosed") == 2
    assert "the protected person's own" in capsys.readouterr().err
    assert scene.make(scene.find("proximity.warning"), "disclosed") == 2
    assert "nothing of this finding may be shown" in capsys.readouterr().err


def test_a_veiled_bundle_tells_no_time_and_no_number_of_rows(scene: Scene, tmp_path: Path) -> None:
    """All that differs between one breach and another are hashes: neither when it was nor how long."""
    scene.bundle(scene.find("proximity.breach"), "disclosed")
    one = read_archive((scene.folder / "disclosed.zip").read_bytes())
    later = write_scene(tmp_path, seed=9, minutes=95)
    later.bundle(later.find("proximity.breach"), "disclosed")
    other = read_archive((tmp_path / "disclosed.zip").read_bytes())
    differs = {name for name in one if one[name] != other[name]}
    assert differs == {"hidden.json", "manifest.json", "manifest.sig", "seal.sig"}
    assert len(json.loads(one["hidden.json"])) == len(json.loads(other["hidden.json"])) == 1_024
    assert "2026-03" not in one["finding.jsonl"].decode()


def test_where_nothing_is_hidden_his_own_rows_and_a_band_are_disclosed(open_scene: Scene) -> None:
    open_scene.bundle(open_scene.find("proximity.breach"), "disclosed")
    files = read_archive((open_scene.folder / "disclosed.zip").read_bytes())
    rows = msgspec.msgpack.decode(files["rows.msgpack"])
    heard = 2  # rows in which his device heard her radio
    assert len(rows) == 80 - heard
    told = json.loads(files["finding.jsonl"].decode().splitlines()[0])
    assert told["explanation"]["params"]["band"] in ("within", "half")
    assert "apart_m" not in told["explanation"]["params"]
    assert all("distance_m" not in item for item in told["evidence"])


def test_his_own_rows_do_not_tell_how_often_her_device_reports(tmp_path: Path) -> None:
    """The log numbers everybody's rows, and her device reports the more often the nearer he is."""
    seldom = write_scene(tmp_path, met=False)
    lines = (tmp_path / "fixes.csv").read_text().splitlines()
    often = [line for line in lines if not line.startswith("aigul")]
    for line in lines:
        if line.startswith("aigul"):
            often += [line, *(line.replace(":07Z", f":{second}Z") for second in (22, 37, 52))]
    one = own_bundle(seldom)
    (tmp_path / "fixes.csv").write_text("\n".join(often) + "\n")
    words = ["--plan", seldom.path("plan.json"), "--fixes", seldom.path("fixes.csv")]
    assert main(["backtest", *words, "--out", seldom.path("findings.jsonl")]) == 0
    other = own_bundle(seldom)
    differs = {name for name in one if one[name] != other[name]}
    assert differs == {"salts.msgpack", "manifest.json", "manifest.sig", "seal.sig"}
    numbers = [record[0] for record in msgspec.msgpack.decode(one["rows.msgpack"])]
    assert numbers == list(range(1, len(numbers) + 1))


def own_bundle(scene: Scene) -> dict[str, bytes]:
    scene.bundle(scene.find("zone.exit"), "disclosed")
    return read_archive((scene.folder / "disclosed.zip").read_bytes())


@pytest.mark.parametrize("minutes", [{45, 46}, {0, 1, 2, 3}])
def test_his_own_rows_do_not_tell_when_his_device_heard_her_radio(tmp_path: Path, minutes: set[int]) -> None:
    """A row that is missing, or a fix left out for a radio of nobody's, would say where she was."""
    scene = write_scene(tmp_path, met=False)
    alone = own_bundle(scene)
    lines = (tmp_path / "fixes.csv").read_text().splitlines()
    for at, line in enumerate(lines):
        if line.startswith("azamat") and (at - 1) // 2 in minutes:
            lines[at] = line.removesuffix(",,") + f",{HER_RADIO},"
    (tmp_path / "fixes.csv").write_text("\n".join(lines) + "\n")
    words = ["--plan", scene.path("plan.json"), "--fixes", scene.path("fixes.csv")]
    assert main(["backtest", *words, "--out", scene.path("findings.jsonl")]) == 0
    near = own_bundle(scene)
    assert near["rows.msgpack"] == alone["rows.msgpack"]
    assert len(json.loads(near["hidden.json"])) == 1_024
    for name in near:
        assert HER_RADIO.encode() not in near[name]
        assert name == "engine.zip" or b"beacon" not in near[name], name
    told = [json.loads(line) for line in near["finding.jsonl"].splitlines()]
    for item in (item for event in told for item in event["evidence"]):
        assert item["use"] == "used"
    assert all(near[name] == alone[name] for name in alone if name.startswith("explanation."))
