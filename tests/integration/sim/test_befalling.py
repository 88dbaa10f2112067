"""What the incidents of a day do to the messages of the town's devices, and to the facts."""

import numpy as np
import pytest

from korgoo.sim.befalling import clock_offset_ms, tell_day
from korgoo.sim.cohort import coverage_facts, deed_facts, movement_facts
from korgoo.sim.days import live_day
from korgoo.sim.facts import Crossing, Deed, Meeting, Track
from korgoo.sim.incidents import COMPLIANT, FIELD, HIDING, Conduct, Event, Incident
from korgoo.sim.itinerary import Mode, day_begins_ms
from korgoo.sim.people import Device, Person, make_people
from korgoo.sim.plane import LAT0_E7, LAT_E7_PER_M, LON0_E7, LON_E7_PER_M
from korgoo.sim.samples import Column, Permission, Table
from korgoo.sim.signals import Signals
from korgoo.sim.town import Town
from tests.towns import DAY, Script


@pytest.fixture(scope="module")
def phone(people: list[Person]) -> Person:
    return next(p for p in people if p.device is Device.PHONE and not p.partner and not p.home_unit)


@pytest.fixture(scope="module")
def wearer(town: Town) -> Person:
    return next(p for p in make_people(town, 120) if p.device is Device.GPS_BRACELET and not p.partner)


def told(town: Town, person: Person, conduct: Conduct) -> Signals:
    return Signals(person.id, day_begins_ms(DAY), tell_day(town, person, DAY, conduct))


def stretch(table: Table, conduct: Conduct) -> Table:
    """Return the messages that were received in the time of the script's only event."""
    (event,) = conduct.script
    begins = day_begins_ms(DAY)
    at = table[Column.RECEIVED]
    return table[:, (at > event.begin_ms - begins + 3_100) & (at < event.end_ms - begins)]


