"""Writing a bundle's file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def write_whole(out: Path, content: bytes) -> None:
    """Write beside the place and move there: the file is there whole or not at all, for its owner only.

    Raises:
        OSError: it cannot be written; an earlier file of that name is then as it was.
    """
    with write_beside(out, content) as part:
        part.replace(out)


@contextlib.contextmanager
def write_beside(out: Path, content: bytes) -> Iterator[Path]:
    """Give a file beside the place, on the disk; it is deleted in the end unless it was moved there.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)
