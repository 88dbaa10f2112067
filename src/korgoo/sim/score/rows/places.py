"""Protected places without a device: her home, work or school, which he may not come near."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import ZoneKind
from korgoo.sim.chance import key_of
from korgoo.sim.facts import Track
from korgoo.sim.plane import LAT0_E7, LON0_E7
from korgoo.sim.score import meetings
from korgoo.sim.score.catalogue import PLACES_M, PLACES_S
from korgoo.sim.score.judges import FENCES, Engine, raised
from korgoo.sim.score.rows.pairs import APPROACHES, NEAR_MISS, SURE_MORE, add_meetings
from korgoo.sim.stages.actor import circle, subject_document, zone_document
from korgoo.sim.stages.pairs import pairs
from korgoo.sim.stages.scenario import join

if TYPE_CHECKING:
    from korgoo.sim.carriers import Noise
    from korgoo.sim.meetings import Pair
    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.stages.scenario import Scenario

HER: Final = "pr-"
NOWHERE: Final = ""
"""Who stands for the place in a meeting with one: nobody."""


def count_places(seed: int, size: Size, noise: Noise) -> Counts:
    """Approaches to a place and near misses of it; the rivals have a forbidden zone of that radius."""
    counts: Counts = {}
    for distance_m in PLACES_M:
        staged = _stage(seed, size, noise, distance_m=distance_m)
        told = raised((Engine(),), with_her(staged))
        told |= {
            name: [as_breach(alarm) for alarm in alarms]
            for name, alarms in raised(FENCES, with_zones(staged)).items()
        }
        place, more = f"places_{{}}_{distance_m}m", [standing_still(staged)]
        for name, alarms in told.items():
            add_meetings(counts, place, name, alarms, staged=staged, interval_s=PLACES_S, more=more)
    return counts


def _stage(seed: int, size: Size, noise: Noise, *, distance_m: int) -> Scenario:
    told = [(geometry, speed, size.approaches) for geometry, speed, _ in APPROACHES]
    told.append((*NEAR_MISS[:2], size.near_misses * SURE_MORE))
    return join(
        "places",
        [
            pairs(key_of(seed, "place", distance_m) >> 2, trials=trials, geometry=geometry, speed_ms=speed,
                  distance_m=distance_m, interval_s=PLACES_S, place=True, noise=noise)
            for geometry, speed, trials in told
        ],
    )  # fmt: skip


def with_her(staged: Scenario) -> Scenario:
    """Return the staging with the person whose places they are: in the plan, and never heard of."""
    persons = [_her(pair) for pair in staged.pairs]
    subjects = tuple(subject_document(person, PLACES_S * 1000) for person in persons)
    named = tuple(pair._replace(protected=_her(pair)) for pair in staged.pairs)
    return replace(staged, subjects=staged.subjects + subjects, pairs=named)


def with_zones(staged: Scenario) -> Scenario:
    """Return the staging as a system of zones knows it: each place a forbidden circle, named as the pair."""
    zones = {
        pair.participant: zone_document(pair.id, ZoneKind.EXCLUSION, circle(pair.id, pair.distance_m))
        for pair in staged.pairs
    }
    subjects = tuple({**subject, "zones": [zones[subject["id"]]]} for subject in staged.subjects)
    return replace(staged, subjects=subjects)


def as_breach(alarm: Alarm) -> Alarm:
    """Return the alarm of a forbidden circle as what it is here: he came nearer than the order allows."""
    return alarm._replace(kind=meetings.BREACH)


def standing_still(staged: Scenario) -> Track:
    """Return the way of the place, which all trials share: the middle of the plane."""
    ends = [point[0] for track in staged.facts_of(Track) for point in (track.points[0], track.points[-1])]
    return Track(NOWHERE, False, tuple((at_ms, LAT0_E7, LON0_E7) for at_ms in (min(ends), max(ends))))  # noqa: FBT003


def _her(pair: Pair) -> str:
    return HER + pair.participant
