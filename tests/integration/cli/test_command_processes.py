"""The korgoo command as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from korgoo.cli import main

EXAMPLE = Path(__file__).parents[3] / "docs/examples/curfew"


def test_a_reader_that_leaves_early_causes_no_noise(tmp_path: Path) -> None:
    files = ["--plan", str(EXAMPLE / "plan.json"), "--fixes", str(EXAMPLE / "fixes.csv")]
    assert main(["backtest", *files, "--out", str(tmp_path / "out.jsonl")]) == 0
    line = (tmp_path / "out.jsonl").read_text()
    (tmp_path / "many.jsonl").write_text(line * 5_000)
    script = "import sys; from korgoo.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "explain", str(tmp_path / "many.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 0


def test_the_command_runs_as_a_module_which_is_how_up_starts_its_processes() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "korgoo.cli", "engine", "--help"], capture_output=True, text=True, check=False
    )
    assert (asked.returncode, asked.stdout.startswith("usage: korgoo engine")) == (0, True), asked.stderr


def test_a_new_installation_gets_its_first_office_and_accounts(tmp_path: Path) -> None:
    """Nothing but these commands: an administrator alone can neither register nor watch anybody."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KORGOO_", "DJANGO_"))}

    def run(*words: str, **secrets: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "korgoo.cli", *words]
        given = {**kept, "KORGOO_DATA": str(tmp_path / "var"), **secrets}
        done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    strong = {"KORGOO_ADMIN_PASSWORD": "korgoo-2026-Bishkek", "KORGOO_ACCOUNT_PASSWORD": "korgoo-2026-Naryn!"}
    add = ("account", "add", "op@korgoo.test", "--name", "О. П.", "--office", "probation/bishkek")
    assert run(*add, "--role", "operator", **strong)[0] == 2  # no installation yet
    assert run("init", "--admin", "root@korgoo.test", KORGOO_ADMIN_PASSWORD="short")[0] == 2
    assert run(*add, "--role", "operator", **strong)[0] == 2  # no administrator yet
    assert run("init", "--admin", "root@korgoo.test", **strong)[0] == 0
    office = ("account", "office", "probation/bishkek", "--name", "Бишкек", "--agency-name", "Пробация")
    assert run(*office)[0] == 0
    assert run(*add, "--role", "operator", KORGOO_ACCOUNT_PASSWORD="short")[0] == 2
    assert "there are operator" in run(*add, "--role", "king", **strong)[1]
    assert "would see nobody" in run(*add[:5], "--role", "operator", **strong)[1]
    assert run(*add, "--role", "operator", **strong)[0] == 0
    listed = run("account", "list")[1]
    assert "probation/bishkek  Бишкек" in listed
    assert "op@korgoo.test  operator  probation/bishkek  О. П." in listed
    renew = ("account", "password", "op@korgoo.test")
    assert run(*renew, KORGOO_ACCOUNT_PASSWORD="short")[0] == 2
    assert "another password" in run(*renew, KORGOO_ACCOUNT_PASSWORD="korgoo-2026-Talas!")[1]
    assert run("account", "end", "op@korgoo.test")[0] == 0
    assert run(*renew, **strong)[0] == 2
    assert run("account", "end", "op@korgoo.test")[0] == 2
    assert "op@korgoo.test" not in run("account", "list")[1]


@pytest.mark.parametrize(
    "command", ["init", "doctor", "up", "engine", "worker", "live", "gateway", "account"]
)
def test_a_variable_that_cannot_be_understood_is_named_and_no_traceback_shown(command: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "korgoo.cli", command, *(["list"] if command == "account" else [])],
        env={**os.environ, "KORGOO_WEB_PORT": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = f"korgoo {command}: KORGOO_WEB_PORT must be a port number, not 'abc'\n"
    assert (asked.returncode, asked.stderr) == (2, said)


def test_a_database_that_does_not_answer_is_named_and_no_traceback_shown(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "korgoo.cli", "init"],
        env={
            **os.environ,
            "KORGOO_DATA": str(tmp_path),
            "KORGOO_DATABASE_URL": "postgresql://x@127.0.0.1:1/x",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (asked.returncode, asked.stderr.count("\n")) == (2, 1), asked.stderr
    assert asked.stderr.startswith("korgoo init: the database cannot be used: ")


def test_findings_that_a_bench_cannot_score_are_the_callers_mistake(tmp_path: Path) -> None:
    """Nor does it begin to count its own for half an hour."""
    command = [sys.executable, "-m", "korgoo.cli", "bench", "detection"]
    findings, truth = ("--findings", str(tmp_path / "x")), ("--truth", str(tmp_path))
    for given, reason in (
        (findings, "belong together"),
        (truth, "belong together"),
        ((*findings, *truth), "No such file"),
        (("--sweep", str(tmp_path / "nowhere" / "plot.svg")), "nowhere"),
    ):
        asked = subprocess.run([*command, *given], capture_output=True, text=True, check=False)
        assert (asked.returncode, asked.stdout) == (2, "")
        assert reason in asked.stderr


def test_a_rivals_file_that_a_bench_cannot_score_is_named(tmp_path: Path) -> None:
    """Two files are given: a line's number alone is not where the fault is."""
    command = [sys.executable, "-m", "korgoo.cli", "bench", "detection"]
    good = (EXAMPLE / "findings.jsonl").read_text()
    findings, truth = tmp_path / "rival.jsonl", tmp_path / "truth.jsonl"
    for found, true, reason in (
        ("{}", "", f"{findings}, line 1: no finding"),
        (good.replace('"live":true', '"live":1'), "", f"{findings}: finding 'person:p1/"),
        (good, "{}", f"{truth}: line 1: no fact"),
    ):
        findings.write_text(found)
        truth.write_text(true)
        words = ["--findings", str(findings), "--truth", str(tmp_path)]
        asked = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
        assert (asked.returncode, asked.stdout) == (2, "")
        assert reason in asked.stderr


def test_the_records_of_an_installation_are_their_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "kept"
    data.mkdir(mode=0o755)  # made by hand, open to every account of the machine
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KORGOO_", "DJANGO_"))}
    command = [sys.executable, "-m", "korgoo.cli", "init"]
    for _ in range(2):
        subprocess.run(command, env={**kept, "KORGOO_DATA": str(data)}, check=True, capture_output=True)
        modes = {file.name: file.stat().st_mode & 0o077 for file in data.iterdir()}
        assert {"korgoo.db", "picture.db"} <= set(modes)
        assert set(modes.values()) == {0}
        (data / "korgoo.db").chmod(0o644)  # as an older release had made it
