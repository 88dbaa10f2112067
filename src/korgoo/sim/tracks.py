"""Single tracks for tuning the engine: a receiver that lies still, or is carried out of a zone and back.

The true place (of a walk: its beginning) is the middle of the town's plane, so a fence is centred on
(`plane.LAT0_E7`, `plane.LON0_E7`). Every seed is another device at another place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.engine.rows import Observation, Source
from korgoo.sim.carriers import Carrier, Noise, device_factor, read_bare, read_device
from korgoo.sim.chance import Quantiles, between, key_of, normals, unit, units
from korgoo.sim.plane import to_e7_each
from korgoo.sim.providers import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.sim.chance import Floats, Ints

BEGINS_MS: Final = 1_767_225_600_000
"""2026-01-01 00:00 UTC: when every track begins."""
LATENCY_MS: Final = Quantiles((0, 500), (1, 3_000))


class Track(NamedTuple):
    """Fixes of one device: time, reported place and radius, true place; metres from the plane's middle."""

    times_ms: Ints
    x: Floats
    y: Floats
    accuracy: Floats
    source: Ints
    true_x: Floats
    true_y: Floats

    def observations(self, key: int = 0) -> Iterator[Observation]:
        """Yield the track as observations that arrive 0.5 to 3 s after their fix."""
        lat, lon = to_e7_each(self.x, self.y)
        latency = np.floor(LATENCY_MS.at_each(units(key_of(key, "latency"), self.times_ms))).astype(np.int64)
        columns = (
            self.times_ms,
            self.times_ms + latency,
            lat,
            lon,
            np.rint(self.accuracy * 100).astype(np.int64),
            self.source,
        )
        for fixed, received, lat_e7, lon_e7, accuracy, source in zip(
            *(c.tolist() for c in columns), strict=True
        ):
            yield Observation(
                fixed_at_ms=fixed,
                received_at_ms=received,
                device="sim-track",
                lat_e7=lat_e7,
                lon_e7=lon_e7,
                accuracy_cm=accuracy,
                source=(Source.GPS, Source.WIFI, Source.CELL)[source],
            )


def still_track(
    seed: int, *, hours: float, interval_s: float, carrier: Carrier = Carrier.STAY, noise: Noise = Noise.FIRST
) -> Track:
    """Return the track of a device that lies still."""
    times = BEGINS_MS + np.arange(int(hours * 3_600_000 / (interval_s * 1000))) * int(interval_s * 1000)
    zero = np.zeros(len(times))
    return _track(seed, times, zero, zero, carrier, noise)


def walk_out_track(  # the story of one absence: how long at home, how far, how long away
    seed: int,
    *,
    interval_s: float,
    home_s: float = 1_800,
    depth_m: float = 200,
    away_s: float = 600,
    speed_ms: float = 1.5,
    carrier: Carrier = Carrier.STAY,
) -> Track:
    """Return the track of a device that stays, leaves straight in some direction, stays away and returns.

    It leaves at `home_s` (plus up to one interval, so that crossings fall anywhere between two fixes); ask
    `crossing_ms` for the instant at which it crosses a circle.
    """
    way_s = depth_m / speed_ms
    times = BEGINS_MS + np.arange(int((2 * home_s + 2 * way_s + away_s) / interval_s)) * int(
        interval_s * 1000
    )
    after = (times - _leaves_ms(seed, home_s=home_s, interval_s=interval_s)) / 1000
    out = np.minimum(after, way_s)
    back = np.maximum(after - way_s - away_s, 0.0)
    far = np.maximum(np.minimum(out, way_s - back), 0.0) * speed_ms
    one = np.array([0], dtype=np.int64)
    east, north = (float(normals(key_of(seed, "heading", axis), one)[0]) for axis in ("x", "y"))
    length = float(np.sqrt(east * east + north * north))
    return _track(seed, times, far * (east / length), far * (north / length), carrier)


def crossing_ms(
    seed: int, *, radius_m: float, interval_s: float, home_s: float = 1_800, speed_ms: float = 1.5
) -> int:
    """Return the instant at which a walk-out with these arguments crosses a circle about its beginning."""
    return _leaves_ms(seed, home_s=home_s, interval_s=interval_s) + round(radius_m * 1000 / speed_ms)


def _leaves_ms(seed: int, *, home_s: float, interval_s: float) -> int:
    return BEGINS_MS + int(home_s * 1000) + between(key_of(seed, "leaves"), 0, int(interval_s * 1000))


def _track(  # noqa: PLR0917 - time, place and what carries the receiver
    seed: int, times: Ints, true_x: Floats, true_y: Floats, carrier: Carrier, noise: Noise = Noise.FIRST
) -> Track:
    key = key_of(seed, "track", carrier)
    if carrier is Carrier.PHONE:
        inside = true_x * true_x + true_y * true_y < 20.0 * 20.0
        place = np.full(len(times), int(unit(key) * 1e9), dtype=np.int64)
        factor = np.full(len(times), device_factor(key, noise))
        reading = read_device(
            key,
            Setting(times, true_x, true_y, indoor=inside, place=place, place_factor=factor, only_gps=False),
            noise,
        )
        return Track(times, reading.x, reading.y, reading.accuracy, reading.source, true_x, true_y)
    reading = read_bare(key, carrier, times, true_x, true_y, noise=noise)
    return Track(times, *reading, true_x, true_y)
