"""`make bench` on PostgreSQL: run where it is, told where it is not, a failure where it is required."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from bench.parts import on_postgres

RUN = "bench.parts.on_postgres.subprocess.run"


def test_without_a_server_nothing_is_run_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(on_postgres, "find_binaries", lambda: None)
    monkeypatch.setattr(
        "bench.parts.on_postgres.subprocess.run", lambda *_, **__: pytest.fail("a bench was run")
    )
    monkeypatch.delenv("KORGOO_REQUIRE", raising=False)
    assert on_postgres.main(["latency"]) == 0
    assert "NOT MEASURED: PostgreSQL is not installed" in capsys.readouterr().err
    monkeypatch.setenv("KORGOO_REQUIRE", "postgres,chromium")
    assert on_postgres.main(["latency"]) == 1


def test_every_bench_is_run_until_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, str]] = []

    def run(command: tuple[Any, ...], **_: object) -> subprocess.CompletedProcess[bytes]:
        begun.append((Path(command[1]).name, command[2]))
        assert Path(command[1]).is_file()
        return subprocess.CompletedProcess(command, 3 if "restart" in str(command[1]) else 0)

    monkeypatch.setattr(on_postgres, "find_binaries", lambda: Path("/"))
    monkeypatch.setattr(RUN, run)
    assert on_postgres.main(["latency", "restart", "journal"]) == 3
    assert begun == [("latency.py", "--postgres"), ("restart.py", "--postgres")]
