"""Positions that are made up or kept away on purpose, beside places where they are lost in any case."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.engine.plan import ZoneKind
from korgoo.sim import faults
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import between, key_of, normals, unit
from korgoo.sim.edges import crossings
from korgoo.sim.facts import Coverage, Deed, Fact
from korgoo.sim.plane import to_e7
from korgoo.sim.samples import Column
from korgoo.sim.stages.actor import (
    BEGINS_MS,
    Kit,
    Walker,
    beyond,
    circle,
    heading,
    subject_document,
    tell,
    track_fact,
    zone_document,
)
from korgoo.sim.stages.scenario import Scenario

if TYPE_CHECKING:
    from korgoo.sim.plane import Point
    from korgoo.sim.samples import Table

HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
SPOOF_LEAK: Final = 0.25
"""Share of minutes in which a misled device still tells what the network says."""


class Interference(StrEnum):
    """What is done. The text is the `event` of the fact."""

    SPOOFING = "spoofing"  # a transmitter: gps stays at home while he goes out
    MOCKING = "mocking"  # an app feeds places, and the phone says so
    JAMMING = "jamming"  # no gps while he is out; the network goes on
    SHIELDING = "shielding"  # foil: no place and no network, told afterwards
    BENIGN = "benign.loss"  # only the visits to a place that is known for it


class Deaf(StrEnum):
    """What the known place loses."""

    GNSS = "gnss"
    NETWORK = "network"
    BOTH = "both"


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
) -> Scenario:
    """Return persons with one deed each on the last day, after days with benign losses at a known place.

    Everybody visits every day a place where the sky or the network is lost (`Coverage` fact, `Deed` "benign"
    each time). The deed hides a true leaving of the home zone (`Crossing`, a zone that binds always) of 15 to
    40 minutes; with `Interference.BENIGN` nobody does anything.
    """
    area = circle("home", radius_m)
    kit = Kit(carrier, noise, round(interval_s * 1000))
    signals, subjects = [], []
    facts: list[Fact] = []
    for number in range(trials):
        key, person = key_of(seed, "interference", kind, number), f"{kind}-{number:04d}"
        story = _Story(key, days, kind, radius_m)
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
        facts += crossings(path, area, person=person, zone="home", kind=ZoneKind.INCLUSION)
        zone = zone_document("home", ZoneKind.INCLUSION, area)
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

    def __init__(self, key: int, days: int, kind: Interference, radius_m: float) -> None:
        self.place: Point = beyond((0.0, 0.0), heading(key_of(key, "deaf")), 700 + 500 * unit(key))
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


def deafen(table: Table, deaf: Deaf, *, begin: int, end: int) -> Table:
    """Return the table of a device at a place without sky, without network, or without both."""
    if deaf is not Deaf.NETWORK:
        table = faults.lose_position(table, begin=begin, end=end, only_gps=deaf is Deaf.GNSS)
    if deaf is not Deaf.GNSS:
        table = faults.delay(table, begin=begin, end=end, until=end)
    return table


def interfere(table: Table, kind: Interference, key: int, *, home: Point, begin: int, end: int) -> Table:
    """Return the table of a device whose positions are made up (at `home`) or kept away in a stretch."""
    match kind:
        case Interference.SPOOFING | Interference.MOCKING:
            fixed = table[Column.FIXED].astype(np.int64)
            unrest = 0.8
            return faults.pretend(
                table,
                home[0] + unrest * normals(key_of(key, "false x"), fixed),
                home[1] + unrest * normals(key_of(key, "false y"), fixed),
                begin=begin,
                end=end,
                mock=kind is Interference.MOCKING,
                truth_share=SPOOF_LEAK,
                key=key_of(key, "leak"),
            )
        case Interference.JAMMING:
            return faults.lose_position(table, begin=begin, end=end, only_gps=True)
        case Interference.SHIELDING:
            lost = faults.lose_position(table, begin=begin, end=end)
            return faults.delay(lost, begin=begin, end=end, until=end)
        case _:
            return table


def _deed(person: str, event: str, begin: int, end: int, cause: str) -> Deed:
    return Deed(person, event, BEGINS_MS + begin, BEGINS_MS + end, cause)
