"""Approaches and near misses where devices report as often as the engine asks them to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.sim.score.catalogue import HONOURED_S
from korgoo.sim.score.honouring import FINE_S, expecting, judge_honouring, thin
from korgoo.sim.score.judges import OURS, PROXIMITIES, raised
from korgoo.sim.score.rows.pairs import add_meetings, stage_meetings
from korgoo.sim.score.tally import Tally

if TYPE_CHECKING:
    from korgoo.sim.carriers import Noise
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.stages.scenario import Scenario

UNASKED: Final = "ours_unasked"
"""Our engine where the same devices hear nothing."""
HOUR_MS: Final = 3_600_000


def count_honoured(seed: int, size: Size, noise: Noise) -> Counts:
    """Ours with devices that honour a wish, beside ours and the rivals with devices that do not."""
    counts: Counts = {}
    for distance_m in size.asked_m:
        staged = stage_meetings(
            seed, size, noise, distance_m=distance_m, interval_s=HONOURED_S, told_every_s=FINE_S
        )
        staged = expecting(staged, HONOURED_S)
        place = f"pairs_honoured_{{}}_{distance_m}m"
        told = {}
        for name in (OURS, UNASKED):
            judged = judge_honouring(staged, base_s=HONOURED_S, honours=name == OURS)
            told[name] = judged.alarms
            hours = _device_hours(staged)
            counts.setdefault(place.format("messages"), {})[name] = Tally(
                sum(judged.messages.values()), hours
            )
        told |= raised(PROXIMITIES, thin(staged, base_s=HONOURED_S))
        for name, alarms in told.items():
            add_meetings(counts, place, name, alarms, staged=staged, interval_s=HONOURED_S)
    return counts


def _device_hours(staged: Scenario) -> float:
    spans = [int(one.received_ms[-1]) - one.begins_ms for one in staged.signals if one.table.shape[1]]
    return sum(spans) / HOUR_MS
