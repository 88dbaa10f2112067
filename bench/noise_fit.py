"""Print the simulator's noise beside the measured one: `python bench/noise_fit.py [--seed N]`.

What was measured on, and the honest differences, stand in docs/simulation.md. Ours are the same statistics
on simulated tracks: distances from a track's own median, one axis' autocorrelation about its own mean,
exits from a fence about the true place.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from korgoo.sim.carriers import Carrier
from korgoo.sim.days import live_day
from korgoo.sim.fit import LAGS_S, autocorrelation, exits_per_hour, interval_s, scatter
from korgoo.sim.incidents import COMPLIANT, FIELD, USUAL
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.observations import stream
from korgoo.sim.people import Device, make_people
from korgoo.sim.plane import to_e7_each
from korgoo.sim.providers import CELL, GPS, WIFI
from korgoo.sim.samples import Column, sample_day, trace_of
from korgoo.sim.town import Town
from korgoo.sim.tracks import still_track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.chance import Floats
    from korgoo.sim.people import Person
    from korgoo.sim.tracks import Track

DAY = 20_454
STAY_SECONDS = 4_825  # 492 h in 367 stays
SPIKE_M = 500
GAP_MS = 600_000


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    stays = [still_track(seed * 1000 + i, hours=STAY_SECONDS / 3600, interval_s=5) for i in range(367)]
    lying = [
        still_track(seed * 1000 + i, hours=hours, interval_s=1, carrier=Carrier.RECEIVER)
        for i, hours in enumerate((11.3, 4.2, 1.6) * 4)
    ]
    print_still(stays, lying)
    print_exits(stays, lying)
    print_phones(Town(seed))
    print_speed(Town(seed))


def row(what: str, ours: str, measured: str) -> None:
    """Print one line of the table."""
    print(f"| {what} | {ours} | {measured} |")


def head(what: str) -> None:
    """Print the head of a table."""
    print(f"\n| {what} | ours | measured |\n|---|---|---|")


def slashed(values: Floats | Sequence[float], places: int = 1) -> str:
    """Write several figures as one cell."""
    return " / ".join(f"{value:.{places}f}" for value in values)


def print_still(stays: list[Track], lying: list[Track]) -> None:
    """Print autocorrelation, scatter and the fake path."""
    head("autocorrelation at 5 / 15 / 30 / 60 / 120 / 300 / 600 s")
    values = np.array([[autocorrelation(track, lag) for lag in LAGS_S] for track in stays])
    row("stays, median", slashed(np.median(values, 0), 2), ".99 / .93 / .83 / .67 / .44 / .23 / .14")
    row(
        "stays, lower quartile",
        slashed(np.percentile(values, 25, 0), 2),
        "- / .87 / .71 / .52 / .29 / .05 / -",
    )
    row(
        "stays, upper quartile",
        slashed(np.percentile(values, 75, 0), 2),
        "- / .98 / .94 / .88 / .75 / .51 / -",
    )
    values = np.array([[autocorrelation(track, lag) for lag in LAGS_S] for track in lying])
    measured = ".96 / .79 / .56 / .36 / .20 / .15 / 0 (the middle of three receivers)"
    row("lying still, median", slashed(np.median(values, 0), 2), measured)
    head("distance from its own median p50 / p90 / p95 / p99 / max, m")
    spread = np.array([scatter(track) for track in stays])
    worst = spread[np.argsort(spread[:, 0])[-len(stays) // 10 :]]
    row("stays, median stay", slashed(np.median(spread, 0)), "9.4 / 25.5 / 30.9 / 50.1 / 64")
    row("stays, worst tenth", slashed(np.median(worst, 0)), "23 / 58 / 77 / 167 / 360")
    measured = "10.3 / 21.7 / 26.2 / 38.9 / 64 (the middle of three receivers)"
    row("lying still", slashed(np.median([scatter(track) for track in lying], 0)), measured)
    head("fake path walked, km an hour")
    row("lying still, every 1 s", f"{fake_path(lying, 1):.2f}", "2.97 / 2.24 / 2.13")
    row("lying still, every 60 s", f"{fake_path(lying, 60):.2f}", "0.89 / 0.81 / 0.56")


def fake_path(tracks: list[Track], every_s: int) -> float:
    """Return the kilometres an hour that tracks of still receivers seem to walk."""
    metres = hours = 0.0
    for track in tracks:
        step = round(every_s / interval_s(track))
        metres += float(np.hypot(np.diff(track.x[::step]), np.diff(track.y[::step])).sum())
        hours += len(track.times_ms) * interval_s(track) / 3600
    return metres / 1000 / hours


def print_exits(stays: list[Track], lying: list[Track]) -> None:
    """Print the false exits of counting rules."""
    head("false exits an hour")
    rows = (
        ("lying still, 25 m, every 1 s", lying, 25, 1, 1, "13.6"),
        ("lying still, 25 m, every 60 s", lying, 25, 60, 1, "3.5"),
        ("lying still, 25 m, three in a row at 60 s", lying, 25, 60, 3, "0.09"),
        ("lying still, 50 m, every 1 s", lying, 50, 1, 1, "1.3"),
        ("lying still, 50 m, every 60 s", lying, 50, 60, 1, "0.35"),
        ("lying still, 50 m, three in a row at 60 s", lying, 50, 60, 3, "0"),
        ("stays, 50 m, every 60 s", stays, 50, 60, 1, "0.97"),
        ("stays, 50 m, three in a row at 60 s", stays, 50, 60, 3, "0.19"),
        ("stays, 100 m, every 60 s", stays, 100, 60, 1, "0.27"),
        ("stays, 100 m, three in a row at 60 s", stays, 100, 60, 3, "0.011"),
    )
    for what, tracks, radius, every, count, measured in rows:
        value = exits_per_hour(tracks, radius_m=radius, every_s=every, in_a_row=count)
        row(what, f"{value:.2f}", measured)


def print_phones(town: Town) -> None:
    """Print providers, radii, spikes and silence of simulated phones in daily life."""
    people = [person for person in make_people(town, 200) if person.device is Device.PHONE]
    days = [(person, DAY + number) for person in people for number in range(2)]
    tables, errors = [], []
    for person, number in days:
        table = sample_day(town, person, number, COMPLIANT)
        order = np.argsort(table[Column.FIXED])
        tables.append(table[:, order])
        times = table[Column.FIXED][order].astype(np.int64) + day_begins_ms(number)
        trace = trace_of(live_day(town, person, number, COMPLIANT).device_path, times)
        lat, lon = to_e7_each(trace.x, trace.y)
        north = (table[Column.LAT_E7][order] - lat) * 0.01110921
        east = (table[Column.LON_E7][order] - lon) * 0.00815872
        errors.append(np.sqrt(north * north + east * east))
    joined, error = np.concatenate(tables, axis=1), np.concatenate(errors)
    source, radius = joined[Column.SOURCE], joined[Column.ACCURACY_CM] / 100
    head("phones in daily life")
    shares = [float((source == code).mean() * 100) for code in (GPS, WIFI, CELL)]
    row("share gps / Wi-Fi / cell, %", slashed(shares), "5 / 92 / 2")
    measured = {GPS: "4 / 9 / 12 / 17 / 34", WIFI: "17 / 20 / 31 / 44 / 78", CELL: "- / - / 2462 / - / 3511"}
    inside = {GPS: "49 / 78 / 90", WIFI: "97 / 99 / 99", CELL: "67 / 67 / -"}
    for code, name in ((GPS, "gps"), (WIFI, "Wi-Fi"), (CELL, "cell")):
        claimed, far = radius[source == code], error[source == code]
        row(
            f"{name}: radius p5 / p25 / p50 / p75 / p95, m",
            slashed(np.percentile(claimed, (5, 25, 50, 75, 95)), 0),
            measured[code],
        )
        covered = [float((far <= times * claimed).mean() * 100) for times in (1, 2, 3)]
        row(f"{name}: true place inside 1x / 2x / 3x the radius, %", slashed(covered, 0), inside[code])
    home = joined[Column.FIXED] < 2 * 3_600_000
    for code, name, figures in ((WIFI, "Wi-Fi", "5 / 28 / 74"), (GPS, "gps", "14 / 42 / 78")):
        far = error[home & (source == code)]
        row(
            f"at home by night, {name}: error p50 / p95 / p99, m",
            slashed(np.percentile(far, (50, 95, 99)), 0),
            figures,
        )
    spikes = error[error > SPIKE_M]
    row("fixes more than 500 m off, %", f"{len(spikes) / len(error) * 100:.2f}", "0.28")
    row("spikes: distance p50 / p95, m", slashed(np.percentile(spikes, (50, 95)), 0), "842 / 13800")
    row(
        "spikes covered by their radius, %",
        f"{float((spikes <= radius[error > SPIKE_M]).mean() * 100):.0f}",
        "36",
    )
    print_gaps(town, people)


def print_gaps(town: Town, people: Sequence[Person]) -> None:
    """Print silences under the two conducts."""
    for name, conduct in (("FIELD", FIELD), ("USUAL", USUAL)):
        minutes = []
        for person in people:
            fixed = np.sort(sample_day(town, person, DAY, conduct)[Column.RECEIVED])
            minutes += [gap / 60_000 for gap in np.diff(fixed) if gap > GAP_MS]
        gaps = np.array(minutes)
        bands = [
            float(((gaps > low) & (gaps <= high)).sum() / len(people))
            for low, high in ((10, 30), (30, 60), (60, 241))
        ]
        row(
            f"{name}: gaps of 10-30 / 30-60 / 60-240 min a person-day",
            slashed(bands, 2),
            "1.05 / 0.45 / 0.67 (loggers); over 1 h 0.6 (phones)",
        )


def print_speed(town: Town) -> None:
    """Print how many observations one core makes in a second."""
    people = make_people(town, 200)
    begins = day_begins_ms(DAY)
    started = time.perf_counter()
    made = sum(1 for _ in stream(town, people, from_ms=begins, until_ms=begins + 86_400_000))
    took = time.perf_counter() - started
    print(f"\nspeed: {made} observations of 200 people in {took:.2f} s: {made / took:,.0f}/s on one core")


if __name__ == "__main__":
    main()
