"""Compares the two profiles of a finding: what one shows and the other covers must be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.replay.audience import Parties
from korgoo.replay.derivation import ROWS_FILE, read_record
from korgoo.replay.evidence import bundles as names
from korgoo.replay.evidence.cases import OPEN_KINDS, PAIR
from korgoo.replay.evidence.discretion import is_same_account, is_same_row
from korgoo.replay.evidence.verification import (
    BrokenError,
    Check,
    Grade,
    committed_rows,
    numbered_records,
    read_case,
    read_list,
    read_records,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.replay.evidence.verification import Opened


def compare_profiles(sealed: Opened, disclosed: Opened) -> Iterator[Check]:
    """Yield whether two bundles are of one finding.

    Raises:
        BrokenError: they are not.
    """
    if {sealed.profile, disclosed.profile} != {names.SEALED, names.DISCLOSED}:
        raise BrokenError("two bundles of one profile: give one sealed and one disclosed")
    if sealed.profile == names.DISCLOSED:
        sealed, disclosed = disclosed, sealed
    if sealed.signer != disclosed.signer:
        raise BrokenError("the two bundles were signed with different keys")
    if sealed.manifest["commitments"] != disclosed.manifest["commitments"]:
        raise BrokenError("the two bundles are not of the same finding, or not of the same events of it")
    yield Check(Grade.GOOD, "both profiles commit to the same finding and the same rows")
    if sealed.inner is None or disclosed.inner is None:
        yield Check(Grade.OPEN, "with --key the rows behind the commitments are compared as well")
        return
    every, shown = committed_rows(sealed.inner), committed_rows(disclosed.inner)
    whole = {record[0]: record for record in numbered_records(sealed.inner)}
    for record in numbered_records(disclosed.inner):
        if record[0] not in shown and not is_same_row(whole.get(record[0]), record):
            raise BrokenError("the disclosed bundle shows a row otherwise than the sealed one holds it")
    hidden = set(read_list(disclosed.inner, names.HIDDEN_FILE))
    blanks = set(read_list(sealed.inner, names.BLANKS_FILE))
    if any(every.get(seq) != commitment for seq, commitment in shown.items()):
        raise BrokenError("the disclosed bundle shows a row that the sealed one has otherwise")
    rest = {commitment.hex() for seq, commitment in every.items() if seq not in shown}
    if hidden != rest | blanks:
        raise BrokenError("the disclosed bundle hides other rows than the sealed one holds")
    told = f"{len(shown):,} rows are shown in both, {len(rest):,} commitments open to rows of the sealed one"
    yield Check(Grade.GOOD, told)
    yield _compare_lines(sealed.inner, disclosed.inner)


def _compare_lines(sealed: dict[str, bytes], disclosed: dict[str, bytes]) -> Check:
    """Say whether the finding that was disclosed is the sealed one, cut as the table of readers cuts it."""
    lines = sealed[names.FINDING_FILE]
    rows = [read_record(record) for record in read_records(sealed[ROWS_FILE])]
    case, shown = read_case(sealed), disclosed[names.FINDING_FILE]
    numbers = None
    if case.discreet:
        known = zip(
            (row for row in rows if row.kind not in OPEN_KINDS), numbered_records(sealed), strict=True
        )
        numbers = {row.seq: record[0] for row, record in known}
    is_pair = case.finding.startswith(PAIR)
    try:
        cut = names.cut_lines(lines, Parties.of_rows(rows), is_pair=is_pair, numbers=numbers)
    except names.ProfileError:
        cut = b""
    if cut == shown or (case.discreet and is_same_account(cut, shown)):
        return Check(Grade.GOOD, "the disclosed finding is the sealed one, cut for the participant's side")
    return Check(Grade.NOTE, "the disclosed finding is cut otherwise than this version would cut it")
