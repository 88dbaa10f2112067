"""`korgoo demo` and `korgoo replay` as a newcomer runs them: real processes, real ports, Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from korgoo.journal.verification import verify_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
KORGOO = (sys.executable, "-m", "korgoo.cli")
WALK = "".join(
    f"anna,2026-03-01T10:{minute:02}:00Z,42.87,{74.6 + max(minute - 10, 0) * 0.001:.4f},8\n"
    for minute in range(30)
)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as opened:
        probes = [opened.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@pytest.fixture
def settings() -> dict[str, str]:
    names = ("KORGOO_WEB_PORT", "KORGOO_GATEWAY_PORT", "KORGOO_LIVE_PORT")
    return {**os.environ, **{name: str(port) for name, port in zip(names, free_ports(3), strict=True)}}


@contextlib.contextmanager
def running(settings: dict[str, str], *words: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command in the background; what it says goes to `log`."""
    with log.open("w") as file:
        child = subprocess.Popen(
            [*KORGOO, *words], cwd=ROOT, env=settings, stdout=file, stderr=subprocess.STDOUT, text=True
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            child.wait(60)


def wait_for(met: Callable[[], bool], *, seconds: float, child: subprocess.Popen[str], log: Path) -> float:
    """Wait until something is so and return how long it took."""
    began = time.monotonic()
    while not met():
        assert child.poll() is None, log.read_text()
        assert time.monotonic() - began < seconds, log.read_text()
        time.sleep(0.25)
    return time.monotonic() - began


def kinds(data: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(f"file:{data}/korgoo.db?mode=ro", uri=True)) as db:
        return {kind for (kind,) in db.execute("select kind from monitoring_findingrecord")}


def stop(child: subprocess.Popen[str]) -> int:
    child.send_signal(signal.SIGINT)
    return child.wait(60)


@pytest.mark.slow
def test_two_starts_a_first_breach_and_a_clean_stop(tmp_path: Path, settings: dict[str, str]) -> None:
    data, log = tmp_path / "demo", tmp_path / "log"
    words = ("demo", "--people", "12", "--data", str(data))
    with running(settings, *words, log=log) as child:
        wait_for(lambda: "pages      http" in log.read_text(), seconds=240, child=child, log=log)
        port = int(settings["KORGOO_WEB_PORT"])
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as pages:
            pages.request("GET", "/")
            with pages.getresponse() as answer:
                assert answer.status < 400
        wait_for(lambda: "zone.enter" in kinds(data), seconds=180, child=child, log=log)
        second = subprocess.run(
            [*KORGOO, *words], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
        )
        assert (second.returncode, "already up" in second.stderr) == (2, True)
        assert stop(child) == 0
    assert "system.outage" not in kinds(data)
    assert verify_path(data).state == "intact"
    with running(settings, *words, log=log) as child:
        wait_for(lambda: "pages      http" in log.read_text(), seconds=60, child=child, log=log)
        assert "registering" not in log.read_text()
        before = verify_path(data).head.seq
        wait_for(lambda: verify_path(data).head.seq > before, seconds=60, child=child, log=log)
        assert stop(child) == 0
    assert verify_path(data).state == "intact"


@pytest.mark.slow
def test_a_recording_starts_a_demonstration_and_plays_into_it(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    data, log, walk = tmp_path / "demo", tmp_path / "log", tmp_path / "walk.csv"
    walk.write_text("person_id,time_utc_iso,lat,lon,accuracy_m\n" + WALK)
    with running(settings, "replay", str(walk), "--data", str(data), "--speed", "120", log=log) as child:
        wait_for(lambda: "messages taken" in log.read_text(), seconds=120, child=child, log=log)
        assert "30 messages taken, 0 refused" in log.read_text()
        wait_for(lambda: "zone.exit" in kinds(data), seconds=30, child=child, log=log)
        assert stop(child) == 0
    assert {"zone.exit", "zone.enter"} <= kinds(data)
    assert "system.outage" not in kinds(data)


def run(settings: dict[str, str], *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [*KORGOO, *words], cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["demo", "replay"])
def test_a_real_installation_is_never_touched(tmp_path: Path, settings: dict[str, str], command: str) -> None:
    walk, data = tmp_path / "walk.csv", tmp_path / "real"
    walk.write_text("person_id,time_utc_iso,lat,lon,accuracy_m\n" + WALK)
    data.mkdir()
    (data / "korgoo.db").write_text("records")
    words = (command, str(walk)) if command == "replay" else (command, "--reset")
    status, said = run(settings, *words, "--data", str(data))
    assert (status, "not a demonstration" in said) == (2, True)
    assert [entry.name for entry in data.iterdir()] == ["korgoo.db"]


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path, settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings["KORGOO_GATEWAY_PORT"] = str(taken.getsockname()[1])
        status, said = run(settings, "demo", "--data", str(tmp_path / "demo"))
    assert status == 2
    assert f"port {settings['KORGOO_GATEWAY_PORT']} is in use" in said
    assert "KORGOO_GATEWAY_PORT=" in said


@pytest.mark.parametrize(
    ("recording", "more", "said"),
    [
        (("walk.csv", "person_id\n"), (), "missing"),
        (("walk.kml", ""), (), "a recording is one of"),
        (
            ("walk.csv", "person_id,time_utc_iso,lat,lon,accuracy_m\n" + WALK),
            ("--person", "bob"),
            "it has anna",
        ),
    ],
)
def test_a_recording_that_cannot_be_played_is_refused(
    tmp_path: Path, settings: dict[str, str], recording: tuple[str, str], more: tuple[str, ...], said: str
) -> None:
    name, text = recording
    (tmp_path / name).write_text(text)
    status, told = run(settings, "replay", str(tmp_path / name), "--data", str(tmp_path / "demo"), *more)
    assert (status, said in told) == (2, True), told
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    "words", [("--people", "0"), ("--people", "six"), ("--speed", "0"), ("--speed", "nan")]
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, str], words: tuple[str, ...]) -> None:
    status, said = run(settings, "demo", *words)
    assert (status, "must be a number" in said) == (2, True)
