"""FIXES.csv: every column is read exactly, and a file with a bad line is refused as a whole."""

from pathlib import Path

import pytest

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.replay.cells import CellError, degrees_e7, instant
from korgoo.replay.fixes import FixesError, read_fixes

HEAD = "person_id,time_utc_iso,lat,lon"
AT_MS = 1_772_380_800_000  # 2026-03-01T16:00:00Z


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "fixes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(FixesError) as caught:
        read_fixes(write(folder, text))
    return [tuple(problem) for problem in caught.value.problems]  # type: ignore[misc]  # a Problem is three


def only(folder: Path, text: str) -> Observation:
    ((key, observation),) = read_fixes(write(folder, text)).observations
    assert key == "person:p1"
    return observation


def test_every_column_of_the_format_is_read(tmp_path: Path) -> None:
    text = (
        "tether,skin,mock,sos,charging,case,strap,battery,received_at,beacon,motion,altitude,speed,source,"
        "accuracy_m,lon,lat,time_utc_iso,person_id\n"
        "cut,on,no,1,yes,locked,OK,55.9,2026-03-01T22:00:01.5+06:00,hu1,walking,-12.344,1.257,gps,"
        "12.5,74.6,-42.8700001,2026-03-01T16:00:00.123Z,p1\n"
    )
    assert only(tmp_path, text) == Observation(
        fixed_at_ms=AT_MS + 123,
        received_at_ms=AT_MS + 1_500,
        lat_e7=-428_700_001,
        lon_e7=746_000_000,
        accuracy_cm=1_250,
        source=Source.GPS,
        speed_cms=126,
        altitude_cm=-1_234,
        motion=Motion.WALKING,
        beacon="hu1",
        battery_percent=55,
        charging=True,
        strap=True,
        case=True,
        skin=True,
        tether=False,
        sos=True,
        mock=False,
    )


def test_empty_means_unknown(tmp_path: Path) -> None:
    text = f"{HEAD},accuracy_m,battery,sos,strap,received_at\np1,2026-03-01T16:00:00Z,,,,,,,\n"
    assert only(tmp_path, text) == Observation(fixed_at_ms=AT_MS, received_at_ms=AT_MS)


def test_an_accuracy_of_nought_is_unknown(tmp_path: Path) -> None:
    assert only(tmp_path, f"{HEAD},accuracy_m\np1,2026-03-01T16:00:00Z,1,2,0\n").accuracy_cm is None


def test_rows_come_in_the_order_in_which_they_were_received(tmp_path: Path) -> None:
    text = (
        f"{HEAD},received_at\n"
        "p1,2026-03-01T16:00:00Z,1,1,2026-03-01T16:10:00Z\n"
        "p2,2026-03-01T16:05:00Z,2,2,\n"
        "p1,2026-03-01T16:01:00Z,3,3,2026-03-01T16:10:00Z\n"
        "p1,2026-03-01T16:09:00Z,4,4,2026-03-01T16:08:00Z\n"  # the device's clock is ahead
    )
    got = read_fixes(write(tmp_path, text))
    assert [o.lat_e7 for _, o in got.observations] == [20_000_000, 40_000_000, 10_000_000, 30_000_000]
    assert got.lines == 4


def test_persons_outside_the_plan_are_counted_and_left_out_but_still_checked(tmp_path: Path) -> None:
    lines = "p1,2026-03-01T16:00:00Z,1,1\nx,2026-03-01T16:00:00Z,1,1\nx,2026-03-01T16:00:01Z,1,1\n"
    got = read_fixes(write(tmp_path, f"{HEAD}\n{lines}"), persons=["p1"])
    assert (len(got.observations), got.unknown) == (1, {"x": 2})
    with pytest.raises(FixesError, match="line 5, lat"):
        read_fixes(write(tmp_path, f"{HEAD}\n{lines}x,2026-03-01T16:00:00Z,91,1\n"), persons=["p1"])


def test_a_byte_order_mark_blank_lines_and_blanks_after_commas_do_no_harm(tmp_path: Path) -> None:
    got = read_fixes(write(tmp_path, f"\ufeff{HEAD}\r\n\r\np1, 2026-03-01T16:00:00Z, 1, 1\r\n"))
    assert len(got.observations) == 1


