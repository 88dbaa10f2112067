"""Devices that do as they are asked, and what they tell where nobody asks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from korgoo.engine.rows import Kind, person_key
from korgoo.sim.samples import Column
from korgoo.sim.score.honouring import FINE_S, HonouringJudge, expecting, judge_honouring, thin
from korgoo.sim.score.judges import Engine, raised
from korgoo.sim.stages.encounters import Geometry
from korgoo.sim.stages.pairs import pairs

if TYPE_CHECKING:
    from korgoo.sim.stages.scenario import Scenario


@pytest.fixture(scope="module")
def staged() -> Scenario:
    """Two approaches on foot, told every 15 s under a plan that expects a message a minute."""
    return expecting(pairs(7, trials=2, geometry=Geometry.HEAD_ON, interval_s=FINE_S), 60)


def test_who_is_not_asked_tells_a_quarter_of_what_was_staged(staged: Scenario) -> None:
    thinned = thin(staged, base_s=60)
    for one, whole in zip(thinned.signals, staged.signals, strict=True):
        numbers = one.table[Column.COUNTER].tolist()
        assert set(numbers) <= set(whole.table[Column.COUNTER].tolist())
        assert {after - before for before, after in itertools.pairwise(numbers)} == {4}
    first = {int(one.table[Column.COUNTER, 0]) for one in thinned.signals}
    assert len(first) > 1  # the devices of a pair do not report in step


def test_devices_that_hear_nothing_are_judged_as_if_nothing_else_had_been_staged(staged: Scenario) -> None:
    unasked = judge_honouring(staged, base_s=60, honours=False)
    thinned = thin(staged, base_s=60)
    alone = raised((Engine(),), thinned)["ours"]
    # Silence counts from the plan, which is put in force with the first message of all.
    near = [
        [alarm for alarm in told if alarm.kind.startswith("proximity.")] for told in (unasked.alarms, alone)
    ]
    assert near[0] == near[1]
    assert {alarm.kind for alarm in near[0]} >= {"proximity.warning", "proximity.breach"}
    assert unasked.messages == {one.person: one.table.shape[1] for one in thinned.signals}


def test_what_was_not_made_is_not_recalled_either(staged: Scenario) -> None:
    recording = staged.recording(with_pairs=True)
    judge = HonouringJudge(recall=recording.recall, every=4, honours=False)
    judge.feed(recording.rows[:200])
    key = person_key(staged.pairs[0].participant)
    whole, made = recording.recall(key, 200), judge.recall_made(key, 200)
    observed = [row for row in made if row.kind is Kind.OBSERVATION]
    assert len(observed) == judge.made[key] < len(whole) / 3
    assert [row for row in whole if row.kind is not Kind.OBSERVATION] == [
        row for row in made if row.kind is not Kind.OBSERVATION
    ]


def test_her_device_reports_more_often_as_he_comes_near_and_his_does_not(staged: Scenario) -> None:
    """He does not know where she is: his own device's rate would be a radar."""
    unasked = judge_honouring(staged, base_s=60, honours=False).messages
    asked = judge_honouring(staged, base_s=60)
    for pair in staged.pairs:
        assert asked.messages[pair.participant] == unasked[pair.participant]
        assert 1.3 * unasked[pair.protected] < asked.messages[pair.protected] < 4 * unasked[pair.protected]
    assert asked == judge_honouring(staged, base_s=60)
    assert {alarm.condition for alarm in asked.alarms} >= {pair.id for pair in staged.pairs}
