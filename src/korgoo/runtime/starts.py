"""Starting points at work: what is late is judged again from the newest one that still holds.

They are made while the engine has nothing else to do, a stretch of one person's or pair's rows at a time. A
late row or an order edited for the past makes those after its moment void; whether one holds is read from the
journal itself when it is wanted, so nothing that a crash can leave behind makes a judgement differ.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import korgoo.engine
from korgoo.engine.pairs.rejudge import make_pair_start
from korgoo.engine.pairs.roster import is_pair
from korgoo.engine.pairs.starts import (
    PairStart,
    first_pair_start,
    pair_contradicted_from,
    unpack_pair_start,
)
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
    """A start that holds, none for the whole history, and the rows from there on.

    `whole` says that they were read to their end, `refused` that a newer start was void.
    """

    start: Start | PairStart | None
    rows: list[Row]
    cases: frozenset[int]
    log_ms: list[int]
    whole: bool
    refused: bool

    @property
    def packed(self) -> bytes | None:
        """The start's bytes."""
        return None if self.start is None else pack_start(self.start)


class _Stretch(NamedTuple):
    """Rows of one key, or of a pair and its people, in the order of seq."""

    opened: list[Opened]
    rows: list[Row]
    whole: bool


class Starts:
    """Finds and makes the starting points of the people and pairs of one journal."""

    def __init__(self, reader: JournalReader, parameters: Parameters) -> None:
        """Read nothing yet."""
        self._reader = reader
        self._parameters = parameters
        self._made_by = identify_engine(parameters)
        self._erased: dict[int, int] = {}
        self._erasures_read = 0

    def find(
        self, key: str, until_seq: int, *, people: Sequence[str] = (), limit: int | None = None
    ) -> Found:
        """Return the newest start that no row up to `until_seq` contradicts, with the rows from there on.

        Those of a pair are its own and those of both `people`. With `limit` only so many rows of each key
        are read, and looked at for contradictions.
        """
        self._read_erasures()
        keys, void_ms = (key, *people), None
        for point in points.list_points(key, made_by=self._made_by):
            if point.seq > until_seq or (void_ms is not None and point.clock_ms >= void_ms):
                continue
            moment_ms: int | None = point.clock_ms
            if not any(self._erased.get(case, 0) > point.seq for case in point.cases):
                start = _unpack(key, zlib.decompress(points.read_point(point.pk)))
                read = self._read(keys, start.first_seq - 1, until_seq, limit)
                moment_ms = self._contradicted_from(start, read.rows)
                if moment_ms is None:
                    return _found(start, read, cases=point.cases, refused=void_ms is not None)
            assert moment_ms is not None  # noqa: S101 - else it was found
            void_ms = moment_ms
            points.drop_points(key, from_ms=void_ms)
        return _found(None, self._read(keys, 0, until_seq, limit), refused=void_ms is not None)

    def make(
        self, key: str, *, until_seq: int, target_ms: int, limit: int, people: Sequence[str] = ()
    ) -> int:
        """Make the next start of a key, at most at `target_ms`; return the limit for the next stretch.

        0 = there is nothing more to do. A stretch is read as far as `limit` rows reach.
        """
        found = self.find(key, until_seq, people=people, limit=limit)
        clock_ms = target_ms
        if not found.whole:
            clock_ms = min(target_ms, (found.log_ms[-1] - SETTLED_MS) // DAY_MS * DAY_MS)
        behind = sum(at_ms <= clock_ms for at_ms in found.log_ms)
        if behind < FEWEST_ROWS or clock_ms <= (found.start.clock_ms if found.start else 0):
            return 0 if found.whole or clock_ms >= target_ms else limit * 2
        start = self._go_on(key, found, clock_ms)
        blob = zlib.compress(pack_start(start), _FASTEST)
        points.keep_point(
            key, clock_ms=clock_ms, seq=start.seq, made_by=self._made_by, cases=found.cases, blob=blob
        )
        if clock_ms >= target_ms:
            return 0
        return limit * 2 if found.refused else limit

    def _go_on(self, key: str, found: Found, clock_ms: int) -> Start | PairStart:
        before, parameters = found.start, self._parameters
        if isinstance(before, PairStart) or is_pair(key):
            known = before if isinstance(before, PairStart) else first_pair_start(key)
            return make_pair_start(known, found.rows, parameters, clock_ms=clock_ms)
        return make_start(before or first_start(key), found.rows, parameters, clock_ms=clock_ms)

    def _contradicted_from(self, start: Start | PairStart, rows: Sequence[Row]) -> int | None:
        if isinstance(start, PairStart):
            return pair_contradicted_from(start, rows, self._parameters)
        return contradicted_from(start, rows, self._parameters)

    def up_to_date(self, key: str, target_ms: int) -> bool:
        """Say whether a key has a start at that moment."""
        return points.newest_clock(key, made_by=self._made_by) >= target_ms

    def _read(self, keys: Sequence[str], after_seq: int, until_seq: int, limit: int | None) -> _Stretch:
        opened: list[Opened] = []
        reached = until_seq
        for key in keys:
            own = self._reader.rows_of(key, after_seq=after_seq, until_seq=until_seq, limit=limit)
            if limit is not None and len(own) >= limit:
                reached = min(reached, own[-1].seq)
            opened += own
        opened = sorted((entry for entry in opened if entry.seq <= reached), key=lambda entry: entry.seq)
        rows = [row for entry in opened if (row := entry.row()) is not None]
        return _Stretch(opened, rows, reached == until_seq)

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
            self._target_ms, self._keys = (
                target_ms,
                sorted((*shard.subjects, *shard.pairs.pairs), reverse=True),
            )
            self._limit = STRETCH_ROWS
        if not self._keys:
            return False
        key, limit = self._keys[-1], 0
        if not self._starts.up_to_date(key, target_ms):
            people = shard.pairs.people_of(key)
            limit = self._starts.make(
                key, until_seq=shard.seq, target_ms=target_ms, limit=self._limit, people=people
            )
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
    start: Start | PairStart | None,
    read: _Stretch,
    *,
    cases: frozenset[int] = frozenset(),
    refused: bool = False,
) -> Found:
    log_ms = [entry.log_at_ms for entry in read.opened]
    cases |= {entry.case_id for entry in read.opened}
    return Found(start, read.rows, cases, log_ms, read.whole, refused)


def _unpack(key: str, packed: bytes) -> Start | PairStart:
    return unpack_pair_start(packed) if is_pair(key) else unpack_start(packed)
