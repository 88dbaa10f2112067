"""A shard: the subjects of some keys, fed with batches of rows.

Most fixes change nothing: a person deep inside home, far from every forbidden zone, seen again. Screening
finds them for a whole batch by integer arithmetic; they only leave their trace in ring and clock. The rest
goes row by row through `step`. Batch size and number of shards change not one byte of what comes out.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import quiet, step
from korgoo.engine.coverage import Coverage, CoverageMap
from korgoo.engine.enclosure import NOWHERE, Enclosures
from korgoo.engine.episodes import amend
from korgoo.engine.findings import Finding
from korgoo.engine.geometry import ZoneTable
from korgoo.engine.pairs.roster import PREFIX as PAIR
from korgoo.engine.pairs.roster import Roster, is_pair
from korgoo.engine.rows import SYSTEM_KEY, Kind
from korgoo.engine.state import PersonState, pack_state, unpack_state
from korgoo.engine.subject import Subject
from korgoo.engine.system import JUDGING_ERRORS, tell_outage, tell_refusal
from korgoo.engine.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.pairs.rate import RateRequest
    from korgoo.engine.pairs.roster import RecallPair
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rejudge import Recalled
    from korgoo.engine.rows import Row

REFUSED_AGAIN_MS: Final = 3_600_000
"""A timer that could not be judged is tried again after so long."""

FEW: Final = 12
"""Rows of a batch, beyond what enclosures answer, from which arrays pay."""

OBSERVATION: Final = Kind.OBSERVATION

Look = tuple[bytes, Enclosures, int]
"""What screening says of a fix: its bytes, and its number among those within which they are the same."""


def shard_of(key: str, shards: int) -> int:
    """Return which of `shards` shards owns a key."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") % shards


class ShardSnapshot(msgspec.Struct, array_like=True, frozen=True):
    """A shard's packed states after the row `seq`, with the digest of the parameter set."""

    seq: int
    marked_ms: int
    states: tuple[tuple[str, bytes], ...]
    logged_ms: int = 0
    coverage: Coverage | None = None


