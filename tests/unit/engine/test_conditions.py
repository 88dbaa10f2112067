"""Belief against what binds: grace to the millisecond, doubt, absence by the clock, permits in mid-breach."""

from __future__ import annotations

import pytest

from korgoo.engine.conditions import judge_conditions
from korgoo.engine.findings import Finding, Reason
from korgoo.engine.force import Force
from korgoo.engine.judged import Change
from korgoo.engine.judgement import advance, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, Plan, ZoneKind
from korgoo.engine.rows import Suspension
from tests.stories import HOUR, MINUTE, NIGHT, P1, Ledger, at, circle, fix, judge, plan, rows_of

P = Parameters()
OUT, IN = -1, 1


def lane(zone_plan: Plan, verdict: int, *, since: int, at_ms: int) -> tuple[list[Change], int]:
    """Judge one zone whose verdict stands since then; return the changes and when the clock looks again."""
    force, changes = Force(zone_plan, P), list[Change]()
    judged = begin(force, since, None, changes)
    judged.zones[0].verdict, judged.zones[0].side_ms, judged.used_ms = verdict, since, since
    judge_conditions(judged, force, at_ms, changes)
    return changes, judged.zones[0].grace_due_ms


def test_grace_ends_on_its_millisecond() -> None:
    graceful = plan(circle(grace_s=300))
    waiting = lane(graceful, OUT, since=at(12), at_ms=at(12) + 300_000 - 1)
    assert waiting == ([], at(12) + 300_000)
    changes, due = lane(graceful, OUT, since=at(12), at_ms=at(12) + 300_000)
    assert [(c.what, c.since_ms, c.code) for c in changes] == [("open", at(12), Reason.OUTSIDE)]
    assert due == 0


@pytest.mark.parametrize("verdict", [0, IN])
def test_inside_and_cannot_tell_open_nothing(verdict: int) -> None:
    assert lane(plan(circle()), verdict, since=at(12), at_ms=at(13)) == ([], 0)


def test_an_exclusion_zone_asks_for_the_opposite() -> None:
    school = plan(circle("school", kind=ZoneKind.EXCLUSION))
    assert lane(school, OUT, since=at(12), at_ms=at(13)) == ([], 0)
    changes, _ = lane(school, IN, since=at(12), at_ms=at(13))
    assert [(c.what, c.kind, c.code) for c in changes] == [("open", "zone.enter", Reason.INSIDE)]


def test_the_grace_is_asked_for_by_the_clock() -> None:
    force, changes = Force(plan(circle(grace_s=300)), P), list[Change]()
    judged = begin(force, at(12), None, changes)
    judged.zones[0].verdict, judged.zones[0].side_ms, judged.used_ms = OUT, at(12), at(12)
    judge_conditions(judged, force, at(12), changes)
    advance(judged, force, at(12) + 299_999, changes)
    assert changes == []
    advance(judged, force, at(12) + 300_000, changes)
    assert [(c.what, c.when_ms) for c in changes] == [("open", at(12) + 300_000)]


def stay(start: float, end: float, east: float, *, every: int = MINUTE) -> list[tuple[int, object]]:
    return [(t, fix(t, east)) for t in range(at(start), at(end), every)]


def of_zones(ledger: Ledger) -> list[Finding]:
    return [e for e in ledger.events if e.kind.startswith(("curfew", "zone"))]


def told(ledger: Ledger) -> list[tuple[str, str, Reason]]:
    return [(e.event.value, e.kind, e.code) for e in of_zones(ledger)]


def live(
    until: float, *bodies: object, home: Plan | None = None, parameters: Parameters | None = None
) -> Ledger:
    start = (min(b[0] for b in bodies) - 1, home or plan(circle(windows=(NIGHT,))))  # type: ignore[index]
    ordered = sorted(bodies, key=lambda b: b[0])  # type: ignore[index]
    return judge(rows_of(P1, start, *ordered), until_ms=at(until), parameters=parameters)  # type: ignore[arg-type]


def test_absence_at_the_opening_of_the_window_needs_no_fix() -> None:
    ledger = live(22.01, *stay(21, 21.95, 900))
    assert told(ledger) == [("opened", "curfew.absent", Reason.ABSENT_AT_START)]
    opened = of_zones(ledger)[0]
    assert (opened.at_ms, opened.since_ms) == (at(22), at(22))
    assert opened.evidence[-1].fixed_at_ms < at(21.95)


def test_after_silence_nothing_opens_but_what_is_open_stays_in_doubt() -> None:
    assert told(live(23, *stay(20, 21.5, 120))) == []
    ledger = live(23, *stay(20, 22.1, 120))
    assert told(ledger) == [
        ("opened", "curfew.absent", Reason.ABSENT_AT_START),
        ("updated", "curfew.absent", Reason.CANNOT_TELL),
    ]
    hold = Force(plan(), P).hold_ms
    assert of_zones(ledger)[-1].at_ms in range(at(22.1) - MINUTE + hold, at(22.1) - MINUTE + hold + 10_000)


