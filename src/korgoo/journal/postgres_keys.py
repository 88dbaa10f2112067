"""The keys of PostgreSQL installations: schema `keys`, by its own connection, so in its own commits.

It may lie in another database than the rows (`keys_url`), which keeps it out of their backups.
"""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING, Final

from korgoo.journal.errors import CaseErasedError
from korgoo.journal.postgres_session import Session
from korgoo.journal.sealing import KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection

INSTALL_LOCK: Final = 0x6B6F7267_6F6F_0001
"""Advisory lock under which the tables are made."""
_KEYS_OF_MONTH: Final = "SELECT case_id, key FROM keys.case_key WHERE month = %s AND case_id = ANY(%s)"


class PostgresKeyStore:
    """Keys by case and month, and the tombstones of destroyed ones. See `sealing.KeyStore`."""

    def __init__(self, url: str, *, writable: bool) -> None:
        self._session = Session(url, writable=writable)
        self._noted: int | None = None
        if writable:
            script = resources.files("korgoo.journal").joinpath("postgres_keys.sql").read_bytes()
            with self._session.use("open keys") as db, db.transaction():
                db.execute("SELECT pg_advisory_xact_lock(%s)", (INSTALL_LOCK,))
                if db.execute("SELECT to_regclass('keys.tombstone')").fetchone() == (None,):
                    db.execute(script)

    def obtain(self, case_ids: Collection[int], *, month: int) -> dict[int, bytes]:
        """Return the cases' keys of that month; missing ones are made and committed before return."""
        wanted = sorted(set(case_ids))
        with self._session.use("obtain keys") as db, db.transaction():
            erased = db.execute("SELECT case_id FROM keys.tombstone WHERE case_id = ANY(%s)", (wanted,))
            refused = [case_id for (case_id,) in erased]
            if refused:
                raise CaseErasedError(refused)
            known = dict(db.execute(_KEYS_OF_MONTH, (month, wanted)).fetchall())
            missing = [case_id for case_id in wanted if case_id not in known]
            if not missing:  # as after each start of a gateway, when none is remembered yet
                return known
            db.execute(
                "INSERT INTO keys.case_key SELECT unnest(%s::bigint[]), %s, unnest(%s::bytea[])"
                " ON CONFLICT DO NOTHING",
                (missing, month, [os.urandom(KEY_BYTES) for _ in missing]),
            )
            return dict(db.execute(_KEYS_OF_MONTH, (month, wanted)).fetchall())

    def find(self, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return the keys of these (case, month) pairs as far as they are there."""
        wanted = list(pairs)
        with self._session.use("find keys") as db:
            found = db.execute(
                "SELECT case_id, month, key FROM keys.case_key"
                " JOIN unnest(%s::bigint[], %s::integer[]) AS wanted (case_id, month) USING (case_id, month)",
                ([pair[0] for pair in wanted], [pair[1] for pair in wanted]),
            )
            return {(case_id, month): key for case_id, month, key in found}

    def tombstones(self) -> dict[int, str]:
        """Return certificate by erased case."""
        with self._session.use("read tombstones") as db:
            return dict(db.execute("SELECT case_id, certificate FROM keys.tombstone").fetchall())

    def destroy(self, case_id: int, *, certificate: str) -> None:
        """Delete every key of the case and leave a tombstone; rewrite the table without the dead rows."""
        with self._session.use("destroy keys") as db:
            with db.transaction():
                db.execute(
                    "INSERT INTO keys.tombstone VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (case_id, certificate),
                )
                db.execute("DELETE FROM keys.case_key WHERE case_id = %s", (case_id,))
            db.execute("VACUUM FULL keys.case_key")

    def generation(self) -> int:
        """Return the number of erased cases: only an erasure makes a cached key stale."""
        if self._noted is not None:
            noted, self._noted = self._noted, None
            return noted
        with self._session.use("read keys") as db:
            found = db.execute("SELECT count(*) FROM keys.tombstone").fetchone()
            return int(found[0]) if found else 0

    def note_generation(self, generation: int) -> None:
        """Take the number that the appender has just read with its head; it answers the next question."""
        self._noted = generation

    def close(self) -> None:
        """Close the connection; harmless when repeated."""
        self._session.end()
