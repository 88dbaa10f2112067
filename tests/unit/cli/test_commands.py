"""The korgoo command: what it prints, where, and with which exit code."""

import errno
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from korgoo.cli import main
from korgoo.cli.explain import print_all
from korgoo.cli.files import find_place_fault
from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.rows import Kind, Row
from korgoo.replay import backtest as backtest_module
from korgoo.replay.audience import Audience
from korgoo.replay.judging import Recall

PLAN = {"tz": "Asia/Bishkek", "subjects": [{"id": "p1", "expected_interval_s": 60}]}
FIXES = "person_id,time_utc_iso,lat,lon,sos\np1,2026-03-01T16:00:00Z,1,1,0\np1,2026-03-01T16:01:00Z,1,1,1\n"


class ButtonBench:
    """An engine that knows nothing but the SOS button."""

    def __init__(self, overrides: Mapping[str, int]) -> None:
        self.overrides = overrides

    def open_judge(self, *, recall: Recall, index: int, shards: int) -> "ButtonBench":
        del recall, index, shards
        return self

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        pressed = [row for row in rows if row.kind is Kind.OBSERVATION and row.body.sos]
        return [self._told(row) for row in pressed]

    def _told(self, row: Row) -> Finding:
        return Finding(
            id=f"{row.key}/-/sos/{row.seq}",
            number=0,
            kind="sos",
            event=Event.OPENED,
            subject=row.key,
            condition="",
            at_ms=row.log_at_ms,
            since_ms=row.log_at_ms,
            live=True,
            confidence=1000,
            code=Reason.PRESSED,
            seq=row.seq,
        )

    def advance(self, now_ms: int) -> list[Finding]:
        raise AssertionError(now_ms)

    def next_due(self) -> int | None:
        return None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backtest_module, "EngineBench", ButtonBench)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "fixes.csv").write_text(FIXES)
    return tmp_path


def run(folder: Path, *words: str) -> int:
    files = ["--plan", str(folder / "plan.json"), "--fixes", str(folder / "fixes.csv")]
    return main(["backtest", *files, "--out", str(folder / "out.jsonl"), *words])


def test_a_backtest_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0
    assert main(["explain", str(folder / "out.jsonl"), "--tz", "Asia/Bishkek"]) == 0
    out, err = capsys.readouterr()
    assert "The SOS button of p1 was pressed at 1 Mar 2026 22:01:00 (UTC+6)." in out
    assert err == ""
    assert main(["explain", str(folder / "out.jsonl"), "--plan", str(folder / "plan.json")]) == 0
    assert capsys.readouterr().out == out  # the plan names its time zone
    assert main(["explain", str(folder / "out.jsonl"), "person:p1/-/sos/3", "--lang", "ru"]) == 0
    assert "Кнопка SOS лица p1 нажата 01.03.2026 16:01:00 (UTC)." in capsys.readouterr().out


def test_until_hides_what_came_later(folder: Path) -> None:
    assert run(folder, "--until", "2026-03-01T16:00:59Z") == 0
    assert (folder / "out.jsonl").read_text() == ""


def test_a_bad_plan_leaves_with_2_and_the_path_of_its_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "plan.json").write_text('{"tz":"UTC","subjects":[{"id":"p1","age":30}]}')
    assert run(folder) == 2
    assert "$.subjects[0].age: unknown field" in capsys.readouterr().err
    assert not (folder / "out.jsonl").exists()


def test_bad_fixes_leave_with_2_and_their_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fixes.csv").write_text(FIXES + "p1,2026-03-01T16:02:00,1,1,0\n")
    assert run(folder) == 2
    assert "line 4, time_utc_iso: a time needs Z or an offset" in capsys.readouterr().err
    assert not (folder / "out.jsonl").exists()


