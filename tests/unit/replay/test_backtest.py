"""The runner's clock and its order of output, with a judge that is simple enough to foresee."""

import json
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import pytest

from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Kind, Observation, Row
from korgoo.planning.document import PlanDocument
from korgoo.planning.reading import read_document
from korgoo.replay.backtest import judge_recording
from korgoo.replay.course import StuckClockError
from korgoo.replay.fixes import Fixes, read_fixes
from korgoo.replay.judging import ParameterError, Recall, override_parameters
from korgoo.replay.recording import make_recording

AT_MS = 1_772_380_800_000  # 2026-03-01T16:00:00Z


class SilenceJudge:
    """Says so when a person has been silent for 2.5 s, and when he is heard again."""

    limit_ms = 2_500

    def __init__(self, recall: Recall, index: int = 0, shards: int = 1) -> None:
        self.recall = recall
        self._index, self._shards = index, shards
        self.due: dict[str, int] = {}
        self.silent: dict[str, int] = {}
        self.last: dict[str, Row] = {}
        self.fed: list[int] = []
        self.marks: list[int] = []

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        out = []
        for row in rows:
            if crc32(row.key.encode()) % self._shards != self._index:
                continue
            self.fed.append(row.seq)
            if self.due.get(row.key, row.log_at_ms + 1) <= row.log_at_ms:
                out.append(self._told(row.key, row.log_at_ms, row.seq, Event.OPENED))
            elif row.key in self.silent:
                del self.silent[row.key]
                out.append(self._told(row.key, row.log_at_ms, row.seq, Event.CLOSED))
            assert [known.seq for known in self.recall(row.key, row.seq)][-1] == row.seq
            self.last[row.key] = row
            self.due[row.key] = row.log_at_ms + self.limit_ms
        return out

    def advance(self, now_ms: int) -> list[Finding]:
        self.marks.append(now_ms)
        out = []
        for key in sorted(key for key, due in self.due.items() if due <= now_ms):
            del self.due[key]
            self.silent[key] = now_ms
            out.append(self._told(key, now_ms, self.last[key].seq, Event.OPENED))
        return out

    def next_due(self) -> int | None:
        return min(self.due.values(), default=None)

    def _told(self, key: str, at_ms: int, seq: int, event: Event) -> Finding:
        known = len(self.recall(key, seq))
        return Finding(
            f"{key}/{seq}", 0, "contact.lost", event, key, "", at_ms, at_ms, live=True, confidence=1000,
            code=Reason.SILENT, seq=seq, params={"known": known},
        )  # fmt: skip


class FakeBench:
    def __init__(self, judge: type[SilenceJudge] = SilenceJudge) -> None:
        self.judges: list[SilenceJudge] = []
        self._judge = judge

    def open_judge(self, *, recall: Recall, index: int, shards: int) -> SilenceJudge:
        self.judges.append(self._judge(recall, index, shards))
        return self.judges[-1]


def plan(*ids: str, inspections: Sequence[str] = ()) -> PlanDocument:
    subjects = [{"id": name, "inspections": [{"at": at} for at in inspections]} for name in ids]
    return read_document(json.dumps({"tz": "Asia/Bishkek", "subjects": subjects}).encode())


def heard(*moments: tuple[str, int]) -> Fixes:
    """Fixes of (person, ms after 16:00)."""
    observations = [(f"person:{name}", Observation(AT_MS + ms, AT_MS + ms)) for name, ms in moments]
    observations.sort(key=lambda pair: pair[1].received_at_ms)
    return Fixes(observations, len(observations), {})


def judge(
    fixes: Fixes, *ids: str, until_ms: int | None = None, batch: int = 7, shards: int = 1
) -> list[Finding]:
    recording = make_recording(plan(*ids), fixes, until_ms=until_ms)
    bench = FakeBench()
    return list(judge_recording(recording, bench=bench, until_ms=until_ms, batch=batch, shards=shards))


def test_a_timer_fires_at_the_next_whole_second() -> None:
    found = judge(heard(("a", 0), ("a", 10_000)), "a")
    assert [(f.at_ms - AT_MS, f.event) for f in found] == [(3_000, "opened"), (10_000, "closed")]


