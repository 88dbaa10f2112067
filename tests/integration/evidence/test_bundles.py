"""`korgoo evidence` and `korgoo verify`: what they prove, and what nobody can change unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from korgoo.cli import main
from korgoo.engine import parameters
from korgoo.replay.coverage import read_coverage
from korgoo.replay.evidence import bundles, packing
from korgoo.replay.evidence.archive import ArchiveError, read_archive, write_archive
from korgoo.replay.evidence.keys import UnsealError, load_opening_key
from korgoo.replay.evidence.verification import BrokenError, open_bundle
from tests.integration.evidence.conftest import NOON, Scene, write_keys, write_scene

DOCS = Path(__file__).parents[3] / "docs"
BREACH = "proximity.breach"


def said_by(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["verify", *words])
    return status, capsys.readouterr().out


def test_a_sealed_bundle_is_derived_again_by_the_engine_it_brings_along(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"))
    assert status == 0
    assert "intact: sealed" in said
    assert "ok    packed engine: the same bytes" in said
    assert "today's engine: the same bytes" in said
    assert "open  no time-stamp" in said


def test_without_the_courts_key_a_sealed_bundle_proves_its_bytes_and_shows_nothing(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    status, said = said_by(capsys, str(bundle))
    assert status == 0
    assert "open  the content is sealed" in said
    content = bundle.read_bytes()
    for word in (b"azamat", b"aigul", b"proximity", b"7-\xd0\x9f/26"):
        assert word not in content


def test_both_profiles_are_proved_to_be_one_finding(
    scene: Scene, open_scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    for of in (scene, open_scene):
        pair = [str(of.bundle(of.find(BREACH), profile)) for profile in ("sealed", "disclosed")]
        status, said = said_by(capsys, *pair, "--key", of.path("court.pem"))
        assert status == 0
        assert "both profiles commit to the same finding and the same rows" in said
        assert "commitments open to rows of the sealed one" in said
        assert "ok    the disclosed finding is the sealed one, cut for" in said
        status, said = said_by(capsys, *pair)
        assert status == 0
        assert "with --key the rows behind the commitments are compared" in said


def test_bundles_of_two_findings_are_not_taken_for_one(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.bundle(scene.find(BREACH), "sealed")
    scene.bundle(scene.find("proximity.emergency"), "disclosed")
    status, said = said_by(capsys, scene.path("sealed.zip"), scene.path("disclosed.zip"))
    assert status == 1
    assert "not of the same finding" in said


@pytest.mark.parametrize("met", [False, True])
def test_a_finding_of_one_person_is_derived_again_from_the_disclosed_profile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, met: bool
) -> None:
    """Also where his device heard her radio: it speaks of no duty of his own."""
    scene = write_scene(tmp_path, met=met)
    finding = scene.find("zone.exit")
    both = [str(scene.bundle(finding, profile)) for profile in ("sealed", "disclosed")]
    status, said = said_by(capsys, *both, "--key", scene.path("court.pem"))
    assert status == 0
    assert said.count("ok    packed engine: the same bytes") == 2
    assert "the disclosed finding is the sealed one" in said


def upgrade(monkeypatch: pytest.MonkeyPatch, **changed: int) -> None:
    """Let the engine that is installed here have other parameters."""
    newer = msgspec.structs.replace(parameters.Parameters(), **changed)
    for module in ("evidence.differences", "derivation"):
        monkeypatch.setattr(f"korgoo.replay.{module}.Parameters", lambda: newer)


def test_an_upgrade_that_changes_the_result_is_told_and_the_packed_engine_stays(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    upgrade(monkeypatch, saturation_mn=9_000)
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"))
    assert status == 0
    assert "ok    packed engine: the same bytes" in said
    assert "today's engine: differs: " in said


def test_an_upgrade_that_opens_it_at_another_row_is_no_upgrade_that_finds_nothing(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of the opening row is part of the id: today's finding has another one."""
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    upgrade(monkeypatch, tau_ms=300_000)
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"))
    assert status == 0
    assert "ok    packed engine: the same bytes" in said
    assert "today's engine: differs: event 0 in at (2026-03-01T08:45:00.000Z instead of " in said


