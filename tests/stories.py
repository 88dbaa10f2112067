"""Factories for engine tests: a home, a person, a way to walk, and a ledger that folds findings."""

from __future__ import annotations

import random
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from korgoo.engine.episodes import Recorded, amend
from korgoo.engine.findings import KINDS, Event, Finding
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Plan, Window, Zone, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Body, Kind, Mark, Observation, Row, Source, person_key
from korgoo.engine.shard import Shard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MIDNIGHT = 1_779_904_800_000  # 2026-05-28 00:00 in Bishkek
MINUTE = 60_000
HOUR = 60 * MINUTE
HOME_LAT, HOME_LON = 428_700_000, 746_000_000
FRAME = Frame(HOME_LAT, HOME_LON, 855_638, 1_165_000)  # cm per 1e-7 degree times 2**20, near Bishkek
EVERY_DAY = 127
NIGHT = Window(EVERY_DAY, 22 * 3600, 6 * 3600)
P1 = person_key("p1")
P2 = person_key("p2")


def at(hour: float) -> int:
    """Return that local hour of the test's day, ms; hours above 24 are the next day."""
    return MIDNIGHT + round(hour * HOUR)


def find_longitude(distance_cm: int, measure: Callable[[int], int], *, begin: int = HOME_LON) -> int:
    """Return the first longitude from there on, or from home, that is measured as so far away, or farther."""
    return bisect_left(range(begin, HOME_LON + 10_000_000), distance_cm, key=measure) + begin


def circle(
    name: str = "home",
    *,
    kind: ZoneKind = ZoneKind.INCLUSION,
    radius_m: int = 50,
    windows: tuple[Window, ...] = (),
    grace_s: int = 0,
    east_m: int = 0,
) -> Zone:
    """Return a round zone, its centre so many metres east of home."""
    lon = HOME_LON + (east_m * 100 * 2**20) // FRAME.x_scale
    disc = Disc(0, 0, radius_m * 100)
    frame = Frame(HOME_LAT, lon, FRAME.x_scale, FRAME.y_scale)
    return Zone(name, kind, frame, disc, disc, (), windows, grace_s * 1000, (name,))


def plan(*zones: Zone, version: str = "1", from_ms: int = 0, **fields: Any) -> Plan:
    """Return a plan in UTC+6 that expects a fix a minute."""
    basics = {"expected_interval_ms": MINUTE, "silence_grace_ms": MINUTE, "utc_offsets": ((0, 21_600),)}
    return Plan(version=version, effective_from_ms=from_ms, zones=zones, **{**basics, **fields})


def fix(
    fixed_ms: int, east_m: float = 0, north_m: float = 0, *, late_ms: int = 0, **fields: Any
) -> Observation:
    """Return a fix so many metres from home, received `late_ms` after it was taken."""
    basics: dict[str, Any] = {"source": Source.GPS, "accuracy_cm": 800}
    return Observation(
        fixed_at_ms=fixed_ms,
        received_at_ms=fixed_ms + late_ms,
        lat_e7=HOME_LAT + round(north_m * 100 * 2**20 / FRAME.y_scale),
        lon_e7=HOME_LON + round(east_m * 100 * 2**20 / FRAME.x_scale),
        **{**basics, **fields},
    )


def rows_of(key: str, *bodies: tuple[int, Body], start: int = 1) -> list[Row]:
    """Return rows for (log time, body) pairs in the order given."""
    return [Row(seq, log_ms, kind_of(body), key, body) for seq, (log_ms, body) in enumerate(bodies, start)]


def kind_of(body: Body) -> Kind:
    """Return the row kind of a body."""
    names = {"Observation": Kind.OBSERVATION, "Plan": Kind.PLAN, "Permit": Kind.PERMIT, "Mark": Kind.MARK}
    names |= {"Coverage": Kind.COVERAGE, "PairPlan": Kind.PAIR, "Together": Kind.TOGETHER}
    names |= {"Inspection": Kind.INSPECTION, "StandDown": Kind.STAND_DOWN, "Suspension": Kind.SUSPENSION}
    return names[type(body).__name__]


