"""From changes of a pair's lane to findings: names, the evidence of both sides, the numbers behind them.

The evidence names rows of both people. What leaves the centre is made from it by audience: nothing of hers
may reach the participant's side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as bits
from korgoo.engine.desk import CERTAIN, iso
from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import Event, Evidence, Reason
from korgoo.engine.pairs.force import KINDS, PERSON
from korgoo.engine.tables import confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.desk import Notes
    from korgoo.engine.episodes import Difference
    from korgoo.engine.findings import Param
    from korgoo.engine.judged import Change, Trace
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.rejudge import Account

SIDES: Final = ("participant", "protected")


def tell_changes(notes: Notes, pair: Pair, changes: Sequence[Change], *, timer: bool = False) -> None:
    """Put down what changed, in order."""
    for change in changes:
        if change.what == "open":
            name = notes.name(change.condition, change.kind, change.when_ms if timer else 0)
            _open(notes, pair, name, change, pair.trace_ring(notes.at_ms), live=True)
            continue
        recorded = _standing(pair, change)
        if change.what == "close":
            _close(notes, pair, recorded, change, live=True)
            continue
        evidence = _evidence(pair.trace_ring(notes.at_ms), change.index) if change.what == "rise" else ()
        _add(
            notes,
            recorded,
            Event.UPDATED,
            code=change.code,
            confidence=confidence(change.belief),
            params=pair_params(notes, pair, change.index),
            evidence=evidence,
        )


def tell_differences(notes: Notes, pair: Pair, account: Account) -> None:
    """Put down how the new account differs from the recorded one; then what a late rise means now."""
    for difference in account.differences:
        recorded, episode = difference.recorded, difference.episode
        if episode is None:
            assert recorded is not None  # noqa: S101 - an annulled finding was recorded
            pair.state.recorded = [r for r in pair.state.recorded if r.id != recorded.id]
            _add(notes, recorded, Event.ANNULLED, code=Reason.LATE_DATA, live=False)
        elif difference.what == "open":
            opened = episode.opened
            assert opened is not None  # noqa: S101 - what nobody recorded opened in this stretch
            name = notes.name(episode.condition, episode.kind, episode.since_ms)
            _open(notes, pair, name, opened, account.trace, live=episode.closed is None)
        elif difference.what == "correct":
            assert recorded is not None  # noqa: S101 - only a recorded finding is corrected
            _correct(notes, pair, recorded, difference)
        elif episode.closed is not None:
            _close(notes, pair, recorded or _standing(pair, episode.closed), episode.closed, live=False)


def _standing(pair: Pair, change: Change) -> Recorded:
    return next(
        r
        for r in reversed(pair.state.recorded)
        if not r.until_ms and (r.condition, r.kind) == (change.condition, change.kind)
    )


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
    _add(notes, recorded, Event.CLOSED, code=change.code, live=live, confidence=sure, params=params)


def _correct(notes: Notes, pair: Pair, recorded: Recorded, difference: Difference) -> None:
    episode = difference.episode
    assert episode is not None  # noqa: S101 - a correction has its new account
    params: dict[str, Param] = {"previous_since": iso(recorded.since_ms)}
    if recorded.until_ms:
        params["previous_until"] = iso(recorded.until_ms)
        recorded.until_ms = episode.closed.since_ms if episode.closed else 0
        if not any(r is recorded for r in pair.state.recorded):
            pair.state.recorded.append(recorded)
    recorded.since_ms = episode.since_ms
    live = episode.closed is None
    _add(notes, recorded, Event.CORRECTED, code=Reason.LATE_DATA, live=live, params=params)


def _add(
    notes: Notes,
    recorded: Recorded,
    event: Event,
    *,
    code: Reason,
    live: bool = True,
    confidence: int = CERTAIN,
    params: dict[str, Param] | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> None:
    number, recorded.number = recorded.number, recorded.number + 1
    notes.put(
        event,
        recorded.id,
        number,
        kind=recorded.kind,
        condition=recorded.condition,
        since_ms=recorded.since_ms,
        until_ms=recorded.until_ms or None,
        code=code,
        live=live,
        confidence=confidence,
        params=params,
        evidence=evidence,
    )


def pair_params(notes: Notes, pair: Pair, ring: int) -> dict[str, Param]:
    """Return what the order says and what was seen last: distance, how sure, how old."""
    force, last = pair.force, pair.state.judged.last
    if force is None:
        return {}
    params: dict[str, Param] = {"ring": KINDS[ring].partition(".")[2], "ring_m": force.radii_cm[ring] / 100}
    params["order_m"] = force.plan.distance_cm / 100
    if last.at_ms:
        params["apart_m"] = last.distance_cm / 100
        params["sigma_m"] = last.sigma_cm / 100
        params["age_s"] = max(0, notes.at_ms - last.at_ms + last.age_ms) // 1000
        params["last_seen"] = iso(last.at_ms)
        if last.closing_cms > 0:
            params["closing_kmh"] = last.closing_cms * 36 // 1000
        params["target"] = "person" if last.target == PERSON else force.plan.places[last.target - 1].id
        params["disclosed"] = force.disclosed(last.target)
    if force.plan.order:
        params["order"] = force.plan.order
    if force.plan.clause:
        params["clause"] = force.plan.clause
    return params


def _evidence(trace: Trace, ring: int) -> tuple[Evidence, ...]:
    """Return the last fixes of both sides that spoke about the ring, used or not."""
    shown = []
    for fix, distance_cm, sigma_cm, belief_mn, say in trace.zones[ring]:
        use, _, reason = say.partition(":")
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
