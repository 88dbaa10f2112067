"""What the engine recalls of one person or pair: its rows from the journal, its findings from the records.

Findings are recalled as they stood when the shard's state was restored, and from then on as this process
put them out: so a restart that judges the tail of the journal once more compares with the same past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.episodes import amend
from korgoo.engine.findings import KINDS, Event, Finding, Reason
from korgoo.engine.rejudge import Recalled
from korgoo.monitoring.models import FindingEvent
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.engine.episodes import Recorded
    from korgoo.runtime.starts import Starts

_SORTED: Final = tuple(sorted(kind.name for kind in KINDS.values() if kind.lane == "sorted"))
_WHY: Final = "the engine compares with what it put out"


class Memory:
    """Recalls for one shard. `seq` and `marked_ms` say how far its state had judged when it was restored."""

    def __init__(self, starts: Starts, *, seq: int, marked_ms: int) -> None:
        """Remember nothing yet."""
        self._starts = starts
        self._seq = seq
        self._marked_ms = marked_ms
        self._since: dict[str, list[Finding]] = {}

    def write(self, findings: Iterable[Finding]) -> None:
        """Take what was put out since, in order."""
        for finding in findings:
            if KINDS[finding.kind].lane == "sorted":
                self._since.setdefault(finding.key, []).append(finding)

    def recall(self, key: str, until_seq: int, *, people: Sequence[str] = ()) -> Recalled:
        """Return a key's readable rows up to `until_seq`, from a start where one holds, and its findings.

        Of a pair also the rows of both `people`.
        """
        found = self._starts.find(key, until_seq, people=people)
        return Recalled(found.rows, self._recorded(key), found.packed)

    def _recorded(self, key: str) -> list[Recorded]:
        """Return the findings of a key as they stand by now."""
        return amend(amend((), self._recorded_before(key), key), self._since.get(key, ()), key)

    def _recorded_before(self, key: str) -> Iterable[Finding]:
        """Yield the events that the restored state knew: told at or before its last mark, by its rows."""
        events = FindingEvent.objects.unscoped(_WHY).filter(
            finding__kind__in=_SORTED,
            finding__id__startswith=f"{key}/",
            seq__lte=self._seq,
        )
        for event in events.select_related("finding").order_by("at", "seq", "finding_id", "number"):
            if to_ms(event.at) <= self._marked_ms:
                yield _finding_of(event, key)


def _finding_of(event: FindingEvent, key: str) -> Finding:
    return Finding(
        id=event.finding_id,
        number=event.number,
        kind=event.finding.kind,
        event=Event(event.event),
        subject=key,
        condition=event.finding.condition,
        at_ms=to_ms(event.at),
        since_ms=to_ms(event.since),
        until_ms=None if event.until is None else to_ms(event.until),
        live=event.live,
        confidence=event.confidence,
        code=Reason(event.code),
        seq=event.seq,
    )
