"""One writer at a time: a lock file that the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Final

from korgoo.journal.database_file import PRIVATE
from korgoo.journal.errors import JournalHeldError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILE: Final = "journal.lock"


class WriterLock:
    """Held from construction until `release`, or until the process ends in whatever way."""

    def __init__(self, data_dir: Path) -> None:
        """Take the lock.

        Raises:
            JournalHeldError: another writer has it; the message gives its process id.
            StorageError: the lock file cannot be made.
        """
        path = data_dir / LOCK_FILE
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        except OSError as error:
            raise StorageError(f"cannot make the lock file: {error}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise JournalHeldError(f"process {holder} is the writer of this journal") from error
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Give the lock back; harmless when repeated."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
