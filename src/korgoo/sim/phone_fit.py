"""Phones in daily life beside measured ones: providers, spikes, moving, silence (see noise_fit.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from korgoo.sim.befalling import tell_day
from korgoo.sim.days import live_day
from korgoo.sim.incidents import CITY, COMPLIANT, FIELD, USUAL
from korgoo.sim.itinerary import Mode, day_begins_ms
from korgoo.sim.people import Device, make_people
from korgoo.sim.plane import to_e7_each
from korgoo.sim.providers import CELL, GPS, WIFI
from korgoo.sim.samples import Column, trace_of
from korgoo.sim.town import CANYON_M

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.carriers import Noise
    from korgoo.sim.chance import Flags, Floats, Ints
    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

DAY = 20_454
DAYS = 3
SPIKE_M = 500
GAP_MS = 600_000
HOUR_MS = 3_600_000
NIGHT_MS = 7_200_000
BANDS = ((10, 30), (30, 60), (60, 240))
NAMES = ((GPS, "gps"), (WIFI, "Wi-Fi"), (CELL, "cell"))
RADII = {
    GPS: "4 / 9 / 12 / 17 / 34 / 350",
    WIFI: "17 / 20 / 31 / 44 / 78 / 444",
    CELL: "- / - / 2462 / - / 3511 / 5000",
}
INSIDE = {GPS: "49 / 78 / 90", WIFI: "97 / 99 / 99", CELL: "67 / 67 / -"}


class Phones(NamedTuple):
    """All messages of healthy phones: what they told, how far off, and where they truly were."""

    source: Ints
    radius: Floats
    error: Floats
    by_night: Flags
    moving: Flags
    canyon: Flags
    spikes: Floats


def phones_of(town: Town, noise: Noise) -> Phones:
    """Return what the phones of a town tell in some days in which nothing goes wrong."""
    people = [person for person in make_people(town, 200) if person.device is Device.PHONE]
    parts = [_phone_day(town, person, DAY + day, noise) for person in people for day in range(DAYS)]
    return Phones(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _phone_day(town: Town, person: Person, day: int, noise: Noise) -> Phones:
    table = tell_day(town, person, day, COMPLIANT, noise)
    table = table[:, np.argsort(table[Column.FIXED])]
    times = table[Column.FIXED].astype(np.int64) + day_begins_ms(day)
    trace = trace_of(live_day(town, person, day, COMPLIANT).device_path, times)
    lat, lon = to_e7_each(trace.x, trace.y)
    north = (table[Column.LAT_E7] - lat) * 0.01110921
    east = (table[Column.LON_E7] - lon) * 0.00815872
    error = np.sqrt(north * north + east * east)
    return Phones(
        source=table[Column.SOURCE].astype(np.int64),
        radius=table[Column.ACCURACY_CM] / 100,
        error=error,
        by_night=table[Column.FIXED] < NIGHT_MS,
        moving=trace.mode != Mode.STILL,
        canyon=(np.abs(trace.x) < CANYON_M) & (np.abs(trace.y) < CANYON_M),
        spikes=_spikes(error, times),
    )


def _spikes(error: Floats, times: Ints) -> Floats:
    """Return 1 for a fix that is more than 500 m off and back within the hour, as spikes were counted."""
    off = np.concatenate([[False], error > SPIKE_M, [False]]).astype(np.int8)
    flags = np.zeros(len(error))
    for begin, end in zip(np.flatnonzero(np.diff(off) > 0), np.flatnonzero(np.diff(off) < 0), strict=True):
        if times[end - 1] - times[begin] < HOUR_MS and end < len(error):
            flags[begin:end] = 1
    return flags


def phone_lines(phones: Sequence[Phones], town: Town) -> Iterator[str]:
    """Yield the lines of the tables: providers, radii, spikes, moving and silence."""
    yield ("\n| phones in daily life | first | second | measured |\n|---|---|---|---|")
    shares = [slashed([float((p.source == code).mean() * 100) for code, _ in NAMES]) for p in phones]
    yield row("share gps / Wi-Fi / cell, %", shares, "5 / 92 / 2")
    for code, name in NAMES:
        claimed = [np.percentile(p.radius[p.source == code], (5, 25, 50, 75, 95, 100)) for p in phones]
        yield row(
            f"{name}: radius p5 / p25 / p50 / p75 / p95 / max, m",
            [slashed(c, 0) for c in claimed],
            RADII[code],
        )
        covered = [
            slashed([float((p.error <= n * p.radius)[p.source == code].mean() * 100) for n in (1, 2, 3)], 0)
            for p in phones
        ]
        yield row(f"{name}: true place inside 1x / 2x / 3x the radius, %", covered, INSIDE[code])
    for code, name, figures in ((WIFI, "Wi-Fi", "5 / 28 / 74"), (GPS, "gps", "14 / 42 / 78")):
        night = [p.error[p.by_night & (p.source == code)] for p in phones]
        yield row(
            f"at home by night, {name}: error p50 / p95 / p99, m", [quantiles(n) for n in night], figures
        )
    spikes = [p.spikes > 0 for p in phones]
    yield row(
        "spikes (> 500 m off, back within the hour), % of fixes",
        [f"{s.mean() * 100:.2f}" for s in spikes],
        "0.28",
    )
    sizes = [slashed(np.percentile(p.error[s], (50, 95)), 0) for p, s in zip(phones, spikes, strict=True)]
    yield row("spikes: distance p50 / p95, m", sizes, "842 / 13800")
    inside = [
        f"{float((p.error <= p.radius)[s].mean() * 100):.0f}" for p, s in zip(phones, spikes, strict=True)
    ]
    yield row("spikes covered by their radius, %", inside, "36")
    open_road = [p.error[p.moving & ~p.canyon & (p.source == GPS)] for p in phones]
    yield row(
        "moving, gps, open road: error p50 / p95 / p99, m",
        [quantiles(o) for o in open_road],
        "1-4 / 2-7 / 3-8",
    )
    canyon = [p.error[p.moving & p.canyon & (p.source == GPS)] for p in phones]
    yield row(
        "moving, gps, street canyon: p50 / p95 / p99, m",
        [quantiles(c) for c in canyon],
        "23-39 / 45-85 / 71-106",
    )
    yield from _gap_lines(town)


def _gap_lines(town: Town) -> Iterator[str]:
    """Yield silences and the jump across them under three conducts: the same for both noises."""
    yield ("\n| silence | ours | measured |\n|---|---|---|")
    people = [person for person in make_people(town, 200) if person.device is Device.PHONE]
    for name, conduct in (("FIELD", FIELD), ("CITY", CITY), ("USUAL", USUAL)):
        minutes: list[float] = []
        jumps: list[float] = []
        for person in people:
            for day in range(DAY, DAY + DAYS):
                table = tell_day(town, person, day, conduct)
                gaps = np.diff(table[Column.RECEIVED]) / 60_000
                minutes += gaps[gaps > GAP_MS / 60_000].tolist()
                jumps += _jumps(
                    table[:, np.argsort(table[Column.FIXED], kind="stable")].astype(np.int64)
                ).tolist()
        found = np.array(minutes)
        days = len(people) * DAYS
        bands = [float(((found > low) & (found <= high + 1)).sum() / days) for low, high in BANDS]
        yield (
            f"| {name}: gaps of 10-30 / 30-60 / 60-240 min a person-day | {slashed(bands, 2)} | "
            "1.05 / 0.45 / 0.67 (loggers); over 1 h 0.6 (phones) |"
        )
        far = float((np.array(jumps) > SPIKE_M).mean() * 100) if jumps else 0.0
        told = slashed(np.percentile(jumps or [0.0], (50, 90)), 0)
        yield (
            f"| {name}: jump across a gap without fixes p50 / p90, m; over 500 m, % | {told}; {far:.0f} | "
            "214 / 12300 (phones, over 1 h); 22 (loggers) |"
        )


def _jumps(table: Ints) -> Floats:
    """Return how far apart the places before and after each stretch without any fix are, m."""
    gaps = np.diff(table[Column.FIXED])
    before = np.flatnonzero(
        (gaps > GAP_MS) & (table[Column.LAT_E7][:-1] >= 0) & (table[Column.LAT_E7][1:] >= 0)
    )
    north = (table[Column.LAT_E7][before + 1] - table[Column.LAT_E7][before]) * 0.01110921
    east = (table[Column.LON_E7][before + 1] - table[Column.LON_E7][before]) * 0.00815872
    far: Floats = np.sqrt(north * north + east * east)
    return far


def quantiles(values: Floats) -> str:
    """Write p50, p95 and p99 as one cell."""
    return slashed(np.percentile(values, (50, 95, 99)), 0)


def row(what: str, ours: Sequence[str], measured: str) -> str:
    """Return one line of a table."""
    return f"| {what} | {' | '.join(ours)} | {measured} |"


def slashed(values: Floats | Sequence[float], places: int = 1) -> str:
    """Write several figures as one cell."""
    return " / ".join(f"{value:.{places}f}" for value in values)
