"""The keys of SQLite installations: `keys.db`, apart from the rows, mode 0600.

A rollback journal that is deleted at each commit, not a WAL: keys are rarely written, and a destroyed
key must not live on in a log file. `secure_delete` overwrites it in the database. What a file system or an
SSD keeps of old blocks is beyond us: docs/journal.md says so.
"""

from __future__ import annotations

import os
import threading
from importlib import resources
from typing import TYPE_CHECKING, Final

from korgoo.journal.database_file import install_schema, open_file, storage_errors, transaction
from korgoo.journal.errors import CaseErasedError
from korgoo.journal.sealing import KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

KEYS_FILE: Final = "keys.db"
KEYS_VERSION: Final = 1
_AT_ONCE: Final = 400  # SQLite's limit on bound values is 32,766; small statements keep its parser cool


class SqliteKeyStore:
    """Keys by case and month, and the tombstones of destroyed ones. See `sealing.KeyStore`."""

    def __init__(self, data_dir: Path, *, writable: bool) -> None:
        self._lock = threading.Lock()
        self._db = open_file(data_dir / KEYS_FILE, writable=writable)
        with storage_errors("open keys"):
            if writable:
                self._db.execute("PRAGMA journal_mode = DELETE")
                self._db.execute("PRAGMA synchronous = EXTRA")
                self._db.execute("PRAGMA secure_delete = ON")
                script = resources.files("korgoo.journal").joinpath("keystore.sql").read_text("utf-8")
                install_schema(self._db, script, version=KEYS_VERSION)

    def obtain(self, case_ids: Collection[int], *, month: int) -> dict[int, bytes]:
        """Return the cases' keys of that month; missing ones are made and committed before return."""
        pairs = {(case_id, month) for case_id in case_ids}
        with self._lock, storage_errors("obtain keys"):
            erased = self._tombstones().keys() & set(case_ids)
            if erased:
                raise CaseErasedError(erased)
            found = self._find(pairs)
            fresh = {pair: os.urandom(KEY_BYTES) for pair in sorted(pairs - found.keys())}
            if fresh:
                with transaction(self._db):
                    values = [(case_id, at, key) for (case_id, at), key in fresh.items()]
                    self._db.executemany("INSERT INTO case_key VALUES (?, ?, ?)", values)
            return {case_id: key for (case_id, _), key in (found | fresh).items()}

    def find(self, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return the keys of these (case, month) pairs as far as they are there."""
        with self._lock, storage_errors("find keys"):
            return self._find(pairs)

    def tombstones(self) -> dict[int, str]:
        """Return certificate by erased case."""
        with self._lock, storage_errors("read tombstones"):
            return self._tombstones()

    def destroy(self, case_id: int, *, certificate: str) -> None:
        """Delete every key of the case and leave a tombstone, durably; harmless when repeated."""
        with self._lock, storage_errors("destroy keys"), transaction(self._db):
            self._db.execute("INSERT OR IGNORE INTO tombstone VALUES (?, ?)", (case_id, certificate))
            self._db.execute("DELETE FROM case_key WHERE case_id = ?", (case_id,))

    def generation(self) -> int:
        """Return a number that changes when another connection changed the store."""
        with self._lock, storage_errors("read keys"):
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        with self._lock:
            self._db.close()

    def _tombstones(self) -> dict[int, str]:
        return dict(self._db.execute("SELECT case_id, certificate FROM tombstone"))

    def _find(self, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        wanted = list(pairs)
        found: dict[tuple[int, int], bytes] = {}
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            marks = ",".join(["(?, ?)"] * len(part))
            rows = self._db.execute(
                "SELECT case_id, month, key FROM case_key"  # noqa: S608 - only placeholders are put in
                f" WHERE (case_id, month) IN (VALUES {marks})",
                [value for pair in part for value in pair],
            )
            found |= {(case_id, month): key for case_id, month, key in rows}
        return found
