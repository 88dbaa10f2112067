"""What befalls a device: straps, cases, tethers, batteries, silences and the button, live or told late."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim import faults
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import between, key_of
from korgoo.sim.edges import track_fact
from korgoo.sim.facts import Deed, Fact
from korgoo.sim.samples import Column, Permission
from korgoo.sim.stages.actor import (
    BEGINS_MS,
    Kit,
    Walker,
    beyond,
    heading,
    subject_document,
    tell,
)
from korgoo.sim.stages.scenario import Scenario

if TYPE_CHECKING:
    from korgoo.sim.itinerary import Path
    from korgoo.sim.samples import Table
    from korgoo.sim.signals import Signals

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
RESTART_S: Final = (120.0, 300.0)


class Mishap(StrEnum):
    """What happens. The text is the `event` of the fact."""

    STRAP_CUT = "strap.cut"
    CASE_OPEN = "case.open"
    SKIN_LOST = "skin.lost"
    TETHER_LOST = "tether.lost"
    SOS = "sos"
    BATTERY_FLAT = "battery.flat"
    PHONE_OFF = "phone.off"
    DEAD_ZONE = "dead.zone"
    SHUFFLED_UPLOAD = "shuffled.upload"
    RESTART = "restart"  # firmware: some minutes of nothing, then counters from nought
    FROZEN = "frozen"  # the same place again and again while the device moves
    PERMISSION_DENIED = "permission.denied"  # messages go on without a place, and say why
    STRAP_FLICKER = "strap.flicker"  # one message tells an open strap, the next a closed one
    NOTHING = "nothing"  # a healthy device, to count what is found falsely


_SENSORS: Final = {
    Mishap.STRAP_CUT: (Column.STRAP, 0),
    Mishap.CASE_OPEN: (Column.CASE, 0),
    Mishap.SKIN_LOST: (Column.SKIN, 0),
    Mishap.TETHER_LOST: (Column.TETHER, 0),
    Mishap.STRAP_FLICKER: (Column.STRAP, 0),
    Mishap.SOS: (Column.SOS, 1),
}
_CAUSES: Final = {
    Mishap.DEAD_ZONE: "benign", Mishap.SHUFFLED_UPLOAD: "benign", Mishap.BATTERY_FLAT: "benign",
    Mishap.SOS: "benign", Mishap.RESTART: "fault", Mishap.FROZEN: "fault", Mishap.STRAP_FLICKER: "fault",
}  # fmt: skip
_ONE_MESSAGE: Final = (Mishap.SOS, Mishap.STRAP_FLICKER)


def devices(
    seed: int,
    *,
    mishap: Mishap,
    trials: int = 20,
    hours: float = 8,
    lasts_s: tuple[float, float] = (1_200, 5_400),
    late_s: float = 0,
    interval_s: float = 60,
    carrier: Carrier = Carrier.BRACELET,
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return persons who stay and take a walk, each with one mishap to the device; one `Deed` fact each.

    `late_s`: the network is away from a minute before the mishap, and what was recorded arrives so long
    after it. A flat battery is empty at the mishap and drains over four hours before.
    """
    signals, subjects = [], []
    facts: list[Fact] = []
    kit = Kit(carrier, noise, round(interval_s * 1000))
    for number in range(trials):
        key, person = key_of(seed, "devices", mishap, number), f"device-{mishap}-{number:04d}"
        begins = between(key_of(key, "at"), round(hours * 0.5 * HOUR_MS), round(hours * 0.65 * HOUR_MS))
        shortest, longest = RESTART_S if mishap is Mishap.RESTART else lasts_s
        ends = begins + between(key_of(key, "for"), round(shortest * 1000), round(longest * 1000))
        stretch = (begins, begins + 1 if mishap in _ONE_MESSAGE else ends)
        path = _path(key, begins, round(hours * HOUR_MS), walks=mishap is Mishap.FROZEN)
        told = _tell(key, path, kit, mishap, person=person, stretch=stretch, late_ms=round(late_s * 1000))
        signals.append(told)
        subjects.append(subject_document(person, kit.interval_ms))
        facts.append(track_fact(person, path))
        if mishap is not Mishap.NOTHING:
            facts.append(_deed(told, mishap, stretch))
    return Scenario(
        name=f"devices {mishap}",
        signals=tuple(signals),
        subjects=tuple(subjects),
        facts=tuple(facts),
        monitored_ms=round(trials * hours * HOUR_MS),
        knobs={"seed": seed, "mishap": mishap, "late_s": late_s, "interval_s": interval_s, "noise": noise},
    )


