"""The desk: where rules and lanes put findings down, numbered and named, in the order of their making."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Event, Evidence, Finding, Param, Reason
from korgoo.engine.state import Standing

if TYPE_CHECKING:
    from korgoo.engine.coverage import CoverageMap
    from korgoo.engine.rows import Observation
    from korgoo.engine.state import PersonState

CERTAIN: Final = 1000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Notes:
    """Collects what one row or one mark concludes about one key.

    `at_ms` is the log time, `seq` the row (or, at a mark, the key's last row); `standing` are the open
    findings of its log lane. A pair says who its `subject` is and who the `other`.
    """

    __slots__ = ("_named", "at_ms", "findings", "key", "other", "seq", "standing", "subject")

    def __init__(
        self,
        key: str,
        standing: dict[str, Standing],
        *,
        at_ms: int,
        seq: int,
        findings: list[Finding],
        subject: str = "",
        other: str | None = None,
    ) -> None:
        """Write to `findings`."""
        self.key = key
        self.standing = standing
        self.at_ms = at_ms
        self.seq = seq
        self.findings = findings
        self.subject = subject or key
        self.other = other
        self._named: dict[str, int] | None = None  # most desks name nothing

    def name(self, condition: str, kind: str, timer_ms: int = 0) -> str:
        """Return the id of a finding that opens now: key, condition, kind, row and, for a timer, its time.

        What opens a second time at one row or timer gets "+2" behind that, a third time "+3".
        """
        moment = f"{self.seq}.{timer_ms}" if timer_ms else str(self.seq)
        name = f"{self.key}/{condition}/{kind}/{moment}"
        if self._named is None:
            self._named = {}
        nth = self._named[name] = self._named.get(name, 0) + 1
        return name if nth == 1 else f"{name}+{nth}"

    def put(
        self,
        event: Event,
        name: str,
        number: int,
        *,
        kind: str,
        condition: str,
        since_ms: int,
        code: Reason,
        live: bool = True,
        confidence: int = CERTAIN,
        until_ms: int | None = None,
        params: dict[str, Param] | None = None,
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        """Put one event down."""
        self.findings.append(
            Finding(
                id=name,
                number=number,
                kind=kind,
                event=event,
                subject=self.subject,
                other=self.other,
                condition=condition,
                at_ms=self.at_ms,
                since_ms=since_ms,
                live=live,
                confidence=confidence,
                code=code,
                seq=self.seq,
                until_ms=until_ms,
                params=params or {},
                evidence=evidence,
            )
        )

    def open(
        self,
        kind: str,
        condition: str,
        code: Reason,
        *,
        since_ms: int,
        timer_ms: int = 0,
        params: dict[str, Param] | None = None,
        evidence: tuple[Evidence, ...] = (),
        slot: str = "",
    ) -> None:
        """Open a finding of the log lane; it stands until `close`.

        `slot` tells two of one kind apart that may stand at once, such as each side of a pair.
        """
        standing = Standing(self.name(condition, slot or kind, timer_ms), since_ms)
        self.standing[slot or kind] = standing
        self.put(
            Event.OPENED,
            standing.id,
            0,
            kind=kind,
            condition=condition,
            since_ms=since_ms,
            code=code,
            params=params,
            evidence=evidence,
        )

    def update(
        self,
        kind: str,
        condition: str,
        code: Reason,
        *,
        event: Event = Event.UPDATED,
        params: dict[str, Param] | None = None,
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        """Add an event to a standing finding."""
        standing = self.standing[kind]
        self.put(
            event,
            standing.id,
            standing.number,
            kind=kind,
            condition=condition,
            since_ms=standing.since_ms,
            code=code,
            params=params,
            evidence=evidence,
        )
        standing.number += 1

    def close(
        self,
        kind: str,
        condition: str,
        code: Reason,
        *,
        until_ms: int,
        params: dict[str, Param] | None = None,
        slot: str = "",
    ) -> None:
        """Close a standing finding."""
        standing = self.standing.pop(slot or kind)
        self.put(
            Event.CLOSED,
            standing.id,
            standing.number,
            kind=kind,
            condition=condition,
            since_ms=standing.since_ms,
            code=code,
            until_ms=until_ms,
            params=params,
        )


class Desk(Notes):
    """The notes on one person, with all that is remembered of him."""

    __slots__ = ("coverage", "state")

    def __init__(
        self,
        state: PersonState,
        *,
        at_ms: int,
        seq: int,
        findings: list[Finding],
        coverage: CoverageMap | None = None,
    ) -> None:
        """Write to `findings`; `coverage` is the memory in force, at a mark."""
        super().__init__(state.key, state.standing, at_ms=at_ms, seq=seq, findings=findings)
        self.state = state
        self.coverage = coverage

    def point_at(self, observation: Observation, at_ms: int) -> tuple[Evidence, ...]:
        """Return the row of this observation as evidence."""
        reason = "" if observation.lat_e7 is not None else "no_position"
        return (Evidence(seq=self.seq, fixed_at_ms=at_ms, reason=reason),)


def iso(moment_ms: int) -> str:
    """Return a moment as text for explanations, UTC, whole milliseconds."""
    moment = EPOCH + timedelta(milliseconds=moment_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment_ms % 1000:03}Z"
