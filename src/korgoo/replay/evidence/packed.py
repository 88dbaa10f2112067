"""Runs the engine that a bundle brings along, in a process of its own that can do little else.

A packed engine is a program from somebody else: it runs only after the signature held. It sees its own source
and the installed numpy, shapely and msgspec, no environment, no site packages' start-up code; an audit hook
ends it when it opens a socket, starts a program or writes a file. That stops mistakes and plain malice, not
an attacker who owns the signing key: compare the signer before you run anything (docs/evidence.md).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.replay.derivation import JOB_FILE, ROWS_FILE
from korgoo.replay.evidence.archive import ArchiveError, read_archive
from korgoo.replay.evidence.packing import REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_S: Final = 1_800
_START: Final = """
import sys
sys.path[:0] = sys.argv[3:]
import json, resource
import numpy, shapely, msgspec
sys.path.insert(0, sys.argv[1])
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
             "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink",
             "os.truncate", "shutil.", "ctypes.", "webbrowser.", "urllib.", "ftplib.", "smtplib.")
def watch(event, given):
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and len(given) > 2 and isinstance(given[2], int) and given[2] & 0o3103:
        raise PermissionError("open for writing")
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.addaudithook(watch)
sys.dont_write_bytecode = True
from korgoo.replay.derivation import main
main(sys.argv[2])
"""


class PackedError(ValueError):
    """The packed engine did not come to an end with findings; the message says what happened."""


def run_packed(engine: bytes, job: bytes, rows: bytes) -> list[str]:
    """Return the lines that the packed engine derives from the rows.

    Raises:
        PackedError: it is no engine, needs what is not installed here, or fails.
    """
    try:
        files = read_archive(engine)
    except ArchiveError as error:
        raise PackedError(f"the packed engine: {error}") from error
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "engine")
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        work = Path(folder, "job")
        work.mkdir()
        Path(work, JOB_FILE).write_bytes(job)
        Path(work, ROWS_FILE).write_bytes(rows)
        return _run(root, work)


def _run(root: Path, work: Path) -> list[str]:
    command = [sys.executable, "-I", "-S", "-B", "-c", _START, str(root), str(work), *_site_folders()]
    environment = {"PATH": os.defpath, "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            command, capture_output=True, check=False, cwd=work, env=environment, timeout=_LONGEST_S
        )
    except subprocess.TimeoutExpired as error:
        raise PackedError(f"the packed engine took more than {_LONGEST_S} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        last = "".join(letter for letter in said[-1] if letter.isprintable()) if said else done.returncode
        raise PackedError(f"the packed engine failed: {last}")
    try:
        lines = json.loads(done.stdout)
    except ValueError as error:
        raise PackedError("the packed engine gave no findings") from error
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise PackedError("the packed engine gave no findings")
    return lines


def _site_folders() -> Sequence[str]:
    """Return the folders in which the packages that an engine needs are installed."""
    found = {str(Path(str(metadata.distribution(name).locate_file("")))) for name in REQUIREMENTS}
    return sorted(found)


def compare_pins(engine: bytes) -> list[str]:
    """Return how the packages installed here differ from those that judged then."""
    try:
        pins = json.loads(read_archive(engine)["pins.json"])
        then = {name: str(pins[name]["version"]) for name in REQUIREMENTS}
    except (ArchiveError, KeyError, TypeError, ValueError):
        return ["the pins of the packed engine cannot be read"]
    now = {name: metadata.version(name) for name in REQUIREMENTS}
    return [f"{name} {now[name]} here, {then[name]} then" for name in REQUIREMENTS if now[name] != then[name]]