def test_people_who_are_not_in_the_plan_are_counted_on_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "fixes.csv").write_text(FIXES + "p2,2026-03-01T16:02:00Z,1,1,0\n")
    assert run(folder) == 0
    assert "1 of 3 lines ignored: 1 person_id without a subject" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["plan.json", "fixes.csv"])
def test_a_missing_file_leaves_with_2_and_its_name(
    folder: Path, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    (folder / missing).unlink()
    assert run(folder) == 2
    assert missing in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere/out.jsonl", "the folder {}/nowhere does not exist: make it, or name another place"),
        ("fixes.csv/out.jsonl", "{}/fixes.csv is no folder: name another place"),
        (".", "--out {} is a folder: name a file in it"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str], place: str, said: str
) -> None:
    (folder / "plan.json").unlink()
    assert run(folder, "--out", str(folder / place)) == 2
    err = capsys.readouterr().err
    assert said.format(folder) in err
    assert ".part" not in err


@pytest.mark.parametrize(
    "error", [OSError(errno.EROFS, "Read-only file system"), FileNotFoundError(2, "none")]
)
def test_a_folder_in_which_nothing_can_be_made_is_told_with_the_reason(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """As of a disk that may only be read, and of /proc, which is there and holds no file of ours."""

    def refuse(**_words: object) -> None:
        raise error

    monkeypatch.setattr("korgoo.cli.files.tempfile.TemporaryFile", refuse)
    assert run(folder) == 2
    err = capsys.readouterr().err
    assert f"the folder {folder} cannot be written ({error.strerror}): change that, or name" in err
    assert run(folder, "--out", "-") == 0, "standard output is no place in a folder"


def test_a_look_at_a_place_leaves_nothing_there(folder: Path) -> None:
    before = sorted(folder.iterdir())
    assert find_place_fault(folder / "out.jsonl") == ""
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "words", [["--set", "tau"], ["--set", "tau=2.5"], ["--set", "=1"], ["--until", "soon"]]
)
def test_a_bad_option_leaves_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(folder, *words)
    assert left.value.code == 2
    assert words[1] in capsys.readouterr().err or words[0] == "--until"


def test_explain_refuses_what_it_cannot_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.jsonl"
    assert main(["explain", str(out)]) == 2
    assert run(folder) == 0
    assert main(["explain", str(out), "person:nobody"]) == 2
    assert main(["explain", str(out), "--tz", "Mars/Olympus"]) == 2
    out.write_text("{}\n")
    assert main(["explain", str(out)]) == 2
    assert main(["explain", str(folder / "fixes.csv")]) == 2
    said = capsys.readouterr().err.split("\n")
    assert [
        "out.jsonl" in said[0],
        "holds no finding" in said[1],
        "--tz" in said[2],
        f"{out}, line 1: no finding" in said[3],
        f"{folder / 'fixes.csv'}, line 1: no JSON object" in said[4],
    ] == [True] * 5


def test_explain_says_in_which_of_its_files_the_fault_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    plan, fixes = str(folder / "plan.json"), str(folder / "fixes.csv")
    words = ["explain", str(folder / "out.jsonl"), "--for", "police"]
    assert main([*words, "--plan", fixes]) == 2
    assert f"{fixes}: $: not JSON" in capsys.readouterr().err
    assert main([*words, "--plan", plan, "--fixes", plan]) == 2
    assert f"{plan} is refused:\nline 1: no CSV" in capsys.readouterr().err


def test_a_backtest_says_in_which_of_its_files_the_fault_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, fixes = str(folder / "plan.json"), str(folder / "fixes.csv")
    for words, said in (
        (["--plan", fixes], f"{fixes}: $: not JSON"),
        (["--coverage", fixes], f"{fixes}: JSON is malformed"),
        (["--fixes", plan], f"{plan} is refused:\nline 1: no CSV"),
    ):
        assert run(folder, *words) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("named", ["plan.json", "fixes.csv"])
