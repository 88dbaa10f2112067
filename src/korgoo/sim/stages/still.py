"""Lying still in the middle of a zone: whatever leaves it is false."""

from __future__ import annotations

from korgoo.engine.plan import ZoneKind
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import key_of, unit
from korgoo.sim.edges import track_fact
from korgoo.sim.stages.actor import (
    BEGINS_MS,
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


def still(
    seed: int,
    *,
    persons: int = 20,
    hours: float = 24,
    radius_m: float = 50,
    interval_s: float = 15,
    off_centre: float = 0.0,
    carrier: Carrier = Carrier.STAY,
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return persons who do not move for some hours, each in a zone that always binds.

    `off_centre` is how far from the middle they may lie, as a share of the radius. No fact but the tracks.
    """
    area = circle("home", radius_m)
    kit = Kit(carrier, noise, round(interval_s * 1000))
    signals, facts, subjects = [], [], []
    for number in range(persons):
        key, person = key_of(seed, "still", number), f"still-{number:04d}"
        far = off_centre * radius_m * unit(key_of(key, "off centre"))
        walker = Walker(BEGINS_MS, beyond((0.0, 0.0), heading(key), far))
        walker.stay(BEGINS_MS + round(hours * 3_600_000))
        path = walker.end()
        signals.append(tell(key, path, kit, person=person))
        facts.append(track_fact(person, path))
        zone = zone_document("home", ZoneKind.INCLUSION, area)
        subjects.append(subject_document(person, kit.interval_ms, [zone]))
    return Scenario(
        name="still",
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=round(persons * hours * 3_600_000),
        knobs={
            "seed": seed,
            "radius_m": radius_m,
            "interval_s": interval_s,
            "carrier": carrier,
            "noise": noise,
        },
    )
