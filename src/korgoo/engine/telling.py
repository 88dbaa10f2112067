"""From changes of the sorted lane to findings: names, evidence and the numbers of the explanation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from korgoo.engine.accounting import add_event, find_standing, tell_account
from korgoo.engine.desk import iso
from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import Event, Reason
from korgoo.engine.judged import SHOWN
from korgoo.engine.tables import confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Evidence, Param
    from korgoo.engine.judged import Change, Trace
    from korgoo.engine.rejudge import Account
    from korgoo.engine.subject import Subject


def tell_changes(desk: Desk, subject: Subject, changes: Sequence[Change], *, timer: bool = False) -> None:
    """Put down what changed in order: openings, closings and the loss or return of evidence."""
    for change in changes:
        if change.what == "open":
            trace = subject.trace_ring(desk.at_ms, change.condition)
            name = desk.name(change.condition, change.kind, change.when_ms if timer else 0)
            _open(desk, subject, name, change, trace, live=True)
            continue
        recorded = find_standing(subject.state, change)
        if change.what == "close":
            follow = partial(subject.trace_ring, desk.at_ms, change.condition)
            _close(desk, subject, recorded, change, follow, live=True)
        elif change.what == "rise":
            recorded.risen = True
            _rise(desk, subject, recorded, change, subject.trace_ring(desk.at_ms, change.condition))
        else:
            sure, params = confidence(change.belief), _zone_params(subject, change)
            add_event(desk, recorded, Event.UPDATED, code=change.code, confidence=sure, params=params)


def tell_differences(desk: Desk, subject: Subject, account: Account) -> None:
    """Put down how the new account differs from the recorded one, and record it."""

    def open_late(name: str, change: Change, *, live: bool) -> None:
        _open(desk, subject, name, change, account.trace, live=live)

    def close_late(recorded: Recorded, change: Change) -> None:
        _close(desk, subject, recorded, change, lambda: account.trace, live=False)

    tell_account(desk, subject.state, account, open_late=open_late, close_late=close_late)
    for difference in account.differences:
        episode = difference.episode
        risen = episode.risen if episode and not episode.closed else None
        if risen is None or difference.what not in {"open", "rise"}:
            continue
        recorded = find_standing(subject.state, risen)
        if difference.what == "rise":
            _rise(desk, subject, recorded, risen, account.trace)
        recorded.risen = True  # an opening that is told late shows where he is by now


def _open(desk: Desk, subject: Subject, name: str, change: Change, trace: Trace, *, live: bool) -> None:
    subject.state.recorded.append(Recorded(name, change.condition, change.kind, change.since_ms))
    evidence = _evidence(subject, trace, change)
    params = _zone_params(subject, change)
    _add_seen(params, evidence, desk.at_ms)
    desk.put(
        Event.OPENED,
        name,
        0,
        kind=change.kind,
        condition=change.condition,
        since_ms=change.since_ms,
        code=change.code,
        live=live,
        confidence=confidence(change.belief),
        params=params,
        evidence=evidence,
    )


def _add_seen(params: dict[str, Param], evidence: Sequence[Evidence], at_ms: int) -> None:
    """Add what the evidence comes to: how many fixes, and the last of them."""
    params["fixes"] = sum(1 for item in evidence if item.use == "used")
    last = next((item for item in reversed(evidence) if item.use == "used"), None)
    if last is not None:
        params["last_seen"] = iso(last.fixed_at_ms)
        params["lag_s"] = max(0, at_ms - last.fixed_at_ms) // 1000
        if last.distance_m is not None:
            params["distance_m"] = last.distance_m
            params["sigma_m"] = last.sigma_m


def _rise(desk: Desk, subject: Subject, recorded: Recorded, change: Change, trace: Trace) -> None:
    evidence, params = _evidence(subject, trace, change), _zone_params(subject, change)
    _add_seen(params, evidence, desk.at_ms)
    sure = confidence(change.belief)
    add_event(
        desk, recorded, Event.UPDATED, code=change.code, confidence=sure, params=params, evidence=evidence
    )


def _close(
    desk: Desk,
    subject: Subject,
    recorded: Recorded,
    change: Change,
    follow: Callable[[], Trace],
    *,
    live: bool,
) -> None:
    """Put an end down; what it was seen by is followed only where somebody was seen."""
    recorded.until_ms = change.since_ms
    params = _zone_params(subject, change)
    params["not_met_s"] = (change.since_ms - recorded.since_ms) // 1000
    add_event(
        desk,
        recorded,
        Event.CLOSED,
        code=change.code,
        live=live,
        confidence=confidence(change.belief),
        params=params,
        evidence=_evidence(subject, follow(), change) if change.code is Reason.RETURNED else (),
    )


def _zone_params(subject: Subject, change: Change) -> dict[str, Param]:
    """Return what the order says, for the explanation."""
    params: dict[str, Param] = {"zone": change.condition}
    force = subject.force
    zone = next((z for z in force.zones if z.id == change.condition), None) if force else None
    if zone is not None:
        params["zone_kind"] = zone.kind.value
        params["grace_s"] = zone.grace_ms // 1000
        if zone.order:
            params["order"] = zone.order
        if zone.clause:
            params["clause"] = zone.clause
    return params


def _evidence(subject: Subject, trace: Trace, change: Change) -> tuple[Evidence, ...]:
    """Return the fixes behind a change; those that carried belief into this plan come first."""
    carried = subject.state.carried.get(change.condition, ())
    return change.evidence or (*carried, *trace.show(change.index))[-SHOWN:]
