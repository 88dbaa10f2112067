"""The coverage memory as a file, and how it is learned: reports that were due and lost, cell by cell.

Pure. A report is due every expected interval between the first position of a person and the last that was
heard of him. It is silent if nothing was received, placeless if something was and no usable position was
fixed within an interval of it; it belongs to the cell of his last position. Losses long enough to be told
are also remembered as such: by how many persons who lose there as often as makes a place deaf, and how long
nine in ten of them lasted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import msgspec

from korgoo.engine.coverage import Coverage, CoverageCell, Lost, cell_number
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation, Source, person_key

FORMAT: Final = "korgoo coverage 1"
LONGEST: Final = 60
"""Silent intervals in a row beyond which a device is off, lost or abroad: no place explains that."""
MAX_CELLS: Final = 2_000_000
MAX_NUMBER: Final = 1 << 40
"""Above every cell's number."""
_PERMILLE: Final = 1_000
_DAY_MS: Final = 86_400_000
_MAX_NAME: Final = 100
_MAX_DEVICES: Final = 1 << 32
_MAX_RATE: Final = 1 << 32
_MAX_USUAL_S: Final = 366 * 86_400


class CoverageError(ValueError):
    """The memory cannot be used; the message says why."""


class _Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    number: int
    reports: int
    placeless_permille: int
    silent_permille: int
    placeless_devices: int = 0
    placeless_usual_s: int = 0
    silent_devices: int = 0
    silent_usual_s: int = 0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: str
    cells: list[_Cell]
    placeless_rate: int = 0
    silent_rate: int = 0


def read_coverage(data: bytes) -> Coverage:
    """Return the memory of a file that `write_coverage` made, or anybody else by docs/backtest.md.

    Raises:
        CoverageError: it is no such file, or a number in it cannot be.
    """
    try:
        read = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CoverageError(str(error)) from error
    if read.format != FORMAT:
        raise CoverageError(f"$.format is not {FORMAT!r}")
    _check_name(read.version)
    if len(read.cells) > MAX_CELLS:
        raise CoverageError(f"$.cells has more than {MAX_CELLS:,}")
    for index, cell in enumerate(read.cells):
        lost = (cell.placeless_permille, cell.silent_permille)
        if not 0 < cell.reports < 1 << 53 or not all(0 <= permille <= _PERMILLE for permille in lost):
            raise CoverageError(f"$.cells[{index}]: reports above 0, and 0..1000 of 1,000 lost")
        devices, usual = (
            (cell.placeless_devices, cell.silent_devices),
            (cell.placeless_usual_s, cell.silent_usual_s),
        )
        if not (all(0 <= n <= _MAX_DEVICES for n in devices) and all(0 <= n <= _MAX_USUAL_S for n in usual)):
            raise CoverageError(f"$.cells[{index}]: devices and usual lengths from 0 on, within a year")
        if index and cell.number <= read.cells[index - 1].number:
            raise CoverageError(f"$.cells[{index}].number: numbers ascend")
    if not all(0 <= rate <= _MAX_RATE for rate in (read.placeless_rate, read.silent_rate)):
        raise CoverageError("$.placeless_rate and $.silent_rate count from 0 on, in 1,000 days of a device")
    cells = tuple(_read_cell(cell) for cell in read.cells)
    return Coverage(read.version, cells, read.placeless_rate, read.silent_rate)


def _read_cell(cell: _Cell) -> CoverageCell:
    return CoverageCell(
        *(cell.number, cell.reports, cell.placeless_permille, cell.silent_permille),
        Lost(cell.placeless_devices, cell.placeless_usual_s),
        Lost(cell.silent_devices, cell.silent_usual_s),
    )


def write_coverage(coverage: Coverage) -> bytes:
    """Return the memory as a file: one cell a line."""
    cells = [
        _Cell(
            *(c.number, c.reports, c.placeless_permille, c.silent_permille),
            *(c.placeless.devices, c.placeless.usual_s, c.silent.devices, c.silent.usual_s),
        )
        for c in coverage.cells
    ]
    lines = b",\n".join(msgspec.json.encode(cell) for cell in cells)
    rates = {"placeless_rate": coverage.placeless_rate, "silent_rate": coverage.silent_rate}
    head = msgspec.json.encode({"format": FORMAT, "version": coverage.version, **rates})[:-1]
    return head + b',"cells":[\n' + lines + b"\n]}\n"


def learn_coverage(
    observations: Sequence[tuple[str, Observation]], *, intervals: Mapping[str, int], version: str
) -> Coverage:
    """Return what (key, observation) in log order teach; `intervals` are ms by person id.

    Raises:
        CoverageError: the version's name cannot be used.
    """
    _check_name(version)
    of_key: dict[str, list[Observation]] = {person_key(person): [] for person in intervals}
    for key, seen in observations:
        if key in of_key:
            of_key[key].append(seen)
    lessons = Lessons()
    for person, interval_ms in intervals.items():
        lessons.add(of_key[person_key(person)], interval_ms)
    return lessons.sum_up(version)


class _Watched(NamedTuple):
    """How long one person was watched, and how often position and contact were lost in that time."""

    watched_ms: int
    losses: tuple[int, int]


