"""Nights at home under a curfew, some of them with true absences of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import ZoneKind
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import between, happens, key_of, pick, unit
from korgoo.sim.edges import crossings, nights, track_fact
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
from korgoo.sim.truth import Interval

if TYPE_CHECKING:
    from korgoo.sim.facts import Fact
    from korgoo.sim.itinerary import Path
    from korgoo.sim.plane import Point

HOUR_MS: Final = 3_600_000
WINDOW: Final = {"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "22:00", "to": "06:00"}
KINDS: Final = ("out", "late", "early", "all night")
"""Goes out and comes back; is not home at 22:00; leaves before 06:00; does not come home at all."""
SIX_MS: Final = BEGINS_MS
"""Stagings begin at 06:00 local time."""


def staged_nights(
    seed: int,
    *,
    persons: int = 20,
    count: int = 3,
    absent_share: float = 0.3,
    radius_m: float = 50,
    interval_s: float = 60,
    home_unit: bool = False,
    carrier: Carrier = Carrier.PHONE,
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return days and nights of persons who work by day; one `Night` fact a person and night.

    A share of the nights has an absence of 15 minutes or more. `home_unit` puts a radio into the home.
    """
    area = circle("home", radius_m)
    signals, subjects = [], []
    facts: list[Fact] = []
    windows = [_window(number) for number in range(count)]
    for number in range(persons):
        key, person = key_of(seed, "nights", number), f"night-{number:04d}"
        unit_id = f"hu-{person}" if home_unit else ""
        kit = Kit(carrier, noise, round(interval_s * 1000), unit_id)
        path = _path(key, count, absent_share, radius_m)
        signals.append(tell(key, path, kit, person=person))
        facts.append(track_fact(person, path))
        facts += nights(path, area, person=person, zone="home", windows=windows)
        facts += crossings(path, area, person=person, zone="home", kind=ZoneKind.INCLUSION, windows=windows)
        units = [unit_id] if home_unit else []
        zone = zone_document("home", ZoneKind.INCLUSION, area, windows=[dict(WINDOW)], units=units)
        subjects.append(subject_document(person, kit.interval_ms, [zone]))
    return Scenario(
        name="nights",
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=persons * count * 24 * HOUR_MS,
        knobs={"seed": seed, "radius_m": radius_m, "interval_s": interval_s, "noise": noise},
    )


def _window(number: int) -> Interval:
    begins = SIX_MS + (24 * number + 16) * HOUR_MS
    return Interval(begins, begins + 8 * HOUR_MS)


def _path(key: int, count: int, absent_share: float, radius_m: float) -> Path:
    walker = Walker(BEGINS_MS, (0.0, 0.0))
    for number in range(count):
        day = key_of(key, "day", number)
        six = SIX_MS + 24 * number * HOUR_MS
        work = beyond((0.0, 0.0), heading(key_of(key, "work")), radius_m + 900 + 600 * unit(key))
        walker.stay(six + between(key_of(day, "leaves"), 2 * HOUR_MS, 3 * HOUR_MS))
        walker.go(work, 1.5)
        walker.stay(six + between(key_of(day, "returns"), 11 * HOUR_MS, 12 * HOUR_MS), "work")
        walker.go((0.0, 0.0), 1.5)
        if happens(key_of(day, "absent"), absent_share):
            _go_absent(walker, day, six, radius_m)
    walker.stay(SIX_MS + (24 * count + 1) * HOUR_MS)
    return walker.end()


def _go_absent(walker: Walker, key: int, six: int, radius_m: float) -> None:
    """Add one absence to the night that begins 16 hours after `six`."""
    far = radius_m + 120 + 500 * unit(key_of(key, "far"))
    goal: Point = beyond((0.0, 0.0), heading(key_of(key, "where")), far)
    roof = INDOORS + " elsewhere" if happens(key_of(key, "roof"), 0.7) else OUTDOORS
    kind = pick(key_of(key, "kind"), KINDS)
    begins, ends = six + 16 * HOUR_MS, six + 24 * HOUR_MS
    minute = 60_000
    if kind == "out":
        leaves = begins + between(key_of(key, "at"), 30 * minute, 300 * minute)
        returns = leaves + between(key_of(key, "for"), 20 * minute, 120 * minute)
    elif kind == "late":
        leaves = begins - between(key_of(key, "at"), 60 * minute, 120 * minute)
        returns = begins + between(key_of(key, "for"), 15 * minute, 120 * minute)
    elif kind == "early":
        leaves = ends - between(key_of(key, "at"), 20 * minute, 90 * minute)
        returns = ends + between(key_of(key, "for"), 10 * minute, 60 * minute)
    else:
        leaves = begins - between(key_of(key, "at"), 60 * minute, 120 * minute)
        returns = ends + between(key_of(key, "for"), 10 * minute, 60 * minute)
    walker.stay(leaves)
    walker.go(goal, 1.4)
    walker.stay(max(returns, walker.at_ms + minute), roof)
    walker.go((0.0, 0.0), 1.4)
