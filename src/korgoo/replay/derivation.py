"""Derives findings from the rows of a case once more; what the packed engine of a bundle runs.

It needs the engine, `judging`, `course`, `findings_file` and the reading of instants: `packing` packs exactly
these. Run as a program it reads a job's folder and writes one line of FINDINGS.jsonl an event to stdout.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Kind, Row, decode_body, encode_body
from korgoo.replay.course import follow_marks, follow_seconds
from korgoo.replay.findings_file import finding_line
from korgoo.replay.judging import EngineJudge, override_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from korgoo.engine.findings import Finding

SECONDS: Final = "seconds"
MARKS: Final = "marks"
ROWS_FILE: Final = "rows.msgpack"
JOB_FILE: Final = "job.json"

Record = tuple[int, int, str, str, bytes]
"""A row as it is written down: seq, log time in ms, kind, key, body in canonical msgpack."""


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be derived: events of the finding `finding`, told by the rows up to `end_ms`.

    `clock` is `seconds` (a backtest) or `marks` (a journal); `parameters` replace the engine's own by name.
    """

    finding: str
    clock: str
    end_ms: int
    parameters: dict[str, int]


def write_record(row: Row) -> Record:
    """Return a row as it is written down."""
    return (row.seq, row.log_at_ms, row.kind.value, row.key, encode_body(row.body))


def read_record(record: Sequence[Any]) -> Row:
    """Return the row of a record.

    Raises:
        msgspec.DecodeError, ValueError, KeyError: it is none.
    """
    seq, log_at_ms, kind, key, body = record
    return Row(seq, log_at_ms, Kind(kind), key, decode_body(kind, body))


def derive(rows: Sequence[Row], job: Job) -> list[Finding]:
    """Return the events of the job's finding that these rows give, in order.

    Raises:
        ParameterError: the engine does not know one of the parameters.
    """
    return [finding for finding in derive_all(rows, job) if finding.id == job.finding]


def derive_all(rows: Sequence[Row], job: Job) -> list[Finding]:
    """Return the events of every finding that these rows give, in order; raises as `derive`."""
    parameters = override_parameters(Parameters(), job.parameters)
    judge = EngineJudge(parameters, recall=recall_from(rows))
    if job.clock == MARKS:
        return [*follow_marks(rows, judge)]
    return [*follow_seconds(rows, [judge], until_ms=job.end_ms, batch=2_000)]


def recall_from(rows: Sequence[Row]) -> Any:  # noqa: ANN401 - a Recall, which only judging names
    """Return what gives a key's rows up to a seq."""
    of_key: dict[str, list[Row]] = {}
    for row in rows:
        of_key.setdefault(row.key, []).append(row)

    def recall(key: str, until_seq: int) -> Sequence[Row]:
        found = of_key.get(key, [])
        return found[: bisect_right(found, until_seq, key=lambda row: row.seq)]

    return recall


def parameter_values(parameters: Parameters) -> dict[str, int]:
    """Return every whole number of a parameter set by its name."""
    values: Mapping[str, Any] = msgspec.structs.asdict(parameters)
    return {name: value for name, value in values.items() if isinstance(value, int)}


def main(folder: str) -> None:
    """Derive the job in a folder and write its lines to stdout."""
    job = msgspec.json.decode(Path(folder, JOB_FILE).read_bytes(), type=Job)
    records = msgspec.msgpack.decode(Path(folder, ROWS_FILE).read_bytes())
    lines = [finding_line(finding) for finding in derive([read_record(record) for record in records], job)]
    sys.stdout.write(json.dumps(lines))
