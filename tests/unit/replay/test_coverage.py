"""The coverage memory: what a recording teaches, what a file may hold, what a backtest does with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main
from korgoo.engine.coverage import Coverage, CoverageCell, CoverageMap, Lost, cell_number
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation, Source
from korgoo.replay.coverage import CoverageError, Lessons, learn_coverage, read_coverage, write_coverage
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, fix

if TYPE_CHECKING:
    from pathlib import Path

HOME = cell_number(HOME_LAT, HOME_LON)
START = at(20)


def status(at_ms: int) -> Observation:
    return Observation(at_ms, at_ms)


def learn(*seen: Observation) -> dict[int, tuple[int, int, int]]:
    ordered = sorted(seen, key=lambda one: one.received_at_ms)
    learned = learn_coverage([(P1, one) for one in ordered], intervals={"p1": MINUTE}, version="v")
    return {c.number: (c.reports, c.placeless_permille, c.silent_permille) for c in learned.cells}


def minutes(first: int, last: int, **fields: object) -> list[Observation]:
    jitter = (0, 900, 1700, 300)
    return [fix(START + n * MINUTE + jitter[n % 4], **fields) for n in range(first, last)]  # type: ignore[arg-type]


def test_where_every_report_comes_nothing_is_lost() -> None:
    assert learn(*minutes(0, 100)) == {HOME: (100, 0, 0)}


def test_a_status_beside_each_fix_is_no_second_report() -> None:
    seen = minutes(0, 50)
    assert learn(*seen, *(status(one.fixed_at_ms + 5000) for one in seen)) == {HOME: (50, 0, 0)}


def test_reports_without_a_usable_position_are_placeless() -> None:
    statuses = [status(START + n * MINUTE) for n in range(50, 75)]
    cells = minutes(75, 90, source=Source.CELL)
    coarse = minutes(90, 100, accuracy_cm=300_000)
    found = learn(*minutes(0, 50), *statuses, *cells, *coarse)
    assert found == {HOME: (100, 490, 0)}, "the first of them is within an interval of the last position"


def test_reports_that_were_not_received_are_silent_also_where_they_were_stored() -> None:
    stored = [fix(START + n * MINUTE, late_ms=(80 - n) * MINUTE) for n in range(50, 80)]
    assert learn(*minutes(0, 50), *minutes(80, 100)) == {HOME: (100, 0, 300)}
    assert learn(*minutes(0, 50), *stored, *minutes(80, 100)) == {HOME: (100, 0, 300)}


def test_a_loss_belongs_to_the_place_where_it_began() -> None:
    elsewhere = [fix(START + n * MINUTE, east_m=5000) for n in range(60, 80)]
    found = learn(*minutes(0, 50), *elsewhere)
    assert found[HOME] == (60, 0, 166)
    assert sorted(found.values()) == [(20, 0, 0), (60, 0, 166)]


def test_a_device_that_is_off_for_hours_teaches_nothing_about_the_place() -> None:
    assert learn(*minutes(0, 50), *minutes(200, 210)) == {HOME: (60, 0, 0)}


def test_losses_long_enough_to_be_told_are_counted_by_person_and_by_length() -> None:
    """Of eleven lengths nine in ten are no longer than the tenth; a report missed now and then is no loss."""
    told = []
    for number in range(11):
        gone = START + number * 100 * MINUTE
        told += [(f"person:p{number % 2}", fix(gone + n * MINUTE)) for n in range(20)]
        told += [(f"person:p{number % 2}", status(gone + n * MINUTE)) for n in range(20, 32 + number)]
        told += [
            (f"person:p{number % 2}", fix(gone + n * MINUTE)) for n in (*range(60, 70), 71, *range(74, 80))
        ]
    intervals = {"p0": MINUTE, "p1": MINUTE, "p2": MINUTE}
    learned = learn_coverage(told, intervals=intervals, version="v")
    (cell,) = learned.cells
    assert cell.placeless == Lost(2, 20 * 60)
    assert cell.silent.devices == 2
    assert learned.placeless_rate == 11 * 1_000 * 24 * 60 // cell.reports
    assert learned.silent_rate >= 11 * 2 * 1_000 * 24 * 60 // cell.reports


def test_one_man_who_loses_it_all_day_excuses_nobody() -> None:
    """Rates leave out those who lost most: with three persons to a place, two of them."""
    whole = [fix(START + n * MINUTE) for n in range(600)]
    gaps = [fix(START + n * MINUTE) if n % 40 < 20 else status(START + n * MINUTE) for n in range(600)]
    for losers, common in ((0, False), (2, False), (3, True)):
        lessons = Lessons()
        for person in range(5):
            lessons.add(gaps if person < losers else whole, MINUTE)
        assert (lessons.sum_up("v", fewest=3).placeless_rate > Parameters().coverage_rate) is common


def lessons_of(*gone: range | list[int]) -> CoverageCell:
    """What persons teach who each lose their place at home in these minutes of 2,000."""
    lessons = Lessons()
    for lost in gone:
        lessons.add(
            [status(START + n * MINUTE) if n in lost else fix(START + n * MINUTE) for n in range(2000)],
            MINUTE,
        )
    (cell,) = lessons.sum_up("v", fewest=3).cells
    return cell


def test_one_man_makes_no_place_deaf_where_others_lost_it_once() -> None:
    """Two neighbours lost it once for a quarter of an hour; he has it switched off for hours each day."""
    once, always = range(500, 515), [n for n in range(2000) if n % 250 > 9]
    cell = lessons_of(once, once, always)
    assert cell.placeless_permille >= Parameters().deaf_permille
    assert cell.placeless.devices < Parameters().deaf_devices
    often = [n for n in range(2000) if n % 60 < 20]
    assert lessons_of(often, often, always).placeless.devices == 3


def test_one_man_does_not_make_long_losses_usual_where_others_lose_it_now_and_then() -> None:
    """Two neighbours lose it a quarter of each hour; he has it switched off for four hours a day."""
    hourly = [n for n in range(2000) if n % 60 < 15]
    cell = lessons_of(hourly, hourly, [n for n in range(2000) if n % 250 > 9])
    assert cell.placeless.devices == 3
    assert 12 * 60 <= cell.placeless.usual_s <= 15 * 60


def test_nine_minutes_without_a_place_are_no_loss() -> None:
    for minute, devices in ((30, 0), (31, 1)):
        seen = [
            *minutes(0, 20),
            *(status(START + n * MINUTE) for n in range(20, minute)),
            *minutes(minute + 1, 40),
        ]
        ordered = sorted(seen, key=lambda one: one.received_at_ms)
        learned = learn_coverage([(P1, one) for one in ordered], intervals={"p1": MINUTE}, version="v")
        assert learned.cells[0].placeless.devices == devices


def test_nobody_teaches_before_his_first_position() -> None:
    assert learn(*(status(START + n * MINUTE) for n in range(5))) == {}


def test_a_file_gives_back_what_was_written() -> None:
    deaf = CoverageCell(7, 11, 0, 1000, Lost(), Lost(4, 5_400))
    memory = Coverage("2026-05", (CoverageCell(3, 10, 1, 2, Lost(1, 60)), deaf), 150, 2)
    assert read_coverage(write_coverage(memory)) == memory
    assert read_coverage(write_coverage(Coverage("empty"))) == Coverage("empty")
    assert CoverageMap(memory).find(0, 7 * 60_000) == memory.cells[1]


def test_a_file_of_before_says_nothing_of_devices_and_rates() -> None:
    old = {"format": "korgoo coverage 1", "version": "v", "cells": [GOOD]}
    assert read_coverage(json.dumps(old).encode()) == Coverage("v", (CoverageCell(1, 5, 0, 0),))


GOOD = {"number": 1, "reports": 5, "placeless_permille": 0, "silent_permille": 0}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"format": "korgoo coverage 2", "version": "v", "cells": []}, r"\$\.format"),
        ({"format": "korgoo coverage 1", "version": "", "cells": []}, "name"),
        ({"format": "korgoo coverage 1", "version": "v", "cells": [], "more": 1}, "more"),
        ({"format": "korgoo coverage 1", "version": "v", "cells": [{**GOOD, "reports": 0}]}, r"cells\[0\]"),
        (
            {"format": "korgoo coverage 1", "version": "v", "cells": [{**GOOD, "silent_permille": 1001}]},
            "1000",
        ),
        ({"format": "korgoo coverage 1", "version": "v", "cells": [GOOD, GOOD]}, r"cells\[1\].*ascend"),
        ({"format": "korgoo coverage 1", "version": "v", "cells": [{**GOOD, "number": 1.5}]}, "number"),
        (
            {"format": "korgoo coverage 1", "version": "v", "cells": [{**GOOD, "silent_devices": -1}]},
            "devices",
        ),
        (
            {
                "format": "korgoo coverage 1",
                "version": "v",
                "cells": [{**GOOD, "placeless_usual_s": 1 << 40}],
            },
            "usual",
        ),
        ({"format": "korgoo coverage 1", "version": "v", "cells": [], "silent_rate": -1}, "silent_rate"),
        ("no object", "object"),
    ],
)
def test_a_file_that_cannot_be_is_refused(document: object, said: str) -> None:
    with pytest.raises(CoverageError, match=said):
        read_coverage(json.dumps(document).encode())


PLAN = {
    "tz": "Asia/Bishkek",
    "subjects": [
        {
            "id": "p1",
            "tether_s": 45,
            "zones": [
                {
                    "id": "home",
                    "kind": "inclusion",
                    "circle": {"lat": HOME_LAT / 1e7, "lon": HOME_LON / 1e7, "radius_m": 50},
                }
            ],
            "permits": [
                {"removal": True, "from": "2026-05-28T20:00:00+06:00", "to": "2026-05-28T21:00:00+06:00"}
            ],
        }
    ],
}


def lines(*, lost: bool) -> str:
    """Home every 30 s; then status messages only, the bracelet out of reach; one open strap."""
    text = ["person_id,time_utc_iso,lat,lon,tether,strap,extras"]
    for n in range(120):
        moment = f"2026-05-28T14:{n // 2:02}:{n % 2 * 30:02}Z"
        place = "," if lost and n > 40 else f"{HOME_LAT / 1e7},{HOME_LON / 1e7}"
        strap = "open" if n == 10 else "on" if n == 12 else ""
        said = "alarm=poweron;note=a b" if n == 5 else ""
        text.append(f"p1,{moment},{place},{'' if n > 100 else '1'},{strap},{said}")
    return "\n".join(text) + "\n"


def backtested(folder: Path, *more: str, lost: bool) -> list[str]:
    (folder / "plan.json").write_text(json.dumps(PLAN))
    (folder / "fixes.csv").write_text(lines(lost=lost))
    arguments = ["--plan", str(folder / "plan.json"), "--fixes", str(folder / "fixes.csv")]
    out = folder / "found.jsonl"
    assert main(["backtest", *arguments, "--out", str(out), *more]) == 0
    return [f"{f['kind']} {f['event']}" for f in map(json.loads, out.read_text().splitlines())]


def test_a_backtest_knows_tether_removal_words_and_coverage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = backtested(tmp_path, lost=False)
    assert good == [
        "device.restarted opened",
        "removal.permitted opened",
        "removal.permitted closed",
        "tamper.tether opened",
    ]
    memory = tmp_path / "memory.json"
    arguments = ["--plan", str(tmp_path / "plan.json"), "--fixes", str(tmp_path / "fixes.csv")]
    assert main(["coverage", *arguments, "--version", "may", "--out", str(memory)]) == 0
    assert capsys.readouterr().out == "may: 1 cells from 60 due reports\n"
    known = ("--coverage", str(memory), "--set", "coverage_reports=50")
    assert "signal.jammed opened" not in backtested(tmp_path, lost=True)
    assert "signal.jammed opened" in backtested(tmp_path, *known, lost=True)
    assert '"coverage":"may"' in (tmp_path / "found.jsonl").read_text()


def test_a_memory_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "fixes.csv").write_text(lines(lost=False))
    (tmp_path / "memory.json").write_text("{}")
    arguments = ["--plan", str(tmp_path / "plan.json"), "--fixes", str(tmp_path / "fixes.csv")]
    more = ["--out", str(tmp_path / "out"), "--coverage", str(tmp_path / "memory.json")]
    assert main(["backtest", *arguments, *more]) == 2
    assert "memory.json" in capsys.readouterr().err