class Ledger:
    """Findings folded to how they stand: by id, with the events that told it.

    A row that meets a fault of ours is a finding of the shard's and stops nobody: here it fails the test, so
    that one that looks at other kinds cannot pass it over. `refusals` lets it be told.
    """

    def __init__(self, *, refusals: bool = False) -> None:
        self.refusals = refusals
        self.events: list[Finding] = []
        self.standing: dict[str, Finding] = {}
        self.until: dict[str, int | None] = {}

    def write(self, findings: Iterable[Finding]) -> None:
        """Add events in order, refusing a number that was used."""
        for finding in findings:
            assert not any((e.id, e.number) == (finding.id, finding.number) for e in self.events[-50:])
            assert self.refusals or finding.kind != "system.refused", finding
            self.events.append(finding)
            if finding.event is Event.ANNULLED:
                del self.standing[finding.id], self.until[finding.id]
                continue
            self.standing[finding.id] = finding
            if finding.event in {Event.CLOSED, Event.CORRECTED, Event.OPENED}:
                self.until[finding.id] = finding.until_ms

    def intervals(self, *, lane: str = "sorted") -> list[tuple[str, str, int, int | None]]:
        """Return (condition, kind, since, until) of all that stands, in the order of time."""
        rows = [
            (finding.condition, finding.kind, finding.since_ms, self.until[name])
            for name, finding in self.standing.items()
            if KINDS[finding.kind].lane == lane
        ]
        return sorted(rows, key=lambda row: (row[2], row[0], row[1]))

    def recorded(self, key: str) -> list[Recorded]:
        """Return the sorted lane's findings of a key as a store would recall them."""
        return amend((), self.events, key)

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        """Return (event, kind) in the order told, of these kinds or all."""
        return [(e.event.value, e.kind) for e in self.events if not kinds or e.kind in kinds]


def judge(
    rows: Sequence[Row],
    *,
    batch: int | None = None,
    until_ms: int | None = None,
    parameters: Parameters | None = None,
    before: Callable[[Shard, Row], Shard] | None = None,
    refusals: bool = False,
) -> Ledger:
    """Run rows through one shard with clock marks at every whole second that matters.

    `batch` rows a call, marks too; without it a row and the marks before it, but one where `before` looks.
    """
    ledger = Ledger(refusals=refusals)
    marked = with_marks(rows, until_ms=until_ms)
    passed: list[Row] = []

    def recall(key: str, until_seq: int) -> Recalled:
        return Recalled([r for r in passed if r.key == key and r.seq <= until_seq], ledger.recorded(key))

    shard = Shard(parameters or Parameters(), recall=recall)
    if batch is None and before is None:
        chunks = with_their_marks(marked)
    else:
        size = batch or 1
        chunks = (marked[start : start + size] for start in range(0, len(marked), size))
    for chunk in chunks:
        passed.extend(chunk)
        if before is not None:
            shard = before(shard, chunk[0])
            shard.recall = recall
        ledger.write(shard.feed(chunk))
    return ledger


def with_their_marks(marked: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut rows so that each comes with the marks before it: fewer calls, and so quicker."""
    start = 0
    for end, row in enumerate(marked, 1):
        if row.kind is not Kind.MARK or end == len(marked):
            yield marked[start:end]
            start = end


def with_marks(rows: Sequence[Row], *, until_ms: int | None = None, every_ms: int = 10_000) -> list[Row]:
    """Put clock marks between the rows, and number all anew."""
    marked: list[Row] = []
    clock, mark = rows[0].log_at_ms // every_ms * every_ms, Mark()
    end_ms = until_ms or rows[-1].log_at_ms
    for row in [*rows, None]:
        until = row.log_at_ms if row is not None else end_ms + 1
        marks = range(clock, until, every_ms)
        marked += [
            Row(seq, at_ms, Kind.MARK, SYSTEM_KEY, mark) for seq, at_ms in enumerate(marks, len(marked) + 1)
        ]
        clock += len(marks) * every_ms
        if row is not None:
            marked.append(Row(len(marked) + 1, row.log_at_ms, row.kind, row.key, row.body))
    return marked


def noise(seed: int) -> Callable[[], float]:
    """Return a source of position errors, about 8 m."""
    generator = random.Random(seed)
    return lambda: generator.gauss(0, 8)
