"""Stillness, exits, daily life and nights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.chance import key_of, unit
from korgoo.sim.facts import Crossing, Night
from korgoo.sim.plane import to_e7
from korgoo.sim.providers import CELL
from korgoo.sim.samples import Column
from korgoo.sim.score import zones
from korgoo.sim.score.catalogue import RADII_M, SPEEDS
from korgoo.sim.score.judges import FENCES, Engine, raised
from korgoo.sim.score.matching import Stretch, match
from korgoo.sim.score.tally import Tally
from korgoo.sim.stages.actor import beyond, heading
from korgoo.sim.stages.daily import daily
from korgoo.sim.stages.exits import exits
from korgoo.sim.stages.nights import staged_nights
from korgoo.sim.stages.still import still

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.score.judges import Judge
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.signals import Signals
    from korgoo.sim.stages.scenario import Scenario

JUDGES: Final[tuple[Judge, ...]] = (Engine(), *FENCES)
CELL_EVERY_MS: Final = 3_600_000
MUTE_RADIUS_M: Final = 50
MUTE_SPEED_MS: Final = 1.5


def count_stillness(seed: int, size: Size, noise: Noise) -> Counts:
    """Lying still in the middle, a logger among walls each 15 s; phones and bracelets each 60 s."""
    counts: Counts = {}
    for radius_m in RADII_M:
        staged = still(
            seed, persons=size.still_persons, hours=size.still_hours, radius_m=radius_m, noise=noise
        )
        counts[f"false_exits_still_{radius_m}m"] = false_exits(staged, JUDGES)
        if radius_m == MUTE_RADIUS_M and noise is Noise.FIRST:
            counts[f"false_exits_still_mute_{radius_m}m"] = false_exits(muted(staged), JUDGES)
    if noise is Noise.FIRST:
        for carrier in (Carrier.PHONE, Carrier.BRACELET):
            staged = still(
                seed, persons=2 * size.still_persons, hours=size.still_hours, interval_s=60, carrier=carrier
            )
            counts[f"false_exits_still_{carrier}_50m"] = false_exits(staged, JUDGES)
    return counts


def false_exits(staged: Scenario, judges: Sequence[Judge]) -> dict[str, Tally]:
    """Return the false exits of each judge."""
    crossings = staged.facts_of(Crossing)
    return {
        name: zones.false_exits(zones.match_crossings(crossings, alarms), staged.monitored_ms)
        for name, alarms in raised(judges, staged).items()
    }


def count_exits(seed: int, size: Size, noise: Noise) -> Counts:
    """Leaving a 50 m zone at three speeds, 100 m deep or more, for three minutes or more; 15 s fixes."""
    counts: Counts = {}
    for text, speed_ms in SPEEDS.items():
        staged = exits(seed, trials=size.exits, speed_ms=speed_ms, noise=noise)
        counts |= count_leavings(staged, JUDGES, text)
        if speed_ms == MUTE_SPEED_MS and noise is Noise.FIRST:
            counts |= count_leavings(muted(staged), JUDGES, f"mute_{text}")
    return counts


def muted(staged: Scenario) -> Scenario:
    """Return the staging with devices that tell neither motion nor speed: positions alone."""
    return replace(staged, signals=tuple(_mute(one) for one in staged.signals))


def _mute(one: Signals) -> Signals:
    table = one.table.copy()
    table[Column.MOTION] = table[Column.SPEED_CMS] = -1
    return one.with_table(table)


def count_leavings(staged: Scenario, judges: Sequence[Judge], speed: str) -> Counts:
    """Count what was missed and how late the rest was known."""
    counts: Counts = {}
    crossings = staged.facts_of(Crossing)
    for name, alarms in raised(judges, staged).items():
        chosen = zones.demanded(zones.match_crossings(crossings, alarms), crossings)
        counts.setdefault(f"exits_missed_{speed}ms", {})[name] = zones.missed(chosen)
        counts.setdefault(f"exit_delay_{speed}ms", {})[name] = zones.delays(chosen)
        counts.setdefault(f"exit_delay_from_30m_{speed}ms", {})[name] = zones.delays_from_30_m(chosen)
    return counts


def count_days(seed: int, size: Size, noise: Noise) -> Counts:
    """Daily life with a home zone that always binds, so that every leaving is a true exit; 15 s fixes."""
    counts: Counts = {}
    for radius_m in RADII_M:
        staged = daily(
            seed, people=size.daily_people, days=size.daily_days, radius_m=radius_m, always=True,
            interval_s=15, noise=noise,
        )  # fmt: skip
        staged = only_zone(staged, "home")
        crossings = staged.facts_of(Crossing)
        for name, alarms in raised(JUDGES, staged).items():
            matched = zones.match_crossings(crossings, alarms)
            false = zones.false_exits(matched, staged.monitored_ms)
            chosen = zones.demanded(matched, crossings)
            uncalled = zones.uncalled((found for _, found in chosen), alarms)
            counts.setdefault(f"false_exits_daily_{radius_m}m", {})[name] = false
            counts.setdefault(f"exits_missed_daily_{radius_m}m", {})[name] = zones.missed(chosen)
            counts.setdefault(f"exits_uncalled_daily_{radius_m}m", {})[name] = uncalled
    return counts


def only_zone(staged: Scenario, zone: str) -> Scenario:
    """Return the staging with this zone alone in plans and facts."""
    subjects = tuple(
        {**subject, "zones": [own for own in subject["zones"] if own["id"] == zone]}
        for subject in staged.subjects
    )
    facts = tuple(f for f in staged.facts if not isinstance(f, Crossing | Night) or f.zone == zone)
    return replace(staged, subjects=subjects, facts=facts)


def count_nights(seed: int, size: Size, noise: Noise) -> Counts:
    """Nights under a curfew, three in ten with an absence; phones each 60 s, 50 m, no home unit."""
    counts: Counts = {}
    staged = staged_nights(seed, persons=size.night_persons, noise=noise)
    nights = staged.facts_of(Night)
    for name, alarms in raised(JUDGES, staged).items():
        matched = zones.match_nights(nights, alarms)
        counts.setdefault("false_absences_night", {})[name] = zones.false_absences(matched, nights)
        counts.setdefault("absences_missed", {})[name] = zones.missed_absences(matched)
        uncalled = zones.uncalled(zones.long_absences(matched), alarms)
        counts.setdefault("absences_uncalled", {})[name] = uncalled
        counts.setdefault("absence_delay", {})[name] = zones.absence_delays(matched)
    return counts


def count_lone_cells(seed: int, size: Size, noise: Noise) -> Counts:
    """Lying still, and once an hour up to ten minutes of one cell position 2 to 12 km away."""
    staged = still(seed, persons=size.still_persons, hours=size.still_hours, interval_s=60, noise=noise,
                   carrier=Carrier.RECEIVER, radius_m=100)  # fmt: skip
    thrown = [_throw_cells(key_of(seed, "cells", i), one) for i, one in enumerate(staged.signals)]
    staged = replace(staged, signals=tuple(one for one, _ in thrown))
    stretches = [stretch for _, own in thrown for stretch in own]
    counts: dict[str, Tally] = {}
    for name, alarms in raised(JUDGES, staged).items():
        opened = match(stretches, [(alarm.subject, alarm) for alarm in alarms]).matches
        counts[name] = Tally(sum(bool(one.alarms) for one in opened), len(opened))
    return {"cell_fix_alone_opens_breach": counts}


def _throw_cells(key: int, one: Signals) -> tuple[Signals, list[Stretch]]:
    table = one.table.copy()
    hours = int(table[Column.FIXED].max()) // CELL_EVERY_MS
    stretches = []
    for hour in range(1, hours):
        own = key_of(key, hour)
        begin = hour * CELL_EVERY_MS
        end = begin + 60_000 + round(unit(own) * 540_000)
        hit = (table[Column.FIXED] >= begin) & (table[Column.FIXED] < end)
        stretches.append(Stretch(one.person, one.begins_ms + begin, one.begins_ms + end))
        lat, lon = to_e7(beyond((0.0, 0.0), heading(own), 2_000 + 10_000 * unit(key_of(own, "far"))))
        table[Column.LAT_E7, hit], table[Column.LON_E7, hit] = lat, lon
        table[Column.SOURCE, hit], table[Column.SPEED_CMS, hit] = CELL, -1
        table[Column.ACCURACY_CM, hit] = np.int32(40_000 + 300_000 * unit(key_of(own, "radius")))
    return one.with_table(table), stretches
