"""The statistics by which simulated noise is compared with measured noise (docs/simulation.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.chance import Floats
    from korgoo.sim.tracks import Track

LAGS_S: Final = (5, 15, 30, 60, 120, 300, 600)
SHARES: Final = (50, 90, 95, 99, 100)
HOUR_MS: Final = 3_600_000


def interval_s(track: Track) -> float:
    """Return the time between the fixes of a track."""
    return float(track.times_ms[1] - track.times_ms[0]) / 1000


def autocorrelation(track: Track, lag_s: int) -> float:
    """Return the autocorrelation of one axis about its mean (the mean of both axes)."""
    step = round(lag_s / interval_s(track))
    values = []
    for axis in (track.x, track.y):
        centred = axis - axis.mean()
        values.append(float((centred[:-step] * centred[step:]).mean() / (centred * centred).mean()))
    return sum(values) / 2


def scatter(track: Track) -> Floats:
    """Return the 50, 90, 95, 99 and 100 % quantiles of the distance from the track's own median, m."""
    dx, dy = track.x - np.median(track.x), track.y - np.median(track.y)
    quantiles: Floats = np.percentile(np.sqrt(dx * dx + dy * dy), SHARES)
    return quantiles


def distances(track: Track) -> Floats:
    """Return the distance of each fix from the true place, m."""
    dx, dy = track.x - track.true_x, track.y - track.true_y
    far: Floats = np.sqrt(dx * dx + dy * dy)
    return far


def exits_per_hour(tracks: Sequence[Track], *, radius_m: float, every_s: int, in_a_row: int = 1) -> float:
    """Return the false exits an hour of the rule "N fixes in a row outside the circle"."""
    exits, hours = 0, 0.0
    for track in tracks:
        outside = (distances(track) > radius_m)[:: round(every_s / interval_s(track))]
        runs = np.lib.stride_tricks.sliding_window_view(np.concatenate([[False], outside]), in_a_row + 1)
        hours += len(track.times_ms) * interval_s(track) / 3600
        exits += int((~runs[:, 0] & runs[:, 1:].all(axis=1)).sum()) if len(outside) >= in_a_row else 0
    return exits / hours


def excursions(track: Track, *, beyond_m: float) -> tuple[float, Floats]:
    """Return the excursions an hour beyond a distance from the true place, and how long each lasted, s."""
    far = np.concatenate([[False], distances(track) > beyond_m, [False]]).astype(np.int8)
    edges = np.diff(far)
    steps = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)
    lengths: Floats = steps.astype(np.float64) * interval_s(track)
    return len(lengths) / (len(track.times_ms) * interval_s(track) / 3600), lengths


def hourly_wander(track: Track) -> Floats:
    """Return how far each hour's median lies from the median of the whole track, m."""
    step = round(3600 / interval_s(track))
    middle_x, middle_y = np.median(track.x), np.median(track.y)
    hours = range(0, len(track.x) - step + 1, step)
    return np.array(
        [
            np.hypot(np.median(track.x[i : i + step]) - middle_x, np.median(track.y[i : i + step]) - middle_y)
            for i in hours
        ]
    )