def test_a_mark_lies_strictly_before_the_next_row() -> None:
    assert [f.at_ms - AT_MS for f in judge(heard(("a", 0), ("b", 3_001)), "a", "b")] == [3_000, 3_000, 3_001]
    bench = FakeBench()
    recording = make_recording(plan("a"), heard(("a", 0), ("a", 3_000)))
    found = list(judge_recording(recording, bench=bench, until_ms=None, batch=7, shards=1))
    assert bench.judges[0].marks == []  # at 3,000 the row comes first, and the judge sees to its own timer
    assert [f.seq for f in found] == [3]


def test_a_timer_set_into_the_past_fires_at_the_next_mark_and_not_before_its_cause() -> None:
    class Overdue(SilenceJudge):
        limit_ms = -60_000

    recording = make_recording(plan("a"), heard(("a", 1_500), ("b", 9_000)))
    bench = FakeBench(Overdue)
    found = list(judge_recording(recording, bench=bench, until_ms=None, batch=7, shards=1))
    assert bench.judges[0].marks[0] == AT_MS + 2_000
    assert min(finding.at_ms for finding in found) >= AT_MS + 1_500


def test_without_until_the_clock_stops_at_the_last_row() -> None:
    assert judge(heard(("a", 0)), "a") == []
    assert judge(heard(("a", 0)), "a", until_ms=AT_MS + 2_999) == []
    assert [f.at_ms for f in judge(heard(("a", 0)), "a", until_ms=AT_MS + 3_000)] == [AT_MS + 3_000]


def test_what_came_after_until_is_not_known() -> None:
    recording = make_recording(plan("a"), heard(("a", 0), ("a", 5_000)), until_ms=AT_MS + 4_000)
    assert [row.log_at_ms - AT_MS for row in recording.rows] == [0, 0]


def test_plans_come_first_and_inspections_before_what_happens_at_their_moment() -> None:
    document = plan("a", "b", inspections=["2026-03-01T16:00:05Z"])
    recording = make_recording(document, heard(("a", 0), ("b", 5_000)))
    order = [(row.seq, row.kind, row.key, row.log_at_ms - AT_MS) for row in recording.rows]
    assert order == [
        (1, Kind.PLAN, "person:a", 0),
        (2, Kind.PLAN, "person:b", 0),
        (3, Kind.OBSERVATION, "person:a", 0),
        (4, Kind.INSPECTION, "person:a", 5_000),
        (5, Kind.INSPECTION, "person:b", 5_000),
        (6, Kind.OBSERVATION, "person:b", 5_000),
    ]
    assert [row.seq for row in recording.recall("person:b", 5)] == [2, 5]
    assert recording.rows[3].body.inspection_id != recording.rows[4].body.inspection_id


def test_rows_between_two_marks_are_fed_together() -> None:
    fed: list[int] = []

    class Counting(SilenceJudge):
        def feed(self, rows: Sequence[Row]) -> list[Finding]:
            fed.append(len(rows))
            return super().feed(rows)

    recording = make_recording(
        plan("a", "b"), heard(("a", 100), ("b", 200), ("a", 900), ("a", 1_000), ("a", 1_001))
    )
    list(judge_recording(recording, bench=FakeBench(Counting), until_ms=None, batch=100, shards=1))
    assert fed == [6, 1]


def test_a_judge_that_never_fires_a_timer_is_stopped() -> None:
    class Stuck(SilenceJudge):
        def advance(self, now_ms: int) -> list[Finding]:
            del now_ms
            return []

    recording = make_recording(plan("a"), heard(("a", 0)))
    with pytest.raises(StuckClockError):
        list(judge_recording(recording, bench=FakeBench(Stuck), until_ms=AT_MS + 9_000, batch=1, shards=1))


def test_an_empty_recording_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "fixes.csv"
    path.write_text("person_id,time_utc_iso,lat,lon\n")
    assert judge(read_fixes(path), "a") == []


def test_only_known_whole_numbers_can_be_set() -> None:
    assert override_parameters(Parameters(), {"tau_ms": 6}) == Parameters(tau_ms=6)
    with pytest.raises(ParameterError, match=r"the parameters are afar_cm, .*tau_ms"):
        override_parameters(Parameters(), {"cups": 1})
