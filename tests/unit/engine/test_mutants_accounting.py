"""What a new account changes in the story of a finding: each test kills an error that is planted there."""

from __future__ import annotations

import pytest

from korgoo.engine.accounting import add_event, find_standing, tell_account
from korgoo.engine.desk import Notes
from korgoo.engine.episodes import Difference, Episode, Recorded, compare
from korgoo.engine.findings import Event, Reason
from korgoo.engine.judged import Change, Trace
from korgoo.engine.rejudge import Account
from tests.stories import P1, at

NOW = at(14)
CURFEW, EXIT = "curfew.absent", "zone.exit"


class Record:
    """What a state holds of its findings, and what was said of late openings and ends."""

    def __init__(self, *recorded: Recorded) -> None:
        self.recorded = list(recorded)
        self.notes = Notes(P1, {}, at_ms=NOW, seq=9, findings=[])
        self.opened: list[tuple[str, int, bool]] = []
        self.closed: list[tuple[str, int]] = []

    def _open(self, name: str, change: Change, *, live: bool) -> None:
        self.opened.append((name, change.since_ms, live))
        self.recorded.append(Recorded(name, change.condition, change.kind, change.since_ms))

    def _close(self, recorded: Recorded, change: Change) -> None:
        self.closed.append((recorded.id, change.since_ms))

    def settle(self, *episodes: Episode) -> None:
        """Compare what is recorded with this account, and tell the difference."""
        account = Account([], Trace(0), list(episodes), compare(self.recorded, episodes))
        tell_account(self.notes, self, account, open_late=self._open, close_late=self._close)

    def told(self) -> list[tuple[str, str, int, Reason, bool]]:
        return [(f.id, f.event.value, f.number, f.code, f.live) for f in self.notes.findings]


def episode(since_ms: int, until_ms: int | None = None, *, kind: str = CURFEW) -> Episode:
    opened = Change("open", "home", kind, since_ms, since_ms, Reason.LEFT_DURING)
    closed = None if until_ms is None else Change("close", "home", kind, until_ms, until_ms, Reason.RETURNED)
    return Episode("home", kind, since_ms, opened, closed)


def recorded(name: str, since_ms: int, until_ms: int = 0, *, kind: str = CURFEW) -> Recorded:
    return Recorded(name, "home", kind, since_ms, until_ms, number=4)


def test_what_was_never_so_is_annulled_and_forgotten() -> None:
    record = Record(recorded("a", at(12), at(12.5)), recorded("b", at(13)))
    record.settle(episode(at(13)))
    assert record.told() == [("a", "annulled", 4, Reason.LATE_DATA, False)]
    assert [one.id for one in record.recorded] == ["b"]


@pytest.mark.parametrize(("until_ms", "live"), [(None, True), (at(13), False)])
def test_what_nobody_had_seen_opens_now_and_is_live_if_it_still_holds(
    until_ms: int | None, *, live: bool
) -> None:
    record = Record()
    record.settle(episode(at(12), until_ms))
    name = f"{P1}/home/{CURFEW}/9.{at(12)}"
    assert record.opened == [(name, at(12), live)]
    assert record.closed == ([] if until_ms is None else [(name, until_ms)])
    assert record.told() == []


def test_what_stands_and_had_ended_closes_by_its_own_name() -> None:
    record = Record(recorded("other", at(12), kind=EXIT), recorded("a", at(12)))
    record.settle(episode(at(12), kind=EXIT), episode(at(12), at(13)))
    assert record.closed == [("a", at(13))]
    assert (record.opened, record.told()) == ([], [])


@pytest.mark.parametrize(
    ("before", "after", "live", "since"),
    [
        ((at(12), 0), (at(11), None), True, at(11)),
        ((at(12), at(13)), (at(12), None), True, at(12)),
        ((at(12), at(13)), (at(11.5), at(13.5)), False, at(11.5)),
    ],
)
def test_what_began_or_ended_otherwise_is_corrected(
    before: tuple[int, int], after: tuple[int, int | None], *, live: bool, since: int
) -> None:
    record = Record(recorded("a", *before))
    record.settle(episode(*after))
    assert record.told() == [("a", "corrected", 4, Reason.LATE_DATA, live)]
    (one,) = record.recorded
    assert (one.since_ms, one.until_ms, one.number) == (since, after[1] or 0, 5)
    (told,) = record.notes.findings
    assert (told.since_ms, told.until_ms) == (since, after[1])
    assert told.params["previous_since"] == "2026-05-28T06:00:00.000Z"
    assert told.params.get("previous_until") == ("2026-05-28T07:00:00.000Z" if before[1] else None)


def test_what_began_otherwise_and_has_ended_since_is_corrected_while_it_stands_and_then_closed() -> None:
    record = Record(recorded("a", at(12)))
    record.settle(episode(at(11), at(13)))
    assert record.told() == [("a", "corrected", 4, Reason.LATE_DATA, False)]
    assert record.notes.findings[0].until_ms is None
    assert record.closed == [("a", at(13))]


@pytest.mark.parametrize("remembered", [True, False])
def test_a_finding_that_stands_again_is_remembered_once(*, remembered: bool) -> None:
    """A recall knows of findings that the state had forgotten."""
    known = recorded("a", at(12), at(13))
    record = Record(recorded("z", at(9), at(10)), *([known] if remembered else []))
    anew = episode(at(12))
    account = Account([], Trace(0), [anew], [Difference("correct", known, anew)])
    tell_account(record.notes, record, account, open_late=record._open, close_late=record._close)
    assert [one.id for one in record.recorded] == ["z", "a"]
    assert record.recorded[1] is known


def test_the_newest_open_finding_of_a_condition_and_kind_is_the_standing_one() -> None:
    open_ones = recorded("a", at(9)), recorded("b", at(10))
    others = recorded("c", at(11), at(12)), recorded("d", at(11), kind=EXIT)
    change = Change("close", "home", CURFEW, NOW, NOW, Reason.RETURNED)
    assert find_standing(Record(*open_ones, *others), change).id == "b"


def test_a_further_event_is_live_and_sure_unless_it_says_otherwise() -> None:
    record = Record()
    one = recorded("a", at(12), at(13))
    for _ in range(2):
        add_event(record.notes, one, Event.UPDATED, code=Reason.KNOWN_AGAIN)
    assert [(f.number, f.live, f.confidence, f.until_ms) for f in record.notes.findings] == [
        (4, True, 1_000, at(13)),
        (5, True, 1_000, at(13)),
    ]
