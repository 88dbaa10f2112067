"""Reading recordings: every format, and a sentence for every file that cannot be played."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from korgoo.engine.rows import Source
from korgoo.runtime.demo.recordings import RecordingInvalidError, read_recordings, shift

if TYPE_CHECKING:
    from pathlib import Path

CSV = "person_id,time_utc_iso,lat,lon,accuracy_m,received_at\n"
REC = "2026-03-01T10:00:05Z\t*                 \t"
LOCATION = {"_type": "location", "tst": 1_772_359_200, "lat": 42.87, "lon": 74.6, "acc": 8}
GPX = (
    '<gpx version="1.1" creator="t"><trk><name>walk</name><trkseg>'
    '<trkpt lat="42.87" lon="74.6"><ele>760</ele><time>2026-03-01T10:00:00Z</time></trkpt>'
    '<trkpt lat="42.88" lon="74.6"><time>2026-03-01T10:01:00Z</time></trkpt></trkseg></trk></gpx>'
)
RMC = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A"
VOID = "$GPRMC,123520,V,,,,,,,230394,,*39"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_holds_several_persons_in_the_order_of_reception(tmp_path: Path) -> None:
    lines = "b,2026-03-01T10:00:00Z,42.87,74.6,8,2026-03-01T10:30:00Z\na,2026-03-01T10:01:00Z,42.87,74.6,8,\n"
    read = read_recordings(write(tmp_path / "f.csv", CSV + lines))
    assert sorted(read) == ["a", "b"]
    assert read["b"][0].received_at_ms - read["b"][0].fixed_at_ms == 30 * 60_000


def test_an_owntracks_recorder_file_keeps_both_times(tmp_path: Path) -> None:
    will = "2026-03-01T09:59:00Z\tlwt\t{}\n"
    other = json.dumps({"_type": "waypoint", "desc": "home"})
    text = will + REC + json.dumps(LOCATION) + "\n\n" + REC + other + "\n"
    [(name, [seen])] = read_recordings(write(tmp_path / "phone.REC", text)).items()
    assert name == "phone"
    assert (seen.fixed_at_ms, seen.received_at_ms) == (1_772_359_200_000, 1_772_359_205_000)
    assert (seen.lat_e7, seen.accuracy_cm) == (428_700_000, 800)


def test_a_gpx_track_is_a_person(tmp_path: Path) -> None:
    [(name, seen)] = read_recordings(write(tmp_path / "f.gpx", GPX)).items()
    assert (name, len(seen), seen[0].altitude_cm, seen[0].source) == ("walk", 2, 76_000, Source.GPS)


def test_nmea_sentences_that_do_not_hold_are_left_out(tmp_path: Path) -> None:
    [(_, [seen])] = read_recordings(
        write(tmp_path / "f.nmea", f"NMEA,{RMC},1699400577566\n{VOID}\n$GPGSV,1,1,00*79\n")
    ).items()
    assert (seen.lat_e7, seen.speed_cms) == (481_173_000, 1_152)


def test_ten_fixes_a_second_are_played_as_one(tmp_path: Path) -> None:
    lines = "".join(f"a,2026-03-01T10:00:0{n // 10}.{n % 10}00Z,42.87,74.6,8,\n" for n in range(30))
    assert len(read_recordings(write(tmp_path / "f.csv", CSV + lines))["a"]) == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("f.kml", "", "a recording is one of"),
        ("f.csv", "", "missing"),
        ("f.csv", CSV + "a,yesterday,42.87,74.6,8,\n", "line 2, time_utc_iso"),
        ("f.csv", CSV + "a,2026-03-01T10:00:00Z,,,,\n", "holds no position"),
        ("f.rec", "2026-03-01T10:00:05Z * {}\n", "line 1: not time, kind and JSON"),
        ("f.rec", REC + "{\n", "line 1"),
        ("f.rec", REC.replace("2026-03-01T10:00:05Z", "noon") + json.dumps(LOCATION), "'noon' is no time"),
        ("f.rec", REC + json.dumps(LOCATION | {"lat": 95}) + "\n", "line 1"),
        ("f.rec", "", "holds no position"),
        ("f.gpx", "<gpx", "is no GPX"),
        ("f.gpx", GPX.replace("<time>2026-03-01T10:00:00Z</time>", ""), "without its time"),
        ("f.gpx", GPX.replace('lat="42.87"', 'lat="142.87"'), "outside the earth"),
        ("f.nmea", RMC.replace("*6A", "*6B") + "\n", "line 1: no NMEA"),
        ("f.nmea", "hello\n", "holds no position"),
    ],
)
def test_a_file_that_cannot_be_played_is_named_with_its_fault(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(RecordingInvalidError, match=said):
        read_recordings(write(tmp_path / name, text))


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(RecordingInvalidError, match="No such file"):
        read_recordings(tmp_path / "none.csv")
    (tmp_path / "f.rec").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordingInvalidError, match="not UTF-8"):
        read_recordings(tmp_path / "f.rec")


def test_a_shift_moves_both_times(tmp_path: Path) -> None:
    [seen] = read_recordings(write(tmp_path / "f.rec", REC + json.dumps(LOCATION)))["f"]
    moved = shift(seen, by_ms=1_000)
    assert moved.fixed_at_ms - seen.fixed_at_ms == moved.received_at_ms - seen.received_at_ms == 1_000
