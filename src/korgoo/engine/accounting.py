"""Putting down the story of recorded findings: their further events, and what a new account changes in it.

The same for a person's zones and a pair's rings; what an opening and a closing say is each one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from korgoo.engine.desk import CERTAIN, iso
from korgoo.engine.findings import Event, Reason

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.episodes import Difference, Recorded
    from korgoo.engine.findings import Evidence, Param
    from korgoo.engine.judged import Change
    from korgoo.engine.rejudge import Account


class Record(Protocol):
    """What a state holds of the findings of its sorted lane."""

    recorded: list[Recorded]


class OpenLate(Protocol):
    """Puts down an opening that later knowledge tells of."""

    def __call__(self, name: str, change: Change, *, live: bool) -> None:
        """`live`: it still holds."""


class CloseLate(Protocol):
    """Puts down an end that later knowledge tells of."""

    def __call__(self, recorded: Recorded, change: Change) -> None:
        """The finding is over."""


def tell_account(
    notes: Notes, state: Record, account: Account, *, open_late: OpenLate, close_late: CloseLate
) -> None:
    """Put down how the new account differs from the recorded one, and record it."""
    for difference in account.differences:
        recorded, episode = difference.recorded, difference.episode
        if episode is None:
            assert recorded is not None  # noqa: S101 - an annulled finding was recorded
            state.recorded = [r for r in state.recorded if r.id != recorded.id]
            add_event(notes, recorded, Event.ANNULLED, code=Reason.LATE_DATA, live=False)
        elif difference.what == "open":
            opened = episode.opened
            assert opened is not None  # noqa: S101 - what nobody recorded opened in this stretch
            name = notes.name(episode.condition, episode.kind, episode.since_ms)
            open_late(name, opened, live=episode.closed is None)
        elif difference.what == "correct":
            assert recorded is not None  # noqa: S101 - only a recorded finding is corrected
            _correct(notes, state, recorded, difference)
        elif episode.closed is not None:
            close_late(recorded or find_standing(state, episode.closed), episode.closed)


def find_standing(state: Record, change: Change) -> Recorded:
    """Return the open finding of this condition and kind: the lane and the record never part."""
    return next(
        r
        for r in reversed(state.recorded)
        if not r.until_ms and (r.condition, r.kind) == (change.condition, change.kind)
    )


def _correct(notes: Notes, state: Record, recorded: Recorded, difference: Difference) -> None:
    """It was so, but began or ended otherwise; a finding that had ended may stand open again."""
    episode = difference.episode
    assert episode is not None  # noqa: S101 - a correction has its new account
    params: dict[str, Param] = {"previous_since": iso(recorded.since_ms)}
    if recorded.until_ms:
        params["previous_until"] = iso(recorded.until_ms)
        recorded.until_ms = episode.closed.since_ms if episode.closed else 0
        if not any(r is recorded for r in state.recorded):
            state.recorded.append(recorded)
    recorded.since_ms = episode.since_ms
    still = episode.closed is None
    add_event(notes, recorded, Event.CORRECTED, code=Reason.LATE_DATA, live=still, params=params)


def add_event(
    notes: Notes,
    recorded: Recorded,
    event: Event,
    *,
    code: Reason,
    live: bool = True,
    confidence: int = CERTAIN,
    params: dict[str, Param] | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> None:
    """Put down the next event of a recorded finding, as it now stands."""
    number, recorded.number = recorded.number, recorded.number + 1
    notes.put(
        event,
        recorded.id,
        number,
        kind=recorded.kind,
        condition=recorded.condition,
        since_ms=recorded.since_ms,
        until_ms=recorded.until_ms or None,
        code=code,
        live=live,
        confidence=confidence,
        params=params,
        evidence=evidence,
    )
