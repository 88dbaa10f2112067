"""What surrounds the score: its rows, bad files, the curve and its drawing."""

import xml.etree.ElementTree as ET

import pytest

from korgoo.sim.score.alarms import AlarmError, read_alarms
from korgoo.sim.score.catalogue import ROWS
from korgoo.sim.score.plot import svg_of
from korgoo.sim.score.programme import as_object, summarise
from korgoo.sim.score.sweep import Curves, Point, at_delay, shares
from korgoo.sim.score.table import table_of
from korgoo.sim.score.tally import Tally
from korgoo.sim.score.truth_lines import TruthError, read_facts


def test_the_names_of_rows_are_unique() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b"3", b'{"fact":"night"}', b'{"fact":"dragon"}', b'{"fact":"event","from":5}']
)
def test_a_bad_line_of_truth_is_named(line: bytes) -> None:
    with pytest.raises(TruthError, match="line 2"):
        list(read_facts([b"\n", line]))


@pytest.mark.parametrize(
    ("field", "value"), [("at", "yesterday"), ("since", "2026-01-01T00:00:00"), ("live", "yes")]
)
def test_a_bad_finding_is_named(field: str, value: str) -> None:
    line = {
        "id": "x/1", "event": "opened", "kind": "sos", "subject": "anna", "condition": "",
        "at": "2026-01-01T00:00:00Z", "since": "2026-01-01T00:00:00Z", "live": True,
    }  # fmt: skip
    assert len(read_alarms([line])) == 1
    with pytest.raises(AlarmError, match="x/1"):
        read_alarms([{**line, field: value}])


@pytest.mark.parametrize(("false", "met"), [(2, True), (3, False)])
def test_false_exits_lying_still_are_measured_by_the_one_point_rule(false: int, *, met: bool) -> None:
    """Design section 9: at most a twentieth of its own."""
    name = "false_exits_still_50m"
    counted = {name: {"ours": Tally(false, 1), "one_point": Tally(40, 1)}}
    told = as_object(summarise([(1, counted)]))[name]
    assert (told["target"], told["met"]) == (2, met)
    assert "<= 2 " in table_of(summarise([(1, counted)]), ROWS)
    alone = as_object(summarise([(1, {name: {"ours": Tally(false, 1)}})]))[name]
    assert (alone["target"], alone["met"]) == (None, None), "there is nothing to measure it by"


RIVALS = [Point("in_a_row_1", 10, 90, 30), Point("in_a_row_2", 30, 30, 10)]


def test_ours_is_compared_at_the_same_delay() -> None:
    curves = Curves([Point("ours: quick", 20, 15, 5), Point("ours: slow", 99, 0, 0)], RIVALS)
    assert at_delay(RIVALS, 20, "still_a_day") == 60
    assert [share for _, share in shares(curves, "still_a_day")] == [0.25, None]
    assert [share for _, share in shares(curves, "daily_a_day")] == [0.25, None]


def test_the_drawing_is_well_formed_and_holds_every_point() -> None:
    curves = Curves([Point("ours: <in force>", 20, 0, 500)], RIVALS)
    root = ET.fromstring(svg_of(curves))  # noqa: S314 - our own text
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["in_a_row_1", "in_a_row_2", "ours: <in force>"] * 2
