"""What was put out so far, folded to how each finding stands: what a rejudging compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import KINDS, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.engine.findings import Finding


class Chronicle:
    """The findings of the sorted lane by subject, as a store would recall them."""

    def __init__(self) -> None:
        """Start with nothing put out."""
        self._standing: dict[str, dict[str, Recorded]] = {}

    def write(self, findings: Iterable[Finding]) -> None:
        """Take findings in the order in which they were put out."""
        for finding in findings:
            if KINDS[finding.kind].lane != "sorted":
                continue
            own = self._standing.setdefault(finding.subject, {})
            if finding.event is Event.ANNULLED:
                own.pop(finding.id, None)
                continue
            recorded = own.get(finding.id)
            if recorded is None:
                recorded = own[finding.id] = Recorded(
                    finding.id, finding.condition, finding.kind, finding.since_ms
                )
            recorded.since_ms, recorded.number = finding.since_ms, finding.number + 1
            if finding.event in {Event.CLOSED, Event.CORRECTED}:
                recorded.until_ms = finding.until_ms or 0

    def recorded(self, key: str) -> list[Recorded]:
        """Return copies of a subject's findings, in the order in which they opened."""
        return [
            Recorded(r.id, r.condition, r.kind, r.since_ms, r.until_ms, r.number)
            for r in self._standing.get(key, {}).values()
        ]
