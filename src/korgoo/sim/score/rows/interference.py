"""Positions made up or kept away on purpose, told from losses at a place that everybody loses them at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from korgoo.sim.facts import Crossing, Deed
from korgoo.sim.meddling import Interference
from korgoo.sim.samples import Column
from korgoo.sim.score import deeds, zones
from korgoo.sim.score.judges import Engine, TrackingServer, raised
from korgoo.sim.stages.interference import interference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.carriers import Noise
    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.score.judges import Judge
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.score.tally import Tally
    from korgoo.sim.stages.scenario import Scenario

JUDGES: Final[tuple[Judge, ...]] = (Engine(), TrackingServer())
NAMED: Final = {
    Interference.SPOOFING: "position.spoofed",
    Interference.MOCKING: "position.mock",
    Interference.JAMMING: "signal.jammed",
    Interference.SHIELDING: "signal.shielded",
}
"""The kind that says what was done."""
LOSSES: Final = ("contact.lost", "position.", "signal.")
VISITORS: Final = 5
DAY_MS: Final = 86_400_000
BENIGN: Final = "benign"


def count_interference(seed: int, size: Size, noise: Noise) -> Counts:
    """Each way of interfering, and people who only visit the place."""
    counts: Counts = {}
    for kind, name in NAMED.items():
        for judge, alarms in raised(JUDGES, staged := _last_day(seed, size, kind, noise)).items():
            for source, tally in of_deeds(staged, alarms, name).items():
                counts.setdefault(f"interference_{kind}_{source}", {})[judge] = tally
    staged = _last_day(seed, size, Interference.BENIGN, noise)
    for judge, alarms in raised(JUDGES, staged).items():
        for source, tally in of_visits(staged, alarms).items():
            counts.setdefault(source, {})[judge] = tally
    return counts


def of_deeds(staged: Scenario, alarms: Sequence[Alarm], named: str) -> dict[str, Tally]:
    """Return how many deeds were called by their name, or called for at all, and how soon.

    An alarm of a zone counts where he was out of it: one that happens to be false has noticed nothing.
    """
    done = [deed for deed in staged.facts_of(Deed) if deed.cause != BENIGN]
    false = zones.match_crossings(staged.facts_of(Crossing), alarms).false
    true = [alarm for alarm in alarms if alarm not in false]
    called = deeds.answer(done, true, (*LOSSES, *zones.EXIT_KINDS))
    return {
        "named": deeds.found(deeds.answer(done, alarms, (named,))),
        "called": deeds.found(called),
        "delay": deeds.delays(called),
    }


def of_visits(staged: Scenario, alarms: Sequence[Alarm]) -> dict[str, Tally]:
    """Return how many benign losses were called interference, or called for at all, and what came besides."""
    visits = [deed for deed in staged.facts_of(Deed) if deed.cause == BENIGN]
    named = deeds.answer(visits, alarms, tuple(NAMED.values()))
    told = {f"{kind}_false": name for kind, name in NAMED.items()}
    return {
        "benign_loss_named": deeds.found(named),
        "benign_loss_called": deeds.found(deeds.answer(visits, alarms, LOSSES)),
        **{
            f"interference_{source}": deeds.false_a_day(
                deeds.answer((), alarms, (name,)), staged.monitored_ms
            )
            for source, name in told.items()
        },
    }


def _last_day(seed: int, size: Size, kind: Interference, noise: Noise) -> Scenario:
    days = size.remembered_days + 1
    staged = interference(
        seed, kind=kind, trials=size.interfered, days=days, visitors=VISITORS, by_day=False, noise=noise
    )
    return last_day(staged, days=days)


def last_day(staged: Scenario, *, days: int) -> Scenario:
    """Return the last day alone, with the coverage memory that the days before it have taught."""
    cut = (days - 1) * DAY_MS
    earlier = tuple(one.with_table(one.table[:, one.table[Column.FIXED] < cut]) for one in staged.signals)
    later = tuple(one.with_table(one.table[:, one.table[Column.FIXED] >= cut]) for one in staged.signals)
    cut_ms = staged.signals[0].begins_ms + cut
    facts = tuple(f for f in staged.facts if not isinstance(f, Crossing | Deed) or f.from_ms >= cut_ms)
    memory = replace(staged, signals=earlier).learn_coverage(f"{days - 1} days before")
    return replace(
        staged, signals=later, facts=facts, monitored_ms=staged.monitored_ms // days, coverage=memory
    )
