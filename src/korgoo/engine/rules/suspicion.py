"""What is odd once is noise; what stays odd is a finding. Counts the signs of one kind of trouble.

A sign raises a suspicion; enough of them over enough time open its finding. Enough signs of the contrary
end it. While a suspicion lives, the person's fixes are all looked at in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.state import Suspicion

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Evidence, Param, Reason

CONDITION: Final = "device"
UNWORN: Final = "unworn"
"""Not a finding of its own: counts steps of a device without skin contact."""


def suspect(
    desk: Desk,
    kind: str,
    code: Reason,
    at_ms: int,
    *,
    times: int,
    span_ms: int = 0,
    apart_ms: int = 0,
    of: str = "",
    params: dict[str, Param] | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> None:
    """Count a sign seen at `at_ms`; open the finding after `times` signs that span `span_ms`.

    Signs farther apart than `apart_ms` (0 = never too far) are two troubles: the second begins anew.
    `of` names the device or the sense that is doubted: each is counted, and trusted again, by itself.
    """
    state, slot = desk.state, _slot(kind, of)
    known = state.suspicions.get(slot)
    lapsed = known is not None and apart_ms and at_ms - known.last_ms > apart_ms
    if known is None or (lapsed and slot not in desk.standing):
        known = state.suspicions[slot] = Suspicion(since_ms=at_ms, last_ms=at_ms)
    known.times += 1
    known.trusted = 0
    known.since_ms, known.last_ms = min(known.since_ms, at_ms), max(known.last_ms, at_ms)
    if slot not in desk.standing and known.times >= times and known.last_ms - known.since_ms >= span_ms:
        desk.open(kind, CONDITION, code, since_ms=known.since_ms, params=params, evidence=evidence, slot=slot)


def trust(desk: Desk, kind: str, code: Reason, at_ms: int, *, times: int, of: str = "") -> None:
    """Count a sign of the contrary; after `times` of them in a row the suspicion and its finding end."""
    if not desk.state.suspicions:
        return  # nearly always
    slot = _slot(kind, of)
    known = desk.state.suspicions.get(slot)
    if known is None:
        return
    known.trusted += 1
    if known.trusted < times:
        return
    del desk.state.suspicions[slot]
    if slot in desk.standing:
        desk.close(kind, CONDITION, code, until_ms=max(at_ms, known.last_ms), slot=slot)


def _slot(kind: str, of: str) -> str:
    return f"{kind}:{of}" if of else kind


def kind_of(slot: str) -> str:
    """Return the kind of a standing finding or of a suspicion."""
    return slot.partition(":")[0]
