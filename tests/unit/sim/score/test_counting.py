"""How each row is counted: one small case a row, worked out by hand."""

import msgspec
import pytest

from korgoo.engine.findings import Event, Finding, Param, Reason
from korgoo.replay.findings_file import finding_line
from korgoo.sim.facts import Coverage, Crossing, Deed, Fact, Night, Track
from korgoo.sim.score import city, deeds, zones
from korgoo.sim.score.alarms import Alarm, alarms_of, read_alarms, recorded
from korgoo.sim.score.matching import Stretch, match
from korgoo.sim.score.tally import Statistic, Tally, estimate
from korgoo.sim.stages.exits import exits
from tests.unit.sim.score.approaches import meeting, near

MIN = 60_000
HOUR = 60 * MIN
DAY = 24 * HOUR
E7_PER_M = 10_000_000 / 111_092.06


def out(
    begin: int,
    end: int,
    *,
    depth_m: float = 200,
    zone: str = "home",
    binding: tuple[tuple[int, int], ...] | None = None,
    tethered: bool = True,
) -> Crossing:
    spans = ((begin, end),) if binding is None else binding
    deep = (begin + MIN, begin + 2 * MIN)
    return Crossing("anna", zone, "inclusion", begin, end, depth_m, *deep, 1.5, spans, tethered)


def left(at: int, *, since: int | None = None, ended: int | None = None, zone: str = "home") -> Alarm:
    return Alarm("zone.exit", "anna", zone, at, at if since is None else since, ended)


def test_a_false_exit_is_an_alarm_that_belongs_to_no_crossing() -> None:
    crossings = [out(100 * MIN, 110 * MIN)]
    alarms = [
        left(50 * MIN),  # at home: false
        left(99 * MIN),  # a minute early: the noise of the last fixes
        left(111 * MIN),  # a minute late: a message under way
        left(112 * MIN + 1),  # home again: false
        left(105 * MIN, zone="work"),  # of another zone: false
        left(300 * MIN, since=101 * MIN),  # uploaded late, and says when it was
    ]
    matched = zones.match_crossings(crossings, alarms)
    assert [alarm.at_ms for alarm in matched.false] == [50 * MIN, 112 * MIN + 1, 105 * MIN]
    assert zones.false_exits(matched, 2 * DAY) == Tally(3, 2.0)


def test_a_false_alarm_finds_the_exit_in_which_it_rises() -> None:
    false = left(50 * MIN)
    crossings = [out(100 * MIN, 110 * MIN)]
    matched = zones.match_crossings(crossings, [false._replace(rises=(101 * MIN,))])
    assert [match.delay_ms for match in matched.matches] == [MIN]
    assert matched.false == [false._replace(rises=(101 * MIN,))]
    assert not zones.match_crossings(crossings, [false]).matches[0].found
    astray = zones.match_crossings(crossings, [false._replace(rises=(60 * MIN,))])
    assert (len(astray.false), astray.matches[0].found) == (2, False), (
        "a rise for nothing is one false call more"
    )


def test_leaving_while_the_zone_does_not_bind_is_allowed() -> None:
    matched = zones.match_crossings([out(100 * MIN, 110 * MIN, binding=())], [left(105 * MIN)])
    assert len(matched.false) == 1
    assert zones.demanded(matched, [out(100 * MIN, 110 * MIN, binding=())]) == []


def test_a_missed_exit_counts_with_its_whole_length() -> None:
    crossings = [out(0, 10 * MIN), out(HOUR, HOUR + 20 * MIN), out(2 * HOUR, 3 * HOUR)]
    matched = zones.match_crossings(crossings, [left(40_000), left(2 * HOUR + 70_000)])
    chosen = zones.demanded(matched, crossings)
    assert zones.missed(chosen) == Tally(1, 3)
    assert zones.delays(chosen).samples == (40.0, 1_200.0, 70.0)
    assert zones.delays_from_30_m(chosen).samples == (-20.0, 1_140.0, 10.0)  # 30 m deep after a minute


def test_only_what_is_deep_long_and_carries_the_device_must_be_found() -> None:
    crossings = [
        out(0, 10 * MIN, depth_m=99),
        out(HOUR, HOUR + 2 * MIN),
        out(2 * HOUR, 3 * HOUR, tethered=False),
        out(4 * HOUR, 5 * HOUR),
    ]
    chosen = zones.demanded(zones.match_crossings(crossings, []), crossings)
    assert [crossing.from_ms for crossing, _ in chosen] == [4 * HOUR]


