"""Rows of the score that stage days of simulated people: what is staged, and what the judges see of it."""

from __future__ import annotations

from korgoo.sim.facts import Crossing, Deed, Meeting, Track
from korgoo.sim.meddling import Interference
from korgoo.sim.score import meetings
from korgoo.sim.score.judges import Engine, raised
from korgoo.sim.score.rows.interference import last_day
from korgoo.sim.score.rows.places import standing_still, with_her, with_zones
from korgoo.sim.stages.daily import daily
from korgoo.sim.stages.encounters import Geometry
from korgoo.sim.stages.interference import interference
from korgoo.sim.stages.pairs import pairs

MIN = 60_000
DAY = 24 * 60 * MIN


def test_the_day_that_is_judged_taught_nothing() -> None:
    staged = interference(3, kind=Interference.SHIELDING, trials=2, days=2, visitors=2, by_day=False)
    judged = last_day(staged, days=2)
    cut_ms = staged.signals[0].begins_ms + DAY
    assert all(int(one.fixed_ms.min()) >= cut_ms for one in judged.signals)
    assert {deed.event for deed in judged.facts_of(Deed)} == {"shielding", "loss.both"}
    assert min(deed.from_ms for deed in judged.facts_of(Deed)) >= cut_ms
    assert judged.monitored_ms == 2 * DAY
    taught = judged.coverage
    assert taught is not None
    reports = sum(one.table.shape[1] for one in staged.signals)
    assert 0 < sum(cell.reports for cell in taught.cells) < 0.6 * reports
    deaf = [cell for cell in taught.cells if cell.silent_permille > 100]
    assert len(deaf) >= 1  # both visit one place, a kilometre away
    visits = [c for c in staged.facts_of(Crossing) if c.until_ms - staged.signals[0].begins_ms < 8 * 60 * MIN]
    assert len(visits) == 2
    assert all(not crossing.binding for crossing in visits)  # the zone binds in the evening only


def test_a_place_is_known_to_ours_as_hers_and_to_zones_as_a_circle() -> None:
    staged = pairs(5, trials=1, geometry=Geometry.HEAD_ON, speed_ms=1.5, place=True)
    (pair,) = staged.pairs
    assert staged.plan(with_pairs=True)["pairs"] == []
    document = with_her(staged).plan_document(with_pairs=True)
    (known,) = document.pairs
    assert [(place.id, place.disclosed) for place in known.places] == [(pair.place, False)]
    (zone,) = with_zones(staged).plan_document().subjects[0].zones
    assert zone.circle is not None
    assert (zone.id, zone.circle.radius_m) == (pair.id, 300)
    alarms = raised((Engine(),), with_her(staged))["ours"]
    (seen,) = meetings.see(
        staged.facts_of(Meeting), [*staged.facts_of(Track), standing_still(staged)], alarms
    )
    assert seen.found
    assert seen.meeting.nearest_m < seen.left_m < 300


def test_only_those_of_a_pair_are_staged_and_they_meet_in_the_plan() -> None:
    staged = daily(4, people=4, days=1, only_pairs=True, interval_s=60)
    people = {one.person for one in staged.signals}
    assert len(people) == 4
    assert {person for pair in staged.pairs for person in (pair.participant, pair.protected)} == people
    assert all(400 < one.table.shape[1] < 1_600 for one in staged.signals)