class Shard:
    """The keys of one worker. `recall` fetches a key's rows when older facts have to be judged again."""

    _reseated: bool  # zones were seated since the batch was screened: what that said is void

    def __init__(
        self,
        parameters: Parameters,
        *,
        recall: step.Recall,
        recall_pair: RecallPair | None = None,
        index: int = 0,
        shards: int = 1,
    ) -> None:
        """Start with no subjects. Without `recall_pair` a pair's rows are put together by `recall`."""
        self.parameters = parameters
        self.recall = recall
        self.index = index
        self.shards = shards
        self.subjects: dict[str, Subject] = {}
        self.seq = 0
        self.marked_ms = 0
        self.logged_ms = 0  # log time of the newest row
        self._told: list[Finding] = []  # what the caller has not been given yet
        self.coverage: CoverageMap | None = None
        self.pairs = Roster(parameters, recall=recall_pair or self._recall_each)
        self._zones = ZoneTable()
        self._timers = Timers()

    def owns(self, key: str) -> bool:
        """Say whether this shard steps that key."""
        return self.shards == 1 or shard_of(key, self.shards) == self.index

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        """Judge rows in seq order and return what they conclude, in the order of its making."""
        self._told = findings = list[Finding]()
        concerned, find = self.pairs.of_person, self.subjects.get
        self._reseated = False
        subjects = [find(row.key) for row in rows]
        for row, subject, look in zip(rows, subjects, self._screen(rows, subjects), strict=True):
            try:
                if row.kind is OBSERVATION:
                    self._observe(subject, row, None if self._reseated else look, findings)
                else:
                    self._take(row, findings)
            except JUDGING_ERRORS as error:
                findings.append(tell_refusal(row.key, error, at_ms=row.log_at_ms, seq=row.seq))
            if row.key in concerned or row.key.startswith(PAIR):
                for pair in self.pairs.take(row, findings, owns=self.owns):
                    self._schedule(pair)
            self.seq = row.seq
        if rows:
            self.logged_ms = rows[-1].log_at_ms
        return findings

    def _take(self, row: Row, findings: list[Finding]) -> None:
        if row.kind is Kind.MARK:
            self._mark_row(row, findings)
        elif row.kind is Kind.COVERAGE:
            self.coverage = CoverageMap(row.body)
        elif row.key != SYSTEM_KEY and not is_pair(row.key) and self.owns(row.key):
            self._control(row, findings)

    def _screen(self, rows: Sequence[Row], subjects: Sequence[Subject | None]) -> list[Look | None]:
        """Return what screening says of rows whose subjects have no enclosure yet.

        None where there is an enclosure or no position, its key has no zones yet, or arrays would not pay.
        """
        looks: list[Look | None] = [None] * len(rows)
        far = []
        for position, (row, subject) in enumerate(zip(rows, subjects, strict=True)):
            if subject is not None and subject.enclosure is NOWHERE and row.kind is OBSERVATION:
                lat_e7, lon_e7 = row.body.lat_e7, row.body.lon_e7
                if lat_e7 is not None and lon_e7 is not None and subject.seats:
                    far.append((position, lat_e7, lon_e7, subject.first, subject.seats))
        if len(far) < FEW:
            return looks
        positions, lat_e7s, lon_e7s, first, count = zip(*far, strict=True)
        screened, start = self._zones.screen(lat_e7s, lon_e7s, first, count), 0
        flags = screened.flags.tobytes()
        enclosures = Enclosures(screened)
        for fix, (position, size) in enumerate(zip(positions, count, strict=True)):
            looks[position] = flags[start : start + size], enclosures, fix
            start += size
        return looks

    def _observe(self, subject: Subject | None, row: Row, look: Look | None, findings: list[Finding]) -> None:
        if subject is None:
            subject = self.subjects.get(row.key)  # an earlier row of the batch may have made it
            if subject is None:
                if not self.owns(row.key):
                    return
                subject = self._create(row.key)
        lat_e7, lon_e7 = row.body.lat_e7, row.body.lon_e7
        seen = None
        if lat_e7 is not None and lon_e7 is not None and subject.seated is not None:
            south, north, west, east = subject.enclosure
            if south <= lat_e7 <= north and west <= lon_e7 <= east:
                if subject.calm and quiet.pass_quietly(subject, row):
                    return
                seen = subject.expected
            else:
                seen = (
                    look[0]
                    if look is not None
                    else bytes([shape.screen(lat_e7, lon_e7) for shape in subject.seated])
                )
                if seen == subject.expected and subject.calm and quiet.pass_quietly(subject, row):
                    # Whoever has left his enclosure loses it, and gets another when he is screened again.
                    subject.enclosure = look[1].around(look[2]) if look is not None else NOWHERE
                    return
        step.observe(subject, row, findings, seen)
        self._schedule(subject)

    def _control(self, row: Row, findings: list[Finding]) -> None:
        subject = self.subjects.get(row.key) or self._create(row.key)
        step.control(subject, row, findings)
        self._reseat(subject)
        self._schedule(subject)

    def _create(self, key: str) -> Subject:
        subject = self.subjects[key] = Subject(PersonState(key), self.parameters)
        return subject

    def _reseat(self, subject: Subject) -> None:
        """Give a subject whose plan is ready its slots in the zone table."""
        force = subject.force
        if force is None or subject.seated is force.shapes:
            return
        if subject.seats:
            self._zones.remove(subject.first, subject.seats)
        self._reseated = True
        subject.first = self._zones.add(force.shapes)
        subject.seats, subject.seated = len(force.shapes), force.shapes
        subject.forget_enclosure()

    def _mark_row(self, row: Row, findings: list[Finding]) -> None:
        """Take a clock mark of the journal; a hole before it is our outage."""
        hole_ms = row.log_at_ms - self.marked_ms
        if self.marked_ms and hole_ms > self.parameters.outage_ms:
            for subject in self.subjects.values():
                subject.state.slack_ms += hole_ms
                subject.calm = False
            self.pairs.stretch(hole_ms)
            if self.owns(SYSTEM_KEY):
                findings.append(tell_outage(row, self.marked_ms, hole_ms))
        self._mark(row.log_at_ms, findings)

    def _mark(self, now_ms: int, findings: list[Finding]) -> None:
        """Fire every timer that is due, in the order of the keys.

        The moment at which a key is looked at is a lower bound that depends on how it was fed: no order.
        """
        self.marked_ms = now_ms
        for key in self._timers.take_due(now_ms):
            marked = self.subjects.get(key) or self.pairs.pairs[key]
            try:
                if not isinstance(marked, Subject):
                    self.pairs.mark(key, now_ms, findings, self._told)
                elif step.moves_on(marked, now_ms):
                    if marked.wake_ms:
                        self._timers.set_timer(key, marked.wake_ms)
                    continue
                else:
                    step.mark(marked, now_ms, findings, self._recall, self.coverage)
            except JUDGING_ERRORS as error:
                seq = marked.state.last_seq
                findings.append(tell_refusal(key, error, at_ms=now_ms, seq=seq, timer_ms=now_ms))
                marked.wake_ms = now_ms + REFUSED_AGAIN_MS
            if isinstance(marked, Subject):
                self._reseat(marked)
            if marked.wake_ms and marked.wake_ms <= now_ms:
                marked.wake_ms = now_ms + 1
            self._schedule(marked)

    def _recall(self, key: str, until_seq: int) -> Recalled:
        """Recall a key's rows, with what was told of it since the caller last got findings."""
        recalled = self.recall(key, until_seq)
        return msgspec.structs.replace(recalled, recorded=amend(recalled.recorded, self._told, key))

    def _recall_each(self, key: str, people: Sequence[str], until_seq: int) -> Recalled:
        own = self.recall(key, until_seq)
        rows = [*own.rows, *(row for person in people for row in self.recall(person, until_seq).rows)]
        return msgspec.structs.replace(own, rows=sorted(rows, key=lambda row: row.seq))

    def take_wishes(self) -> list[RateRequest]:
        """Hand out how often devices should report from now on, as far as that has changed."""
        wishes, self.pairs.wishes = self.pairs.wishes, []
        return wishes

    def next_due(self) -> int | None:
        """Return when the next timer may fire (a lower bound), or none."""
        return self._timers.next_due()

    def advance(self, now_ms: int) -> list[Finding]:
        """Fire timers as clock marks at every whole second up to `now_ms` would have."""
        self._told = findings = list[Finding]()
        while (due_ms := self.next_due()) is not None:
            moment_ms = max(-(-max(due_ms, self.logged_ms) // 1000) * 1000, self.marked_ms)
            if moment_ms > now_ms:
                break
            self._mark(moment_ms, findings)
        return findings

    def _schedule(self, subject: Subject | Pair) -> None:
        if subject.wake_ms:
            self._timers.set_timer(subject.state.key, subject.wake_ms)

    def snapshot(self) -> ShardSnapshot:
        """Return every state, packed, after the last row that was fed."""
        known = self.coverage.coverage if self.coverage is not None else None
        people = ((key, pack_state(subject.state)) for key, subject in self.subjects.items())
        return ShardSnapshot(self.seq, self.marked_ms, (*people, *self.pairs.pack()), self.logged_ms, known)

    def restore(self, snapshot: ShardSnapshot) -> None:
        """Go on from a snapshot: feed the rows after its seq next."""
        self.seq, self.marked_ms, self.logged_ms = snapshot.seq, snapshot.marked_ms, snapshot.logged_ms
        self.coverage = CoverageMap(snapshot.coverage) if snapshot.coverage is not None else None
        for key, packed in snapshot.states:
            if is_pair(key):
                self._schedule(self.pairs.restore(key, packed, snapshot.marked_ms))
                continue
            subject = self.subjects[key] = Subject(unpack_state(packed), self.parameters)
            self._reseat(subject)
            step.refresh(subject, snapshot.marked_ms)
            self._schedule(subject)
