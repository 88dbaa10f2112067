"""`korgoo up` over small processes: restarts, gives up, drains in order, refuses to run twice."""

from __future__ import annotations

import io
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from korgoo.conf.processes import Process
from korgoo.runtime import supervision
from korgoo.runtime.loops import StopRequest
from korgoo.runtime.supervision import AlreadyUpError, hold_lock, supervise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEADY = """
import signal, sys, time
def end(*_):
    open(sys.argv[1], "a").write(sys.argv[2] + " ended\\n"); sys.exit(0)
signal.signal(signal.SIGTERM, end)
open(sys.argv[1], "a").write(sys.argv[2] + " started\\n")
time.sleep(60)
"""
MORTAL = 'import sys; open(sys.argv[1], "a").write("mortal started\\n"); sys.exit(3)'


def process(name: str, code: str, log: Path, *, start: int, drain: int) -> Process:
    return Process(name, (sys.executable, "-c", code, str(log), name), start=start, drain=drain)


def run_until(processes: list[Process], done: Callable[[], bool]) -> tuple[int, str]:
    """Supervise until `done` says so; return status and what was said."""
    stop, output, status = StopRequest(), io.StringIO(), list[int]()
    thread = threading.Thread(
        target=lambda: status.append(supervise(processes, stop, announce=lambda: None, output=output))
    )
    thread.start()
    deadline = time.monotonic() + 20
    while thread.is_alive() and not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.ask()
    thread.join(timeout=20)
    return status[0], output.getvalue()


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def test_processes_start_and_drain_in_their_own_orders(tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [
        process("gateway", STEADY, log, start=2, drain=1),
        process("engine", STEADY, log, start=1, drain=2),
    ]
    status, said = run_until(processes, lambda: len(lines(log)) == 2)
    assert (status, said) == (0, "")
    assert lines(log)[2:] == ["gateway ended", "engine ended"]


def test_five_deaths_in_a_minute_stop_the_lot_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_BACKOFF_S", 0.01)
    monkeypatch.setattr(supervision, "LOOK_S", 0.01)
    log = tmp_path / "log"
    processes = [
        process("steady", STEADY, log, start=1, drain=1),
        process("mortal", MORTAL, log, start=2, drain=2),
    ]
    status, said = run_until(processes, lambda: False)
    assert status == 1
    assert lines(log).count("mortal started") == 5
    assert lines(log)[-1] == "steady ended"
    assert "mortal ended with status 3" in said
    assert "died 5 times within a minute" in said


def test_a_second_start_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with hold_lock(tmp_path), pytest.raises(AlreadyUpError, match="stop that one first"), hold_lock(tmp_path):
        pytest.fail("two at once")
    with hold_lock(tmp_path):
        assert (tmp_path / "up.lock").read_text().isdigit()
