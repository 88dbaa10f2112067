"""Walking, cycling or driving out of a zone, far enough and long enough that it must be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.plan import ZoneKind
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import happens, key_of, unit
from korgoo.sim.edges import crossings, track_fact
from korgoo.sim.stages.actor import (
    BEGINS_MS,
    INDOORS,
    OUTDOORS,
    Kit,
    Walker,
    beyond,
    circle,
    heading,
    subject_document,
    tell,
    zone_document,
)
from korgoo.sim.stages.scenario import Scenario

if TYPE_CHECKING:
    from korgoo.sim.facts import Fact
    from korgoo.sim.itinerary import Path


def exits(
    seed: int,
    *,
    trials: int = 50,
    speed_ms: float = 1.5,
    radius_m: float = 50,
    interval_s: float = 15,
    depth_m: tuple[float, float] = (100, 400),
    stay_s: tuple[float, float] = (180, 900),
    home_s: float = 3_600,
    off_centre: float = 0.3,
    canyon: bool = False,
    carrier: Carrier = Carrier.STAY,
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return persons who stay at home, each leaving once and coming back; one `Crossing` fact each.

    They go straight from a point within `off_centre` of the radius to a depth of `depth_m` beyond the edge
    and stay there for `stay_s`, half of them under a roof. At home for `home_s`, and up to five minutes more
    so that the crossing falls anywhere between two fixes, before and after.
    """
    area = circle("home", radius_m)
    kit = Kit(carrier, noise, round(interval_s * 1000), canyon=canyon)
    signals, subjects = [], []
    facts: list[Fact] = []
    monitored_ms = 0
    for number in range(trials):
        key, person = key_of(seed, "exit", number), f"exit-{number:04d}"
        path = _outing(
            key, radius_m=radius_m, speed_ms=speed_ms, depth_m=depth_m, stay_s=stay_s, home_s=home_s,
            off_centre=off_centre,
        )  # fmt: skip
        signals.append(tell(key, path, kit, person=person))
        facts.append(track_fact(person, path))
        facts += crossings(path, area, person=person, zone="home", kind=ZoneKind.INCLUSION)
        zone = zone_document("home", ZoneKind.INCLUSION, area)
        subjects.append(subject_document(person, kit.interval_ms, [zone]))
        monitored_ms += path[-1].at_ms - path[0].at_ms
    return Scenario(
        name="exits",
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=monitored_ms,
        knobs={
            "seed": seed, "speed_ms": speed_ms, "radius_m": radius_m, "interval_s": interval_s,
            "carrier": carrier, "noise": noise,
        },
    )  # fmt: skip


def _outing(
    key: int,
    *,
    radius_m: float,
    speed_ms: float,
    depth_m: tuple[float, float],
    stay_s: tuple[float, float],
    home_s: float,
    off_centre: float,
) -> Path:
    home = beyond((0.0, 0.0), heading(key_of(key, "bed")), off_centre * radius_m * unit(key_of(key, "far")))
    depth = depth_m[0] + (depth_m[1] - depth_m[0]) * unit(key_of(key, "depth"))
    away_s = stay_s[0] + (stay_s[1] - stay_s[0]) * unit(key_of(key, "stay"))
    late_s = 300 * unit(key_of(key, "late"))
    walker = Walker(BEGINS_MS, home)
    walker.stay(BEGINS_MS + round((home_s + late_s) * 1000))
    # Counted from the middle of the zone, so the goal is that deep whatever the bed.
    walker.go(beyond((0.0, 0.0), heading(key_of(key, "way")), radius_m + depth), speed_ms)
    roof = "elsewhere" if happens(key_of(key, "roof"), 0.5) else OUTDOORS
    walker.stay(walker.at_ms + round(away_s * 1000), roof)
    walker.go(home, speed_ms)
    walker.stay(walker.at_ms + round(home_s * 1000), INDOORS)
    return walker.end()