def test_a_rule_that_was_changed_since_is_told_as_well(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    monkeypatch.setattr("korgoo.engine.pairs.telling.confidence", lambda _belief: 500)
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"))
    assert status == 0
    assert "ok    packed engine: the same bytes" in said
    assert "today's engine: differs: event 0 in confidence" in said


@pytest.mark.parametrize("profile", ["sealed", "disclosed"])
def test_one_flipped_byte_anywhere_is_found(scene: Scene, profile: str) -> None:
    """Every byte of headers, names, signatures and directory; of long contents some of each."""
    whole = scene.bundle(scene.find(BREACH), profile).read_bytes()
    key = load_opening_key(scene.folder / "court.pem")
    open_bundle(whole, key=key)
    long = _long_parts(whole)
    places = [at for at in range(len(whole)) if not any(start <= at < end for start, end in long)]
    places += [at for start, end in long for at in range(start, end, max(1, (end - start) // 40))]
    assert len(places) > 700
    for at in places:
        for bit in (1, 0x80):
            broken = bytearray(whole)
            broken[at] ^= bit
            with pytest.raises((BrokenError, UnsealError)):
                open_bundle(bytes(broken), key=key)


def _long_parts(whole: bytes) -> list[tuple[int, int]]:
    contents = [content for content in read_archive(whole).values() if len(content) > 200]
    return [(whole.index(content), whole.index(content) + len(content)) for content in contents]


def test_a_bundle_that_was_cut_or_lengthened_is_found(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = scene.bundle(scene.find(BREACH), "sealed").read_bytes()
    path = scene.folder / "broken.zip"
    for broken in (whole[:-1], whole + b"\0", whole[1:], b"", b"PK", whole[: len(whole) // 2], b"x" + whole):
        path.write_bytes(broken)
        status, said = said_by(capsys, str(path))
        assert status == 1
        assert "NOT INTACT" in said


def test_files_exchanged_between_bundles_are_found(scene: Scene) -> None:
    one = read_archive(scene.bundle(scene.find(BREACH), "disclosed").read_bytes())
    other = read_archive(scene.bundle(scene.find("proximity.emergency"), "disclosed").read_bytes())
    for name in one:
        if one[name] != other[name]:
            with pytest.raises(BrokenError):
                open_bundle(write_archive({**one, name: other[name]}))
    with pytest.raises(BrokenError):
        open_bundle(write_archive({**one, "more.txt": b"more"}))
    with pytest.raises(BrokenError):
        open_bundle(write_archive({name: one[name] for name in one if name != "README.txt"}))


def test_a_bundle_signed_by_somebody_else_is_not_run(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    _, said = said_by(capsys, str(bundle))
    signer = said.partition("signed by ")[2].split()[0]
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"), "--signer", signer)
    assert status == 0
    assert "packed engine: the same bytes" in said
    write_keys(tmp_path)
    scene.make(scene.find(BREACH), "sealed", "--signing-key", str(tmp_path / "signing.pem"))
    status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"), "--signer", signer)
    assert status == 1
    assert "nothing of it was run" in said
    assert "packed engine" not in said


def test_another_courts_key_opens_nothing(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    write_keys(tmp_path)
    status, said = said_by(capsys, str(bundle), "--key", str(tmp_path / "court.pem"))
    assert status == 1
    assert "does not open with this key" in said


def test_a_packed_engine_that_reaches_out_is_stopped(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody with a signing key packs an engine that opens a socket, starts a program, writes a file."""
    honest = read_archive(packing.pack_engine())
    own = "korgoo/replay/derivation.py"
    for act in ("import socket; socket.socket()", "import os; os.system('true')", "open('x', 'w')"):
        forged = write_archive({**honest, own: honest[own] + f"\n{act}\n".encode()})
        with monkeypatch.context() as patched:
            patched.setattr("korgoo.replay.evidence.bundles.pack_engine", lambda forged=forged: forged)
            bundle = scene.bundle(scene.find(BREACH), "sealed")
        status, said = said_by(capsys, str(bundle), "--key", scene.path("court.pem"))
        assert status == 1
        assert "BAD   the packed engine failed: PermissionError" in said
    status, said = said_by(capsys, scene.path("sealed.zip"), "--key", scene.path("court.pem"), "--no-run")
    assert status == 0
    assert "was not run" in said


def test_a_finding_that_rests_on_a_coverage_memory_brings_it_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """He lost his place where nobody does: the memory is a row, and verify needs no file beside."""
    place = {"lat": 42.87, "lon": 74.6}
    people = [{"id": name} for name in ("p1", "p2", "p3", "p4", "she")]
    pair = {"id": "apart", "participant": "p4", "protected": "she", "distance_m": 300}
    plan = {"tz": "Asia/Bishkek", "subjects": people, "pairs": [pair]}
    lines, last = ["person_id,time_utc_iso,lat,lon,accuracy_m,source,motion"], NOON + timedelta(hours=2)
    for minute in range(120):
        at = f"{NOON + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"
        lines += [f"{who},{at},{place['lat']},{place['lon']},8,gps,walking" for who in ("p1", "p2", "p3")]
        lines.append(f"she,{at},42.95,74.7,8,gps,")
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (tmp_path / "fixes.csv").write_text("\n".join(lines) + "\n")
    scene, memory = Scene(tmp_path, []), str(tmp_path / "coverage.json")
    words = ["--plan", scene.path("plan.json"), "--fixes", scene.path("fixes.csv")]
    write_keys(tmp_path)
    assert main(["coverage", *words, "--version", "spring", "--out", memory]) == 0
    assert len(read_coverage(Path(memory).read_bytes()).cells) == 1, "where she lives is no cell of it"
    lines += [f"p1,{last + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ},,,,,walking" for n in range(40)]
    (tmp_path / "fixes.csv").write_text("\n".join(lines) + "\n")
    out = ["--out", scene.path("findings.jsonl")]
    assert main(["backtest", *words, *out, "--coverage", memory]) == 0
    finding = scene.find("signal.jammed")
    assert scene.make(finding, "disclosed") == 2, "without the memory it is another account"
    status, said = said_by(capsys, str(scene.bundle(finding, "disclosed", "--coverage", memory)))
    assert status == 0
    assert "ok    packed engine: the same bytes" in said


def test_what_the_files_do_not_give_cannot_be_handed_out(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scene.make("person:nobody/home/sos/1", "sealed") == 2
    assert "holds no finding" in capsys.readouterr().err
    assert scene.make(scene.find(BREACH), "sealed", "--set", "saturation_mn=9000") == 2
    assert "derives other bytes" in capsys.readouterr().err
    assert scene.make(scene.find(BREACH), "sealed", "--court-key", scene.path("court.pem")) == 2
    assert "no public key" in capsys.readouterr().err
    assert scene.make(scene.find(BREACH), "sealed", "--signing-key", scene.path("court.pem")) == 2
    assert "no Ed25519 key" in capsys.readouterr().err
    assert main(["evidence", "person:1/-/sos/1", "--profile", "disclosed", "--out", scene.path("x.zip")]) == 2
    assert "--reason is needed" in capsys.readouterr().err


def test_the_same_source_is_packed_into_the_same_bytes_with_hashed_pins() -> None:
    packed = packing.pack_engine()
    assert packed == packing.pack_engine()
    files = read_archive(packed)
    for name in packing.REQUIREMENTS:
        assert f"{name}==" in files["requirements.txt"].decode()
        assert len(json.loads(files["pins.json"])[name]["record_sha256"]) == 64
    assert "--hash=sha256:" in files["requirements.txt"].decode()


def test_a_signed_bundle_with_malformed_content_is_told_and_nothing_breaks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The signer himself writes nonsense: each file in turn is no JSON, no msgpack, or of another shape."""
    made = bundles._disclosed_files
    for name in ("case.json", "rows.msgpack", "salts.msgpack", "hidden.json", "engine.zip", "finding.jsonl"):
        for nonsense in (b"", b"[1]", b"\x1b[2J", b'{"a":{}}', b"\x93\x01\x02\x03"):

            def spoil(
                *given: Any, name: str = name, nonsense: bytes = nonsense, **more: Any
            ) -> dict[str, bytes]:
                return {**made(*given, **more), name: nonsense}

            with monkeypatch.context() as patched:
                patched.setattr(bundles, "_disclosed_files", spoil)
                bundle = scene.bundle(scene.find(BREACH), "disclosed")
            status, said = said_by(capsys, str(bundle))
            assert (status, "BAD" in said) == ((1, True) if name != "finding.jsonl" else (0, False))
            assert "\x1b" not in said


def test_the_page_names_every_file_of_a_bundle_and_its_example_stands(scene: Scene) -> None:
    page = (DOCS / "evidence.md").read_text(encoding="utf-8")
    for profile in ("sealed", "disclosed"):
        opened = open_bundle(
            scene.bundle(scene.find(BREACH), profile).read_bytes(),
            key=load_opening_key(scene.folder / "court.pem"),
        )
        for name in {*opened.manifest["files"], *(opened.inner or {})} - {"README.txt"}:
            shown = "explanation.*.txt" if name.startswith("explanation.") else name
            assert f"`{shown}`" in page, name
    example = (DOCS / "examples/curfew/findings.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(example)["id"] in page


def test_another_machine_needs_no_installation(scene: Scene, tmp_path: Path) -> None:
    """A process of its own, an empty folder, no environment but a path."""
    bundle = scene.bundle(scene.find(BREACH), "sealed")
    words = ["verify", str(bundle), "--key", scene.path("court.pem")]
    done = subprocess.run(
        [sys.executable, "-m", "korgoo.cli", *words],
        cwd=tmp_path,
        env={"PATH": os.defpath},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"packed engine: the same bytes" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_archive_has_one_form_only() -> None:
    files = {"b/c.txt": b"two", "a": b"", "README.txt": b"x" * 70_000}
    assert read_archive(write_archive(files)) == files
    for name in ("../up", "/etc/x", "a//b", "", ".hidden", "a\\b"):
        with pytest.raises(ArchiveError):
            write_archive({name: b""})
