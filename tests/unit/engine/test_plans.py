"""Orders that change: in mid-breach, ahead of time, after the fact; what is open and latched stays."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine.findings import Finding, Reason
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Plan, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Body, Observation
from korgoo.engine.shard import Shard
from tests.stories import MINUTE, NIGHT, P1, Ledger, at, circle, fix, judge, plan, rows_of

HOME = circle(windows=(NIGHT,))


def live(until: float, *bodies: tuple[int, Body]) -> Ledger:
    return judge(rows_of(P1, *sorted(bodies, key=lambda b: b[0])), until_ms=at(until))


def stay(start: float, end: float, east: float, **fields: Any) -> list[tuple[int, Observation]]:
    return [(t, fix(t, east, **fields)) for t in range(at(start), at(end), MINUTE)]


def order(log: float, *zones: object, version: str = "2", effective: float | None = None) -> tuple[int, Plan]:
    since = at(log if effective is None else effective)
    return at(log), plan(*zones, version=version, from_ms=since)  # type: ignore[arg-type]


def zone_events(ledger: Ledger) -> list[tuple[str, str, Reason]]:
    return [(f.event.value, f.condition, f.code) for f in of_lane(ledger)]


def of_lane(ledger: Ledger) -> list[Finding]:
    return [e for e in ledger.events if e.kind.startswith(("zone", "curfew"))]


AWAY: list[tuple[int, Body]] = [order(20, HOME, version="1"), *stay(20.5, 23, 900)]
OPENED = ("opened", "home", Reason.ABSENT_AT_START)


def test_a_new_version_in_mid_breach_closes_nothing() -> None:
    ledger = live(23, *AWAY, order(22.5, circle(windows=(NIGHT,), grace_s=600), circle("work", east_m=5000)))
    assert zone_events(ledger)[0] == OPENED
    assert [e for e in zone_events(ledger) if e[1] == "home"] == [OPENED]


def test_another_ground_keeps_the_finding_open_until_it_is_known_again() -> None:
    ledger = live(23, *AWAY, order(22.5, circle(windows=(NIGHT,), radius_m=80)))
    assert zone_events(ledger) == [
        OPENED,
        ("updated", "home", Reason.CANNOT_TELL),
        ("updated", "home", Reason.KNOWN_AGAIN),
    ]
    assert of_lane(ledger)[1].at_ms == at(22.5), "the doubt is told with the plan, not with the next timer"
    home = live(23, *AWAY[:-25], order(22.5, circle(windows=(NIGHT,), radius_m=1000)), *stay(22.6, 23, 900))
    assert zone_events(home)[-1] == ("closed", "home", Reason.RETURNED)


def test_a_condition_that_is_gone_ends_with_the_order() -> None:
    ledger = live(23, *AWAY, order(22.5, circle("work", east_m=900)))
    assert zone_events(ledger) == [OPENED, ("closed", "home", Reason.ORDER_CHANGED)]
    assert of_lane(ledger)[-1].until_ms == at(22.5)


def test_another_duty_about_the_same_ground_is_another_finding() -> None:
    ledger = live(23, *AWAY, order(22.5, circle()))
    assert [(e.event.value, e.kind) for e in of_lane(ledger)] == [
        ("opened", "curfew.absent"),
        ("closed", "curfew.absent"),
        ("opened", "zone.exit"),
    ]


def test_doubt_that_was_told_is_not_told_again_by_another_ground() -> None:
    still_silent = [b for b in AWAY if b[0] < at(22.2)]
    ledger = live(24, *still_silent, order(23.5, circle(windows=(NIGHT,), radius_m=80)))
    assert zone_events(ledger) == [OPENED, ("updated", "home", Reason.CANNOT_TELL)]


def test_a_finding_that_a_plan_opens_shows_the_fixes_that_carried_the_belief() -> None:
    ledger = live(23, *AWAY, order(22.5, circle()))
    opened = of_lane(ledger)[2]
    assert (opened.event.value, opened.kind, opened.at_ms) == ("opened", "zone.exit", at(22.5))
    assert [e.fixed_at_ms for e in opened.evidence] == [at(22.5) - n * MINUTE for n in range(7, -1, -1)]
    assert {e.use for e in opened.evidence} == {"used"}
    assert opened.params["distance_m"] == pytest.approx(-850, abs=1)


def test_so_does_one_that_opens_by_the_clock_before_the_next_fix() -> None:
    """The version of 21:59:20 empties the ring, and the window opens before anybody is seen again."""
    until_then = [b for b in AWAY if b[0] < at(21.98)]
    work = circle("work", east_m=5000)
    changed = (at(22) - 40_000, plan(HOME, work, version="2", from_ms=at(22) - 40_000))
    ledger = live(22.1, *until_then, changed)
    opened = of_lane(ledger)[0]
    assert (opened.event.value, opened.code, opened.at_ms) == ("opened", Reason.ABSENT_AT_START, at(22))
    assert [e.fixed_at_ms for e in opened.evidence][-1] == until_then[-1][0]
    assert len(opened.evidence) == 8


def test_what_was_carried_goes_before_what_is_seen_under_the_new_plan_and_is_forgotten() -> None:
    changed = (at(21.98), plan(HOME, version="2", from_ms=at(21.98)))
    ledger = live(22.1, *[b for b in AWAY if b[0] < at(22)], changed)
    opened = of_lane(ledger)[0]
    times = [e.fixed_at_ms for e in opened.evidence]
    assert times == sorted(set(times))
    assert len(times) == 8
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    before, later = [b for b in AWAY if b[0] < at(21.98)], [b for b in AWAY if b[0] >= at(22)]
    for row in rows_of(P1, *before, changed, *later[:17]):
        shard.feed([row])
        if row.seq == len(before) + 1:
            assert set(shard.subjects[P1].state.carried) == {"home"}
    assert shard.subjects[P1].state.carried == {}, "sixteen fixes later the ring shows enough"


def test_so_does_one_that_opens_as_the_plan_goes_whose_ground_the_next_has_changed() -> None:
    wider = (at(21), plan(circle(windows=(NIGHT,), radius_m=80), version="2", from_ms=at(22)))
    ledger = live(22.1, *[b for b in AWAY if b[0] < at(22)], wider)
    opened, doubted = of_lane(ledger)[:2]
    assert (opened.at_ms, doubted.at_ms, doubted.code) == (at(22), at(22), Reason.CANNOT_TELL)
    assert len(opened.evidence) == 8
    assert opened.evidence[-1].distance_m == pytest.approx(-850, abs=1), "measured from the ground it was"


def test_what_opens_twice_within_one_row_has_two_ids() -> None:
    """Nobody marked the time: the next fix, two nights later, brings the absences of both."""
    far = [fix(at(12) + n * MINUTE, 8_000_000) for n in range(5)]
    rows = rows_of(
        P1,
        (at(12), plan(HOME)),
        *((f.received_at_ms, f) for f in far),
        (at(24 + 24 + 12), fix(at(24 + 24 + 12), 8_000_000)),
    )
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    ledger = Ledger()
    for row in rows:
        ledger.write(shard.feed([row]))
    assert [e.event.value for e in of_lane(ledger)] == ["opened", "closed", "opened", "closed"]
    assert [e.id.rpartition("/")[2] for e in of_lane(ledger)] == ["7", "7", "7+2", "7+2"]


def test_a_latched_tamper_and_an_sos_survive_a_new_version() -> None:
    ledger = live(
        21, order(20, HOME, version="1"), (at(20.1), fix(at(20.1), strap=False, sos=True)), order(20.5, HOME)
    )
    assert set(ledger.told("sos", "tamper.strap")) == {("opened", "sos"), ("opened", "tamper.strap")}


def test_a_first_plan_that_takes_effect_later_does() -> None:
    ledger = live(21.5, order(20, circle(), effective=21), *stay(20.1, 21.5, 900))
    assert [(f.kind, f.since_ms) for f in of_lane(ledger)] == [("zone.exit", at(21) + MINUTE)], (
        "the fix of 21:00:00 came before the mark"
    )
    silent = live(21.5, order(20, circle(), effective=21), (at(20.01), Observation(at(20.01), at(20.01))))
    assert [(e.kind, e.at_ms) for e in silent.events] == [("contact.lost", at(21) + 3 * MINUTE)]


def test_a_version_for_later_waits_for_its_time() -> None:
    school = circle("school", kind=ZoneKind.EXCLUSION, east_m=900, radius_m=100)
    ledger = live(
        22.5,
        order(20, circle(), version="1"),
        *stay(20.5, 22.5, 900),
        order(21, circle(), school, effective=22),
    )
    assert [(f.kind, f.at_ms) for f in of_lane(ledger)] == [
        ("zone.exit", at(20.5) + MINUTE),
        ("zone.enter", at(22) + 2 * MINUTE),
    ]


def test_a_version_that_took_effect_just_before_the_past_is_judged_again_stays() -> None:
    """The late fix is older than the ring, the new version younger than the last row: both hold."""
    school = circle("school", kind=ZoneKind.EXCLUSION, east_m=900, radius_m=100)
    effective = at(22) + 5000
    late = (at(22) + 1000, fix(at(20.2), 0, late_ms=at(22) + 1000 - at(20.2)))
    waiting = (at(21), plan(circle(radius_m=5000), school, version="2", from_ms=effective))
    ledger = live(
        22.3,
        order(20, circle(radius_m=5000), version="1"),
        *stay(20.5, 22, 900),
        waiting,
        late,
        *stay(22.05, 22.3, 900),
    )
    assert [(f.kind, f.condition) for f in of_lane(ledger)] == [("zone.enter", "school")]


def test_an_older_version_that_comes_late_does_not_replace_a_newer_one() -> None:
    older = circle("home", radius_m=2000)
    ledger = live(
        22,
        order(20, older, version="1"),
        order(20.5, circle(), version="3"),
        *stay(20.6, 22, 900),
        order(21, older, version="2", effective=20.4),
    )
    assert zone_events(ledger) == [("opened", "home", Reason.OUTSIDE)]


def test_a_version_for_the_past_is_judged_for_the_past() -> None:
    """He was out from 20:30; the version of 21:00 says that this was allowed from 20:20 on."""
    wide = circle("home", radius_m=2000)
    ledger = live(
        21.5, order(20, circle(), version="1"), *stay(20.5, 21.5, 900), order(21, wide, effective=20.4)
    )
    assert ledger.intervals() == []
    assert zone_events(ledger)[0] == ("opened", "home", Reason.OUTSIDE)


def test_an_order_that_ended_before_it_began_never_binds() -> None:
    """Nobody is watched without an order: what was to begin is void with the plan that took it away."""
    signed = order(20, HOME, effective=21)
    ended = (at(20.5), plan(version="none", from_ms=at(20.5), effective_until_ms=at(20.5)))
    away = stay(21.1, 23.5, 900)
    assert zone_events(live(23.5, order(19, circle("work", east_m=900)), signed, *away)), "as signed it binds"
    assert zone_events(live(23.5, order(19, circle("work", east_m=900)), signed, ended, *away)) == []
    late = (at(23.2), fix(at(21.05), 900, late_ms=at(23.2) - at(21.05)))
    ledger = live(23.5, order(19, circle("work", east_m=900)), signed, ended, *away, late)
    assert zone_events(ledger) == [], "nor does the past read so when it is judged again"


def test_a_second_order_takes_the_place_of_a_plan_that_waits() -> None:
    """The later plan holds both orders; the earlier one would let the second order vanish when it begins."""
    first = order(20, HOME, effective=22.5)
    both = order(20.2, HOME, circle("school", kind=ZoneKind.EXCLUSION, east_m=900), effective=21)
    ledger = live(23.5, first, both, *stay(21.1, 23.5, 900))
    assert ("opened", "school", Reason.INSIDE) in zone_events(ledger)
    assert not [e for e in zone_events(ledger) if e[:2] == ("closed", "school")]