def test_a_true_alarm_that_stands_knows_the_next_exit_and_a_false_one_does_not() -> None:
    crossings = [out(0, 10 * MIN), out(15 * MIN, 30 * MIN)]
    known = zones.match_crossings(crossings, [left(MIN, ended=20 * MIN)])
    assert [one.found for one in known.matches] == [True, True]
    assert zones.delays(zones.demanded(known, crossings)).samples == (60.0, 0.0)
    closed = zones.match_crossings(crossings, [left(MIN, ended=11 * MIN)])
    later = [out(0, 10 * MIN), out(25 * MIN, 40 * MIN)]
    assert [one.found for one in zones.match_crossings(later, [left(MIN)]).matches] == [True, False]
    assert [one.found for one in closed.matches] == [True, False]
    false = zones.match_crossings([out(HOUR, 2 * HOUR)], [left(10 * MIN, ended=3 * HOUR)])
    assert [one.found for one in false.matches] == [False]
    assert len(false.false) == 1


def test_what_stands_is_known_from_one_crossing_to_the_next_and_on_to_the_one_after() -> None:
    """Driving past home twice: each pause is short, and the alarm of the first exit still stands."""
    crossings = [out(0, 10 * MIN), out(11 * MIN, 60 * MIN), out(61 * MIN, 90 * MIN)]
    alarm = left(MIN)
    assert [m.found for m in zones.match_crossings(crossings, [alarm]).matches] == [True, True, True]
    ended = left(MIN, ended=60 * MIN)
    assert [m.found for m in zones.match_crossings(crossings, [ended]).matches] == [True, True, False]


def test_nights_count_false_and_missed_absences() -> None:
    nights = [
        Night("anna", "home", 0, 8 * HOUR),
        Night("anna", "home", DAY, DAY + 8 * HOUR, ((DAY, DAY + HOUR), (DAY + 5 * HOUR, DAY + 6 * HOUR))),
        Night("anna", "home", 2 * DAY, 2 * DAY + 8 * HOUR, ((2 * DAY, 2 * DAY + 5 * MIN),)),  # too short
    ]
    alarms = [
        Alarm("curfew.absent", "anna", "home", 2 * HOUR, 2 * HOUR),
        Alarm("curfew.absent", "anna", "home", DAY + 2 * MIN, DAY, DAY + HOUR),
    ]
    matched = zones.match_nights(nights, alarms)
    assert zones.false_absences(matched, nights) == Tally(1, 3)
    assert zones.missed_absences(matched) == Tally(1, 2)
    assert zones.absence_delays(matched).samples == (120.0, 3_600.0)


def lost(at: int, *, who: str = "anna", kind: str = "position.lost", since: int = 0) -> Alarm:
    return Alarm(kind, who, "", at, since)


@pytest.mark.parametrize(
    ("alarm", "share"),
    [
        (lost(HOUR + MIN), Tally(0, 1)),
        (lost(HOUR + MIN, kind="contact.lost"), Tally(0, 1)),
        (lost(HOUR - 61_000), Tally(1, 1)),  # that was before he left
        (lost(2 * HOUR + 61_000), Tally(1, 1)),
        (lost(3 * HOUR, since=HOUR), Tally(0, 1)),  # told late, with its time
        (lost(HOUR + MIN, who="boris"), Tally(1, 1)),
        (lost(HOUR + MIN, kind="battery.low"), Tally(1, 1)),
        (left(HOUR + MIN), Tally(0, 1)),
    ],
)
def test_who_is_missed_and_told_of_as_lost_has_called_somebody(alarm: Alarm, share: Tally) -> None:
    crossings = [out(HOUR, 2 * HOUR)]
    matched = zones.match_crossings(crossings, [alarm])
    chosen = zones.demanded(matched, crossings)
    assert zones.uncalled((found for _, found in chosen), [alarm]) == share
    night = zones.match_nights([Night("anna", "home", 0, 8 * HOUR, ((HOUR, 2 * HOUR),))], [alarm])
    assert zones.uncalled(zones.long_absences(night), [alarm]) == share


