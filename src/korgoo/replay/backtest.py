"""Judges a recording as the running system would have: rows in their order, and the clock between them.

The clock advances through marks at whole seconds, as the journal's does. Batch size and the number of shards
change how the work is cut up and not one byte of what comes out: rows are only fed together where no mark
can fall between them, and findings leave in the order (log time, seq, key, order of emission).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from korgoo.engine.coverage import Coverage
from korgoo.engine.findings import Finding
from korgoo.engine.rows import Row
from korgoo.planning.document import PlanDocument
from korgoo.replay.fixes import Fixes, read_fixes
from korgoo.replay.judging import Bench, EngineBench, Judge
from korgoo.replay.recording import Recording, make_recording

DEFAULT_BATCH: Final = 2_000


class StuckClockError(RuntimeError):
    """A shard keeps a timer that is due after it was told to fire it: a fault of the engine."""


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
    held: list[Finding] = []
    clock = _Clock(judges)
    for run in _runs(recording.rows, batch=batch):
        held += clock.advance_before(run[0].log_at_ms)
        yield from _leave(held, before_ms=run[0].log_at_ms)
        for judge in judges:
            held += judge.feed(run)
        clock.log_at_ms = run[-1].log_at_ms
    if recording.rows:
        end_ms = recording.rows[-1].log_at_ms if until_ms is None else until_ms
        held += clock.advance_before(end_ms + 1)
    yield from _leave(held, before_ms=None)


class _Clock:
    """The log's clock between rows: `log_at_ms` is the newest log time, row or mark."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._judges = judges
        self.log_at_ms = 0

    def advance_before(self, limit_ms: int) -> list[Finding]:
        """Fire what is due at every mark before `limit_ms`, each judge at its own marks."""
        return [finding for judge in self._judges for finding in self._advance(judge, limit_ms)]

    def _advance(self, judge: Judge, limit_ms: int) -> Iterator[Finding]:
        last_ms = -1
        while (due_ms := judge.next_due()) is not None:
            mark_ms = _whole_second(max(due_ms, self.log_at_ms))
            if mark_ms >= limit_ms:
                return
            if mark_ms <= last_ms:
                raise StuckClockError(f"a timer due at {due_ms} is still due after the mark at {mark_ms}")
            last_ms = mark_ms
            yield from judge.advance(mark_ms)


def _runs(rows: Sequence[Row], *, batch: int) -> Iterator[Sequence[Row]]:
    """Yield rows that may be fed together: no whole second lies at or after the first and before the last."""
    start = 0
    while start < len(rows):
        mark_ms = _whole_second(rows[start].log_at_ms)
        end = start + 1
        while end < len(rows) and end - start < batch and rows[end].log_at_ms <= mark_ms:
            end += 1
        yield rows[start:end]
        start = end


def _leave(held: list[Finding], *, before_ms: int | None) -> Iterator[Finding]:
    """Yield, in order, what was known before that log time; more may still come among the later ones."""
    ready = [finding for finding in held if before_ms is None or finding.at_ms < before_ms]
    if ready:
        held[:] = [finding for finding in held if before_ms is not None and finding.at_ms >= before_ms]
        ready.sort(key=lambda finding: (finding.at_ms, finding.seq, finding.key))
        yield from ready


def _whole_second(at_ms: int) -> int:
    return -(-at_ms // 1000) * 1000