def test_known_again_is_told_once() -> None:
    ledger = live(23.2, *stay(20, 22.1, 120), *stay(23, 23.1, 120))
    assert [code for *_, code in told(ledger)] == [
        Reason.ABSENT_AT_START,
        Reason.CANNOT_TELL,
        Reason.KNOWN_AGAIN,
    ]


def test_a_person_far_away_is_known_as_long_as_the_way_home_takes() -> None:
    """90 km at 50 m/s are 30 minutes: seen there at 21:39 he is away at 22:00; at 22:15 who knows."""
    ledger = live(23, *stay(20, 21.5, 90_000))
    assert told(ledger) == []
    ledger = live(23, *stay(20, 21.67, 90_000))
    assert told(ledger)[0] == ("opened", "curfew.absent", Reason.ABSENT_AT_START)
    assert told(ledger)[1][2] is Reason.CANNOT_TELL
    assert abs(of_zones(ledger)[-1].at_ms - (at(21.65) + 30 * MINUTE)) < 2 * MINUTE


def test_the_window_ends_the_finding_on_time() -> None:
    ledger = live(30.1, *stay(29, 30.05, 900))
    assert told(ledger)[-1] == ("closed", "curfew.absent", Reason.WINDOW_ENDED)
    assert of_zones(ledger)[-1].until_ms == at(30)


def permit(log: float, start: float, end: float, *, revoked: bool = False) -> tuple[int, Permit]:
    return at(log) + 500, Permit("w", "home", at(start), at(end), revoked)


def test_a_permit_granted_in_mid_breach_ends_it_where_it_begins() -> None:
    ledger = live(23, *stay(21, 23, 900), permit(22.5, 22.25, 24))
    assert ledger.intervals() == [("home", "curfew.absent", at(22), at(22.25))]


def test_a_permit_that_begins_now_ends_it_now() -> None:
    ledger = live(23, *stay(21, 23, 900), permit(22.5, 22.6, 24))
    assert ledger.intervals() == [("home", "curfew.absent", at(22), at(22.6))]


def test_a_permit_for_the_past_takes_it_back_or_corrects_it() -> None:
    past = [*stay(21, 22.5, 900), *stay(22.5, 23.5, 0)]
    assert live(23.5, *past, permit(23, 21, 22.75)).intervals() == []
    assert live(23.5, *past, permit(23, 21, 22.25)).intervals() == [
        ("home", "curfew.absent", at(22.25), at(22.5))
    ]


def test_a_permit_for_long_ago_is_judged_from_the_rows() -> None:
    past = [*stay(21, 22.5, 900), *stay(22.5, 27, 0)]
    ledger = live(27, *past, permit(26, 21, 22.75))
    assert told(ledger)[-1][:2] == ("annulled", "curfew.absent")
    again = live(27, *past, permit(26, 21, 22.75), permit(26.5, 21, 22.75, revoked=True))
    assert again.intervals() == live(27, *past).intervals() != []


def test_a_suspension_closes_and_afterwards_it_begins_anew() -> None:
    ledger = live(23.5, *stay(21, 23.5, 900), (at(22.2), Suspension(1, at(22.5), at(23))))
    assert told(ledger) == [
        ("opened", "curfew.absent", Reason.ABSENT_AT_START),
        ("closed", "curfew.absent", Reason.SUSPENDED),
        ("opened", "curfew.absent", Reason.ABSENT_AT_START),
    ]
    assert ledger.intervals()[1][2] == at(23)


def test_a_finding_explains_itself() -> None:
    ledger = live(23, *stay(21, 22.5, 0), *stay(22.5, 22.6, 900))
    opened = of_zones(ledger)[0]
    assert opened.params["zone"] == "home"
    assert opened.params["zone_kind"] == "inclusion"
    assert opened.params["distance_m"] == pytest.approx(-850, abs=0.02)
    assert (opened.confidence, opened.live, opened.number) == (998, True, 0)
    assert opened.id == f"{P1}/home/curfew.absent/{opened.seq}"
    assert [e.use for e in opened.evidence] == ["used"] * 8
    assert opened.evidence[-1].belief == -P.saturation_mn / 1000
    assert opened.params["lag_s"] == 0


def test_the_order_s_end_ends_all() -> None:
    ending = plan(circle(windows=(NIGHT,)), effective_until_ms=at(23))
    ledger = live(26, *stay(21, 23, 900), home=ending)
    assert ledger.intervals() == [("home", "curfew.absent", at(22), at(23))]
    assert ledger.told("contact.lost") == [], "nobody has to be heard after the end of his order"


def test_nothing_opens_twice_within_one_breach() -> None:
    ledger = live(22 + 3, *stay(21, 25, 900, every=HOUR // 120))
    assert ledger.told("curfew.absent") == [("opened", "curfew.absent")]
