"""The course of judging: rows in their order with the clock between them, fed to judges that keep no time.

Two clocks. A backtest has none of its own: its clock stands at whole seconds between rows, as the journal's
marks would. Rows of a journal bring their marks along as rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.rows import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Row
    from korgoo.replay.judging import Judge


class StuckClockError(RuntimeError):
    """A shard keeps a timer that is due after it was told to fire it: a fault of the engine."""


def follow_seconds(
    rows: Sequence[Row], judges: Sequence[Judge], *, until_ms: int | None, batch: int
) -> Iterator[Finding]:
    """Yield findings in the order (log time, seq, key), the clock standing at whole seconds between rows."""
    held: list[Finding] = []
    clock = _Clock(judges)
    for run in _runs(rows, batch=batch):
        held += clock.advance_before(run[0].log_at_ms)
        yield from _leave(held, before_ms=run[0].log_at_ms)
        for judge in judges:
            held += judge.feed(run)
        clock.log_at_ms = run[-1].log_at_ms
    if rows:
        end_ms = rows[-1].log_at_ms if until_ms is None else until_ms
        held += clock.advance_before(end_ms + 1)
    yield from _leave(held, before_ms=None)


def follow_marks(rows: Sequence[Row], judge: Judge) -> Iterator[Finding]:
    """Yield findings in the order of their making, the clock being the marks among the rows."""
    for stretch in cut_at_marks(rows):
        yield from judge.feed(stretch)


def cut_at_marks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield stretches of rows, every mark alone: late facts are settled there, against all told before."""
    stretch: list[Row] = []
    for row in rows:
        if row.kind is not Kind.MARK:
            stretch.append(row)
            continue
        if stretch:
            yield stretch
            stretch = []
        yield [row]
    if stretch:
        yield stretch


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
