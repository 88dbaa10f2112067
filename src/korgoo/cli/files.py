"""Files that commands are given: each complaint names its file, and a place is looked at before the work."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from korgoo.planning.errors import PlanError
from korgoo.planning.reading import read_document
from korgoo.replay.coverage import CoverageError, read_coverage

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.engine.coverage import Coverage
    from korgoo.planning.document import PlanDocument


def read_plan(path: Path) -> PlanDocument:
    """Return the plan of a PLAN.json.

    Raises:
        PlanError: it cannot be used; its path begins with the file's name.
        OSError: the file cannot be read.
    """
    try:
        return read_document(path.read_bytes())
    except PlanError as error:
        raise PlanError(f"{path}: {error.path}", error.message) from error


def read_memory(path: Path | None) -> Coverage | None:
    """Return the coverage memory of a file, None where no file is given.

    Raises:
        CoverageError: it cannot be used; the message begins with the file's name.
        OSError: the file cannot be read.
    """
    if path is None:
        return None
    try:
        return read_coverage(path.read_bytes())
    except CoverageError as error:
        raise CoverageError(f"{path}: {error}") from error


def find_place_fault(out: Path) -> str:
    """Return why no file can be made at `--out` and what to do about it, or nothing.

    A file without a name is made in the folder: rights do not tell of a disk that may only be read.
    """
    folder, remedy = out.parent, "or name another place with --out"
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except NotADirectoryError:
        return f"--out {out}: {folder} is no folder: name another place with --out"
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not folder.is_dir():
            return f"--out {out}: the folder {folder} does not exist: make it, {remedy}"
        return f"--out {out}: the folder {folder} cannot be written ({error.strerror}): change that, {remedy}"
    return f"--out {out} is a folder: name a file in it" if out.is_dir() else ""