def place_of(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return where a table says that the device is, in metres of the town's plane."""
    return (table[Column.LON_E7] - LON0_E7) / LON_E7_PER_M, (table[Column.LAT_E7] - LAT0_E7) / LAT_E7_PER_M


@pytest.mark.parametrize("kind", [Incident.SPOOFING, Incident.MOCKING])
def test_a_made_up_place_is_home_while_he_is_out(
    town: Town, phone: Person, script: Script, kind: Incident
) -> None:
    conduct = script(phone, kind, begin="20:00", end="22:30")
    table = stretch(told(town, phone, conduct).table, conduct)
    x, y = place_of(table[:, table[Column.SOURCE] == 0])
    assert np.hypot(x - phone.home.point[0], y - phone.home.point[1]).max() < 6
    assert bool((table[Column.MOCK] == 1).all()) is (kind is Incident.MOCKING)
    lived = live_day(town, phone, DAY, conduct)
    home = [fact for fact in movement_facts([phone], [[lived]]) if isinstance(fact, Crossing)]
    assert any(fact.binding and fact.depth_m > 100 for fact in home if fact.zone == "home")


def test_a_jammed_bracelet_goes_on_talking_without_a_place(
    town: Town, wearer: Person, script: Script
) -> None:
    conduct = script(wearer, Incident.JAMMING, begin="20:00", end="22:00")
    table = stretch(told(town, wearer, conduct).table, conduct)
    assert table.shape[1] > 60
    assert not (table[Column.SOURCE] == 0).any()


def test_a_shielded_device_is_silent_and_has_no_place_to_tell_afterwards(
    town: Town, wearer: Person, script: Script
) -> None:
    conduct = script(wearer, Incident.SHIELDING, begin="20:00", end="22:00")
    signals = told(town, wearer, conduct)
    assert stretch(signals.table, conduct).shape[1] == 0
    (event,) = conduct.script
    made = (signals.fixed_ms >= event.begin_ms) & (signals.fixed_ms < event.end_ms)
    assert made.sum() > 60
    assert not signals.located[made].any()


@pytest.mark.parametrize("kind", [Incident.CLOCK_BACK, Incident.CLOCK_FORWARD])
def test_a_clock_is_wrong_for_the_time_of_the_deed(
    town: Town, phone: Person, script: Script, kind: Incident
) -> None:
    conduct = script(phone, kind, begin="12:00", end="14:00")
    wrong, right = told(town, phone, conduct), told(town, phone, COMPLIANT)
    shift = wrong.fixed_ms - right.fixed_ms
    (event,) = conduct.script
    during = (right.fixed_ms >= event.begin_ms) & (right.fixed_ms < event.end_ms)
    assert set(shift[during].tolist()) == {clock_offset_ms(event)}
    assert (clock_offset_ms(event) < 0) is (kind is Incident.CLOCK_BACK)
    assert not shift[~during].any()
    (deed,) = deed_facts(live_day(town, phone, DAY, conduct), conduct, wrong)
    assert deed.offset_ms == clock_offset_ms(event)
    assert deed.cause == "deliberate"
    assert deed.arrives_ms is not None


def test_faulty_clocks_stamp_whole_minutes_or_run_away(town: Town, phone: Person, script: Script) -> None:
    minutes = told(town, phone, script(phone, Incident.CLOCK_MINUTES, begin="04:00", end="23:00"))
    assert not (minutes.fixed_ms % 60_000).any()
    drift = told(town, phone, script(phone, Incident.CLOCK_DRIFT, begin="04:00", end="23:00"))
    ahead = drift.fixed_ms - told(town, phone, COMPLIANT).fixed_ms
    assert ahead[-1] == pytest.approx(24 * 60_000, rel=0.01)


SENSORS = {
    Incident.CASE_OPEN: Column.CASE,
    Incident.SKIN_LOST: Column.SKIN,
    Incident.STRAP_FLICKER: Column.STRAP,
}


@pytest.mark.parametrize("kind", list(SENSORS))
def test_a_sensor_tells_at_once(town: Town, wearer: Person, script: Script, kind: Incident) -> None:
    conduct = script(wearer, kind, begin="12:00", end="12:40")
    signals = told(town, wearer, conduct)
    (event,) = conduct.script
    (deed,) = deed_facts(live_day(town, wearer, DAY, conduct), conduct, signals)
    assert deed.arrives_ms is not None
    assert 0 < deed.arrives_ms - event.begin_ms < 3_100
    shown = signals.fixed_ms[signals.table[SENSORS[kind]] == 0]
    assert shown.min() == event.begin_ms
    assert shown.max() < event.end_ms


def test_a_phone_without_permission_says_why_it_has_no_place(
    town: Town, phone: Person, script: Script
) -> None:
    conduct = script(phone, Incident.PERMISSION_DENIED, begin="12:00", end="14:00")
    table = stretch(told(town, phone, conduct).table, conduct)
    assert (table[Column.LAT_E7] < 0).all()
    assert (table[Column.PERMISSION] == Permission.DENIED).all()
    seen = list(told(town, phone, conduct).observations())
    assert (("location_permission", "denied"),) in {one.extras for one in seen}
    assert all(one.lat_e7 is None for one in seen if one.extras)


def test_a_restart_and_a_stale_place_are_faults(town: Town, phone: Person, script: Script) -> None:
    off = script(phone, Incident.RESTART, begin="12:00", end="12:04")
    assert stretch(told(town, phone, off).table, off).shape[1] == 0
    stale = script(phone, Incident.FROZEN, begin="07:00", end="10:00")
    table = stretch(told(town, phone, stale).table, stale)
    assert len({*zip(*table[[Column.LAT_E7, Column.LON_E7]].tolist(), strict=True)}) == 1
    for conduct in (off, stale):
        (deed,) = deed_facts(live_day(town, phone, DAY, conduct), conduct, told(town, phone, conduct))
        assert deed.cause == "fault"


def test_an_approach_leads_into_the_protected_persons_distance(
    town: Town, people: list[Person], script: Script
) -> None:
    him, her = people[8], people[9]
    conduct = script(him, Incident.APPROACH, begin="13:00", end="14:30")
    lives = [[live_day(town, person, DAY, conduct)] for person in (him, her)]
    met = [fact for fact in movement_facts([him, her], lives) if isinstance(fact, Meeting)]
    assert any(fact.breach_at_ms is not None and fact.nearest_m < fact.distance_m for fact in met)
    assert {fact.pair for fact in met} == {f"{him.id}-{her.id}"}


def test_a_building_without_sky_or_network_does_the_same_to_everybody(
    town: Town, people: list[Person]
) -> None:
    known = {fact.place: fact.loses for fact in coverage_facts(town)}
    assert set(known.values()) == {"gnss", "network", "both"}
    deaf = Conduct({}, deaf_places=True)
    worker = next(p for p in people if p.work and known.get(p.work.id) == "both")
    day = next(
        n for n in range(DAY, DAY + 7)
        if any(v.place in known for v in live_day(town, worker, n, deaf).path)
    )  # fmt: skip
    lived = live_day(town, worker, day, deaf)
    number = next(i for i, v in enumerate(lived.path) if known.get(v.place) == "both")
    begin, end = (lived.path[i].at_ms - day_begins_ms(day) for i in (number, number + 1))
    table = tell_day(town, worker, day, deaf)
    inside = (table[Column.FIXED] >= begin) & (table[Column.FIXED] < end)
    assert inside.sum() > 10
    assert (table[Column.LAT_E7][inside] < 0).all()
    assert table[Column.RECEIVED][inside].min() >= end
    assert (tell_day(town, worker, day, COMPLIANT)[Column.LAT_E7] >= 0).all()


def test_hidden_deeds_are_deliberate_and_left_behind_devices_have_their_own_track(
    town: Town, people: list[Person], script: Script
) -> None:
    tethered = next(p for p in people if p.device is Device.PHONE_AND_BRACELET and not p.partner)
    left = script(tethered, Incident.TETHER_LOSS, begin="20:00", end="21:30")
    facts = list(movement_facts([tethered], [[live_day(town, tethered, DAY, left)]]))
    assert [fact.device for fact in facts if isinstance(fact, Track)] == [False, True]
    out = [f for f in facts if isinstance(f, Crossing) and f.zone == "home" and not f.tethered]
    assert out
    for kind in HIDING:
        conduct = script(tethered, kind, begin="20:00", end="21:30")
        deeds = list(
            deed_facts(live_day(town, tethered, DAY, conduct), conduct, told(town, tethered, conduct))
        )
        assert [(deed.event, deed.cause) for deed in deeds] == [(str(kind), "deliberate")]
        assert isinstance(deeds[0], Deed)


def test_a_wrong_clock_does_not_move_what_else_befalls_a_device(town: Town, wearer: Person) -> None:
    noon = day_begins_ms(DAY) + 8 * 3_600_000
    back = Event(wearer.id, Incident.CLOCK_BACK, noon, noon + 3 * 3_600_000)
    opened = Event(wearer.id, Incident.CASE_OPEN, noon + 3_600_000, noon + 5_400_000)
    signals = told(town, wearer, Conduct({}, (back, opened)))
    shown = signals.received_ms[signals.table[Column.CASE] == 0]
    assert opened.begin_ms <= shown.min() < opened.begin_ms + 3_100
    assert opened.end_ms - 61_000 <= shown.max() < opened.end_ms + 3_100


def test_a_second_cut_is_not_told_by_the_messages_of_the_first(town: Town, wearer: Person) -> None:
    noon = day_begins_ms(DAY) + 8 * 3_600_000
    cuts = tuple(
        Event(wearer.id, Incident.STRAP_CUT, noon + hours * 3_600_000, noon + hours * 3_600_000 + 1_800_000)
        for hours in (0, 2)
    )
    conduct = Conduct({}, cuts)
    deeds = list(deed_facts(live_day(town, wearer, DAY, conduct), conduct, told(town, wearer, conduct)))
    late = [deed.arrives_ms - deed.from_ms for deed in deeds if deed.arrives_ms is not None]
    assert len(late) == 2
    assert 0 <= min(late) <= max(late) < 3_100


def test_a_share_of_silences_begins_as_somebody_sets_out(town: Town, people: list[Person]) -> None:
    """Only then do they end far from where they began, as a fifth of the measured ones did."""
    alone = [person for person in people if not person.partner]
    begun = {True: 0, False: 0}
    for person in alone:
        for day in range(DAY, DAY + 4):
            lived = live_day(town, person, day, FIELD)
            leaving = {v.at_ms for v in lived.path if v.mode is not Mode.STILL}
            for event in lived.events:
                begun[event.begin_ms in leaving] += 1
    assert 0.1 < begun[True] / sum(begun.values()) < 0.35
