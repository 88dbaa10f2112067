"""What is said of a finding that another engine derives otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from korgoo.replay.evidence.differences import tell_difference, tell_today

FIRST = {"id": "anna/home/exit/5", "event": "opened", "at": "2026-03-01T10:00Z", "since": "2026-03-01T09:59Z"}


def lines(*events: dict[str, Any], row: int = 5) -> list[str]:
    return [json.dumps(FIRST | event | {"id": f"anna/home/exit/{row}"}) for event in events]


CLOSED = {"event": "closed", "at": "2026-03-01T11:00Z"}


@pytest.mark.parametrize(
    ("since", "recorded", "same"),
    [
        ("2026-03-01T10:30Z", [{}], True),  # it still stands open
        ("2026-03-01T10:30Z", [{}, CLOSED], True),
        ("2026-03-01T11:00Z", [{}, CLOSED], True),
        ("2026-03-01T11:01Z", [{}, CLOSED], False),
        ("2026-03-01T11:01Z", [{}, CLOSED | {"event": "annulled"}], False),
        ("2026-03-01T11:01Z", [{}, CLOSED | {"event": "updated"}], True),
    ],
)
def test_it_is_the_same_finding_where_both_hold_at_some_time(
    since: str, recorded: list[dict[str, Any]], *, same: bool
) -> None:
    today = lines({"since": since}, row=9)
    for one, other in ((lines(*recorded), today), (today, lines(*recorded))):
        assert ("nothing at that time" not in tell_today(one, [other])) is same


def test_only_an_engine_that_finds_nothing_at_that_time_is_said_to() -> None:
    first, otherwise = lines({}, CLOSED), lines({}, CLOSED, row=9)
    nextday = [line.replace("03-01", "03-02") for line in first]
    assert tell_today(first, [nextday, first]) == "the same bytes"
    assert tell_today(first, [nextday, otherwise]) == "differs: nothing but its id"
    assert (
        tell_today(first, [otherwise, first[:1]]) == "differs: 1 events instead of 2; and 1 more at that time"
    )
    assert tell_today(first, [nextday]) == (
        "differs: it finds nothing at that time, but from 2026-03-02T09:59Z"
    )
    assert tell_today(first, []) == "differs: it finds nothing at that time"


def test_the_first_event_that_differs_is_told_with_both_values() -> None:
    told = tell_difference(lines({}, CLOSED), lines({}, CLOSED | {"at": "2026-03-01T11:05Z", "new": 1}))
    assert told == "event 1 in at (2026-03-01T11:05Z instead of 2026-03-01T11:00Z), new"
    assert tell_difference(lines({}, CLOSED), lines({})) == "1 events instead of 2"
    assert tell_difference(lines({}), []) == "it does not find this at all"


def test_what_says_the_same_in_other_bytes_is_told_as_that() -> None:
    assert tell_difference(lines({}), lines({}, row=9)) == "nothing but its id"
    assert tell_difference(lines({}), [lines({})[0].replace(" ", "")]) == "its writing"
    assert tell_difference(lines({}), lines({})) == "nothing"
