"""What `korgoo evidence` and `korgoo verify` say of a slip: which word or file it is, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.integration.evidence.conftest import Scene

BREACH = "proximity.breach"


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
