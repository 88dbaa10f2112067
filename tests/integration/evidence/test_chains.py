"""Proofs of rows that lie near and far apart in the journal: each from its group, with its link."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from korgoo.engine.rows import Kind, encode_body, person_key
from korgoo.journal.record import Draft
from korgoo.journal.sqlite import SqliteJournal
from korgoo.replay.evidence.chains import Proof, ProofError, collect_proof, hide
from tests.stories import at, fix

if TYPE_CHECKING:
    from collections.abc import Iterator

START = at(8)
SECOND = 1_000


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteJournal]:
    """Seven hundred marks, a group each; after every hundredth a group of three fixes."""
    journal = SqliteJournal(tmp_path_factory.mktemp("journal"))
    for number in range(700):
        journal.mark(now_ms=START + number * SECOND)
        if number % 100 == 99:
            bodies = [encode_body(fix(START + number * SECOND + n)) for n in range(3)]
            drafts = [
                Draft(Kind.OBSERVATION.value, person_key(1), 0, body, hashlib.sha256(body).digest())
                for body in bodies
            ]
            journal.append(drafts, now_ms=START + number * SECOND)
    yield journal
    journal.close()


def told(proof: Proof) -> list[tuple[int, bytes, bytes]]:
    return [(group.number, group.previous, group.link) for group in proof.groups]


@pytest.mark.parametrize(
    "wanted",
    [
        [1],
        [1, 2, 3, 699, 700, 721],
        [101, 103, 650],  # two of a group of three, then one beyond a page of groups
        [721, 1, 300, 300],  # in any order, and one twice
        list(range(1, 722, 7)),
    ],
)
def test_each_row_is_proved_by_its_own_group(journal: SqliteJournal, wanted: list[int]) -> None:
    groups = journal.groups(after_group=0, limit=10_000)
    linked = {group.number: group.link for group in groups} | {0: bytes(32)}
    proof = collect_proof(journal, wanted, keys={})
    assert [row.seq for row in proof.rows] == sorted(set(wanted))
    holding = [g for g in groups if any(g.first_seq <= seq <= g.last_seq for seq in wanted)]
    assert told(proof) == [(g.number, linked[g.number - 1], g.link) for g in holding]


def test_what_is_hidden_takes_its_groups_along_and_no_others(journal: SqliteJournal) -> None:
    proof = collect_proof(journal, [1, 101, 102, 103, 650], keys={})
    shown = hide(proof, {102, 650})
    assert [row.seq for row in shown.rows] == [102, 650]
    assert told(shown) == told(proof)[1:]
    assert all(row.payload is None for row in shown.rows)
    assert hide(proof, set()).groups == ()
    beside = collect_proof(journal, [101, 104], keys={})  # 104 follows the group of 101 to 103 at once
    assert told(hide(beside, {104})) == told(beside)[1:]


def test_a_row_that_is_not_there_is_in_no_group(journal: SqliteJournal) -> None:
    with pytest.raises(ProofError, match="row 722 lies in no group"):
        collect_proof(journal, [700, 722], keys={})