def _tell(
    key: int, path: Path, kit: Kit, mishap: Mishap, *, person: str, stretch: tuple[int, int], late_ms: int
) -> Signals:
    """Return what a device told to which something happened, kept back for a while if it is told late."""
    begins, ends = stretch
    told = tell(key, path, kit, person=person, at_once=[BEGINS_MS + begins])
    table = told.table.copy()
    table[Column.TETHER] = 1
    table = befall(table, mishap, key, begin=begins, end=ends)
    if late_ms:
        until = begins + late_ms
        table = faults.delay(table, begin=begins - MINUTE_MS, end=until, until=until)
    return told.with_table(table)


def _deed(told: Signals, mishap: Mishap, stretch: tuple[int, int]) -> Deed:
    return Deed(
        person=told.person,
        event=str(mishap),
        from_ms=BEGINS_MS + stretch[0],
        until_ms=BEGINS_MS + stretch[1],
        cause=_CAUSES.get(mishap, "deliberate"),
        arrives_ms=_arrival(told.table, mishap, stretch[0]),
    )


def befall(table: Table, mishap: Mishap, key: int, *, begin: int, end: int) -> Table:
    """Return the table of a device to which something happened in a stretch (ms of the table)."""
    if mishap in _SENSORS:
        column, value = _SENSORS[mishap]
        return faults.set_flag(table, column, value, begin=begin, end=end)
    match mishap:
        case Mishap.BATTERY_FLAT:
            table = _run_flat(table, begin=begin, end=end)
        case Mishap.PHONE_OFF:
            table = faults.drop(table, begin=begin, end=end)
        case Mishap.RESTART:
            table = faults.drop(table, begin=begin, end=end)
            again = table[Column.FIXED] >= end
            table[Column.COUNTER, again] = np.arange(int(again.sum()))
        case Mishap.DEAD_ZONE | Mishap.SHUFFLED_UPLOAD:
            shuffle_key = key_of(key, "shuffle") if mishap is Mishap.SHUFFLED_UPLOAD else None
            table = faults.delay(table, begin=begin, end=end, until=end, shuffle_key=shuffle_key)
        case Mishap.FROZEN:
            table = faults.freeze(table, begin=begin, end=end)
        case Mishap.PERMISSION_DENIED:
            table = faults.lose_position(table, begin=begin, end=end)
            table = faults.set_flag(table, Column.PERMISSION, Permission.DENIED, begin=begin, end=end)
        case _:
            pass
    return table


def _run_flat(table: Table, *, begin: int, end: int) -> Table:
    """Drain over four hours, lie dead, then charge."""
    drained = table.copy()
    left = (begin - table[Column.FIXED].astype(np.int64)) * 100 // (4 * HOUR_MS)
    drained[Column.BATTERY] = np.minimum(np.maximum(left, 1), 100)
    charged = table[Column.FIXED] >= end
    drained[Column.BATTERY, charged], drained[Column.CHARGING, charged] = 20, 1
    return faults.drop(drained, begin=begin, end=end)


def _path(key: int, begins: int, lasts: int, *, walks: bool) -> Path:
    """At home, one walk out and back in the first hours; for a frozen place one at the mishap as well."""
    walker = Walker(BEGINS_MS, (0.0, 0.0))
    for at in [lasts // 4, *([begins + 120_000] if walks else [])]:
        walker.stay(BEGINS_MS + at)
        walker.go(beyond((0.0, 0.0), heading(key_of(key, "walk", at)), 600), 1.4)
        walker.go((0.0, 0.0), 1.4)
    walker.stay(max(BEGINS_MS + lasts, walker.at_ms + MINUTE_MS))
    return walker.end()


def _arrival(table: Table, mishap: Mishap, begins: int) -> int | None:
    """Return when the first message arrived that shows the mishap, None where silence is all that shows."""
    if mishap in _SENSORS:
        at = faults.first_arrival(table, *_SENSORS[mishap])
    elif mishap in {Mishap.PHONE_OFF, Mishap.BATTERY_FLAT, Mishap.DEAD_ZONE, Mishap.SHUFFLED_UPLOAD}:
        at = None
    else:
        shown = np.flatnonzero(table[Column.FIXED] >= begins)
        at = int(table[Column.RECEIVED, shown].min()) if len(shown) else None
    return None if at is None else BEGINS_MS + at
