"""The rules of others: each does what its documentation says, on a few fixes written by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from korgoo.engine.plan import ZoneKind
from korgoo.sim.meetings import Pair
from korgoo.sim.plane import to_e7_each
from korgoo.sim.samples import Column
from korgoo.sim.score.alarms import Alarm
from korgoo.sim.score.rivals.devices import DecodedAlarms, FixedTimeout, OfflineScan
from korgoo.sim.score.rivals.fences import fence_alarms
from korgoo.sim.score.rivals.pairs import OneSided, PairRule, SquareBox, pair_alarms
from korgoo.sim.score.rivals.zones import Hysteresis, InARow, MinusAccuracy, OnePoint, ZoneRule
from korgoo.sim.signals import Signals
from korgoo.sim.stages.actor import BEGINS_MS, circle, subject_document, zone_document
from korgoo.sim.stages.scenario import Scenario

MIN = 60_000
HOUR = 60 * MIN
NIGHT = {"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "22:00", "to": "06:00"}


def told(person: str, east_m: Sequence[float], *, every: int = MIN, late: int = 0, begin: int = 0) -> Signals:
    """Fixes on a line to the east, 40 m sure, received a second later (`late`: all that much later)."""
    table = np.full((len(Column), len(east_m)), -1, dtype=np.int32)
    table[Column.FIXED] = begin + np.arange(len(east_m)) * every
    table[Column.RECEIVED] = table[Column.FIXED] + 1_000 + late
    x = np.array(east_m, dtype=float)
    table[Column.LAT_E7], table[Column.LON_E7] = to_e7_each(np.zeros(len(x)), x)
    table[Column.ACCURACY_CM], table[Column.SOS] = 4_000, 0
    return Signals(person, BEGINS_MS, table)


def fenced(
    one: Signals, *, windows: list[dict[str, object]] | None = None, kind: ZoneKind = ZoneKind.INCLUSION
) -> Scenario:
    zone = zone_document("home", kind, circle("home", 50), windows=windows or [])
    return Scenario("hand", (one,), (subject_document(one.person, MIN, [zone]),), (), 0)


def minutes(alarms: list[Alarm]) -> list[int]:
    """When alarms were raised: the number of the fix."""
    return [(alarm.at_ms - BEGINS_MS) // MIN for alarm in alarms]


@pytest.mark.parametrize(
    ("rule", "raised"),
    [
        (OnePoint(), [1, 3, 9]),
        (MinusAccuracy(), [3, 10]),  # 60 m and 80 m lie within 50 + 40
        (InARow(1), [1, 3, 9]),
        (InARow(2), [4, 10]),
        (InARow(3), [5, 11]),
        (Hysteresis(50), [4, 10]),  # out beyond 100 m, in again below 50 m
    ],
)
def test_each_zone_rule_leaves_where_it_says(rule: ZoneRule, raised: list[int]) -> None:
    way = [0, 60, 0, 95, 120, 120, 10, 0, 0, 80, 120, 130, 0, 0, 0.0]
    staged = fenced(told("anna", way))
    assert minutes(fence_alarms(rule, staged.plan_document(), staged.signals)) == raised


def test_an_exclusion_zone_is_entered() -> None:
    staged = fenced(told("anna", [300, 300, 20, 20, 300]), kind=ZoneKind.EXCLUSION)
    (alarm,) = fence_alarms(OnePoint(), staged.plan_document(), staged.signals)
    assert (alarm.kind, minutes([alarm]), alarm.ended_ms) == ("zone.enter", [2], BEGINS_MS + 4 * MIN + 1_000)


def test_a_schedule_that_mutes_events_does_not_see_who_stayed_away() -> None:
    # 06:00 local time at the beginning; away from 21:00 on, the curfew begins at 22:00.
    staged = fenced(told("anna", [0] * 15 + [500] * 5, every=HOUR), windows=[dict(NIGHT)])
    document, signals = staged.plan_document(), staged.signals
    assert fence_alarms(OnePoint(), document, signals) == []
    (state,) = fence_alarms(InARow(1), document, signals)
    assert (state.kind, state.at_ms) == ("curfew.absent", BEGINS_MS + 16 * HOUR + 1_000)


def test_a_fix_older_than_the_newest_is_dropped() -> None:
    one = told("anna", [0, 0, 500, 0, 0])
    table = one.table.copy()
    table[Column.RECEIVED, 2] = 10 * MIN
    staged = fenced(one.with_table(table))
    assert fence_alarms(OnePoint(), staged.plan_document(), staged.signals) == []


@pytest.mark.parametrize(("rule", "raised"), [(SquareBox(), [2]), (OneSided(), [3])])
def test_proximity_looks_at_last_fixes(rule: PairRule, raised: list[int]) -> None:
    """She comes near in minute 2; his next fix, in minute 3, is the first that one-sided rules look at."""
    his, hers = told("he", [0, 0, 0, 0], begin=30_000), told("she", [900, 700, 250, 250])
    his.table[Column.FIXED] -= 30_000 - MIN + 1
    his.table[Column.RECEIVED] -= 30_000 - MIN + 1
    alarms = pair_alarms(rule, [Pair("p", "he", "she", 300.0)], [his, hers])
    assert minutes([a for a in alarms if a.kind == "proximity.breach"]) == raised


def test_a_square_box_reaches_farther_in_its_corners() -> None:
    offset = (290.0, 290.0)
    assert SquareBox().is_near(offset, 300)
    assert not OneSided().is_near(offset, 300)


def test_decoded_alarms_repeat_with_each_message_and_late_ones_are_lost() -> None:
    one = told("anna", [0.0] * 4)
    one.table[Column.STRAP] = [1, 0, 0, 1]
    assert minutes(DecodedAlarms().alarms([one])) == [1, 2]
    late = one.table.copy()
    late[Column.RECEIVED, 1:3] = 10 * MIN
    assert DecodedAlarms().alarms([one.with_table(late)]) == []


def test_silence_is_seen_by_a_scan_or_a_timeout() -> None:
    one = told("anna", [0.0] * 62)
    heard = np.r_[0:2, 40:62]  # silent from 00:01 to 00:40
    one = one.with_table(one.table[:, heard])
    assert minutes(OfflineScan().alarms([one])) == [15]
    assert minutes(FixedTimeout().alarms([one])) == [11]
