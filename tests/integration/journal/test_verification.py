"""A journal that was changed behind its back is found out, at the first seq that does not hold."""

from __future__ import annotations

import pytest

from korgoo.journal.verification import Fault, State, Verdict, verify
from tests.journals import NOON, Place, fix, inspect


def fill(place: Place) -> None:
    """Make three groups: rows 1-3 (with the opening mark), 4-6 and 7-9 (with a mark)."""
    journal = place.writer()
    journal.append([fix(1), inspect(2)], now_ms=NOON)
    journal.append([fix(1), fix(2), fix(3, case_id=0)], now_ms=NOON + 10)
    journal.append([fix(1), fix(2)], now_ms=NOON + 1_500)
    assert verify(journal).state is State.INTACT
    journal.close()


def judge(place: Place, statement: str) -> Verdict:
    fill(place)
    place.tamper(statement)
    return verify(place.reader())


@pytest.mark.parametrize(
    "change",
    [
        "log_at_ms = log_at_ms + 1",
        "raw_at_ms = raw_at_ms + 1",
        "kind = 'inspection'",
        "subject = (SELECT subject FROM log_row WHERE seq = 2)",
        "month = month + 1",
        "body_hash = row_hash",
        "payload = body_hash",
        "kind = ''",
        "row_hash = body_hash",
        "payload = NULL, payload_hash = body_hash",
    ],
)
def test_any_changed_field_breaks_its_row(place: Place, change: str) -> None:
    verdict = judge(place, f"UPDATE log_row SET {change} WHERE seq = 5")  # noqa: S608 - the story's own text
    assert (verdict.state, verdict.fault, verdict.broken_at) == (State.BROKEN, Fault.ROW_HASH, 5)
    assert verdict.head.seq == 3  # what came before still stands


def test_a_renamed_subject_breaks_its_first_row(place: Place) -> None:
    verdict = judge(place, "UPDATE subject SET case_id = 9 WHERE key = 'person:1'")
    assert (verdict.fault, verdict.broken_at) == (Fault.ROW_HASH, 2)


def test_a_subject_taken_away_is_a_missing_row(place: Place) -> None:
    verdict = judge(place, "DELETE FROM subject WHERE key = 'person:3'")
    assert (verdict.fault, verdict.broken_at) == (Fault.MISSING_ROW, 6)


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_a_deleted_row_is_missed(place: Place, seq: int) -> None:
    verdict = judge(place, f"DELETE FROM log_row WHERE seq = {seq}")  # noqa: S608 - a number
    assert (verdict.fault, verdict.broken_at) == (Fault.MISSING_ROW, seq)


def test_a_swapped_pair_is_noticed(place: Place) -> None:
    fill(place)
    for now, then in ((4, 100), (5, 4), (100, 5)):
        place.tamper(f"UPDATE log_row SET seq = {then} WHERE seq = {now}")  # noqa: S608 - numbers
    verdict = verify(place.reader())
    assert (verdict.fault, verdict.broken_at) == (Fault.ROW_HASH, 4)


@pytest.mark.parametrize(
    ("statement", "fault", "seq"),
    [
        ("UPDATE log_group SET link = (SELECT row_hash FROM log_row WHERE seq = 2)", Fault.LINK, 1),
        ("UPDATE log_group SET count = 2 WHERE number = 2", Fault.LINK, 4),
        ("UPDATE log_group SET first_seq = 3 WHERE number = 2", Fault.GROUP, 4),
        ("DELETE FROM log_group WHERE number = 2", Fault.GROUP, 4),
        ("DELETE FROM log_group WHERE number = 3", Fault.GROUP, 7),
    ],
)  # fmt: skip
def test_a_changed_group_is_noticed(place: Place, statement: str, fault: Fault, seq: int) -> None:
    verdict = judge(place, statement)
    assert (verdict.fault, verdict.broken_at) == (fault, seq)


def test_a_tail_cut_off_whole_shows_against_a_head_kept_elsewhere(place: Place) -> None:
    fill(place)
    kept = verify(place.reader()).head
    place.tamper("DELETE FROM log_row WHERE seq > 6")
    place.tamper("DELETE FROM log_group WHERE number > 2")
    assert verify(place.reader()).state is State.INTACT  # alone it cannot know
    verdict = verify(place.reader(), expected_head=kept)
    assert (verdict.state, verdict.fault, verdict.broken_at) == (State.BROKEN, Fault.TRUNCATED, 7)


def test_a_tail_written_anew_shows_against_a_head_kept_elsewhere(place: Place) -> None:
    fill(place)
    kept = verify(place.reader()).head
    place.tamper("DELETE FROM log_row WHERE seq > 6")
    place.tamper("DELETE FROM log_group WHERE number > 2")
    forger = place.writer()
    forger.append([fix(3), fix(3)], now_ms=NOON + 1_500)
    assert verify(forger).state is State.INTACT
    verdict = verify(forger, expected_head=kept)
    assert (verdict.fault, verdict.broken_at) == (Fault.OTHER_HEAD, 7)


def test_a_payload_taken_without_an_erasure_row_is_no_erasure(place: Place) -> None:
    journal = place.writer()
    journal.append([fix(1)], now_ms=NOON)
    journal.append([fix(2)], now_ms=NOON)
    journal.erase(1, certificate="court 12", now_ms=NOON)
    journal.close()
    place.tamper("DELETE FROM log_row WHERE seq = 4")
    place.tamper("DELETE FROM log_group WHERE number = 3")
    verdict = verify(place.reader())
    assert (verdict.state, verdict.fault, verdict.broken_at) == (State.BROKEN, Fault.ERASURE, 2)


def test_an_erased_rows_header_is_still_proved(place: Place) -> None:
    journal = place.writer()
    journal.append([fix(1), fix(2)], now_ms=NOON)
    journal.erase(1, certificate="court 12", now_ms=NOON)
    journal.close()
    place.tamper("UPDATE log_row SET raw_at_ms = raw_at_ms - 1 WHERE seq = 2")
    verdict = verify(place.reader())
    assert (verdict.fault, verdict.broken_at) == (Fault.ROW_HASH, 2)


def test_verification_runs_beside_the_writer(place: Place) -> None:
    journal = place.writer()
    reader = place.reader()
    for step in range(20):
        journal.append([fix(1)], now_ms=NOON + step)
        assert verify(reader).rows == journal.head().seq
