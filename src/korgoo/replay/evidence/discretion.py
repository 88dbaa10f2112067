"""His own rows as his side may read them where an order keeps anything from him: not how the log ran on.

The log numbers the rows of everybody, and her device reports the more often the nearer he is
(`engine.pairs.rate`): how far the numbers run on between two of his own rows, where the clock's marks stand
and what lies in a commit group would be a radar. So his rows are numbered among themselves, without
marks and links, and the finding is derived anew from them under a clock of whole seconds. Where his device
heard her radio nothing may differ from other moments: his rows are shown without it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine.rows import Kind
from korgoo.planning.instants import parse_instant
from korgoo.replay.derivation import SECONDS, Job, derive, read_record
from korgoo.replay.evidence.commitments import canonical
from korgoo.replay.findings_file import finding_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from korgoo.engine.rows import Row
    from korgoo.replay.derivation import Record
    from korgoo.replay.evidence.cases import Case

SAME_MOMENT_MS: Final = 2_000
"""A timer fires at the mark after it was due: one of the journal's, or the next whole second."""
_NUMBER: Final = re.compile(r"\d+")


class Retold(msgspec.Struct, frozen=True):
    """What is shown: rows, lines, and the job that derives these from those; none where nothing does."""

    rows: list[Row]
    lines: bytes
    job: Job | None


def retell(case: Case, lines: bytes, shown: Sequence[Row]) -> Retold:
    """Return what his side reads of a finding of his own person. `shown` carry their own numbers already.

    `lines` are made by `renumber`. Where the shown rows under whole seconds tell the account otherwise, these
    are shown, without their fixes if rows were changed, and nothing can be derived.
    """
    rows = list(shown)
    job = Job(
        _own_id(case),
        SECONDS,
        _whole_second(max(_at_ms(line) for line in lines.splitlines())),
        case.job.parameters,
    )
    told = "".join(f"{finding_line(finding)}\n" for finding in derive(rows, job)).encode()
    if is_same_account(lines, told):
        return Retold(rows, told, job)
    return Retold(rows, lines if rows == case.committed else _without_fixes(lines), None)


def _without_fixes(lines: bytes) -> bytes:
    bare = [{**json.loads(line), "evidence": []} for line in lines.splitlines()]
    return b"".join(canonical(told) + b"\n" for told in bare)


def renumber(told: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    """Return an event that his side may read, its fixes by the rows' own numbers, without an id."""
    fixes = [{**item, "seq": numbers[item["seq"]]} for item in told["evidence"] if item["seq"] in numbers]
    return {**told, "id": "", "evidence": fixes}


def is_same_account(one: bytes, other: bytes) -> bool:
    """Say whether two texts tell the same events of one finding, each known in the same moment.

    Fixes are compared where both texts name any.
    """
    first, second = ([json.loads(line) for line in text.splitlines()] for text in (one, other))
    fixes = all(any(told["evidence"] for told in text) for text in (first, second))
    return len(first) == len(second) and all(
        _gist(a, fixes=fixes) == _gist(b, fixes=fixes) and abs(_known_ms(a) - _known_ms(b)) <= SAME_MOMENT_MS
        for a, b in zip(first, second, strict=True)
    )


def _gist(told: Mapping[str, Any], *, fixes: bool) -> tuple[Any, ...]:
    """Return what an event says apart from its id, its numbers and the moment of the clock's mark."""
    names = ("kind", "event", "subject", "condition", "since", "live", "confidence")
    seen = [(item["seq"], item["use"], item.get("reason")) for item in told["evidence"] if fixes]
    return (*(told[name] for name in names), told["explanation"]["code"], seen)


def is_same_row(sealed: Record | None, shown: Record) -> bool:
    """Say whether a row is shown as it is, or without the radio that its device heard."""
    if sealed is None or sealed == shown:
        return sealed is not None
    try:
        whole, bare = read_record(sealed), read_record(shown)
    except (msgspec.DecodeError, ValueError, KeyError):
        return False
    if whole.kind is not Kind.OBSERVATION or sealed[:4] != shown[:4]:
        return False
    return bool(msgspec.structs.replace(whole.body, beacon=None) == bare.body)


def _own_id(case: Case) -> str:
    """Return the finding's id by the rows' own numbers: it ends with the number of the row that told it."""
    head, _, tail = case.job.finding.rpartition("/")
    counted = [seq for seq, _ in sorted(case.numbers.items())]
    return f"{head}/{_NUMBER.sub(lambda found: str(bisect_right(counted, int(found[0]))), tail, count=1)}"


def _known_ms(told: Mapping[str, Any]) -> int:
    return parse_instant(told["at"])


def _at_ms(line: bytes) -> int:
    return _known_ms(json.loads(line))


def _whole_second(at_ms: int) -> int:
    return -(-at_ms // 1_000) * 1_000
