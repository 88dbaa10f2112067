"""Stagings: what was asked for is what is true, and what the devices told fits it."""

import itertools

import numpy as np
import pytest

from korgoo.engine.rows import Kind
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.facts import Coverage, Crossing, Deed, Meeting, Night, Track
from korgoo.sim.meddling import Deaf, Interference
from korgoo.sim.meetings import Pair, meetings
from korgoo.sim.plane import LAT_E7_PER_M, LON_E7_PER_M
from korgoo.sim.samples import Column
from korgoo.sim.signals import Signals
from korgoo.sim.stages.actor import BEGINS_MS, Kit, Walker, tell
from korgoo.sim.stages.clocks import OFFSETS_MS, Trick, clocks
from korgoo.sim.stages.daily import daily
from korgoo.sim.stages.devices import Mishap, devices
from korgoo.sim.stages.encounters import Geometry, Moving
from korgoo.sim.stages.exits import exits
from korgoo.sim.stages.interference import interference
from korgoo.sim.stages.nights import staged_nights
from korgoo.sim.stages.pairs import NEAREST, pairs
from korgoo.sim.stages.scenario import Scenario, join
from korgoo.sim.stages.still import still


def true_places(track: Track, at_ms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where a track was at some instants, in metres from the first point."""
    at, lat, lon = (np.array(column, dtype=float) for column in zip(*track.points, strict=True))
    north = (np.interp(at_ms, at, lat) - lat[0]) / LAT_E7_PER_M
    east = (np.interp(at_ms, at, lon) - lon[0]) / LON_E7_PER_M
    return east, north


def track_of(scenario: Scenario, person: str) -> Track:
    return next(fact for fact in scenario.facts_of(Track) if fact.person == person)


def errors_m(scenario: Scenario, told: Signals) -> np.ndarray:
    """Return how far off each position was, of a device whose clock is right."""
    track = track_of(scenario, told.person)
    east, north = true_places(track, told.fixed_ms)
    y = (told.table[Column.LAT_E7] - track.points[0][1]) / LAT_E7_PER_M - north
    x = (told.table[Column.LON_E7] - track.points[0][2]) / LON_E7_PER_M - east
    far: np.ndarray = np.hypot(x, y)
    return far


@pytest.mark.parametrize("noise", list(Noise))
@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_still_device_errs_about_its_place_and_crosses_nothing(carrier: Carrier, noise: Noise) -> None:
    lying = still(3, persons=4, hours=6, radius_m=50, carrier=carrier, noise=noise)
    assert lying.monitored_ms == 4 * 6 * 3_600_000
    assert not lying.facts_of(Crossing)
    for told in lying.signals:
        assert told.table.shape[1] == pytest.approx(6 * 240, abs=2)
        assert 1.0 < np.median(errors_m(lying, told)) < 60.0


def test_the_second_noise_is_another_one_of_the_same_size() -> None:
    one, other = (still(1, persons=30, hours=12, noise=noise) for noise in Noise)
    sizes = [
        np.percentile(np.concatenate([errors_m(s, told) for told in s.signals]), (50, 95))
        for s in (one, other)
    ]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.5)
    assert not np.array_equal(one.signals[0].table, other.signals[0].table)


@pytest.mark.parametrize("speed_ms", [1.5, 5.0, 15.0])
def test_exits_go_as_deep_and_stay_as_long_as_asked(speed_ms: float) -> None:
    gone = exits(5, trials=12, speed_ms=speed_ms, radius_m=50)
    crossings = gone.facts_of(Crossing)
    assert [fact.person for fact in crossings] == [told.person for told in gone.signals]
    for fact in crossings:
        assert 100 <= fact.depth_m <= 400
        assert fact.at_100_m_ms is not None
        assert fact.until_ms - fact.at_100_m_ms >= 180_000
        assert fact.speed_ms == pytest.approx(speed_ms, rel=0.01)
        east, north = true_places(track_of(gone, fact.person), np.array([fact.from_ms, fact.at_100_m_ms]))
        x0, y0 = track_of(gone, fact.person).points[0][2], track_of(gone, fact.person).points[0][1]
        home_x, home_y = (x0 - 749_300_000) / LON_E7_PER_M, (y0 - 429_650_000) / LAT_E7_PER_M
        far = np.hypot(east + home_x, north + home_y)
        assert far[0] == pytest.approx(50, abs=0.1)
        assert far[1] == pytest.approx(150, abs=speed_ms + 0.1)


def test_every_night_has_its_fact_and_a_third_of_them_an_absence() -> None:
    dark = staged_nights(2, persons=40, count=3)
    nights = dark.facts_of(Night)
    assert len(nights) == 120
    absent = [night for night in nights if night.absences]
    assert 0.15 < len(absent) / len(nights) < 0.45
    spans = [(night, span) for night in absent for span in night.absences]
    kinds = {(span[0] > night.from_ms, span[1] < night.until_ms) for night, span in spans}
    assert kinds == {
        (True, True),
        (False, True),
        (True, False),
        (False, False),
    }  # out, late, early, all night
    for night in absent:
        assert all(night.from_ms <= begin < end <= night.until_ms for begin, end in night.absences)
        assert sum(end - begin for begin, end in night.absences) >= 600_000
    bound = {(c.person, span) for c in dark.facts_of(Crossing) for span in c.binding}
    assert bound == {(night.person, span) for night in absent for span in night.absences}


@pytest.mark.parametrize(("geometry", "moving"), [*itertools.product(Geometry, Moving)])
def test_pairs_come_as_near_as_asked(geometry: Geometry, moving: Moving) -> None:
    met = pairs(7, trials=5, geometry=geometry, moving=moving, distance_m=200)
    meetings = met.facts_of(Meeting)
    if geometry is Geometry.APART:
        assert not meetings
        return
    assert len(meetings) == 5
    low, high = NEAREST[geometry]
    for fact in meetings:
        assert low * 200 - 0.1 <= fact.nearest_m <= high * 200 + 0.1
        assert fact.entries == {Geometry.NEAR_MISS: 0, Geometry.RETURNING: 2}.get(geometry, 1)
        assert (fact.breach_at_ms is None) == (geometry is Geometry.NEAR_MISS)
        at = np.array([fact.from_ms, fact.nearest_at_ms])
        assert true_gap(met, fact, at) == pytest.approx([400, fact.nearest_m], abs=1.0)


@pytest.mark.parametrize("moving", list(Moving))
@pytest.mark.parametrize("geometry", [g for g in Geometry if g is not Geometry.APART])
def test_the_nearest_distance_can_be_given_to_the_metre(geometry: Geometry, moving: Moving) -> None:
    met = pairs(3, trials=3, geometry=geometry, moving=moving, nearest=(0.6, 0.6), distance_m=500)
    assert [fact.nearest_m for fact in met.facts_of(Meeting)] == pytest.approx([300] * 3, abs=0.1)


@pytest.mark.parametrize(("away_s", "count"), [(120, 1), (290, 1), (310, 2), (900, 2)])
def test_a_meeting_is_over_after_five_minutes_outside_the_warning_ring(away_s: int, count: int) -> None:
    stands = Walker(BEGINS_MS, (0.0, 0.0))
    stands.stay(BEGINS_MS + 7_200_000)
    walks = Walker(BEGINS_MS, (1_000.0, 0.0))
    walks.go((50.0, 0.0), 2.0)
    walks.go((400.0, 0.0), 2.0)  # the edge of the warning ring: what follows is spent outside it
    left_ms = walks.at_ms
    walks.go((401.0, 0.0), 2.0)
    walks.stay(left_ms + away_s * 1000 - 500)
    walks.go((50.0, 0.0), 2.0)
    walks.go((1_000.0, 0.0), 2.0)
    found = list(meetings(Pair("p", "a", "b", 200.0), walks.end(), stands.end()))
    assert len(found) == count
    assert sum(fact.entries for fact in found) == 2
    assert sum(fact.breach_ms for fact in found) == pytest.approx(2 * 2 * 150 / 2.0 * 1000, abs=10)


def true_gap(scenario: Scenario, fact: Meeting, at_ms: np.ndarray) -> list[float]:
    """Return how far apart the two of a meeting truly were, from their tracks alone."""
    one, other = track_of(scenario, fact.participant), track_of(scenario, fact.protected)
    x1, y1 = true_places(one, at_ms)
    x2, y2 = true_places(other, at_ms)
    x0 = (one.points[0][2] - other.points[0][2]) / LON_E7_PER_M
    y0 = (one.points[0][1] - other.points[0][1]) / LAT_E7_PER_M
    apart: list[float] = np.hypot(x1 - x2 + x0, y1 - y2 + y0).tolist()
    return apart


def test_an_undisclosed_place_has_no_device_and_stays_out_of_the_plan() -> None:
    met = pairs(7, trials=3, place=True)
    assert {told.person for told in met.signals} == {pair.participant for pair in met.pairs}
    assert all(fact.place and not fact.disclosed for fact in met.facts_of(Meeting))
    assert not met.plan(with_pairs=True).get("pairs")


@pytest.mark.parametrize("mishap", [m for m in Mishap if m is not Mishap.NOTHING])
def test_a_mishap_shows_when_its_fact_says(mishap: Mishap) -> None:
    live = devices(4, mishap=mishap, trials=4)
    healthy = devices(4, mishap=Mishap.NOTHING, trials=4)
    assert not healthy.facts_of(Deed)
    for told, fact in zip(live.signals, live.facts_of(Deed), strict=True):
        before = told.table[:, told.fixed_ms < fact.from_ms]
        assert before.shape[1] > 200
        assert set(before[Column.STRAP].tolist()) == {1}
        if fact.arrives_ms is None:
            during = (told.received_ms > fact.from_ms + 3_100) & (told.received_ms < fact.until_ms)
            assert not during.any()
        else:
            assert fact.arrives_ms in told.received_ms


def test_a_cut_told_late_arrives_with_the_network() -> None:
    late = devices(4, mishap=Mishap.STRAP_CUT, trials=3, late_s=1_800)
    for told, fact in zip(late.signals, late.facts_of(Deed), strict=True):
        assert fact.arrives_ms is not None
        assert 1_800_000 <= fact.arrives_ms - fact.from_ms <= 1_802_000
        first = told.table[:, told.received_ms == fact.arrives_ms]
        assert fact.from_ms in first[Column.FIXED].astype(np.int64) + told.begins_ms


@pytest.mark.parametrize("trick", list(Trick))
def test_a_clock_trick_changes_the_participants_clock_alone(trick: Trick) -> None:
    plain, tricked = pairs(6, trials=3), clocks(6, trick=trick, trials=3)
    deeds = {fact.person: fact for fact in tricked.facts_of(Deed)}
    assert set(deeds) == {pair.participant for pair in tricked.pairs}
    for before, after in zip(plain.signals, tricked.signals, strict=True):
        assert np.array_equal(before.received_ms, after.received_ms)
        shift = after.fixed_ms - before.fixed_ms
        if before.person not in deeds:
            assert not shift.any()
        elif trick in OFFSETS_MS:
            since = deeds[before.person].from_ms
            assert set(shift[before.fixed_ms >= since].tolist()) == {OFFSETS_MS[trick]}
            assert not shift[before.fixed_ms < since].any()
        else:
            assert shift.any()
    met = {fact.participant: fact for fact in tricked.facts_of(Meeting)}
    assert all(fact.from_ms <= met[person].from_ms for person, fact in deeds.items())


@pytest.mark.parametrize("kind", list(Interference))
def test_interference_hides_a_true_leaving(kind: Interference) -> None:
    hidden = interference(8, kind=kind, trials=3, days=2)
    assert len(hidden.facts_of(Coverage)) == 3
    deliberate = {f.person: f for f in hidden.facts_of(Deed) if f.cause == "deliberate"}
    assert len(deliberate) == (0 if kind is Interference.BENIGN else 3)
    for told in hidden.signals:
        out = [fact for fact in hidden.facts_of(Crossing) if fact.person == told.person]
        assert len(out) == 2 + (told.person in deliberate)
        if told.person not in deliberate:
            continue
        deed = deliberate[told.person]
        during = (told.fixed_ms >= deed.from_ms) & (told.fixed_ms < deed.until_ms)
        gps = during & (told.table[Column.SOURCE] == 0)
        if kind in {Interference.SPOOFING, Interference.MOCKING}:
            x = (told.table[Column.LON_E7][gps] - 749_300_000) / LON_E7_PER_M
            assert gps.sum() > 8
            assert np.abs(x).max() < (5 if kind is Interference.MOCKING else 40)  # at home, while he is out
            assert bool((told.table[Column.MOCK][during] == 1).all()) is (kind is Interference.MOCKING)
        else:
            assert not gps.any()
        if kind is Interference.SHIELDING:
            assert told.received_ms[during].min() >= deed.until_ms


def test_a_place_that_loses_only_the_network_keeps_its_positions() -> None:
    quiet = interference(8, kind=Interference.BENIGN, trials=2, days=1, deaf=Deaf.NETWORK)
    for told in quiet.signals:
        visit = next(fact for fact in quiet.facts_of(Deed) if fact.person == told.person)
        inside = (told.fixed_ms >= visit.from_ms) & (told.fixed_ms < visit.until_ms)
        assert told.located[inside].all()
        assert told.received_ms[inside].min() >= visit.until_ms


def test_daily_life_has_a_crossing_for_every_leaving_of_home() -> None:
    life = daily(1, people=6, days=2, radius_m=50, always=True, interval_s=120)
    homes = [fact for fact in life.facts_of(Crossing) if fact.zone == "home"]
    assert len(homes) >= 12
    assert all(fact.binding == ((fact.from_ms, fact.until_ms),) for fact in homes)
    assert {subject["zones"][0]["circle"]["radius_m"] for subject in life.subjects} == {50}
    for told in life.signals:
        assert told.table.shape[1] == pytest.approx(2 * 720, abs=20)


def test_rows_of_a_scenario_are_those_that_its_devices_told() -> None:
    gone = exits(5, trials=3)
    rows = gone.recording().rows
    assert [row.kind for row in rows[:3]] == [Kind.PLAN] * 3
    assert len(rows) == gone.fixes + 3
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert all(one.log_at_ms <= two.log_at_ms for one, two in itertools.pairwise(rows))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    one, same, other = (pairs(seed, trials=3) for seed in (1, 1, 2))
    assert all(np.array_equal(a.table, b.table) for a, b in zip(one.signals, same.signals, strict=True))
    assert one.facts == same.facts
    assert one.facts != other.facts


def test_more_trials_begin_with_the_same_ones() -> None:
    few, many = exits(1, trials=2), exits(1, trials=4)
    assert all(np.array_equal(a.table, b.table) for a, b in zip(few.signals, many.signals, strict=False))


def test_scenarios_are_joined_only_when_their_persons_differ() -> None:
    both = join("all", [exits(1, trials=2), still(1, persons=2, hours=1)])
    assert len(both.signals) == len(both.subjects) == 4
    with pytest.raises(ValueError, match="same person"):
        join("twice", [exits(1, trials=2), exits(2, trials=2)])


def test_a_recording_that_does_not_fit_is_refused() -> None:
    walker = Walker(BEGINS_MS, (0.0, 0.0))
    walker.stay(BEGINS_MS + 25 * 86_400_000)
    with pytest.raises(ValueError, match="23 days"):
        tell(1, walker.end(), Kit(), person="long")
