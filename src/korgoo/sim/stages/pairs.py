"""Two who must keep apart: approaches, near misses and long stays, with the rings solved exactly."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import between, key_of, unit
from korgoo.sim.edges import track_fact
from korgoo.sim.meetings import Pair, meetings
from korgoo.sim.plane import LAT0_E7, LON0_E7
from korgoo.sim.stages.actor import Kit, subject_document, tell
from korgoo.sim.stages.encounters import Encounter, Geometry, Moving, stage_encounter
from korgoo.sim.stages.scenario import Scenario

if TYPE_CHECKING:
    from korgoo.sim.facts import Fact

NEAREST: Final = {
    Geometry.HEAD_ON: (0.0, 0.3),
    Geometry.CROSSING: (0.0, 0.6),
    Geometry.GRAZING: (0.75, 0.92),
    Geometry.NEAR_MISS: (1.08, 1.35),
    Geometry.TOGETHER: (0.02, 0.3),
    Geometry.RETURNING: (0.1, 0.5),
    Geometry.APART: (3.0, 6.0),
}
"""How near they come, as shares of the distance, by the way in which they meet."""
HOLD_S: Final = {
    Geometry.GRAZING: (240, 360),
    Geometry.NEAR_MISS: (0, 300),
    Geometry.TOGETHER: (900, 3_600),
    Geometry.APART: (600, 1_800),
}
"""How long they stand still when nearest; the others only pass."""


class Side(StrEnum):
    """The two sides of a pair, as ids of persons begin."""

    PARTICIPANT = "pa"
    PROTECTED = "pr"


class Trial(NamedTuple):
    """One trial of a staging: its number, who is who, and the way of each."""

    pair: Pair
    encounter: Encounter
    key: int


def pairs(
    seed: int,
    *,
    trials: int = 20,
    geometry: Geometry = Geometry.HEAD_ON,
    distance_m: float = 300,
    speed_ms: float = 1.5,
    interval_s: float = 60,
    moving: Moving = Moving.PARTICIPANT,
    nearest: tuple[float, float] | None = None,
    hold_s: tuple[float, float] | None = None,
    place: bool = False,
    disclosed: bool = False,
    carriers: tuple[Carrier, Carrier] = (Carrier.BRACELET, Carrier.PHONE),
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return pairs of whom each has one encounter; one `Meeting` fact each, none for `APART`.

    `nearest` overrides how near they come (shares of the distance), `hold_s` how long they stand there.
    `place` puts a protected place, `disclosed` to the participant or not, where the protected person would
    be: then only the participant has a device and only he moves.
    """
    staged = [
        _trial(
            seed, number, geometry=geometry, distance_m=distance_m, speed_ms=speed_ms, moving=moving,
            nearest=nearest or NEAREST[geometry], hold_s=hold_s or HOLD_S.get(geometry, (0, 0)),
            place=place, disclosed=disclosed,
        )
        for number in range(trials)
    ]  # fmt: skip
    kits = [Kit(carrier, noise, round(interval_s * 1000)) for carrier in carriers]
    knobs = {
        "seed": seed, "geometry": geometry, "distance_m": distance_m, "speed_ms": speed_ms,
        "interval_s": interval_s, "moving": moving, "place": place, "noise": noise,
    }  # fmt: skip
    return told_by(staged, kits, name="pairs", knobs=knobs)


def told_by(staged: list[Trial], kits: list[Kit], *, name: str, knobs: dict[str, object]) -> Scenario:
    """Return the scenario of staged trials: everybody's signals, subjects, tracks and meetings."""
    signals, subjects = [], []
    facts: list[Fact] = []
    monitored_ms = 0
    for trial in staged:
        pair, ways = trial.pair, trial.encounter
        sides = [(Side.PARTICIPANT, pair.participant, ways.participant, kits[0])]
        if not pair.place:
            sides.append((Side.PROTECTED, pair.protected, ways.protected, kits[1]))
        for side, person, path, kit in sides:
            signals.append(tell(key_of(trial.key, side), path, kit, person=person))
            subjects.append(subject_document(person, kit.interval_ms))
            facts.append(track_fact(person, path))
        facts += meetings(pair, ways.participant, ways.protected, staging=str(ways.geometry))
        monitored_ms += ways.participant[-1].at_ms - ways.participant[0].at_ms
    return Scenario(
        name=name,
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=monitored_ms,
        pairs=tuple(trial.pair for trial in staged),
        knobs=knobs,
    )


def _trial(
    seed: int,
    number: int,
    *,
    geometry: Geometry,
    distance_m: float,
    speed_ms: float,
    moving: Moving,
    nearest: tuple[float, float],
    hold_s: tuple[float, float],
    place: bool,
    disclosed: bool,
) -> Trial:
    key = key_of(seed, "pair", geometry, number)
    share = nearest[0] + (nearest[1] - nearest[0]) * unit(key_of(key, "nearest"))
    encounter = stage_encounter(
        key,
        geometry=geometry,
        distance_m=distance_m,
        nearest_m=share * distance_m,
        speed_ms=speed_ms,
        moving=Moving.PARTICIPANT if place else moving,
        hold_ms=between(key_of(key, "hold"), round(hold_s[0] * 1000), round(hold_s[1] * 1000)),
    )
    names = [f"{side}-{geometry}-{number:04d}" for side in Side]
    pair = Pair(
        id=f"pair-{geometry}-{number:04d}",
        participant=names[0],
        protected="" if place else names[1],
        distance_m=distance_m,
        place=f"place-{number:04d}" if place else "",
        disclosed=disclosed or not place,
        lat_e7=LAT0_E7 if place else None,
        lon_e7=LON0_E7 if place else None,
    )
    return Trial(pair, encounter, key)
