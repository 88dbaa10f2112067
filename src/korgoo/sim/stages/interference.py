"""Positions that are made up or kept away on purpose, beside places where they are lost in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import ZoneKind
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import between, key_of, unit
from korgoo.sim.edges import crossings, track_fact
from korgoo.sim.facts import Coverage, Deed, Fact
from korgoo.sim.meddling import Deaf, Interference, deafen, interfere
from korgoo.sim.pacing import PACES_A_DAY
from korgoo.sim.plane import to_e7
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
from korgoo.sim.truth import Interval

if TYPE_CHECKING:
    from korgoo.sim.plane import Point

HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
EVENING: Final = {"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "14:00", "to": "06:00"}
"""Local time, six hours ahead: between the visits (09:00 to 13:00) and the deeds (16:00 to 21:00)."""


def interference(
    seed: int,
    *,
    kind: Interference,
    trials: int = 20,
    days: int = 3,
    deaf: Deaf = Deaf.BOTH,
    radius_m: float = 50,
    interval_s: float = 60,
    carrier: Carrier = Carrier.BRACELET,
    noise: Noise = Noise.FIRST,
    visitors: int = 1,
    by_day: bool = True,
) -> Scenario:
    """Return persons with one deed each on the last day, after days with benign losses at a known place.

    Everybody visits every day a place where the sky or the network is lost (`Coverage` fact, `Deed` "benign"
    each time). The deed hides a true leaving of the home zone (`Crossing`, a zone that binds always) of 15 to
    40 minutes; with `Interference.BENIGN` nobody does anything. `visitors` is how many go to the same
    place. Without `by_day` the zone binds from 14:00 to 06:00 local time: visits leave nothing that binds.
    """
    area = circle("home", radius_m)
    kit = Kit(carrier, noise, round(interval_s * 1000), paces_per_day=PACES_A_DAY)
    evenings = [_evening(day) for day in range(days)]
    signals, subjects = [], []
    facts: list[Fact] = []
    for number in range(trials):
        key, person = key_of(seed, "interference", kind, number), f"{kind}-{number:04d}"
        place_key = key_of(seed, "interference", kind, number - number % visitors)
        story = _Story(key, days, kind, radius_m, place_key=place_key)
        path = story.walker.end()
        told = tell(key, path, kit, person=person)
        table = told.table
        for begin, end in story.visits:
            table = deafen(table, deaf, begin=begin, end=end)
            facts.append(_deed(person, f"loss.{deaf}", begin, end, "benign"))
        for begin, end in story.deeds:
            table = interfere(table, kind, key, home=(0.0, 0.0), begin=begin, end=end)
            facts.append(_deed(person, str(kind), begin, end, "deliberate"))
        signals.append(told.with_table(table))
        facts.append(track_fact(person, path))
        facts.append(Coverage(f"deaf-{number:04d}", str(deaf), *to_e7(story.place), radius_m=40.0))
        facts += crossings(
            path, area, person=person, zone="home", kind=ZoneKind.INCLUSION,
            windows=None if by_day else evenings,
        )  # fmt: skip
        zone = zone_document("home", ZoneKind.INCLUSION, area, windows=[] if by_day else [dict(EVENING)])
        subjects.append(subject_document(person, kit.interval_ms, [zone]))
    return Scenario(
        name=f"interference {kind}",
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=trials * days * 24 * HOUR_MS,
        knobs={"seed": seed, "kind": kind, "deaf": deaf, "radius_m": radius_m, "noise": noise},
    )


class _Story:
    """The way of one person: by day to the known place and back, on the last evening out of the home."""

    def __init__(self, key: int, days: int, kind: Interference, radius_m: float, *, place_key: int) -> None:
        far_m = 700 + 500 * unit(place_key)
        self.place: Point = beyond((0.0, 0.0), heading(key_of(place_key, "deaf")), far_m)
        self.walker = Walker(BEGINS_MS, (0.0, 0.0))
        self.visits: list[tuple[int, int]] = []
        self.deeds: list[tuple[int, int]] = []
        for day in range(days):
            begins = BEGINS_MS + day * 24 * HOUR_MS
            self._visit(key_of(key, "visit", day), begins)
            if day == days - 1 and kind is not Interference.BENIGN:
                self._deed(key_of(key, "deed"), begins, radius_m)
            self.walker.stay(begins + 24 * HOUR_MS)

    def _visit(self, key: int, begins: int) -> None:
        self.walker.stay(begins + between(key_of(key, "at"), 3 * HOUR_MS, 5 * HOUR_MS))
        self.walker.go(self.place, 1.5)
        since = self.walker.at_ms
        self.walker.stay(since + between(key_of(key, "for"), 15 * MINUTE_MS, 90 * MINUTE_MS), "deaf")
        self.visits.append((since - BEGINS_MS, self.walker.at_ms - BEGINS_MS))
        self.walker.go((0.0, 0.0), 1.5)

    def _deed(self, key: int, begins: int, radius_m: float) -> None:
        """Begin two minutes before he leaves, end two minutes after he is back."""
        self.walker.stay(begins + between(key_of(key, "at"), 10 * HOUR_MS, 14 * HOUR_MS))
        leaves = self.walker.at_ms
        goal = beyond((0.0, 0.0), heading(key_of(key, "way")), radius_m + 150 + 400 * unit(key))
        self.walker.go(goal, 1.5)
        self.walker.stay(self.walker.at_ms + between(key_of(key, "for"), 5 * MINUTE_MS, 25 * MINUTE_MS), "")
        self.walker.go((0.0, 0.0), 1.5)
        back = self.walker.at_ms
        self.deeds.append((leaves - BEGINS_MS - 2 * MINUTE_MS, back - BEGINS_MS + 2 * MINUTE_MS))


def _evening(day: int) -> Interval:
    begins_ms = BEGINS_MS + day * 24 * HOUR_MS
    return Interval(begins_ms + 8 * HOUR_MS, begins_ms + 24 * HOUR_MS)


def _deed(person: str, event: str, begin: int, end: int, cause: str) -> Deed:
    return Deed(person, event, BEGINS_MS + begin, BEGINS_MS + end, cause)