BAD = [
    ("", "person_id", "missing"),
    (f"{HEAD},colour\n", "colour", "unknown column"),
    (f"{HEAD},lat\n", "lat", "twice"),
    ("person_id,time_utc_iso,lat\n", "lon", "missing"),
    (f"{HEAD}\np1,2026-03-01T16:00:00,1,1\n", "time_utc_iso", "needs Z or an offset"),
    (f"{HEAD}\np1,yesterday,1,1\n", "time_utc_iso", "'yesterday'"),
    (f"{HEAD}\np1,2026-02-29T16:00:00Z,1,1\n", "time_utc_iso", "no such day"),
    (f"{HEAD}\np1,2026-03-01T24:00:00Z,1,1\n", "time_utc_iso", "no such time"),
    (f"{HEAD}\np1,1969-12-31T23:59:59Z,1,1\n", "time_utc_iso", "1970"),
    (f"{HEAD}\np1,,1,1\n", "time_utc_iso", "must not be empty"),
    (f"{HEAD}\n,2026-03-01T16:00:00Z,1,1\n", "person_id", "must not be empty"),
    (f"{HEAD}\np\x07,2026-03-01T16:00:00Z,1,1\n", "person_id", "printable"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,NaN,1\n", "lat", "finite"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1,inf\n", "lon", "finite"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,90.0000001,1\n", "lat", "-90..90"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1,1_0.5\n", "lon", "no number"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1,1e400\n", "lon", "too large"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1,\n", "lon", "only together"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,,1\n", "lat", "only together"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1\n", "", "3 values where the header has 4"),
    (f'{HEAD}\np1,2026-03-01T16:00:00Z,1,"1\n', "", "no CSV"),
    (f"{HEAD}\np1,2026-03-01T16:00:00Z,1,".encode() + b"\xff\n", "", "not UTF-8"),
    (f"{HEAD},accuracy_m\np1,2026-03-01T16:00:00Z,1,1,-1\n", "accuracy_m", "within 0"),
    (f"{HEAD},accuracy_m\np1,2026-03-01T16:00:00Z,1,1,nan\n", "accuracy_m", "finite"),
    (f"{HEAD},source\np1,2026-03-01T16:00:00Z,1,1,glonass\n", "source", "gps, network, wifi, cell, fused"),
    (f"{HEAD},motion\np1,2026-03-01T16:00:00Z,1,1,flying\n", "motion", "still, walking"),
    (f"{HEAD},battery\np1,2026-03-01T16:00:00Z,1,1,101\n", "battery", "0..100"),
    (f"{HEAD},strap\np1,2026-03-01T16:00:00Z,1,1,maybe\n", "strap", "intact"),
    (f"{HEAD},sos\np1,2026-03-01T16:00:00Z,1,1,2\n", "sos", "yes"),
    (f"{HEAD},speed\np1,2026-03-01T16:00:00Z,1,1,-1\n", "speed", "m/s"),
    (f"{HEAD},altitude\np1,2026-03-01T16:00:00Z,1,1,high\n", "altitude", "no number"),
    (f"{HEAD},received_at\np1,2026-03-01T16:00:00Z,1,1,now\n", "received_at", "ISO-8601"),
]


@pytest.mark.parametrize(("text", "column", "message"), BAD)
def test_a_bad_value_is_refused_by_line_and_column(
    tmp_path: Path, text: str | bytes, column: str, message: str
) -> None:
    line, found, said = problems(tmp_path, text)[0]
    head = text if isinstance(text, bytes) else text.encode()
    assert line == (2 if head.partition(b"\n")[2] else 1)
    assert found == column
    assert message in said


def test_all_faults_of_a_line_are_told_and_the_first_twenty_of_a_file(tmp_path: Path) -> None:
    found = problems(tmp_path, f"{HEAD}\np1,never,91,181\n")
    assert [(line, column) for line, column, _ in found] == [(2, "time_utc_iso"), (2, "lat"), (2, "lon")]
    with pytest.raises(FixesError) as caught:
        read_fixes(write(tmp_path, HEAD + "\n" + "p1,never,1,1\n" * 50))
    assert (len(caught.value.problems), caught.value.count) == (20, 50)
    assert str(caught.value).endswith("… and 30 more")


@pytest.mark.parametrize("text", ["", ".", "-", "1.2.3", "0x1", "1,5", "--1.0", "1 2", "1__0"])
def test_what_is_no_number_is_no_degree(text: str) -> None:
    with pytest.raises(CellError):
        degrees_e7(90)(text)


def test_remembered_parts_of_a_time_never_make_a_wrong_one_right() -> None:
    convert = instant()
    assert convert("2026-03-01T16:00:00Z") == AT_MS
    assert convert("2026-03-01T16:00:30.5Z") == AT_MS + 30_500
    for text in ("2026-03-01T16:00:00", "2026-03-01T16:00", "2026-03-01", "2026-03-01T16:00:00ZZ", ""):
        with pytest.raises(CellError):
            convert(text)
    assert convert("2026-03-01T22:00:30.5+06:00") == AT_MS + 30_500
