"""korgoo sim: a city on disk, the same for the same seed, and judged by korgoo backtest."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from korgoo.cli import main
from korgoo.planning.instants import parse_instant
from korgoo.sim.befalling import tell_day
from korgoo.sim.files import fix_line
from korgoo.sim.incidents import CITY
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.lines import fix_lines
from korgoo.sim.observations import stream
from korgoo.sim.people import make_people
from korgoo.sim.town import Town

DAY = 20_454
ORDER = ["sim", "--people", "12", "--days", "2", "--seed", "5", "--pairs"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sim") / "city"
    assert main([*ORDER, "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_same_seed_writes_the_same_bytes(city: Path, tmp_path: Path, hash_seed: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "korgoo.cli", *ORDER, "--out", str(tmp_path / "again")],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
    )
    for name in ("plan.json", "fixes.csv", "truth.jsonl", "README.md"):
        digests = [sha256((where / name).read_bytes()).hexdigest() for where in (city, tmp_path / "again")]
        assert digests[0] == digests[1], name


def test_another_seed_writes_another_city(city: Path, tmp_path: Path) -> None:
    assert main(["sim", "--people", "12", "--days", "1", "--seed", "6", "--out", str(tmp_path / "b")]) == 0
    one, other = ((where / "fixes.csv").read_text().splitlines()[1] for where in (city, tmp_path / "b"))
    assert one != other


def test_the_quick_lines_are_those_of_the_observations() -> None:
    town = Town(5)
    people = make_people(town, 12)
    begins = day_begins_ms(DAY)
    tables = [tell_day(town, person, DAY, CITY) for person in people]
    quick = [line.rstrip("\n") for line in fix_lines(people, tables, begins_ms=begins)]
    told = stream(town, people, from_ms=begins, until_ms=begins + 86_400_000, conduct=CITY)
    assert quick == [fix_line(person, seen) for person, seen in told]


def test_backtest_judges_a_city(city: Path, tmp_path: Path) -> None:
    assert main(["sim", "--people", "3", "--days", "1", "--out", str(tmp_path / "c")]) == 0
    found = tmp_path / "findings.jsonl"
    plan, fixes = tmp_path / "c" / "plan.json", tmp_path / "c" / "fixes.csv"
    assert main(["backtest", "--plan", str(plan), "--fixes", str(fixes), "--out", str(found)]) == 0
    assert found.exists()
    assert "pairs" not in json.loads(plan.read_text())
    assert json.loads((city / "plan.json").read_text())["pairs"][0] == {
        "id": "p0009-p0010",
        "participant": "p0009",
        "protected": "p0010",
        "distance_m": 200.0,
        "warning_m": 400.0,
    }


def test_truth_is_one_fact_a_line_with_times_that_can_be_read(city: Path) -> None:
    facts = [json.loads(line) for line in (city / "truth.jsonl").read_text().splitlines()]
    kinds = {fact["fact"] for fact in facts}
    assert {"track", "crossing", "night", "event", "coverage"} <= kinds
    nights = [fact for fact in facts if fact["fact"] == "night"]
    assert (
        len(nights) == 10 * 3
    )  # ten on probation; the morning's end, a whole night, and the next one's begin
    for fact in facts:
        if fact["fact"] in {"crossing", "night", "meeting", "event"}:
            assert parse_instant(fact["from"]) <= parse_instant(fact["until"])
    tracks = [fact for fact in facts if fact["fact"] == "track" and not fact["device"]]
    assert [fact["person"] for fact in tracks] == [f"p{n:04d}" for n in range(1, 13)]
    assert all(fact["points"][-1][0] - fact["points"][0][0] == 2 * 86_400_000 for fact in tracks)


def test_a_directory_with_something_in_it_is_left_alone(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (city / "fixes.csv").stat().st_mtime_ns
    assert main([*ORDER, "--out", str(city)]) == 2
    assert "not an empty directory" in capsys.readouterr().err
    assert (city / "fixes.csv").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "wrong",
    [["--people", "0"], ["--people", "x"], ["--days", "367"], ["--from", "soon"], ["--from", "1990-01-01"],
     ["--noise", "third"], ["--conduct", "bad"], ["--seed", "-1"]],
)  # fmt: skip
def test_bad_arguments_are_refused_before_anything_is_written(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["sim", "--out", str(tmp_path / "x"), *wrong])
    assert left.value.code == 2
    assert not (tmp_path / "x").exists()
