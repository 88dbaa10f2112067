"""One person's messages of one day as columns: what the device recorded, and when it reached us.

Columns are 32-bit integers, so a day of 200 people takes some 17 MB; rows are made only when they are due.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from korgoo.sim.battery import Battery, battery_of
from korgoo.sim.carriers import Noise, device_factor, read_device
from korgoo.sim.chance import Quantiles, bits_array, key_of, normals, unit, units
from korgoo.sim.days import live_day
from korgoo.sim.incidents import Incident
from korgoo.sim.itinerary import DAY_MS, Mode, day_begins_ms
from korgoo.sim.pacing import paces, works_on_feet
from korgoo.sim.people import Device
from korgoo.sim.plane import to_e7_each
from korgoo.sim.providers import GPS, Reading, Setting
from korgoo.sim.town import CANYON_M

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Floats, Ints
    from korgoo.sim.days import Day
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.itinerary import Path
    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

Table = NDArray[np.int32]
"""Rows are `Column`s, columns are messages in the order in which they are received."""

LATENCY_MS: Final = Quantiles((0, 500), (0.5, 900), (0.95, 2_500), (1, 3_000))
JITTER_MS: Final = 1_500
UPLOAD_STEP_MS: Final = 40
"""Time between the messages of a late upload."""
MISREAD_MOTION: Final = 0.04
BEACON_UNHEARD: Final = 0.02


class Column(IntEnum):
    """What the rows of a table mean. Times are ms after the day's beginning; -1 is unknown."""

    RECEIVED = 0
    FIXED = 1
    COUNTER = 2
    LAT_E7 = 3
    LON_E7 = 4
    ACCURACY_CM = 5
    SOURCE = 6
    SPEED_CMS = 7
    MOTION = 8
    BEACON = 9
    BATTERY = 10
    CHARGING = 11
    STRAP = 12
    TETHER = 13
    SOS = 14
    CASE = 15
    SKIN = 16
    MOCK = 17
    PERMISSION = 18


class Motion(IntEnum):
    """Codes of the motion sensor."""

    STILL = 0
    WALKING = 1
    VEHICLE = 2


class Permission(IntEnum):
    """What the phone says of its permission to locate; by default it says nothing."""

    DENIED = 0
    APPROXIMATE = 1


TOLD_AT_ONCE: Final = (
    Incident.SOS,
    Incident.STRAP_CUT,
    Incident.TETHER_LOSS,
    Incident.CASE_OPEN,
    Incident.SKIN_LOST,
    Incident.STRAP_FLICKER,
)
_MOTION_OF: Final = np.array([Motion.STILL, Motion.WALKING, Motion.VEHICLE, Motion.VEHICLE])


def sample_day(town: Town, person: Person, day: int, conduct: Conduct, noise: Noise = Noise.FIRST) -> Table:
    """Return the messages that one person's device sends on one day: `sample_lived`, lived here."""
    return sample_lived(town, live_day(town, person, day, conduct), conduct, noise)


def sample_lived(town: Town, lived: Day, conduct: Conduct, noise: Noise = Noise.FIRST) -> Table:
    """Return the messages of a day that was lived, before `befalling` changes any of them."""
    person, day = lived.person, lived.number
    battery = battery_of(person, day, conduct)
    times = _times(person, lived, battery)
    trace = trace_of(lived.device_path, times)
    setting = _setting(town, person, times, trace, noise)
    reading = read_device(key_of(person.key, "fixes"), setting, noise)
    table = np.full((len(Column), len(times)), -1, dtype=np.int32)
    table[Column.FIXED] = times - day_begins_ms(day)
    table[Column.COUNTER] = np.arange(len(times))
    table[Column.LAT_E7], table[Column.LON_E7] = to_e7_each(reading.x, reading.y)
    table[Column.ACCURACY_CM] = np.rint(reading.accuracy * 100)
    table[Column.SOURCE] = reading.source
    _tell_motion(table, person, times, trace, reading, paces_per_day=conduct.paces_per_day)
    level, plugged = battery.levels(times)
    table[Column.BATTERY], table[Column.CHARGING] = np.maximum(np.floor(level), 1), plugged
    _tell_device(table, person, times, lived)
    table[Column.RECEIVED] = _received(person, times, lived) - day_begins_ms(day)
    return np.ascontiguousarray(table[:, np.argsort(table[Column.RECEIVED], kind="stable")])


class Trace(NamedTuple):
    """Where the device truly is at each time: `place` indexes `names`, speed in m/s."""

    x: Floats
    y: Floats
    mode: Ints
    place: Ints
    names: list[str]
    speed: Floats


def _during(times: Ints, begin_ms: int, end_ms: int) -> Flags:
    return (times >= begin_ms) & (times < end_ms)


