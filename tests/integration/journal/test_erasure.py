"""Erasing one case: its keys die, its rows empty, everything else still verifies; a crash changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from korgoo.engine import rows
from korgoo.journal.errors import CaseErasedError
from korgoo.journal.verification import Certificate, State, verify
from tests.journals import NOON, fix, inspect

if TYPE_CHECKING:
    from korgoo.journal.protocol import Journal
    from tests.journals import Place

LATER = NOON + 86_400_000


def test_an_erased_case_is_gone_and_the_rest_stays(journal: Journal) -> None:
    journal.append([fix(1), fix(2), inspect(1)], now_ms=NOON)
    sealed = journal.rows(after_seq=1, limit=1)[0]
    assert journal.erase(1, certificate="court 12", now_ms=LATER) == 2
    assert journal.history("person:1", from_ms=0, until_ms=LATER, limit=9) == []
    assert journal.rows_of("person:1", after_seq=0, until_seq=99) == []
    assert [row.seq for row in journal.history("person:2", from_ms=0, until_ms=LATER, limit=9)] == [3]
    bodies = [row.body for row in journal.open_rows(journal.rows(after_seq=1, limit=3))]
    assert bodies == [None, fix(2).body, None]
    assert not journal.attests(sealed, body_hash=fix(1).body_hash)
    assert journal.open_rows([sealed])[0].body is None  # a copy of the row helps nobody
    verdict = verify(journal)
    assert (verdict.state, verdict.certificates) == (
        State.ERASED,
        (Certificate("court 12", case_id=1, seq=6, rows=2, emptied=2),),
    )


def test_the_erasure_row_names_case_certificate_and_count(journal: Journal) -> None:
    journal.append([fix(1)], now_ms=NOON)
    journal.erase(1, certificate="court 12", now_ms=NOON)
    last = journal.open_rows(journal.rows(after_seq=journal.head().seq - 1, limit=1))[0].row()
    assert last is not None
    assert last.body == rows.Erasure(1, "court 12", 1)


def test_an_erased_case_takes_no_more_rows(place: Place) -> None:
    journal = place.writer()
    journal.append([fix(1), fix(2)], now_ms=NOON)
    journal.erase(1, certificate="court 12", now_ms=NOON)
    head = journal.head()
    for now_ms in (NOON, LATER):  # with the month's keys at hand, and a month later
        with pytest.raises(CaseErasedError) as refused:
            journal.append([fix(2), fix(1)], now_ms=now_ms)
        assert refused.value.case_ids == {1}
    assert journal.head() == head
    assert journal.append([fix(2)], now_ms=NOON) == (head.seq + 1,)


def test_erasing_twice_is_harmless_and_passes_the_inbox(journal: Journal) -> None:
    journal.append([fix(1)], now_ms=NOON)
    assert journal.erase(1, certificate="court 12", now_ms=NOON, inbox_id=5) == 1
    assert journal.inbox_cursor() == 5
    assert journal.erase(1, certificate="court 12", now_ms=NOON, inbox_id=5) == 0
    assert journal.erase(1, certificate="court 12", now_ms=NOON, inbox_id=6) == 0
    assert journal.inbox_cursor() == 6
    with pytest.raises(CaseErasedError):
        journal.erase(1, certificate="another", now_ms=NOON)
    assert [row.kind for row in journal.rows(after_seq=0, limit=9)].count("erasure") == 1


def test_an_inbox_row_that_was_applied_destroys_nothing(journal: Journal) -> None:
    journal.append([fix(1), inspect(1, inbox_id=9)], now_ms=NOON)
    assert journal.erase(1, certificate="court 12", now_ms=NOON, inbox_id=9) == 0
    assert all(row.body for row in journal.open_rows(journal.rows(after_seq=0, limit=9)))
    assert journal.append([fix(1)], now_ms=NOON) == (4,)


def test_a_case_without_rows_can_be_erased_before_it_has_any(journal: Journal) -> None:
    assert journal.erase(8, certificate="court 12", now_ms=NOON) == 0
    with pytest.raises(CaseErasedError):
        journal.append([fix(8)], now_ms=NOON)
    assert verify(journal).state is State.ERASED


def test_nobodys_rows_cannot_be_erased(journal: Journal) -> None:
    with pytest.raises(ValueError, match="case above 0"):
        journal.erase(0, certificate="court 12", now_ms=NOON)
    with pytest.raises(ValueError, match="certificate"):
        journal.erase(1, certificate="", now_ms=NOON)


def test_another_reader_forgets_the_key_it_had_used(place: Place) -> None:
    journal = place.writer()
    journal.append([fix(1)], now_ms=NOON)
    reader = place.reader()
    sealed = reader.rows(after_seq=1, limit=1)
    assert reader.open_rows(sealed)[0].body == fix(1).body
    journal.erase(1, certificate="court 12", now_ms=NOON)
    assert reader.open_rows(sealed)[0].body is None


def test_rows_of_an_erased_case_over_many_segments_are_emptied(journal: Journal) -> None:
    for _ in range(5):
        journal.append([fix(number % 3 + 1) for number in range(3_000)], now_ms=NOON)
    assert journal.erase(2, certificate="court 12", now_ms=NOON) == 5_000
    verdict = verify(journal)
    assert [(done.rows, done.emptied) for done in verdict.certificates] == [(5_000, 5_000)]
    assert journal.rows_of("person:2", after_seq=0, until_seq=20_000) == []
    assert len(journal.rows_of("person:1", after_seq=0, until_seq=20_000)) == 5_000


@pytest.mark.parametrize(
    ("step", "keys_are_gone"),
    [
        ("Journal._record_erasure", False),  # before anything
        ("compose_erasure", True),  # the keys are gone, the journal does not know
        ("Journal._empty_case", True),  # the erasure row is there, the payloads too
    ],
)
def test_a_crash_within_an_erasure_is_finished_by_the_next_writer(
    place: Place, step: str, *, keys_are_gone: bool
) -> None:
    journal = place.writer()
    journal.append([fix(1), fix(2)], now_ms=NOON)
    owner = f"{place.name.title()}{step}" if step.startswith("Journal") else step
    with (
        mock.patch(f"korgoo.journal.{place.name}.{owner}", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        journal.erase(1, certificate="court 12", now_ms=NOON)
    assert verify(journal).state is not State.BROKEN
    body = journal.open_rows(journal.rows(after_seq=1, limit=1))[0].body
    assert (body is None) == keys_are_gone
    journal.close()
    again = place.writer()
    again.append([fix(2)], now_ms=NOON)
    assert (verify(again).state is State.ERASED) == keys_are_gone
    again.erase(1, certificate="court 12", now_ms=NOON)
    assert [(done.rows, done.emptied) for done in verify(again).certificates] == [(1, 1)]
    assert [row.kind for row in again.rows(after_seq=0, limit=99)].count("erasure") == 1
