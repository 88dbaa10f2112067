"""What `korgoo evidence` and `korgoo verify` say of a slip: which word or file it is, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.evidence.conftest import Scene

BREACH = "proximity.breach"
SIGNER = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere/x.zip", "the folder {}/nowhere does not exist: make it, or name another place"),
        ("plan.json/x.zip", "{}/plan.json is no folder"),
        ("", "--out {} is a folder: name a file in it"),
    ],
)
def test_a_place_that_no_bundle_can_go_to_is_told_before_anything_is_done(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, said: str
) -> None:
    """The signing key and the plan are not there either: nobody has looked yet."""
    nothing = ("--signing-key", str(tmp_path / "none.pem"), "--plan", str(tmp_path / "none.json"))
    assert scene.make(scene.find(BREACH), "disclosed", *nothing, "--out", f"{scene.folder / place}") == 2
    told = capsys.readouterr()
    assert told.err.startswith("korgoo evidence: --out ")
    assert said.format(scene.folder) in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_missing_time_stamp_is_told_of_a_bundle_and_of_no_mistake(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for finding, more in (
        ("person:nobody/home/sos/1", ()),
        (scene.find(BREACH), ("--tz", "Mars/Olympus")),
        (scene.find(BREACH), ("--fixes", str(tmp_path / "none.csv"))),
        (scene.find("proximity.warning"), ("--profile", "disclosed")),
    ):
        assert scene.make(finding, "sealed", *more) == 2
        assert "TIME-STAMP" not in capsys.readouterr().err
    scene.bundle(scene.find(BREACH), "sealed")
    told = capsys.readouterr()
    assert told.err.startswith("korgoo evidence: NO TIME-STAMP: neither --tsa nor KORGOO_TSA_URL")
    assert "signed by" in told.out


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--plan", "fixes.csv", "{}: $: not JSON"),
        ("--fixes", "plan.json", "{} is refused:\nline 1: no CSV"),
        ("--findings", "fixes.csv", "{}, line 1: no JSON object"),
        ("--coverage", "fixes.csv", "{}: JSON is malformed"),
    ],
)
def test_of_four_files_the_one_at_fault_is_named(
    scene: Scene, capsys: pytest.CaptureFixture[str], option: str, given: str, said: str
) -> None:
    assert scene.make(scene.find(BREACH), "disclosed", option, scene.path(given)) == 2
    assert capsys.readouterr().err.startswith(f"korgoo evidence: {said.format(scene.path(given))}")


def test_a_fingerprint_may_be_typed_in_capitals(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = scene.bundle(scene.find(BREACH), "disclosed")
    signer = capsys.readouterr().out.partition("signed by ")[2].strip()
    assert main(["verify", str(bundle), "--no-run", "--signer", f" {signer.upper()}"]) == 0
    assert main(["verify", str(bundle), "--no-run", "--signer", SIGNER]) == 1
    assert f"BAD   it must be signed by {SIGNER.lower()}" in capsys.readouterr().out
