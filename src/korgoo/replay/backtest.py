"""Judges a recording as the running system would have: rows in their order, and the clock between them.

The clock advances through marks at whole seconds, as the journal's does. Batch size and the number of shards
change how the work is cut up and not one byte of what comes out: rows are only fed together where no mark
can fall between them, and findings leave in the order (log time, seq, key, order of emission).
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from korgoo.engine.coverage import Coverage
from korgoo.engine.findings import Finding
from korgoo.planning.document import PlanDocument
from korgoo.replay.course import follow_seconds
from korgoo.replay.fixes import Fixes, read_fixes
from korgoo.replay.judging import Bench, EngineBench
from korgoo.replay.recording import Recording, make_recording

DEFAULT_BATCH: Final = 2_000


def backtest(
    document: PlanDocument,
    fixes_path: Path,
    *,
    until_ms: int | None = None,
    overrides: Mapping[str, int] | None = None,
    coverage: Coverage | None = None,
    batch: int = DEFAULT_BATCH,
    shards: int = 1,
    on_read: Callable[[Fixes], None] | None = None,
) -> Iterator[Finding]:
    """Yield what the engine finds in a recording, judged up to `until_ms` (default: its last log time).

    Reading happens at once, judging as findings are taken. `on_read` is told what was read, before judging.

    Raises:
        FixesError, OSError: the recording cannot be read; nothing was judged.
        ParameterError: an override that the engine does not know.
    """
    bench = EngineBench(overrides or {})
    fixes = read_fixes(fixes_path, persons=[subject.id for subject in document.subjects])
    if on_read is not None:
        on_read(fixes)
    recording = make_recording(document, fixes, until_ms=until_ms, coverage=coverage)
    return judge_recording(recording, bench=bench, until_ms=until_ms, batch=batch, shards=shards)


def judge_recording(
    recording: Recording, *, bench: Bench, until_ms: int | None, batch: int, shards: int
) -> Iterator[Finding]:
    """Yield the findings of rows that stand in memory; see `backtest`."""
    judges = [bench.open_judge(recall=recording.recall, index=i, shards=shards) for i in range(shards)]
    yield from follow_seconds(recording.rows, judges, until_ms=until_ms, batch=batch)
