"""From changes of a pair's lane to findings: names, the evidence of both sides, the numbers behind them.

The evidence names rows of both people. What leaves the centre is made from it by audience: nothing of hers
may reach the participant's side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as bits
from korgoo.engine.accounting import add_event, find_standing, tell_account
from korgoo.engine.desk import iso
from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import Event, Evidence
from korgoo.engine.judged import split_say
from korgoo.engine.pairs.force import KINDS, PERSON
from korgoo.engine.tables import confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.desk import Notes
    from korgoo.engine.findings import Param
    from korgoo.engine.judged import Change, Trace
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.rejudge import Account

SIDES: Final = ("participant", "protected")


def tell_changes(notes: Notes, pair: Pair, changes: Sequence[Change], *, timer: bool) -> None:
    """Put down what changed, in order."""
    for change in changes:
        if change.what == "open":
            name = notes.name(change.condition, change.kind, change.when_ms if timer else 0)
            _open(notes, pair, name, change, pair.trace_ring(notes.at_ms), live=True)
        elif change.what == "close":
            _close(notes, pair, find_standing(pair.state, change), change, live=True)
        else:
            tell_update(notes, pair, change)


def tell_update(notes: Notes, pair: Pair, change: Change) -> None:
    """Put down what has become of a finding that stands open."""
    add_event(
        notes,
        find_standing(pair.state, change),
        Event.UPDATED,
        code=change.code,
        confidence=confidence(change.belief),
        params=pair_params(notes, pair, change.index),
        evidence=_evidence(pair.trace_ring(notes.at_ms), change.index) if change.what == "rise" else (),
    )


def tell_differences(notes: Notes, pair: Pair, account: Account) -> None:
    """Put down how the new account differs from the recorded one; then what a late rise means now."""

    def open_late(name: str, change: Change, *, live: bool) -> None:
        _open(notes, pair, name, change, account.trace, live=live)

    def close_late(recorded: Recorded, change: Change) -> None:
        _close(notes, pair, recorded, change, live=False)

    tell_account(notes, pair.state, account, open_late=open_late, close_late=close_late)


def _open(notes: Notes, pair: Pair, name: str, change: Change, trace: Trace, *, live: bool) -> None:
    pair.state.recorded.append(Recorded(name, change.condition, change.kind, change.since_ms))
    notes.put(
        Event.OPENED,
        name,
        0,
        kind=change.kind,
        condition=change.condition,
        since_ms=change.since_ms,
        code=change.code,
        live=live,
        confidence=confidence(change.belief),
        params=pair_params(notes, pair, change.index),
        evidence=_evidence(trace, change.index),
    )


def _close(notes: Notes, pair: Pair, recorded: Recorded, change: Change, *, live: bool) -> None:
    recorded.until_ms = change.since_ms
    params = pair_params(notes, pair, change.index)
    params["not_met_s"] = (change.since_ms - recorded.since_ms) // 1000
    sure = confidence(change.belief)
    add_event(notes, recorded, Event.CLOSED, code=change.code, live=live, confidence=sure, params=params)


def pair_params(notes: Notes, pair: Pair, ring: int) -> dict[str, Param]:
    """Return what the order says and what was seen last: distance, how sure, how old."""
    force, last, params = pair.force, pair.state.judged.last, order_params(pair, ring)
    if force is not None and last.at_ms:
        params["apart_m"] = last.distance_cm / 100
        params["sigma_m"] = last.sigma_cm / 100
        params["age_s"] = max(0, (notes.at_ms - last.at_ms + last.age_ms) // 1000)
        params["last_seen"] = iso(last.at_ms)
        if last.closing_cms > 0:
            params["closing_kmh"] = last.closing_cms * 36 // 1000
        params["target"] = "person" if last.target == PERSON else force.plan.places[last.target - 1].id
        params["disclosed"] = force.disclosed(last.target)
    return params


def order_params(pair: Pair, ring: int) -> dict[str, Param]:
    """Return what the order says of a ring."""
    force = pair.force
    if force is None:
        return {}
    params: dict[str, Param] = {"ring": KINDS[ring].partition(".")[2], "ring_m": force.radii_cm[ring] / 100}
    params["order_m"] = force.plan.distance_cm / 100
    if force.plan.order:
        params["order"] = force.plan.order
    if force.plan.clause:
        params["clause"] = force.plan.clause
    return params


def _evidence(trace: Trace, ring: int) -> tuple[Evidence, ...]:
    """Return the last fixes of both sides that spoke about the ring, used or not."""
    shown = []
    for fix, distance_cm, sigma_cm, belief_mn, say in trace.zones[ring]:
        use, reason = split_say(say)
        shown.append(
            Evidence(
                seq=fix.seq,
                fixed_at_ms=fix.at_ms,
                use=use,
                reason=reason,
                distance_m=None if distance_cm is None else distance_cm / 100,
                sigma_m=sigma_cm / 100,
                belief=belief_mn / 1000,
                side=SIDES[1 if fix.code & bits.PROTECTED else 0],
            )
        )
    return tuple(shown)
