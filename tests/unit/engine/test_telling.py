"""What a zone's finding says of itself: since when, by what it was seen, what the order says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, Window
from korgoo.engine.rejudge import Recalled
from korgoo.engine.shard import Shard
from tests.stories import EVERY_DAY, MINUTE, P1, at, circle, fix, plan, rows_of, with_marks

if TYPE_CHECKING:
    from korgoo.engine.rows import Body, Observation

OPENS = at(20.5) + 20_000
CURFEW = circle(windows=(Window(EVERY_DAY, 20 * 3600 + 1820, 6 * 3600),), grace_s=90)
NIGHT = plan(msgspec.structs.replace(CURFEW, order="17/26", clause="3b"))


def feed(*bodies: tuple[int, Body]) -> tuple[Shard, list[Finding]]:
    """Return the shard and what it told of zones, up to half an hour after the last row."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    rows = rows_of(P1, *sorted(bodies, key=lambda body: body[0]))
    told = shard.feed(with_marks(rows, until_ms=rows[-1].log_at_ms + 30 * MINUTE))
    return shard, [finding for finding in told if finding.condition == "home"]


def stay(from_ms: int, until_ms: int, east_m: float, *, arrives_ms: int = 0) -> list[tuple[int, Observation]]:
    """Return a fix every 15 s, each received when it was made or all of them later."""
    times = range(from_ms, until_ms, 15_000)
    return [
        (max(at_ms, arrives_ms), fix(at_ms, east_m, late_ms=max(0, arrives_ms - at_ms))) for at_ms in times
    ]


def test_an_absence_says_what_the_order_says_and_by_what_it_was_seen() -> None:
    away = [(at_ms, fix(at_ms, 900)) for at_ms in range(at(20), at(20.75), MINUTE)]
    home = [(at_ms, fix(at_ms)) for at_ms in range(at(20.75), at(21), MINUTE)]
    _, (opened, closed) = feed((at(20), NIGHT), *away, *home)
    said = {"zone": "home", "zone_kind": "inclusion", "grace_s": 90, "order": "17/26", "clause": "3b"}
    assert (opened.event, opened.code, opened.at_ms) == (Event.OPENED, Reason.ABSENT_AT_START, OPENS + 90_000)
    assert opened.params == said | {
        "fixes": 8,
        "last_seen": "2026-05-28T14:31:00.000Z",
        "lag_s": 50,
        "distance_m": -849.99,
        "sigma_m": opened.evidence[-1].sigma_m,
    }
    assert [item.fixed_at_ms for item in opened.evidence] == [at(20.5) + n * MINUTE for n in range(-6, 2)]
    assert (closed.event, closed.code, closed.live) == (Event.CLOSED, Reason.RETURNED, True)
    assert closed.until_ms is not None
    assert closed.params == said | {"not_met_s": (closed.until_ms - opened.since_ms) // 1000}
    assert closed.params["not_met_s"] == 14 * 60 + 40
    assert closed.evidence[-1].fixed_at_ms == closed.at_ms


def test_what_ends_without_anybody_seen_shows_nobody() -> None:
    away = [(at_ms, fix(at_ms, 900)) for at_ms in range(at(20), at(20.75), MINUTE)]
    permit = (at(20.7), Permit("p", "home", at(20.7) + 30_000, at(30)))
    *_, closed = feed((at(20), NIGHT), *away, permit)[1]
    assert (closed.event, closed.code, closed.evidence) == (Event.CLOSED, Reason.WINDOW_ENDED, ())


def test_what_nobody_can_tell_any_more_shows_nobody_either() -> None:
    away = [(at_ms, fix(at_ms, 900)) for at_ms in range(at(20), at(20.75), MINUTE)]
    _, (_, doubted) = feed((at(20), NIGHT), *away)
    assert (doubted.event, doubted.code, doubted.evidence) == (Event.UPDATED, Reason.CANNOT_TELL, ())
    assert "fixes" not in doubted.params


def test_who_leaves_the_edge_for_good_is_told_again_with_what_was_seen() -> None:
    walk = [(at(21) + n * 15_000, fix(at(21) + n * 15_000, 80 + 20 * n)) for n in range(20)]
    here, edge = stay(at(20), at(20.5), 0), stay(at(20.5), at(21), 80)
    shard, (opened, risen, *_) = feed((at(20), plan(circle())), *here, *edge, *walk)
    assert (opened.event, risen.event, risen.code) == (Event.OPENED, Event.UPDATED, Reason.DEPARTED)
    assert risen.params["distance_m"] == risen.evidence[-1].distance_m
    assert risen.evidence[-1].fixed_at_ms == risen.at_ms
    assert [recorded.risen for recorded in shard.subjects[P1].state.recorded] == [True]


def test_so_is_one_whose_walk_is_uploaded_late_and_never_twice() -> None:
    here, edge = stay(at(20), at(20.5), 0), stay(at(20.5), at(21), 80)
    walk = stay(at(21), at(21) + 3 * MINUTE, 250, arrives_ms=at(21) + 4 * MINUTE)
    back = stay(at(21) + 4 * MINUTE, at(21) + 7 * MINUTE, 80)
    shard, told = feed((at(20), plan(circle())), *here, *edge, *walk, *back)
    assert [(e.event, e.code) for e in told if e.code is Reason.DEPARTED] == [
        (Event.UPDATED, Reason.DEPARTED)
    ]
    assert [recorded.risen for recorded in shard.subjects[P1].state.recorded] == [True]


def test_who_has_left_the_edge_before_anything_was_told_is_told_once() -> None:
    """All of the evening arrives at once: the opening shows where he is by now."""
    here, edge = stay(at(20), at(20.5), 0), stay(at(20.5), at(20.6), 80, arrives_ms=at(20.7))
    walk = stay(at(20.6), at(20.7), 450, arrives_ms=at(20.7))
    shard, told = feed((at(20), plan(circle())), *here, *reversed([*edge, *walk]))
    assert [(e.event, e.code) for e in told][:1] == [(Event.OPENED, Reason.OUTSIDE)]
    assert Reason.DEPARTED not in [e.code for e in told]
    assert [recorded.risen for recorded in shard.subjects[P1].state.recorded] == [True]
