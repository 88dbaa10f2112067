"""Findings about ourselves: our journal was not there, or a row could not be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.rows import SYSTEM_KEY

if TYPE_CHECKING:
    from korgoo.engine.rows import Row

JUDGING_ERRORS: Final = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError, AttributeError,
                         RecursionError, StopIteration, msgspec.MsgspecError)  # fmt: skip
"""What a fault of ours looks like: one row that meets it must not stop everybody else (COMETA, 11 Nov 2025).

Errors of the caller's storage are not among them: those stop the loop, and nothing is passed over.
"""


def tell_refusal(key: str, error: BaseException, *, at_ms: int, seq: int, timer_ms: int = 0) -> Finding:
    """Say that a row, or a timer, of one key could not be judged, and by what kind of error."""
    moment = f"{seq}.{timer_ms}" if timer_ms else str(seq)
    return Finding(
        id=f"{key}/system/system.refused/{moment}",
        number=0,
        kind="system.refused",
        event=Event.OPENED,
        subject=key,
        condition="system",
        at_ms=at_ms,
        since_ms=at_ms,
        until_ms=at_ms,
        live=True,
        confidence=1000,
        code=Reason.REFUSED,
        seq=seq,
        params={"error": type(error).__name__},
    )


def tell_outage(row: Row, from_ms: int, hole_ms: int) -> Finding:
    """Say that our own journal was not there: nobody's silence in that time counts."""
    return Finding(
        id=f"{SYSTEM_KEY}/system/system.outage/{row.seq}",
        number=0,
        kind="system.outage",
        event=Event.OPENED,
        subject=SYSTEM_KEY,
        condition="system",
        at_ms=row.log_at_ms,
        since_ms=from_ms,
        until_ms=row.log_at_ms,
        live=True,
        confidence=1000,
        code=Reason.OUTAGE,
        seq=row.seq,
        params={"silent_s": hole_ms // 1000},
    )
