"""What every store promises: one order, marks, seals, history, an inbox without repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from korgoo.engine import rows
from korgoo.journal.errors import StorageError
from korgoo.journal.verification import State, verify
from tests.journals import NOON, fix, inspect

if TYPE_CHECKING:
    from korgoo.journal.protocol import Journal, JournalReader
    from korgoo.journal.record import Draft
    from tests.journals import Place


def kinds(journal: JournalReader) -> list[str]:
    return [row.kind for row in journal.rows(after_seq=0, limit=1_000)]


def test_an_empty_journal_has_an_empty_head(journal: Journal) -> None:
    assert (journal.head().seq, journal.head().group, journal.inbox_cursor()) == (0, 0, 0)
    assert verify(journal).state is State.INTACT


def test_the_first_row_says_that_the_journal_was_opened(journal: Journal) -> None:
    assert journal.append([fix(1), fix(2)], now_ms=NOON) == (2, 3)
    mark = journal.open_rows(journal.rows(after_seq=0, limit=1))[0].row()
    assert mark is not None
    assert (mark.kind, mark.key, mark.body) == (rows.Kind.MARK, rows.SYSTEM_KEY, rows.Mark(opened=True))


def test_what_was_appended_is_read_back(journal: Journal) -> None:
    drafts = [fix(1), inspect(2), fix(1, case_id=7)]
    seqs = journal.append(drafts, now_ms=NOON)
    opened = journal.open_rows(journal.rows(after_seq=1, limit=10))
    assert [row.seq for row in opened] == list(seqs)
    assert [(row.kind, row.key, row.case_id, row.body) for row in opened] == [
        (draft.kind, draft.key, draft.case_id, draft.body) for draft in drafts
    ]


def test_personal_bodies_lie_sealed_and_nobodys_do_not(journal: Journal) -> None:
    personal, common = fix(1), fix(2, case_id=0)
    journal.append([personal, common], now_ms=NOON)
    sealed, plain = journal.rows(after_seq=1, limit=2)
    assert sealed.payload is not None
    assert personal.body not in sealed.payload
    assert sealed.body_hash != personal.body_hash
    assert (plain.payload, plain.body_hash) == (common.body, common.body_hash)


def test_a_row_attests_the_message_it_came_from_and_no_other(journal: Journal) -> None:
    journal.append([fix(1), fix(2, case_id=0)], now_ms=NOON)
    for row, draft in zip(journal.rows(after_seq=1, limit=2), (fix(1), fix(2)), strict=True):
        assert journal.attests(row, body_hash=draft.body_hash)
        assert not journal.attests(row, body_hash=fix(3).body_hash)


def test_a_busy_second_and_an_idle_second_both_get_a_mark(journal: Journal) -> None:
    journal.append([fix()], now_ms=NOON)
    journal.append([fix()], now_ms=NOON + 999)
    journal.append([fix()], now_ms=NOON + 1_000)
    journal.mark(now_ms=NOON + 2_000)
    journal.append([fix()], now_ms=NOON + 2_500)
    assert kinds(journal) == [
        "mark", "observation", "observation", "mark", "observation", "mark", "observation"
    ]  # fmt: skip


def test_log_time_never_runs_backwards_and_marks_go_on(journal: Journal) -> None:
    journal.append([fix()], now_ms=NOON)
    journal.append([fix()], now_ms=NOON - 3_600_000)
    journal.append([fix()], now_ms=NOON - 3_599_000)
    stored = journal.rows(after_seq=0, limit=10)
    assert {row.log_at_ms for row in stored} == {NOON}
    assert [(row.kind, row.raw_at_ms - NOON) for row in stored[2:]] == [
        ("mark", -3_600_000),
        ("observation", -3_600_000),
        ("mark", -3_599_000),
        ("observation", -3_599_000),
    ]


def test_order_time_and_chain_go_on_after_a_restart(place: Place) -> None:
    first = place.writer()
    first.append([fix()], now_ms=NOON)
    before = first.head()
    first.close()
    second = place.writer()
    assert second.head() == before
    assert second.append([fix()], now_ms=NOON - 5_000) == (4,)
    assert second.head().log_at_ms == NOON
    assert kinds(second) == ["mark", "observation", "mark", "observation"]
    assert verify(second, expected_head=before).state is State.INTACT


def test_a_month_gets_its_own_key(journal: Journal) -> None:
    journal.append([fix(1)], now_ms=NOON)
    journal.append([fix(1)], now_ms=NOON + 30 * 86_400_000)
    stored = [row for row in journal.rows(after_seq=0, limit=10) if row.kind == "observation"]
    assert [row.month for row in stored] == [202511, 202512]
    assert all(row.body for row in journal.open_rows(stored))


def test_an_inbox_row_is_applied_once(place: Place) -> None:
    journal = place.writer()
    assert journal.append([inspect(1, inbox_id=1), fix(), inspect(2, inbox_id=3)], now_ms=NOON) == (2, 3, 4)
    assert journal.inbox_cursor() == 3
    assert journal.append([inspect(2, inbox_id=3), inspect(3, inbox_id=4)], now_ms=NOON) == (0, 5)
    journal.close()
    again = place.writer()
    assert again.append([inspect(3, inbox_id=4)], now_ms=NOON) == (0,)
    assert again.inbox_cursor() == 4
    assert kinds(again).count("inspection") == 3


def test_history_is_by_the_devices_time_and_rows_of_by_seq(journal: Journal) -> None:
    journal.append([fix(1, at_ms=NOON), fix(2), inspect(1), fix(1, at_ms=NOON - 60_000)], now_ms=NOON)
    journal.append([fix(1, at_ms=NOON + 60_000, case_id=9)], now_ms=NOON)
    found = journal.history("person:1", from_ms=NOON - 60_000, until_ms=NOON + 60_000, limit=10)
    assert [row.seq for row in found] == [2, 5]
    assert found[0].body == fix(1, at_ms=NOON).body
    assert [row.seq for row in journal.rows_of("person:1", after_seq=2, until_seq=6)] == [4, 5, 6]
    first = journal.rows_of("person:1", after_seq=2, until_seq=6, limit=2)
    assert [row.seq for row in first] == [4, 5]
    assert journal.history("person:1", from_ms=0, until_ms=NOON * 2, limit=2)[-1].seq == 5
    assert journal.history("person:77", from_ms=0, until_ms=NOON * 2, limit=9) == []


def test_a_readers_history_reaches_through_many_segments(place: Place) -> None:
    journal = place.writer()
    for part in range(9):
        journal.append([fix(person, at_ms=NOON + part) for person in range(1, 2_001)], now_ms=NOON)
    reader = place.reader()
    found = reader.history("person:1234", from_ms=NOON, until_ms=NOON + 9, limit=100)
    assert [row.seq for row in found] == [1 + 1_234 + 2_000 * part for part in range(9)]
    middle = reader.rows_of("person:1234", after_seq=found[3].seq, until_seq=found[6].seq)
    assert [row.seq for row in middle] == [row.seq for row in found[4:7]]


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (fix(case_id=-1), "case_id"),
        (fix(at_ms=1 << 60), "fixed_at_ms"),
        (inspect(inbox_id=0), "inbox"),
    ],
)
def test_a_malformed_draft_is_refused_and_nothing_kept(journal: Journal, draft: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"draft 1: {message}"):
        journal.append([fix(), draft], now_ms=NOON)  # type: ignore[list-item]  # one bad draft of any kind
    assert journal.head().seq == 0


def test_a_closed_journal_says_so(journal: Journal) -> None:
    journal.append([fix()], now_ms=NOON)
    journal.close()
    journal.close()
    with pytest.raises(StorageError, match="closed"):
        journal.append([fix()], now_ms=NOON)
    with pytest.raises(StorageError, match="closed"):
        journal.head()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_row WHERE seq = 2",
        "UPDATE log_row SET payload = NULL, payload_hash = row_hash, fixed_at_ms = NULL WHERE seq = 2",
        "UPDATE log_row SET log_at_ms = 0",
        "DELETE FROM log_group",
        "UPDATE log_group SET count = 1",
        "DELETE FROM subject",
        "UPDATE subject SET key = 'person:9'",
    ],
)
def test_the_tables_refuse_what_is_not_appending(place: Place, statement: str) -> None:
    journal = place.writer()
    journal.append([fix()], now_ms=NOON)
    with pytest.raises(Exception, match="append-only"):
        place.touch(statement)
    assert verify(journal).state is State.INTACT


GROUPS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=12),
        st.integers(-5_000, 5_000),
    ),
    max_size=8,
)


@given(groups=GROUPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_groups_are_gap_free_readable_and_intact(
    place: Place, groups: list[tuple[list[tuple[int, bool]], int]]
) -> None:
    journal = place.writer()
    before = journal.head()
    expected: dict[int, Draft] = {}
    now_ms = NOON
    for people, step in groups:
        now_ms += step
        drafts = [fix(number, case_id=number * shared) for number, shared in people]
        expected |= dict(zip(journal.append(drafts, now_ms=now_ms), drafts, strict=True))
    opened = journal.open_rows(journal.rows(after_seq=before.seq, limit=1_000))
    assert [row.seq for row in opened] == list(range(before.seq + 1, journal.head().seq + 1))
    assert {row.seq: row.body for row in opened if row.kind != "mark"} == {
        seq: draft.body for seq, draft in expected.items()
    }
    assert verify(journal, expected_head=before if before.seq else None).state is State.INTACT
    journal.close()


def test_rows_of_chosen_kinds_are_found_in_order_among_the_others(place: Place) -> None:
    journal = place.writer()
    for step in range(3):
        drafts = [fix(1), inspect(1, number=step + 1), fix(2)]
        journal.append(drafts, now_ms=NOON + step * 100)
    found = journal.rows(after_seq=0, limit=9, kinds=["inspection", "permit"])
    assert [row.seq for row in found] == [3, 6, 9]
    assert [row.seq for row in journal.rows(after_seq=3, limit=1, kinds=["inspection"])] == [6]
    seen = journal.rows(after_seq=0, limit=4, kinds=["observation", "inspection"])
    assert [row.kind for row in seen] == ["observation", "inspection", "observation", "observation"]


def test_the_raw_clock_is_kept_beside_log_time(place: Place) -> None:
    journal = place.writer()
    journal.append([fix(1)], now_ms=NOON, raw_ms=NOON - 3_600_000)
    assert {(row.log_at_ms, row.raw_at_ms) for row in journal.rows(after_seq=0, limit=9)} == {
        (NOON, NOON - 3_600_000)
    }