def deed(
    event: str = "strap.cut", begin: int = HOUR, *, arrives: int | None = None, cause: str = "deliberate"
) -> Deed:
    return Deed("anna", event, begin, begin + HOUR, cause, arrives_ms=arrives)


def test_a_deed_is_found_from_when_its_message_arrived() -> None:
    late, silent = deed(arrives=2 * HOUR), deed("phone.off", 10 * HOUR)
    alarms = [
        Alarm("tamper.strap", "anna", "", 2 * HOUR + 3_000, HOUR),
        Alarm("tamper.strap", "anna", "", 2 * HOUR + 9_000, HOUR),
        Alarm("tamper.strap", "boris", "", 2 * HOUR, HOUR),
        Alarm("contact.lost", "anna", "", 10 * HOUR + 150_000, 10 * HOUR),
    ]
    cut = deeds.answer([late], alarms, ("tamper.strap",))
    assert deeds.found(cut) == Tally(1, 1)
    assert deeds.delays(cut).samples == (3.0,)
    assert deeds.alerts_a_deed(cut) == Tally(2, 1)
    assert deeds.false_a_day(cut, DAY) == Tally(1, 1.0)
    off = deeds.answer([silent, deed("phone.off", 20 * HOUR)], alarms, ("contact.",))
    assert deeds.found(off) == Tally(1, 2)
    assert deeds.found_within(off, 150) == Tally(1, 2)
    assert deeds.found_within(off, 149) == Tally(0, 2)


def test_each_alert_of_a_city_is_true_or_false_or_not_judged() -> None:
    facts: list[Fact] = [
        Track("anna", False, ((0, 0, 0), (DAY, 0, 0))),  # noqa: FBT003
        out(0, HOUR),
        meeting(),
        deed("phone.off"),
        deed("dead.zone", 10 * HOUR, cause="benign"),
        Coverage("cellar", "network", 0, 0, 40.0),
    ]
    alarms = {
        left(MIN): (True, True),
        left(5 * HOUR): (False, False),
        near(200_000): (True, True),
        near(200_000, pair="other"): (False, False),
        Alarm("contact.lost", "anna", "", HOUR + MIN, HOUR): (True, True),
        Alarm("contact.lost", "anna", "", 10 * HOUR + MIN, 10 * HOUR): (True, False),  # nobody did anything
        Alarm("position.lost", "anna", "", 20 * HOUR, 20 * HOUR): (True, False),  # at a place that loses it
        Alarm("tamper.strap", "anna", "", HOUR, HOUR): (False, False),
        Alarm("battery.low", "anna", "", HOUR, HOUR): (None, False),
    }
    told = city.verdicts(facts, alarms)
    assert {one.alarm: (one.true, one.needed) for one in told} == alarms


