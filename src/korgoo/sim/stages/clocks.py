"""Approaches by a participant whose device's clock was changed beforehand, and clocks that are merely bad."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from korgoo.sim import faults
from korgoo.sim.facts import Deed, Fact, Meeting
from korgoo.sim.stages.pairs import pairs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from korgoo.sim.samples import Table
    from korgoo.sim.signals import Signals
    from korgoo.sim.stages.scenario import Scenario

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000


class Trick(StrEnum):
    """What becomes of the clock. The text is the `event` of the fact."""

    BACK_5_MIN = "clock.back.5min"
    BACK_2_H = "clock.back.2h"
    BACK_1_DAY = "clock.back.1day"
    FORWARD_5_MIN = "clock.forward.5min"
    FORWARD_2_H = "clock.forward.2h"
    FORWARD_1_DAY = "clock.forward.1day"
    WHOLE_MINUTES = "clock.minutes"
    DRIFT = "clock.drift"  # two minutes an hour, from the beginning on


OFFSETS_MS: Final = {
    Trick.BACK_5_MIN: -5 * MINUTE_MS,
    Trick.BACK_2_H: -2 * HOUR_MS,
    Trick.BACK_1_DAY: -24 * HOUR_MS,
    Trick.FORWARD_5_MIN: 5 * MINUTE_MS,
    Trick.FORWARD_2_H: 2 * HOUR_MS,
    Trick.FORWARD_1_DAY: 24 * HOUR_MS,
}
DRIFT_MS_AN_HOUR: Final = 120_000


def clocks(seed: int, *, trick: Trick, before_s: float = 300, **knobs: Any) -> Scenario:  # noqa: ANN401 - those of `pairs`
    """Return encounters (`knobs` are those of `pairs`) with the participant's clock changed.

    The clock is set `before_s` before he enters the warning ring, or has been bad from the beginning. A
    `Deed` fact for each beside the `Meeting`.
    """
    plain = pairs(seed, **knobs)
    entered = {fact.participant: fact.from_ms for fact in plain.facts if isinstance(fact, Meeting)}
    signals, deeds = [], []
    for one in plain.signals:
        if one.person not in entered:
            signals.append(one)
            continue
        at_ms = entered[one.person] - round(before_s * 1000)
        signals.append(one.with_table(change_clock(one.table, trick, at=at_ms - one.begins_ms)))
        deeds.append(_deed(one, trick, at_ms))
    facts: tuple[Fact, ...] = (*plain.facts, *deeds)
    told: Mapping[str, Any] = {**plain.knobs, "trick": trick, "before_s": before_s}
    return replace(plain, name=f"clocks {trick}", signals=tuple(signals), facts=facts, knobs=told)


def change_clock(table: Table, trick: Trick, *, at: int) -> Table:
    """Return the table with a clock set at a moment (ms of the table), or bad from the beginning."""
    if trick is Trick.WHOLE_MINUTES:
        return faults.stamp_minutes(table)
    if trick is Trick.DRIFT:
        return faults.drift_clock(table, ms_per_hour=DRIFT_MS_AN_HOUR)
    return faults.shift_clock(table, begin=at, offset=OFFSETS_MS[trick])


def _deed(one: Signals, trick: Trick, at_ms: int) -> Deed:
    ends_ms = int(one.received_ms[-1])
    if trick not in OFFSETS_MS:
        return Deed(
            one.person, str(trick), one.begins_ms, ends_ms, "fault", arrives_ms=int(one.received_ms[0])
        )
    seen = one.received_ms[one.fixed_ms >= at_ms]
    return Deed(
        person=one.person,
        event=str(trick),
        from_ms=at_ms,
        until_ms=ends_ms,
        cause="deliberate",
        arrives_ms=int(seen[0]) if len(seen) else None,
        offset_ms=OFFSETS_MS[trick],
    )
