"""Evidence and explanations from an installation: rows of the journal with their links, and a trace."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.audit.models import AuditEntry
from korgoo.cli import main
from korgoo.monitoring.models import FindingEvent
from korgoo.replay.evidence import chains
from korgoo.replay.evidence.archive import read_archive
from korgoo.replay.evidence.commitments import FEWEST
from korgoo.replay.evidence.keys import load_opening_key, unseal
from tests.integration.evidence.conftest import find

if TYPE_CHECKING:
    from tests.integration.runtime.installation import Installation

pytestmark = pytest.mark.django_db(databases="__all__")


def hand_out(installed: Installation, kind: str, profile: str, *more: str) -> int:
    words = ["evidence", find(kind), "--profile", profile, "--out", str(installed.data / f"{profile}.zip")]
    keys = ["--court-key", str(installed.data / "court.pub"), "--reason", "case 12/26, judge Asanova"]
    return main([*words, *keys, *more])


@pytest.mark.parametrize("kind", ["curfew.absent", "proximity.breach"])
def test_a_sealed_bundle_proves_that_its_rows_are_the_journals(
    installed: Installation, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hand_out(installed, kind, "sealed") == 0
    capsys.readouterr()
    court = str(installed.data / "court.pem")
    assert main(["verify", str(installed.data / "sealed.zip"), "--key", court]) == 0
    said = capsys.readouterr().out
    assert "groups of the journal" in said
    assert "ok    packed engine: the same bytes" in said


def test_both_profiles_of_a_journals_finding_belong_together(
    installed: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    for profile in ("sealed", "disclosed"):
        assert hand_out(installed, "curfew.absent", profile) == 0
    capsys.readouterr()
    pair = [str(installed.data / f"{profile}.zip") for profile in ("sealed", "disclosed")]
    assert main(["verify", *pair, "--key", str(installed.data / "court.pem")]) == 0
    assert "both profiles commit to the same finding" in capsys.readouterr().out


def test_a_disclosed_bundle_holds_no_key_and_no_sealed_payload(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a man from whom no order keeps anything: the links of his rows stand in it."""
    monkeypatch.setattr("korgoo.replay.evidence.cases.may_show", lambda _plan, _kind: True)
    assert hand_out(installed, "curfew.absent", "disclosed") == 0
    files = read_archive((installed.data / "disclosed.zip").read_bytes())
    proof = msgspec.msgpack.decode(files["proof.msgpack"], type=chains.Proof)
    assert proof.keys == ()
    assert all(row.payload is None for row in proof.rows)
    assert len(proof.rows) > 50


def test_the_commitments_of_a_veiled_bundle_do_not_count_the_clocks_marks(installed: Installation) -> None:
    """One mark in nine seconds: their number would tell when the breach was, and so where she was."""
    assert hand_out(installed, "proximity.breach", "disclosed") == 0
    files = read_archive((installed.data / "disclosed.zip").read_bytes())
    assert len(json.loads(files["hidden.json"])) == FEWEST