def test_a_memory_says_from_which_of_its_files_it_cannot_learn(
    folder: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    (folder / named).write_text("nothing of the kind")
    words = ["--plan", str(folder / "plan.json"), "--fixes", str(folder / "fixes.csv"), "--version", "1"]
    assert main(["coverage", *words, "--out", str(folder / "memory.json")]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"korgoo coverage: {folder / named}")
    assert err.count(named) == 1


def test_the_commands_are_listed_and_others_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "backtest" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        main(["dance"])
    assert left.value.code == 2
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0


def test_a_bench_that_is_not_there_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nothing"]) == 2
    said = capsys.readouterr().err
    assert "no bench 'nothing'" in said
    assert all(f" {name}," in said for name in ("engine", "gateway", "journal"))


def test_a_bench_needs_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("korgoo.__file__", str(tmp_path / "site" / "lib" / "korgoo" / "__init__.py"))
    assert main(["bench", "engine"]) == 2
    assert "needs a source checkout" in capsys.readouterr().err


def test_options_go_to_the_bench_which_finds_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "air.py").write_text("import sys\nGIVEN = sys.argv[1:]\n")
    (tmp_path / "bench" / "wind.py").write_text(
        "from air import GIVEN\nif __name__ == '__main__':\n    print(GIVEN)\n"
    )
    monkeypatch.setattr("korgoo.__file__", str(tmp_path / "src" / "korgoo" / "__init__.py"))
    assert main(["bench", "wind", "--json", "--seconds", "1"]) == 0
    assert capfd.readouterr().out == "['--json', '--seconds', '1']\n"
    assert main(["bench", "air"]) == 2, "a module that is no bench"


def test_the_participant_cannot_count_the_rings_by_equal_texts(capsys: pytest.CaptureFixture[str]) -> None:
    near = {"kind": "proximity.breach", "condition": "pair", "says": "Too close."}
    findings = [near, {"kind": "contact.lost", "condition": "", "says": "Silent."}, near, near]
    for audience, times in ((Audience.PARTICIPANT, 1), (Audience.COURT, 3)):
        told = print_all(findings, lambda finding: str(finding["says"]), audience=audience)
        assert told == times + 1
        assert capsys.readouterr().out.count("Too close.") == times


def test_a_charge_without_a_time_is_read_last(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = {"event": "opened", "subject": "p1", "at": "2026-03-01T08:39:00.000Z", "live": True}
    both |= {"since": "2026-03-01T08:38:00.000Z", "confidence": 0.9, "evidence": []}
    near = {"id": "1", "kind": "proximity.breach", "condition": "apart", "other": "p2"} | both
    near["explanation"] = {"code": "approached", "params": {"order_m": 300.0}}
    out = {"id": "2", "kind": "zone.exit", "condition": "home", "other": None} | both
    out["explanation"] = {"code": "left", "params": {}}
    findings = folder / "found.jsonl"
    findings.write_text(f"{json.dumps(near)}\n{json.dumps(out)}\n")
    words = ["explain", str(findings), "--plan", str(folder / "plan.json"), "--lang", "en"]
    for audience, charge_is_last in (("participant", True), ("court", False)):
        assert main([*words, "--for", audience]) == 0
        said = capsys.readouterr().out
        assert (said.index("Nearer than the order") > said.index("Outside a zone")) is charge_is_last


def test_a_reader_who_has_seen_enough_ends_a_bench_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "wind.py").write_text(
        "import os\n"
        "if __name__ == '__main__':\n"
        "    ours, theirs = os.pipe()\n"
        "    os.dup2(theirs, 1)\n"
        "    os.close(ours)  # as `head` does when it has its lines\n"
        "    os.close(theirs)\n"
        "    print('one line too many', flush=True)\n"
        "    os.mkdir('not reached')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("korgoo.__file__", str(tmp_path / "src" / "korgoo" / "__init__.py"))
    assert main(["bench", "wind"]) == 0
    assert capfd.readouterr().err == ""
    assert not (tmp_path / "not reached").exists()
