"""Writing a bundle's file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(out: Path, content: bytes) -> None:
    """Write beside the place and move there: the file is there whole or not at all, for its owner only.

    Raises:
        OSError: it cannot be written; an earlier file of that name is then as it was.
    """
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(out)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