def _times(person: Person, day: Day, battery: Battery) -> Ints:
    """A fix each interval, give or take a second, one at each thing told at once, none while it is off."""
    begins = day_begins_ms(day.number)
    number = np.arange(DAY_MS // person.interval_ms) + (begins // person.interval_ms)
    phase = int(unit(key_of(person.key, "phase")) * (person.interval_ms - JITTER_MS - 1))
    jitter = np.floor(units(key_of(person.key, "jitter"), number) * JITTER_MS).astype(np.int64)
    times = (number - number[0]) * person.interval_ms + begins + phase + jitter
    at_once = [event.begin_ms for event in day.events if event.kind in TOLD_AT_ONCE]
    times = np.unique(np.concatenate([times, np.array(at_once, dtype=np.int64)]))
    off = [(e.begin_ms, e.end_ms) for e in day.events if e.kind in {Incident.PHONE_OFF, Incident.POWER_LOST}]
    for silent in (*off, *battery.flat):
        times = times[~_during(times, *silent)]
    return times


def trace_of(path: Path, times: Ints) -> Trace:
    """Return where the device truly is at the given times."""
    at = np.array([vertex.at_ms for vertex in path])
    east = np.array([vertex.point[0] for vertex in path])
    north = np.array([vertex.point[1] for vertex in path])
    modes = np.array([vertex.mode for vertex in path])
    names = sorted({vertex.place for vertex in path})
    places = np.array([names.index(vertex.place) for vertex in path])
    i = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
    moving = modes[i] != Mode.STILL
    dx = np.where(moving, east[i + 1] - east[i], 0.0)
    dy = np.where(moving, north[i + 1] - north[i], 0.0)
    lasts = at[i + 1] - at[i]
    share = (times - at[i]) / lasts
    speed = np.sqrt(dx * dx + dy * dy) * 1000 / lasts
    return Trace(east[i] + dx * share, north[i] + dy * share, modes[i], places[i], names, speed)


def _setting(town: Town, person: Person, times: Ints, trace: Trace, noise: Noise) -> Setting:
    """Every place has its own noise; under way and in a yard the sky is open."""
    open_air = {"", *(area.id for area in town.areas), *(area.id for area in person.avoid)}
    factors = [device_factor(key_of(person.key, "roof", name), noise) for name in trace.names]
    roofs = [name not in open_air for name in trace.names]
    tags = [key_of("place", name) >> 2 for name in trace.names]
    return Setting(
        times_ms=times,
        x=trace.x,
        y=trace.y,
        indoor=np.array(roofs)[trace.place],
        place=np.array(tags)[trace.place],
        place_factor=np.array(factors)[trace.place],
        only_gps=person.device is Device.GPS_BRACELET,
        canyon=(np.abs(trace.x) < CANYON_M) & (np.abs(trace.y) < CANYON_M),
    )


def _tell_motion(
    table: Table, person: Person, times: Ints, trace: Trace, reading: Reading, *, paces_per_day: float
) -> None:
    """The motion sensor (wrong for two minutes now and then), speed with gps, and the home unit's beacon."""
    block = times // 120_000
    misread = units(key_of(person.key, "misread"), block) < MISREAD_MOTION
    told = _MOTION_OF[trace.mode]
    if paces_per_day:
        afoot = paces(key_of(person.key, "paces"), times, paces_per_day)
        if person.work:
            at_work = np.array([name == person.work.id for name in trace.names])[trace.place]
            afoot |= at_work & works_on_feet(person.key, times)
        told = np.where(afoot & (told == Motion.STILL), Motion.WALKING, told)
    table[Column.MOTION] = np.where(
        misread, np.where(told == Motion.STILL, Motion.WALKING, Motion.STILL), told
    )
    unrest = normals(key_of(person.key, "speed"), times)
    speed = np.rint(np.maximum(trace.speed + 0.3 * unrest, 0.0) * 100)
    table[Column.SPEED_CMS] = np.where(reading.source == GPS, speed, -1)
    if person.home_unit:
        at_home = np.array([name == person.home.id for name in trace.names])[trace.place]
        heard = units(key_of(person.key, "beacon"), block) >= BEACON_UNHEARD
        table[Column.BEACON] = at_home & heard


def _tell_device(table: Table, person: Person, times: Ints, day: Day) -> None:
    """Strap and tether heartbeats, and the SOS button."""
    table[Column.SOS] = 0
    if person.device is not Device.PHONE:
        table[[Column.STRAP, Column.CASE, Column.SKIN]] = 1
    if person.device is Device.PHONE_AND_BRACELET:
        table[Column.TETHER] = 1
    for event in day.events:
        match event.kind:
            case Incident.STRAP_CUT:
                cut = _during(times, event.begin_ms, event.end_ms)
                table[Column.STRAP][cut] = 0
                table[Column.SKIN][cut] = 0
            case Incident.TETHER_LOSS:
                table[Column.TETHER][_during(times, event.begin_ms, event.end_ms)] = 0
            case Incident.SOS:
                table[Column.SOS][times == event.begin_ms] = 1
            case _:
                pass


def _received(person: Person, times: Ints, day: Day) -> Ints:
    """When each message reaches us: at once, or after the dead zone, in the order of its queue or in none."""
    latency = np.floor(LATENCY_MS.at_each(units(key_of(person.key, "latency"), times))).astype(np.int64)
    received = times + latency
    shuffled = np.zeros(len(times), dtype=np.bool_)
    for event in day.events:
        if event.kind not in {Incident.DEAD_ZONE, Incident.SHUFFLED_UPLOAD}:
            continue
        late = _during(times, event.begin_ms, event.end_ms)
        order = np.arange(int(late.sum()))
        if event.kind is Incident.SHUFFLED_UPLOAD:
            drawn = bits_array(key_of(person.key, "shuffle"), times[late])
            order = np.argsort(np.argsort(drawn, kind="stable"), kind="stable")
            shuffled |= late
        received[late] = event.end_ms + 500 + UPLOAD_STEP_MS * order
    queued = np.where(shuffled, 0, received)
    received = np.where(shuffled, received, np.maximum.accumulate(queued))
    on_time: Ints = np.minimum(received, day_begins_ms(day.number + 1) - 1)
    return on_time
