"""Print the simulator's two noises beside the measured one: `python bench/noise_fit.py [--seed N]`.

What was measured on, and the honest differences, stand in docs/simulation.md. Ours are the same statistics
on simulated tracks: distances from a track's own median, one axis' autocorrelation about its own mean,
exits from a fence about the true place. The second noise is never tuned on; it is printed to show that it is
of about the same size and of another shape.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from korgoo.sim.befalling import tell_day
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.fit import (
    LAGS_S,
    autocorrelation,
    excursions,
    exits_per_hour,
    hourly_wander,
    interval_s,
    scatter,
)
from korgoo.sim.incidents import CITY
from korgoo.sim.people import make_people
from korgoo.sim.phone_fit import phone_lines, phones_of, row, slashed
from korgoo.sim.town import Town
from korgoo.sim.tracks import still_track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from korgoo.sim.tracks import Track

    Tracks = Sequence[Track]

DAY = 20_454
STAY_SECONDS = 4_825  # 492 h in 367 stays
SPEED_DAYS = 3
SMALL = 0.05


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    stays = [
        [
            still_track(seed * 1000 + i, hours=STAY_SECONDS / 3600, interval_s=5, noise=noise)
            for i in range(367)
        ]
        for noise in Noise
    ]
    lying = [
        [
            still_track(seed * 1000 + i, hours=hours, interval_s=1, carrier=Carrier.RECEIVER, noise=noise)
            for i, hours in enumerate((11.3, 4.2, 1.6) * 4)
        ]
        for noise in Noise
    ]
    print_correlation(stays, lying)
    print_scatter(stays, lying)
    print_exits(stays, lying)
    print("\n".join(phone_lines([phones_of(Town(seed), noise) for noise in Noise], Town(seed))))
    print_speed(Town(seed))


def head(what: str) -> None:
    """Print the head of a table."""
    print(f"\n| {what} | first | second | measured |\n|---|---|---|---|")


def print_correlation(stays: Sequence[Tracks], lying: Sequence[Tracks]) -> None:
    """Print the autocorrelations."""
    head("autocorrelation at 5 / 15 / 30 / 60 / 120 / 300 / 600 s")

    def shares(tracks: Tracks, share: float) -> str:
        values = np.array([[autocorrelation(track, lag) for lag in LAGS_S] for track in tracks])
        return slashed(np.percentile(values, share, 0), 2)

    for what, share, measured in (
        ("median", 50, ".99 / .93 / .83 / .67 / .44 / .23 / .14"),
        ("lower quartile", 25, "- / .87 / .71 / .52 / .29 / .05 / -"),
        ("upper quartile", 75, "- / .98 / .94 / .88 / .75 / .51 / -"),
    ):
        print(row(f"stays, {what}", [shares(tracks, share) for tracks in stays], measured))
    measured = ".96 / .79 / .56 / .36 / .20 / .15 / 0 (the middle of three receivers)"
    print(row("lying still, median", [shares(tracks, 50) for tracks in lying], measured))


def print_scatter(stays: Sequence[Tracks], lying: Sequence[Tracks]) -> None:
    """Print sizes, wander, excursions and the fake path."""
    head("distance from its own median p50 / p90 / p95 / p99 / max, m")

    def spread(tracks: Tracks, worst: int = 1) -> str:
        values = np.array([scatter(track) for track in tracks])
        chosen = values[np.argsort(values[:, 0])[-len(tracks) // worst :]]
        return slashed(np.median(chosen, 0))

    print(row("stays, median stay", [spread(tracks) for tracks in stays], "9.4 / 25.5 / 30.9 / 50.1 / 64"))
    row("stays, worst tenth", [spread(tracks, 10) for tracks in stays], "23 / 58 / 77 / 167 / 360")
    measured = "10.3 / 21.7 / 26.2 / 38.9 / 64 (the middle of three receivers)"
    print(row("lying still", [spread(tracks) for tracks in lying], measured))
    head("lying still, other habits")
    each(
        "the hourly median wanders, p5 / p50 / p95, m",
        lying,
        lambda tracks: slashed(
            np.percentile(np.concatenate([hourly_wander(t) for t in tracks]), (5, 50, 95))
        ),
        "1 to 7.5",
    )
    each(
        "excursions beyond 30 m an hour, least / median / most",
        lying,
        lambda tracks: slashed(np.percentile([excursions(t, beyond_m=30)[0] for t in tracks], (0, 50, 100))),
        "1.3 to 7.7",
    )
    each(
        "their length p50 / p90, s",
        lying,
        lambda tracks: slashed(
            np.percentile(np.concatenate([excursions(t, beyond_m=30)[1] for t in tracks]), (50, 90)), 0
        ),
        "13-22 / 19-56",
    )
    for every_s, measured in ((1, "2.97 / 2.24 / 2.13"), (60, "0.89 / 0.81 / 0.56")):
        each(
            f"fake path walked, km an hour, every {every_s} s",
            lying,
            lambda tracks, step=every_s: f"{fake_path(tracks, step):.2f}",  # type: ignore[misc]
            measured,
        )


def each(what: str, tracks: Sequence[Tracks], figure: Callable[[Tracks], str], measured: str) -> None:
    """Print one line, the same figure of both noises."""
    print(row(what, [figure(one) for one in tracks], measured))


def fake_path(tracks: Tracks, every_s: int) -> float:
    """Return the kilometres an hour that tracks of still receivers seem to walk."""
    metres = hours = 0.0
    for track in tracks:
        step = round(every_s / interval_s(track))
        metres += float(np.hypot(np.diff(track.x[::step]), np.diff(track.y[::step])).sum())
        hours += len(track.times_ms) * interval_s(track) / 3600
    return metres / 1000 / hours


def print_exits(stays: Sequence[Tracks], lying: Sequence[Tracks]) -> None:
    """Print the false exits of counting rules."""
    head("false exits an hour")
    rows = (
        ("lying still, 25 m, every 1 s", lying, 25, 1, 1, "13.6"),
        ("lying still, 25 m, every 60 s", lying, 25, 60, 1, "3.5"),
        ("lying still, 25 m, three in a row at 60 s", lying, 25, 60, 3, "0.09"),
        ("lying still, 50 m, every 1 s", lying, 50, 1, 1, "1.3"),
        ("lying still, 50 m, every 60 s", lying, 50, 60, 1, "0.35"),
        ("lying still, 50 m, three in a row at 60 s", lying, 50, 60, 3, "0"),
        ("stays, 25 m, every 60 s", stays, 25, 60, 1, "-"),
        ("stays, 50 m, every 60 s", stays, 50, 60, 1, "0.97"),
        ("stays, 50 m, three in a row at 60 s", stays, 50, 60, 3, "0.19"),
        ("stays, 100 m, every 60 s", stays, 100, 60, 1, "0.27"),
        ("stays, 100 m, three in a row at 60 s", stays, 100, 60, 3, "0.011"),
    )
    for what, tracks, radius, every, count, measured in rows:
        values = [exits_per_hour(one, radius_m=radius, every_s=every, in_a_row=count) for one in tracks]
        print(row(what, [f"{value:.2f}" if value > SMALL else f"{value:.3f}" for value in values], measured))


def print_speed(town: Town) -> None:
    """Print how many messages one core makes in a second of processor time."""
    people = make_people(town, 200)
    for noise in Noise:
        begun = time.process_time()
        made = sum(
            tell_day(town, person, DAY + day, CITY, noise).shape[1]
            for day in range(SPEED_DAYS)
            for person in people
        )
        took = time.process_time() - begun
        print(f"\nspeed, {noise}: {made:,} messages in {took:.2f} s of processor time: {made / took:,.0f}/s")


if __name__ == "__main__":
    main()
