"""Starting points at work: what is late is judged again from the newest one that still holds.

They are made while the engine has nothing else to do, a stretch of one person's rows at a time. A late
row or an order edited for the past makes those after its moment void; whether one holds is read from the
journal itself when it is wanted, so nothing that a crash can leave behind makes a judgement differ.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import korgoo.engine
from korgoo.engine.parameters import digest as parameters_digest
from korgoo.engine.rejudge import make_start
from korgoo.engine.rows import Kind
from korgoo.engine.starts import Start, contradicted_from, first_start, pack_start, unpack_start
from korgoo.monitoring import starting_points as points
from korgoo.monitoring.starting_points import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Row
    from korgoo.engine.shard import Shard
    from korgoo.journal.protocol import JournalReader
    from korgoo.journal.record import Opened

SETTLED_MS: Final = 6 * 3_600_000
"""Most of what comes late comes within this time: a start nearer to the present would soon be void."""
STRETCH_ROWS: Final = 2_000
"""Rows judged at once to make a start: some 0.2 s, in which no alert is recorded."""
FEWEST_ROWS: Final = 256
"""A start saves nothing where fewer rows lie behind it."""
_PAGE: Final = 1_000
_FASTEST: Final = 1


class Found(NamedTuple):
    """A start that holds, none for the whole history, and the rows from there on."""

    start: Start | None
    rows: list[Row]
    cases: frozenset[int]
    refused: bool  # a newer one was void
    log_ms: list[int]


class Starts:
    """Finds and makes the starting points of the people of one journal."""

    def __init__(self, reader: JournalReader, parameters: Parameters) -> None:
        """Read nothing yet."""
        self._reader = reader
        self._parameters = parameters
        self._made_by = identify_engine(parameters)
        self._erased: dict[int, int] = {}
        self._erasures_read = 0

    def find(self, key: str, until_seq: int, *, limit: int | None = None) -> Found:
        """Return the newest start that no row up to `until_seq` contradicts, with the rows from there on.

        With `limit` only so many rows are read, and looked at for contradictions.
        """
        self._read_erasures()
        void_ms: int | None = None
        for point in points.list_points(key, made_by=self._made_by):
            if point.seq > until_seq or (void_ms is not None and point.clock_ms >= void_ms):
                continue
            moment_ms: int | None = point.clock_ms
            if not any(self._erased.get(case, 0) > point.seq for case in point.cases):
                start = unpack_start(zlib.decompress(points.read_point(point.pk)))
                opened, rows = self._read(key, start.first_seq - 1, until_seq, limit)
                moment_ms = contradicted_from(start, rows, self._parameters)
                if moment_ms is None:
                    return _found(start, opened, rows, cases=point.cases, refused=void_ms is not None)
            assert moment_ms is not None  # noqa: S101 - else it was found
            void_ms = moment_ms
            points.drop_points(key, from_ms=void_ms)
        opened, rows = self._read(key, 0, until_seq, limit)
        return _found(None, opened, rows, refused=void_ms is not None)

    def make(self, key: str, *, until_seq: int, target_ms: int, limit: int) -> int:
        """Make the next start of a person, at most at `target_ms`; return the limit for the next stretch.

        0 = there is nothing more to do. A stretch is read as far as `limit` rows reach.
        """
        found = self.find(key, until_seq, limit=limit)
        whole = len(found.rows) < limit
        before = found.start or first_start(key)
        clock_ms = target_ms
        if not whole:
            clock_ms = min(target_ms, (found.log_ms[-1] - SETTLED_MS) // DAY_MS * DAY_MS)
        behind = sum(at_ms <= clock_ms for at_ms in found.log_ms)
        if behind < FEWEST_ROWS or clock_ms <= before.clock_ms:
            return 0 if whole or clock_ms >= target_ms else limit * 2
        start = make_start(before, found.rows, self._parameters, clock_ms=clock_ms)
        blob = zlib.compress(pack_start(start), _FASTEST)
        points.keep_point(
            key, clock_ms=clock_ms, seq=start.seq, made_by=self._made_by, cases=found.cases, blob=blob
        )
        if clock_ms >= target_ms:
            return 0
        return limit * 2 if found.refused else limit

    def up_to_date(self, key: str, target_ms: int) -> bool:
        """Say whether a person has a start at that moment."""
        return points.newest_clock(key, made_by=self._made_by) >= target_ms

    def _read(
        self, key: str, after_seq: int, until_seq: int, limit: int | None
    ) -> tuple[list[Opened], list[Row]]:
        opened = self._reader.rows_of(key, after_seq=after_seq, until_seq=until_seq, limit=limit)
        return opened, [row for entry in opened if (row := entry.row()) is not None]

    def read_all(self, key: str, until_seq: int) -> list[Row]:
        """Return all readable rows of a key up to `until_seq`."""
        return self._read(key, 0, until_seq, None)[1]

    def _read_erasures(self) -> None:
        """Learn which cases were erased."""
        while stored := self._reader.rows(
            after_seq=self._erasures_read, limit=_PAGE, kinds=(Kind.ERASURE.value,)
        ):
            for entry in self._reader.open_rows(stored):
                row = entry.row()
                if row is not None:
                    self._erased[row.body.case_id] = row.seq
            self._erasures_read = stored[-1].seq


class Round:
    """One day's round over the people of a shard: a stretch of rows of one of them each step."""

    def __init__(self, starts: Starts) -> None:
        """Begin with the first step."""
        self._starts = starts
        self._target_ms = 0
        self._keys: list[str] = []
        self._limit = STRETCH_ROWS

    def step(self, shard: Shard) -> bool:
        """Do a little; say whether there was something to do."""
        target_ms = (shard.logged_ms - SETTLED_MS) // DAY_MS * DAY_MS
        if target_ms != self._target_ms:
            self._target_ms, self._keys = target_ms, sorted(shard.subjects, reverse=True)
            self._limit = STRETCH_ROWS
        if not self._keys:
            return False
        key, limit = self._keys[-1], 0
        if not self._starts.up_to_date(key, target_ms):
            limit = self._starts.make(key, until_seq=shard.seq, target_ms=target_ms, limit=self._limit)
        if not limit:
            self._keys.pop()
        self._limit = limit or STRETCH_ROWS
        return True


def forget_cases(rows: Sequence[Row]) -> None:
    """Drop what was kept of the cases that these rows erase."""
    for row in rows:
        if row.kind is Kind.ERASURE:
            points.drop_points_of_case(row.body.case_id)


def identify_engine(parameters: Parameters) -> str:
    """Name the engine that judges: any change of its code or its parameters makes every start void."""
    digest = hashlib.sha256(parameters_digest(parameters).encode())
    for path in sorted(Path(korgoo.engine.__path__[0]).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _found(
    start: Start | None,
    opened: Sequence[Opened],
    rows: list[Row],
    *,
    cases: frozenset[int] = frozenset(),
    refused: bool = False,
) -> Found:
    log_ms = [entry.log_at_ms for entry in opened]
    return Found(start, rows, cases | {entry.case_id for entry in opened}, refused, log_ms)