def test_what_repeats_within_an_hour_is_one_alert() -> None:
    alarms = [left(0), left(50 * MIN), left(50 * MIN, zone="work"), left(100 * MIN), left(160 * MIN)]
    assert [(a.at_ms // MIN, a.condition) for a in city.without_repeats(alarms)] == [
        (0, "home"), (50, "work"), (160, "home"),
    ]  # fmt: skip


def test_alarms_after_the_end_of_a_recording_are_nobodys() -> None:
    staged = exits(1, trials=2, home_s=600)
    ends = [int(one.received_ms[-1]) for one in staged.signals]
    alarms = [
        Alarm("contact.lost", one.person, "", end + extra, end)
        for one, end in zip(staged.signals, ends, strict=True)
        for extra in (0, 1)
    ]
    assert [alarm.at_ms for alarm in recorded(alarms, staged.signals)] == ends


def test_a_stretch_takes_the_first_alarm_and_an_alarm_the_first_stretch() -> None:
    stretches = [Stretch("a", 0, HOUR), Stretch("a", HOUR + MIN, 2 * HOUR)]
    alarms = [("a", left(HOUR + 30_000)), ("a", left(HOUR))]
    matched = match(stretches, alarms)
    assert [alarm.at_ms for alarm in matched.matches[0].alarms] == [HOUR, HOUR + 30_000]


def test_seeds_are_pooled_and_their_spread_is_the_interval() -> None:
    told = estimate([Tally(1, 10), Tally(3, 10)], Statistic.RATE)
    assert told.value == pytest.approx(0.2)
    assert told.low == pytest.approx(0.1)
    assert told.high == pytest.approx(0.3)
    middle = estimate([Tally(samples=(1.0, 2.0)), Tally(samples=(9.0,))], Statistic.P50)
    assert middle.value == 2.0
    assert estimate([Tally(1, 10)], Statistic.RATE).low is None
    assert estimate([Tally(), Tally()], Statistic.SHARE).value is None


def test_nothing_counted_is_no_certainty() -> None:
    none = estimate([Tally(0, 50), Tally(0, 50)], Statistic.SHARE)
    assert (none.low, none.high) == (0.0, 0.03)
    every = estimate([Tally(50, 50), Tally(50, 50)], Statistic.SHARE)
    assert (every.low, every.high) == (0.97, 1.0)


def loss(event: Event, minute: int, *, priority: int = 0, number: int = 0, resting: bool = False) -> Finding:
    code = Reason.NO_POSITION if event is Event.OPENED else Reason.UNEXPLAINED
    params: dict[str, Param] = {"priority": priority} if priority else {}
    params |= {"resting": True} if resting else {}
    head = ("person:anna/contact/position.lost/1", number, "position.lost", event, "person:anna", "contact")
    return Finding(*head, minute * MIN, 0, live=True, confidence=1000, code=code, seq=1, params=params)


def test_what_is_kept_and_calls_nobody_is_no_alarm_until_it_calls() -> None:
    kept = loss(Event.OPENED, 12, priority=5)
    ended = loss(Event.CLOSED, 60, number=1)
    (quiet,) = alarms_of([kept, ended])
    assert (quiet.quiet, quiet.ended_ms) == (True, 60 * MIN)
    noticed = loss(Event.UPDATED, 44, priority=4, number=1)
    (notice,) = alarms_of([kept, noticed])
    assert (notice.quiet, notice.level, notice.at_ms) == (False, 4, 44 * MIN)
    (called,) = alarms_of([kept, noticed, loss(Event.UPDATED, 249, number=2)])
    assert (called.quiet, called.level, called.at_ms) == (False, 3, 44 * MIN)
    lines = [msgspec.json.decode(finding_line(one)) for one in (kept, noticed)]
    assert read_alarms(lines) == [notice]


def test_where_an_order_protects_somebody_it_is_an_alarm_from_the_first() -> None:
    (alarm,) = alarms_of([loss(Event.OPENED, 12, priority=5)], protecting={"anna"})
    assert (alarm.quiet, alarm.level, alarm.at_ms) == (False, 3, 12 * MIN)


def test_where_an_order_protects_somebody_a_device_at_rest_is_an_alarm_once_it_stirs() -> None:
    kept = loss(Event.OPENED, 12, priority=5, resting=True)
    (quiet,) = alarms_of([kept], protecting={"anna"})
    assert quiet.quiet
    stirs = loss(Event.UPDATED, 40, priority=5, number=1)
    (alarm,) = alarms_of([kept, stirs], protecting={"anna"})
    assert (alarm.quiet, alarm.level, alarm.at_ms) == (False, 3, 40 * MIN)
    assert alarms_of([kept, stirs])[0].quiet, "nobody is protected: it stays kept"
    lines = [msgspec.json.decode(finding_line(one)) for one in (kept, stirs)]
    assert read_alarms(lines, protecting={"anna"}) == [alarm]


def entered(ring: str, minute: int, ended: int | None, *, pair: str = "p1") -> Alarm:
    ended_ms = None if ended is None else ended * MIN
    return Alarm(f"proximity.{ring}", "anna", pair, minute * MIN, minute * MIN, ended_ms)


def test_all_rings_of_a_meeting_are_one_alert() -> None:
    first, inner, later = entered("warning", 1, 20), entered("breach", 2, 9), entered("warning", 21, 30)
    lost = Alarm("position.lost", "anna", "contact", 3 * MIN, 0)
    again, other = entered("breach", 20, 25), entered("warning", 4, 5, pair="p2")
    assert city.one_a_meeting([first, inner, lost, other, again, later]) == [first, lost, other]
    assert city.one_a_meeting([first, inner, later]) == [first, later]
    assert city.one_a_meeting([entered("warning", 1, None), inner, later]) == [entered("warning", 1, None)]
