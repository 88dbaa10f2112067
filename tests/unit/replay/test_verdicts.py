"""What is shown of a fix is what the engine makes of it: used, held or ignored, with its reason."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.replay.verdicts import Verdict, judge_fixes
from tests.stories import MINUTE, at, circle, fix, plan

if TYPE_CHECKING:
    from korgoo.engine.plan import Plan

USED = Verdict("used")


def verdicts(*observations: Observation, plans: tuple[Plan, ...] = (plan(circle()),)) -> list[Verdict]:
    """Return the verdicts on observations that the journal numbers from 1."""
    judged = judge_fixes(1, list(enumerate(observations, 1)), plans=plans)
    assert sorted(judged) == [seq for seq, seen in enumerate(observations, 1) if seen.lat_e7 is not None]
    return [judged[seq] for seq in sorted(judged)]


def test_every_reason_of_the_engine_is_told() -> None:
    assert verdicts(
        fix(at(8)),
        fix(at(8) + MINUTE, motion=Motion.STILL),
        fix(at(8) + 2 * MINUTE, source=Source.CELL),
        fix(at(8) + 3 * MINUTE, accuracy_cm=200_000),
        fix(at(8) + 4 * MINUTE, mock=True),
        fix(at(8) + 5 * MINUTE, beacon="home"),
        fix(at(8) + 6 * MINUTE, source=Source.CELL, beacon="home"),
        fix(at(8) + 7 * MINUTE, 60_000),
        fix(at(8) + 8 * MINUTE, 90_000, source=Source.WIFI),
        fix(at(8) + 9 * MINUTE, 10),
    ) == [
        USED,
        Verdict("used", "motion.still"),
        Verdict("ignored", "source.cell"),
        Verdict("ignored", "accuracy.coarse"),
        Verdict("ignored", "mock"),
        Verdict("used", "beacon"),
        Verdict("used", "beacon"),
        Verdict("held", "jump"),
        Verdict("held", "network.contradicts"),
        USED,
    ]


def test_two_jumps_that_agree_are_believed_from_the_second_on() -> None:
    assert verdicts(fix(at(8)), fix(at(8) + MINUTE, 60_000), fix(at(8) + 2 * MINUTE, 60_100)) == [
        USED,
        Verdict("held", "jump"),
        USED,
    ]


def test_a_home_units_radio_is_judged_though_it_has_no_position_to_show() -> None:
    heard = Observation(at(8) + 2 * MINUTE, at(8) + 2 * MINUTE, beacon="home")
    assert verdicts(fix(at(8)), heard, fix(at(8) + 3 * MINUTE)) == [USED, USED]


def test_what_is_sent_twice_is_used_once() -> None:
    again = fix(at(8), late_ms=7_000)
    assert verdicts(fix(at(8)), again, fix(at(8) + MINUTE)) == [USED, Verdict("ignored", "duplicate"), USED]


def test_another_place_at_the_same_instant_adds_nothing() -> None:
    assert verdicts(fix(at(8)), fix(at(8), 3), fix(at(8) + MINUTE)) == [
        USED,
        Verdict("ignored", "duplicate"),
        USED,
    ]


def test_a_home_unit_is_named_though_other_zones_only_see_the_position() -> None:
    zones = (circle("school", east_m=900), circle(), circle("park", east_m=-900))
    assert verdicts(fix(at(8), beacon="home"), plans=(plan(*zones),)) == [Verdict("used", "beacon")]


def test_the_order_of_arrival_changes_no_verdict() -> None:
    walk = [fix(at(8) + n * MINUTE, n * 40, late_ms=n * 10) for n in range(60)]
    walk[20] = fix(at(8) + 20 * MINUTE, 80_000)
    judged = judge_fixes(1, list(enumerate(walk)), plans=[plan(circle())])
    shuffled = list(enumerate(walk))
    random.Random(1).shuffle(shuffled)
    assert judge_fixes(1, shuffled, plans=[plan(circle())]) == judged
    assert [seq for seq, verdict in judged.items() if verdict.use != "used"] == [20]


def test_nothing_is_said_where_nothing_bound() -> None:
    later = plan(circle(), from_ms=at(9))
    ended = plan(from_ms=at(10), version="2")
    fixes = (fix(at(8)), fix(at(9.5)), fix(at(10.5)))
    assert verdicts(*fixes, plans=(later, ended)) == [Verdict(""), USED, Verdict("")]
    assert verdicts(*fixes, plans=()) == [Verdict("")] * 3
    assert judge_fixes(1, [], plans=[later]) == {}
