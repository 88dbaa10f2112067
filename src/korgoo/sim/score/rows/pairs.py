"""Two who must keep apart, and clocks that are changed before they meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from korgoo.sim import faults
from korgoo.sim.carriers import Noise
from korgoo.sim.chance import between, key_of
from korgoo.sim.facts import Deed, Meeting, Track
from korgoo.sim.score import deeds, meetings
from korgoo.sim.score.catalogue import DISTANCES_M, INTERVALS_S, SURE_M, TRICKS
from korgoo.sim.score.judges import LISTENERS, PROXIMITIES, Engine, raised
from korgoo.sim.stages.clocks import OFFSETS_MS, Trick, clocks
from korgoo.sim.stages.encounters import Geometry, Moving
from korgoo.sim.stages.pairs import pairs
from korgoo.sim.stages.scenario import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.score.judges import Judge
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.score.tally import Tally
    from korgoo.sim.signals import Signals
    from korgoo.sim.stages.scenario import Scenario

JUDGES: Final[tuple[Judge, ...]] = (Engine(), *PROXIMITIES)
APPROACHES: Final = (
    (Geometry.HEAD_ON, 1.5, Moving.PARTICIPANT),
    (Geometry.CROSSING, 8.0, Moving.BOTH),
    (Geometry.GRAZING, 1.5, Moving.PARTICIPANT),
    (Geometry.TOGETHER, 5.0, Moving.PROTECTED),
    (Geometry.RETURNING, 3.0, Moving.PARTICIPANT),
)
NEAR_MISS: Final = (Geometry.NEAR_MISS, 3.0, Moving.BOTH)
SURE_S: Final = 60
SURE_MORE: Final = 4
"""So many times more near misses where a target of 1 % is to be held."""
SILENT_KINDS: Final = ("pair.silent", "contact.lost")
CLOCK_KINDS: Final = ("clock.",)
LIMIT_MS: Final = 60_000
"""Silence of a paired participant: two intervals and this."""


def count_pairs(seed: int, size: Size, noise: Noise) -> Counts:
    """Approaches and near misses at every distance and reporting interval."""
    counts: Counts = {}
    for distance_m in DISTANCES_M:
        for interval_s in INTERVALS_S:
            if noise is Noise.FIRST or (distance_m, interval_s) == (SURE_M, 60):
                counts |= count_meetings(seed, size, noise, distance_m=distance_m, interval_s=interval_s)
    return counts


def count_meetings(seed: int, size: Size, noise: Noise, *, distance_m: int, interval_s: int) -> Counts:
    """Approaches and near misses at one distance and interval."""
    staged = stage_meetings(seed, size, noise, distance_m=distance_m, interval_s=interval_s)
    counts: Counts = {}
    place = f"pairs_{{}}_{distance_m}m_{interval_s}s"
    for name, alarms in raised(JUDGES, staged).items():
        add_meetings(counts, place, name, alarms, staged=staged, interval_s=interval_s)
    return counts


def stage_meetings(
    seed: int, size: Size, noise: Noise, *, distance_m: int, interval_s: int, told_every_s: int = 0
) -> Scenario:
    """Return every way of approaching, and near misses; `told_every_s` where devices tell more often."""
    passing = size.near_misses * (SURE_MORE if distance_m >= SURE_M and interval_s == SURE_S else 1)
    told = [(*how, size.approaches) for how in APPROACHES] + [(*NEAR_MISS, passing)]
    return join(
        "pairs",
        [
            pairs(key_of(seed, distance_m, interval_s) >> 2, trials=trials, geometry=geometry, speed_ms=speed,
                  moving=moving, distance_m=distance_m, interval_s=told_every_s or interval_s, noise=noise)
            for geometry, speed, moving, trials in told
        ],
    )  # fmt: skip


def add_meetings(
    counts: Counts, place: str, name: str, alarms: Sequence[Alarm], *, staged: Scenario, interval_s: int,
    more: Sequence[Track] = (),
) -> None:  # fmt: skip
    """Add what a judge said of the meetings of a staging to the counts of the rows named by `place`.

    `more` are ways of whom no device of the staging tells.
    """
    seen = meetings.see(staged.facts_of(Meeting), [*staged.facts_of(Track), *more], alarms, staged.signals)
    for source, tally in _of_meetings(seen, interval_s * 1000).items():
        counts.setdefault(place.format(source), {})[name] = tally


def _of_meetings(seen: Sequence[meetings.Seen], interval_ms: int) -> dict[str, Tally]:
    near = [one for one in seen if meetings.is_approach(one.meeting)]
    deep = [one for one in near if meetings.is_deep_approach(one.meeting, interval_ms)]
    sure = [one for one in deep if not one.blurred]
    passed = [one for one in seen if meetings.is_near_miss(one.meeting)]
    clear = [one for one in passed if meetings.is_near_miss(one.meeting, beyond_margin=True)]
    return {
        "found": meetings.approaches_found(near),
        "found_deep": meetings.approaches_found(deep),
        "found_sure": meetings.approaches_found(sure),
        "metres_left": meetings.metres_left(near),
        "false_near_misses": meetings.false_near_misses(passed),
        "false_near_misses_sure": meetings.false_near_misses(clear),
        "alerts": meetings.alerts_a_meeting(near),
    }


def count_tricks(seed: int, size: Size, noise: Noise) -> Counts:
    """Approaches on foot at 300 m and 60 s, the clock changed five minutes before the warning ring."""
    counts: Counts = {}
    for text, trick in zip(TRICKS, Trick, strict=True):
        staged = clocks(
            seed, trick=trick, trials=size.tricks, geometry=Geometry.HEAD_ON, speed_ms=1.5, noise=noise
        )
        told = [deed for deed in staged.facts_of(Deed) if deed.person.startswith("pa-")]
        for name, alarms in raised(JUDGES, staged).items():
            seen = meetings.see(staged.facts_of(Meeting), staged.facts_of(Track), alarms, staged.signals)
            seen = [one for one in seen if not one.blurred]
            counts.setdefault(f"clock_{text}_approach_live", {})[name] = meetings.approaches_found(seen)
            if trick in OFFSETS_MS:
                found = deeds.found(deeds.answer(told, alarms, CLOCK_KINDS))
                counts.setdefault(f"clock_{text}_found", {})[name] = found
    return counts


def count_pair_silences(seed: int, size: Size, noise: Noise) -> Counts:
    """A paired participant switches off for 15 to 25 min while far away; 60 s fixes."""
    staged = silent_pairs(seed, trials=size.devices, noise=noise)
    counts: Counts = {}
    for name, alarms in raised((Engine(), *LISTENERS), staged).items():
        answered = deeds.answer(staged.facts_of(Deed), alarms, SILENT_KINDS)
        limit_s = (2 * 60_000 + LIMIT_MS) / 1000
        counts.setdefault("pair_silence_found", {})[name] = deeds.found(answered)
        counts.setdefault("pair_silence_within_limit", {})[name] = deeds.found_within(answered, limit_s)
        counts.setdefault("pair_silence_delay", {})[name] = deeds.delays(answered)
    return counts


def silent_pairs(seed: int, *, trials: int, noise: Noise) -> Scenario:
    """Return pairs far apart whose participants fall silent once, one `Deed` each."""
    staged = pairs(seed, trials=trials, geometry=Geometry.APART, speed_ms=1.5, noise=noise)
    signals: list[Signals] = []
    facts = list(staged.facts)
    for one in staged.signals:
        if not one.person.startswith("pa-"):
            signals.append(one)
            continue
        key = key_of(seed, "silent", one.person)
        begin = between(key_of(key, "at"), 1_200_000, 1_800_000)
        end = begin + between(key_of(key, "for"), 900_000, 1_500_000)
        signals.append(one.with_table(faults.drop(one.table, begin=begin, end=end)))
        facts.append(Deed(one.person, "phone.off", one.begins_ms + begin, one.begins_ms + end, "deliberate"))
    return replace(staged, name="silent pairs", signals=tuple(signals), facts=tuple(facts))
