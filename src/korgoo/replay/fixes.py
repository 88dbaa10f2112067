"""Reads FIXES.csv: what devices told, as recorded, all or nothing.

The format is described in docs/backtest.md. A file with a bad line is refused as a whole before anything is
judged: half a recording would give findings that nobody could trust.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from korgoo.engine.rows import Observation, person_key
from korgoo.replay import cells
from korgoo.replay.cells import CellError, Convert

MAX_PROBLEMS: Final = 20
_REQUIRED: Final = ("person_id", "time_utc_iso", "lat", "lon")

# Column of the file: the field of `Observation` that it fills, and how its text is read.
_COLUMNS: Final[dict[str, tuple[str, Callable[[], Convert]]]] = {
    "person_id": ("", cells.word),
    "time_utc_iso": ("fixed_at_ms", cells.instant),
    "lat": ("lat_e7", lambda: cells.degrees_e7(90)),
    "lon": ("lon_e7", lambda: cells.degrees_e7(180)),
    "accuracy_m": ("accuracy_cm", cells.accuracy_cm),
    "source": ("source", cells.source),
    "speed": ("speed_cms", lambda: cells.scaled(100, low=0, high=10_000, unit="m/s")),
    "altitude": ("altitude_cm", lambda: cells.scaled(100, low=-20_000, high=100_000, unit="m")),
    "motion": ("motion", cells.motion),
    "beacon": ("beacon", cells.word),
    "received_at": ("received_at_ms", cells.instant),
    "battery": ("battery_percent", cells.percent),
    "strap": ("strap", cells.intact),
    "case": ("case", cells.intact),
    "charging": ("charging", cells.boolean),
    "sos": ("sos", cells.boolean),
    "skin": ("skin", cells.intact),
    "tether": ("tether", cells.intact),
    "mock": ("mock", cells.boolean),
    "device": ("device", cells.word),
    "extras": ("extras", cells.extras),
}


class Problem(NamedTuple):
    """One thing wrong in the file. `column` is empty where the whole line is at fault."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.message}"


class FixesError(ValueError):
    """The file cannot be used; `problems` holds the first 20 of `count`."""

    def __init__(self, problems: Sequence[Problem], *, count: int) -> None:
        lines = [str(problem) for problem in problems]
        if count > len(problems):
            lines.append(f"… and {count - len(problems):,} more")
        super().__init__("\n".join(lines))
        self.problems = tuple(problems)
        self.count = count


class Fixes(NamedTuple):
    """A recording: (key, observation) in the order in which they were received.

    `lines` counts the data lines; `unknown` those of persons who are not among the known.
    """

    observations: list[tuple[str, Observation]]
    lines: int
    unknown: dict[str, int]


def read_fixes(path: Path, *, persons: Sequence[str] | None = None) -> Fixes:
    """Return the recording in (received_at, order in the file) order.

    Lines of persons who are not in `persons` are checked like all others, counted and left out; None
    keeps everybody.

    Raises:
        FixesError: a column is unknown, missing or doubled, or any value is bad.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened, strict=True, skipinitialspace=True)
        table = _Table(reader, persons=persons)
        try:
            header = next(reader, [])
            read = table.read(header)
        except csv.Error as error:
            table.complain(reader.line_num, "", f"no CSV: {error}")
        except UnicodeDecodeError:
            table.complain(_first_foreign_line(path), "", "not UTF-8")
        else:
            if not table.count:
                return read
    raise FixesError(table.problems, count=table.count)


def _first_foreign_line(path: Path) -> int:
    """Return the first line that is not UTF-8: text is decoded in blocks, so the reader's count lags."""
    with path.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


class _Table:
    """One pass over the file: its columns, its problems so far, its observations."""

    def __init__(self, reader: Any, *, persons: Sequence[str] | None) -> None:  # noqa: ANN401 - csv has no public type
        self.reader = reader
        self.problems: list[Problem] = []
        self.count = 0
        self._keys = None if persons is None else {person: person_key(person) for person in persons}

    def complain(self, line: int, column: str, message: str) -> None:
        self.count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(line, column, message))

    def read(self, header: list[str]) -> Fixes:
        names = [name.strip() for name in header]
        self._check_header(names)
        if self.count:
            return Fixes([], 0, {})
        collected: list[tuple[str, Observation]] = []
        unknown: dict[str, int] = {}
        lines = 0
        keys = self._keys
        made: dict[str, str] = {} if keys is None else keys
        for person, observation in self._observations(names):
            lines += 1
            key = made.get(person)
            if key is None:
                if keys is not None:
                    unknown[person] = unknown.get(person, 0) + 1
                    continue
                key = made[person] = person_key(person)
            collected.append((key, observation))
        collected.sort(key=lambda pair: pair[1].received_at_ms)
        return Fixes(collected, lines, unknown)

    def _check_header(self, names: list[str]) -> None:
        for index, name in enumerate(names):
            if name not in _COLUMNS:
                self.complain(
                    1, name or f"column {index + 1}", f"unknown column; the columns are {', '.join(_COLUMNS)}"
                )
            elif name in names[:index]:
                self.complain(1, name, "the column stands twice")
        for name in _REQUIRED:
            if name not in names:
                self.complain(1, name, "the column is missing")

    def _observations(self, names: list[str]) -> Iterator[tuple[str, Observation]]:
        """Yield (person, observation) of every good line; complain about the others."""
        width = len(names)
        person_at = names.index("person_id")
        readers = [(_COLUMNS[name][0], name, _COLUMNS[name][1]()) for name in names]
        person_of = readers[person_at][2]
        # (column, its field, its name, its converter) of everything but the person
        plan = [(i, *reader) for i, reader in enumerate(readers) if i != person_at]
        for record in self.reader:
            if len(record) != width:
                if record:
                    self.complain(
                        self.reader.line_num, "", f"{len(record)} values where the header has {width}"
                    )
                continue
            fields: dict[str, Any] = {}
            try:
                for column, field, _, convert in plan:
                    text = record[column]
                    if text:
                        fields[field] = convert(text)
                person = person_of(record[person_at])
                fixed_at_ms = fields["fixed_at_ms"]
            except (CellError, KeyError):
                self._complain_line(record, readers)
                continue
            if "received_at_ms" not in fields:
                fields["received_at_ms"] = fixed_at_ms
            if not person or ("lat_e7" in fields) != ("lon_e7" in fields):
                self._complain_line(record, readers)
                continue
            yield person, Observation(**fields)

    def _complain_line(self, record: list[str], readers: list[tuple[str, str, Convert]]) -> None:
        """Say everything that is wrong with a line; the quick way stops at the first."""
        line = self.reader.line_num
        texts = {name: text for (_, name, _), text in zip(readers, record, strict=True)}
        for _, name, convert in readers:
            try:
                if texts[name]:
                    convert(texts[name])
                elif name in ("person_id", "time_utc_iso"):
                    self.complain(line, name, "must not be empty")
            except CellError as error:
                self.complain(line, name, f"{error}: {texts[name][:40]!r}")
        if bool(texts["lat"]) != bool(texts["lon"]):
            self.complain(line, "lon" if texts["lat"] else "lat", "lat and lon may be empty only together")