@pytest.mark.parametrize("kind", ["curfew.absent", "contact.lost"])
def test_from_whom_she_is_kept_learns_nothing_of_the_logs_run(
    installed: Installation, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No marks, no groups, no numbers of the log; and yet his finding can be derived from his own rows."""
    for profile in ("sealed", "disclosed"):
        assert hand_out(installed, kind, profile) == 0
    files = read_archive((installed.data / "disclosed.zip").read_bytes())
    assert "proof.msgpack" not in files
    records = msgspec.msgpack.decode(files["rows.msgpack"])
    assert [record[0] for record in records] == list(range(1, len(records) + 1))
    assert {record[3] for record in records} == {find(kind).partition("/")[0]}
    told = [json.loads(line) for line in files["finding.jsonl"].splitlines()]
    assert all(item["seq"] <= len(records) for event in told for item in event["evidence"])
    capsys.readouterr()
    both = [str(installed.data / f"{profile}.zip") for profile in ("sealed", "disclosed")]
    assert main(["verify", *both, "--key", str(installed.data / "court.pem")]) == 0
    said = capsys.readouterr().out
    assert said.count("ok    packed engine: the same bytes") == 2
    assert f"{len(records)} rows are shown in both, 0 commitments open" in said
    assert "the disclosed finding is the sealed one" in said


def test_every_link_hash_and_body_of_a_proof_counts(installed: Installation) -> None:
    assert hand_out(installed, "curfew.absent", "sealed") == 0
    sealed = read_archive((installed.data / "sealed.zip").read_bytes())["sealed.bin"]
    inner = read_archive(unseal(sealed, load_opening_key(installed.data / "court.pem")))
    proof = msgspec.msgpack.decode(inner["proof.msgpack"], type=chains.Proof)
    records = msgspec.msgpack.decode(inner["rows.msgpack"], type=list[tuple[int, int, str, str, bytes]])
    linked, opened = chains.check_proof(proof, records)
    assert linked == opened == len(records)
    row, group = proof.rows[5], proof.groups[5]
    replace = msgspec.structs.replace
    changed = (
        replace(proof, rows=(*proof.rows[:5], replace(row, payload_hash=bytes(32)), *proof.rows[6:])),
        replace(proof, rows=(*proof.rows[:5], replace(row, payload=b"x" * 60), *proof.rows[6:])),
        replace(proof, rows=(*proof.rows[:5], replace(row, header=row.header[:-1]), *proof.rows[6:])),
        replace(proof, groups=(*proof.groups[:5], replace(group, link=bytes(32)), *proof.groups[6:])),
        replace(proof, groups=(*proof.groups[:5], replace(group, previous=bytes(32)), *proof.groups[6:])),
        replace(proof, groups=(*proof.groups[:-1], replace(proof.groups[-1], link=bytes(32)))),
        replace(proof, groups=proof.groups[1:]),
        replace(proof, keys=()),
    )
    for forged in changed:
        with pytest.raises(chains.ProofError):
            chains.check_proof(forged, records)
    with pytest.raises(chains.ProofError):
        chains.check_proof(proof, [(s, at + 1, kind, key, body) for s, at, kind, key, body in records])
    fixes = [at for at, record in enumerate(records) if record[2] == "observation"]
    swapped = list(records)
    swapped[fixes[3]] = (*records[fixes[3]][:4], records[fixes[4]][4])
    with pytest.raises(chains.ProofError):
        chains.check_proof(proof, swapped)


def test_what_was_handed_out_stands_in_the_audit_log(
    installed: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hand_out(installed, "proximity.breach", "disclosed") == 0
    line = AuditEntry.objects.order_by("-number")[0]
    assert (line.action, line.subject_kind) == ("hand out evidence, disclosed", "finding")
    digest = hashlib.sha256((installed.data / "disclosed.zip").read_bytes()).hexdigest()
    assert line.subject_id == find("proximity.breach")
    assert line.reason == f"case 12/26, judge Asanova; SHA-256 {digest}"
    assert line.actor.startswith("shell:")
    before = AuditEntry.objects.count()
    assert hand_out(installed, "proximity.warning", "disclosed") == 2
    assert "nothing of this finding may be shown" in capsys.readouterr().err
    assert AuditEntry.objects.count() == before


def test_a_finding_that_todays_engine_finds_otherwise_is_not_handed_out(
    installed: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = FindingEvent.objects.unscoped("test")
    assert recorded.filter(finding_id=find("curfew.absent")).exists()
    monkeypatch.setattr("korgoo.engine.telling.confidence", lambda _belief: 500)
    assert hand_out(installed, "curfew.absent", "sealed") == 2
    assert "otherwise than it was recorded" in capsys.readouterr().err
    assert not (installed.data / "sealed.zip").exists()


def test_a_finding_that_nobody_recorded_is_refused(
    capsys: pytest.CaptureFixture[str], installed: Installation
) -> None:
    words = [
        "evidence",
        "person:77/home/sos/1",
        "--profile",
        "disclosed",
        "--out",
        str(installed.data / "x.zip"),
    ]
    assert main([*words, "--reason", "why"]) == 2
    assert "has no finding" in capsys.readouterr().err


@pytest.mark.usefixtures("installed")
def test_a_recorded_finding_is_explained_to_its_reader_for_a_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    finding = find("proximity.breach")
    assert main(["explain", finding, "--for", "police"]) == 2
    assert "--reason is needed" in capsys.readouterr().err
    assert (
        main(["explain", finding, "--for", "police", "--reason", "unit 4 asks", "--tz", "Asia/Bishkek"]) == 0
    )
    assert "Last known place of the participant: 42.87" in capsys.readouterr().out
    assert AuditEntry.objects.order_by("-number")[0].reason == "explained to police: unit 4 asks"
    assert main(["explain", finding, "--for", "court", "--reason", "hearing"]) == 0
    assert "Plan version 2026-2; parameter set" in capsys.readouterr().out
    assert main(["explain", find("proximity.warning"), "--for", "participant", "--reason", "asked"]) == 2
    assert capsys.readouterr().out == ""
