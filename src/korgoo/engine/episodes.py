"""Episodes: stretches of time in which a condition was not met, and the comparison of two accounts of them.

What was recorded live is never rewritten. When later knowledge gives another account, `compare` tells
what has to be said: opened (in the past, or still holding), corrected, annulled, closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.findings import KINDS, Event, Reason
from korgoo.engine.judged import Change  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.engine.findings import Finding


class Recorded(msgspec.Struct, array_like=True):
    """A finding of the sorted lane as it was put out; `until_ms` 0 = open."""

    id: str
    condition: str
    kind: str
    since_ms: int
    until_ms: int = 0
    number: int = 1  # of the next event
    risen: bool = False  # told again because he is truly away


def amend(recorded: Iterable[Recorded], findings: Iterable[Finding], key: str) -> list[Recorded]:
    """Return what is recorded of a key with these findings written too; written twice is once."""
    standing = {r.id: msgspec.structs.replace(r) for r in recorded}
    for finding in findings:
        if finding.key != key or KINDS[finding.kind].lane != "sorted":
            continue
        known = standing.get(finding.id)
        if finding.event is Event.OPENED and known is None:
            standing[finding.id] = Recorded(finding.id, finding.condition, finding.kind, finding.since_ms)
        elif known is not None and finding.number >= known.number:
            known.number = finding.number + 1
            if finding.event is Event.ANNULLED:
                del standing[finding.id]
            elif finding.event is Event.UPDATED:
                known.risen |= finding.code is Reason.DEPARTED
            else:
                known.since_ms, known.until_ms = finding.since_ms, finding.until_ms or 0
    return list(standing.values())


class Episode(msgspec.Struct, array_like=True):
    """The same as judged anew."""

    condition: str
    kind: str
    since_ms: int
    opened: Change | None = None  # none = it was open before the stretch that was judged anew
    closed: Change | None = None
    doubt: bool = False
    risen: Change | None = None


class Difference(msgspec.Struct, frozen=True):
    """What has to be said about one recorded finding (or a new one) in the light of the new account."""

    what: str  # open | close | correct | annul | rise
    recorded: Recorded | None
    episode: Episode | None


def fold(open_before: Iterable[Episode], changes: Iterable[Change]) -> list[Episode]:
    """Make episodes of the changes of a stretch, beginning with those open when it began."""
    episodes = list(open_before)
    standing = {(e.condition, e.kind): e for e in episodes}
    for change in changes:
        key = (change.condition, change.kind)
        if change.what == "open":
            standing[key] = Episode(change.condition, change.kind, change.since_ms, change)
            episodes.append(standing[key])
        elif change.what == "close":
            standing.pop(key).closed = change
        elif change.code is Reason.DEPARTED:
            standing[key].risen = change
        else:
            standing[key].doubt = change.what == "doubt"
    return episodes


def touched(recorded: Iterable[Recorded], open_before: Sequence[Episode], from_ms: int) -> list[Recorded]:
    """Return the recorded findings that a stretch judged anew from `from_ms` speaks about.

    Open ones, those that ended in it, and those that stood open when it began (their end may lie before: a
    return is believed some fixes after it happened).
    """
    open_keys = {(e.condition, e.kind, e.since_ms) for e in open_before}
    return [
        r
        for r in recorded
        if not r.until_ms or r.until_ms > from_ms or (r.condition, r.kind, r.since_ms) in open_keys
    ]


def compare(recorded: Sequence[Recorded], rejudged: Sequence[Episode]) -> list[Difference]:
    """Return the differences, in the order of (condition, kind, since): a pure function of both accounts.

    Episodes of one condition and kind are the same finding where their times touch; each recorded
    finding is matched once, in the order of time.
    """
    differences: list[Difference] = []
    keys = sorted({(r.condition, r.kind) for r in recorded} | {(e.condition, e.kind) for e in rejudged})
    for key in keys:
        old = sorted((r for r in recorded if (r.condition, r.kind) == key), key=lambda r: (r.since_ms, r.id))
        new = sorted((e for e in rejudged if (e.condition, e.kind) == key), key=lambda e: e.since_ms)
        for episode in new:
            match = next((r for r in old if _touch(r, episode)), None)
            if match is not None:
                old.remove(match)
            differences.extend(_differ(match, episode))
        differences.extend(Difference("annul", r, None) for r in old)
    return differences


def _touch(recorded: Recorded, episode: Episode) -> bool:
    until_ms = episode.closed.since_ms if episode.closed else None
    if until_ms is not None and until_ms < recorded.since_ms:
        return False
    return not recorded.until_ms or recorded.until_ms >= episode.since_ms


def _differ(recorded: Recorded | None, episode: Episode) -> list[Difference]:
    """Say what one pair needs."""
    closed = episode.closed
    if recorded is None:
        found = [Difference("open", None, episode)]
        return [*found, Difference("close", None, episode)] if closed else found
    until_ms = closed.since_ms if closed else 0
    said: list[Difference] = []
    if episode.since_ms != recorded.since_ms or (recorded.until_ms and until_ms != recorded.until_ms):
        said.append(Difference("correct", recorded, episode))
    if closed and not recorded.until_ms:
        said.append(Difference("close", recorded, episode))
    if not closed and episode.risen and not recorded.risen:
        said.append(Difference("rise", recorded, episode))
    return said