class Lessons:
    """What is counted of each cell, person by person: reports, and losses with their lengths."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._counts: dict[int, list[int]] = {}
        self._lengths: tuple[dict[int, list[list[int]]], ...] = ({}, {})  # of each who loses it there
        self._visitors: Counter[int] = Counter()
        self._people: list[_Watched] = []

    def add(self, seen: Sequence[Observation], interval_ms: int) -> None:
        """Count one person's observations, in log order."""
        parameters, watched_ms, losses = Parameters(), 0, [0, 0]
        counts: dict[int, list[int]] = {}
        own: tuple[dict[int, list[int]], ...] = ({}, {})
        for (number, placeless, silent), run in groupby(_due_reports(seen, interval_ms)):
            length = sum(1 for _ in run)
            count = counts.setdefault(number, [0, 0, 0])
            count[0] += length
            count[1] += placeless * length
            count[2] += silent * length
            lasted_ms = length * interval_ms
            watched_ms += lasted_ms
            shortest_ms = (
                parameters.silence_intervals * interval_ms if silent else parameters.position_extra_ms
            )
            if (placeless or silent) and lasted_ms >= shortest_ms:
                own[silent].setdefault(number, []).append(lasted_ms // 1000)
                losses[silent] += 1
        self._people.append(_Watched(watched_ms, (losses[0], losses[1])))
        self._visitors.update(counts.keys())
        for number, count in counts.items():
            known = self._counts.setdefault(number, [0, 0, 0])
            known[:] = (sum(pair) for pair in zip(known, count, strict=True))
        for kind, lengths in enumerate(own):
            for number, lasted_s in lengths.items():
                reports, lost = counts[number][0], counts[number][1 + kind]
                # Who seldom loses it there tells of his device and not of the place: else two neighbours who
                # lost it once would let a third make the place deaf alone.
                if lost * _PERMILLE >= parameters.deaf_permille * reports:
                    self._lengths[kind].setdefault(number, []).append(lasted_s)

    def sum_up(self, version: str, *, fewest: int = 1) -> Coverage:
        """Return the memory, without the cells in which fewer persons than `fewest` were.

        Fewer than so many make no loss common or usual either: those who lost most are left out of rates and
        lengths, or one man who loses it each day would excuse everybody, and himself for hours.

        Raises:
            CoverageError: the version's name cannot be used.
        """
        _check_name(version)
        cells = tuple(
            CoverageCell(
                *(number, reports, placeless * _PERMILLE // reports, silent * _PERMILLE // reports),
                *(self._lost(kind, number, fewest - 1) for kind in (0, 1)),
            )
            for number, (reports, placeless, silent) in sorted(self._counts.items())
            if self._visitors[number] >= fewest
        )
        return Coverage(version, cells, *(self._rate(kind, fewest - 1) for kind in (0, 1)))

    def _rate(self, kind: int, left_out: int) -> int:
        """Return how often it was lost in 1,000 days of a device."""
        people = sorted(self._people, key=lambda one: (-one.losses[kind], one.watched_ms))[left_out:]
        losses, watched_ms = (sum(one.losses[kind] for one in people), sum(one.watched_ms for one in people))
        return losses * _DAY_MS * _PERMILLE // max(1, watched_ms)

    def _lost(self, kind: int, number: int, left_out: int) -> Lost:
        people = sorted(self._lengths[kind].get(number, []), key=lambda one: (-sum(one), one))
        lengths = sorted(lasted_s for one in people[left_out:] for lasted_s in one)
        return Lost(len(people), lengths[len(lengths) * 9 // 10] if lengths else 0)


def _due_reports(seen: Sequence[Observation], interval_ms: int) -> Iterator[tuple[int, bool, bool]]:
    """Yield (cell, placeless, silent) of each report that was due; none before the first position.

    Messages closer than three quarters of an interval are one report: a fix and its status, an upload.
    """
    places = sorted(
        (one.fixed_at_ms, cell_number(one.lat_e7 or 0, one.lon_e7 or 0)) for one in seen if _usable(one)
    )
    last_ms = -1
    for at_ms in sorted(one.received_at_ms for one in seen):
        gap_ms = at_ms - last_ms
        before = bisect_right(places, (at_ms, MAX_NUMBER))
        if before == 0 or (last_ms >= 0 and 4 * gap_ms < 3 * interval_ms):
            continue
        silent = (gap_ms + interval_ms // 2) // interval_ms - 1 if last_ms >= 0 else 0
        if 0 < silent <= LONGEST:
            # The cell of the last position before the silence: where it was lost, not where it came back.
            lost = bisect_right(places, (last_ms, MAX_NUMBER))
            yield from ((places[max(0, lost - 1)][1], False, True) for _ in range(silent))
        near = [*places[before - 1 : before], *places[before : before + 1]]
        placed = any(abs(fixed_ms - at_ms) <= interval_ms for fixed_ms, _ in near)
        yield places[before - 1][1], not placed, False
        last_ms = at_ms


def _usable(one: Observation) -> bool:
    coarse = one.accuracy_cm is not None and one.accuracy_cm > Parameters().coarse_cm
    right = one.fixed_at_ms <= one.received_at_ms and not one.clock_faulty
    return one.lat_e7 is not None and right and not (coarse or one.mock or one.source is Source.CELL)


def _check_name(version: str) -> None:
    if not 0 < len(version) <= _MAX_NAME or not version.isprintable():
        raise CoverageError(f"a version has a printable name of up to {_MAX_NAME} characters")
