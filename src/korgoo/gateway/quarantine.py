"""Messages of known devices that could not be read: sealed, for 72 hours, every reading of them logged.

The file is apart from every other, its key is in a file of its own (0600), and what expires is gone for
good (secure_delete). It is bounded: when full, the oldest go first. Only messages of devices whose
collection interval is open come here; of everybody else's only a count remains.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from pathlib import Path

LIFE_MS: Final = 72 * 3_600_000
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS quarantined (
  id INTEGER PRIMARY KEY AUTOINCREMENT, assignment_id INTEGER NOT NULL, format TEXT NOT NULL,
  reason TEXT NOT NULL, received_at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL,
  size INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS quarantined_expiry ON quarantined (expires_at_ms);
CREATE TABLE IF NOT EXISTS access_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, reader TEXT NOT NULL,
  reason TEXT NOT NULL, quarantined_id INTEGER NOT NULL, found INTEGER NOT NULL);
CREATE TRIGGER IF NOT EXISTS access_log_keep BEFORE DELETE ON access_log
  BEGIN SELECT RAISE(ABORT, 'the access log is kept'); END;
CREATE TRIGGER IF NOT EXISTS access_log_fixed BEFORE UPDATE ON access_log
  BEGIN SELECT RAISE(ABORT, 'the access log is kept'); END;
"""


class QuarantineError(Exception):
    """The message could not be put away or read."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One message as a technician reads it."""

    id: int
    assignment_id: int
    format: str
    reason: str
    received_at_ms: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list tells of a message without opening it. Times in ms since 1970 UTC, the size in bytes."""

    id: int
    assignment_id: int
    format: str
    reason: str
    received_at_ms: int
    expires_at_ms: int
    size: int


class Quarantine:
    """The quarantine file. Methods may be called from any thread, one at a time."""

    def __init__(self, path: Path, *, key_path: Path, max_bytes: int = 64 << 20) -> None:
        self._aead = AESGCM(_load_key(key_path))
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;" + _SCHEMA)

    def put(self, body: bytes, *, assignment_id: int, format_name: str, reason: str, now_ms: int) -> int:
        """Seal and keep a message; return its id.

        Raises:
            QuarantineError: it could not be stored.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._aead.encrypt(nonce, body, _bind(assignment_id, now_ms))
        row = (assignment_id, format_name, reason, now_ms, now_ms + LIFE_MS, len(sealed), sealed)
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                with self._db:
                    self._db.execute("DELETE FROM quarantined WHERE expires_at_ms <= ?", (now_ms,))
                    self._make_room(len(sealed))
                    cursor = self._db.execute(
                        "INSERT INTO quarantined (assignment_id, format, reason, received_at_ms,"
                        " expires_at_ms, size, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        row,
                    )
            except sqlite3.Error as wrong:
                raise QuarantineError(type(wrong).__name__) from None
        return cursor.lastrowid or 0

    def _make_room(self, size: int) -> None:
        (used,) = self._db.execute("SELECT coalesce(sum(size), 0) FROM quarantined").fetchone()
        while used + size > self._max_bytes:
            oldest = self._db.execute("SELECT id, size FROM quarantined ORDER BY id LIMIT 1").fetchone()
            if oldest is None:
                raise sqlite3.DataError
            self._db.execute("DELETE FROM quarantined WHERE id = ?", (oldest[0],))
            used -= oldest[1]

    def list_headings(self, *, now_ms: int) -> list[Heading]:
        """Return what lies here and has not expired, the newest first, sealed as it is.

        Raises:
            QuarantineError: the file cannot be read.
        """
        with self._lock:
            try:
                rows = self._db.execute(
                    "SELECT id, assignment_id, format, reason, received_at_ms, expires_at_ms, size"
                    " FROM quarantined WHERE expires_at_ms > ? ORDER BY id DESC",
                    (now_ms,),
                ).fetchall()
            except sqlite3.Error as wrong:
                raise QuarantineError(type(wrong).__name__) from None
        return [Heading(*row) for row in rows]

    def read(self, quarantined_id: int, *, reader: str, reason: str, now_ms: int) -> Quarantined | None:
        """Return a message; the access is logged first, also where nothing is found.

        Raises:
            QuarantineError: no reader or no reason was given, or the file cannot be read.
        """
        if not reader.strip() or not reason.strip():
            raise QuarantineError("a reader and a reason are needed")
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                with self._db:
                    row = self._db.execute(
                        "SELECT assignment_id, format, reason, received_at_ms, sealed FROM quarantined"
                        " WHERE id = ? AND expires_at_ms > ?",
                        (quarantined_id, now_ms),
                    ).fetchone()
                    self._db.execute(
                        "INSERT INTO access_log (at_ms, reader, reason, quarantined_id, found)"
                        " VALUES (?, ?, ?, ?, ?)",
                        (now_ms, reader, reason, quarantined_id, row is not None),
                    )
            except sqlite3.Error as wrong:
                raise QuarantineError(type(wrong).__name__) from None
        if row is None:
            return None
        assignment_id, format_name, why, received_at_ms, sealed = row
        associated = _bind(assignment_id, received_at_ms)
        body = self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated)
        return Quarantined(quarantined_id, assignment_id, format_name, why, received_at_ms, body)

    def expire(self, *, now_ms: int) -> int:
        """Destroy what is older than 72 hours; return how many."""
        with self._lock:
            try:
                return self._db.execute(
                    "DELETE FROM quarantined WHERE expires_at_ms <= ?", (now_ms,)
                ).rowcount
            except sqlite3.Error as wrong:
                raise QuarantineError(type(wrong).__name__) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _bind(assignment_id: int, received_at_ms: int) -> bytes:
    return f"{assignment_id}:{received_at_ms}".encode()


def _load_key(path: Path) -> bytes:
    """Return the key, making it on the first start; never readable by anybody else."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise QuarantineError("the key file can be read by others") from None
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise QuarantineError("the key file is damaged") from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        key = os.urandom(_KEY_BYTES)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
