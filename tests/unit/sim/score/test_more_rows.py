"""Rows about interference, places without a device, and pairs in the load: small cases by hand."""

from __future__ import annotations

import pytest

from korgoo.sim.facts import Crossing, Deed, Meeting, Track
from korgoo.sim.plane import LAT0_E7, LAT_E7_PER_M, LON0_E7
from korgoo.sim.score import meetings
from korgoo.sim.score.alarms import Alarm
from korgoo.sim.score.catalogue import MEDDLING, ROWS
from korgoo.sim.score.rows.devices import worth
from korgoo.sim.score.rows.interference import NAMED, of_deeds, of_visits
from korgoo.sim.score.rows.places import NOWHERE, as_breach, standing_still
from korgoo.sim.score.tally import Tally
from korgoo.sim.stages.scenario import Scenario

MIN = 60_000
DAY = 24 * 60 * MIN


def staging(*facts: Crossing | Deed | Meeting) -> Scenario:
    return Scenario("by hand", (), (), facts, 2 * DAY)


def out(begin: int, end: int) -> Crossing:
    return Crossing("anna", "home", "inclusion", begin, end, 200.0, None, None, 1.5, ((begin, end),))


def alarm(kind: str, at: int, condition: str = "") -> Alarm:
    return Alarm(kind, "anna", condition, at, at)


JAMMED = Deed("anna", "jamming", 100 * MIN, 140 * MIN, "deliberate")
VISIT = Deed("anna", "loss.both", 20 * MIN, 60 * MIN, "benign")


@pytest.mark.parametrize(
    ("told", "named", "called", "delay"),
    [
        ([alarm("position.lost", 112 * MIN)], 0, 1, (720.0,)),
        ([alarm("signal.jammed", 115 * MIN)], 1, 1, (900.0,)),
        ([alarm("curfew.absent", 104 * MIN, "home")], 0, 1, (240.0,)),  # he is out, and it says so
        ([alarm("curfew.absent", 142 * MIN, "home")], 0, 0, ()),  # he is back: false, and sees nothing
        ([alarm("battery.low", 110 * MIN)], 0, 0, ()),
        ([alarm("position.lost", 90 * MIN)], 0, 0, ()),  # before it began
    ],
)
def test_a_deed_is_called_by_its_name_or_called_for_or_neither(
    told: list[Alarm], named: int, called: int, delay: tuple[float, ...]
) -> None:
    counted = of_deeds(staging(JAMMED, VISIT, out(102 * MIN, 138 * MIN)), told, "signal.jammed")
    assert counted == {"named": Tally(named, 1), "called": Tally(called, 1), "delay": Tally(samples=delay)}


def test_a_visit_to_a_place_known_for_it_is_false_by_any_name_of_interference() -> None:
    told = [alarm("contact.lost", 25 * MIN), alarm("signal.shielded", 30 * MIN), alarm("sos", 31 * MIN)]
    later = Deed("anna", "loss.both", 500 * MIN, 540 * MIN, "benign")
    counted = of_visits(staging(VISIT, later), told)
    assert counted["benign_loss_named"] == Tally(1, 2)
    assert counted["benign_loss_called"] == Tally(1, 2)
    assert counted["interference_shielding_false"] == Tally(1, 2.0)
    assert counted["interference_jamming_false"] == Tally(0, 2.0)


def test_metres_left_at_a_place_are_measured_from_the_place() -> None:
    """He walks at 1 m/s towards it, 600 m away at 0; the alarm comes after 400 s."""
    at_600_m = LAT0_E7 + round(600 * LAT_E7_PER_M)
    way = Track("he", False, ((0, at_600_m, LON0_E7), (600_000, LAT0_E7, LON0_E7)))  # noqa: FBT003
    met = Meeting("p", "he", NOWHERE, 300, 0, 600_000, 0.0, 600_000, 0, 300_000, None, 1, 300_000)
    told = as_breach(Alarm("zone.enter", "he", "p", 400_000, 400_000))
    place = standing_still(Scenario("", (), (), (way,), 0))
    (seen,) = meetings.see([met], [way, place], [told])
    assert seen.found
    assert seen.left_m == pytest.approx(200, abs=0.5)


def test_alarms_of_a_pair_are_true_where_they_met() -> None:
    met = Meeting("p", "anna", "bea", 200, 0, 10 * MIN, 50.0, 5 * MIN, 0, MIN, None, 1, MIN)
    told = [
        alarm("proximity.breach", 2 * MIN, "p"),
        alarm("proximity.breach", 200 * MIN, "p"),
        alarm("battery.low", 3 * MIN),
    ]
    assert worth(staging(met), told) == (Tally(1, 2), Tally(1, 2))


def test_each_way_of_interfering_has_its_rows() -> None:
    names = {row.name for row in ROWS}
    assert tuple(str(kind) for kind in NAMED) == MEDDLING
    assert {
        f"interference_{kind}_{what}" for kind in MEDDLING for what in ("named", "called", "false")
    } <= names
