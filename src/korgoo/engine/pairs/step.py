"""One pair, one row: the rows of both persons and the pair's own turn into findings and wishes.

The owner of a pair steps both persons' rows privately inside the pair's state, so no second log is needed
(design, section 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine import ring as rings
from korgoo.engine.desk import Notes
from korgoo.engine.findings import Reason
from korgoo.engine.pairs import lane, meeting, probing, silence, tamper
from korgoo.engine.pairs.rate import RateRequest, request_rates
from korgoo.engine.pairs.reading import make_fix, same_people
from korgoo.engine.pairs.rejudge import settle_ring, settle_rows
from korgoo.engine.pairs.telling import tell_changes, tell_differences, tell_update
from korgoo.engine.plan import PairPlan, Together
from korgoo.engine.rows import Inspection, StandDown, Suspension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.judged import Change
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.rows import Row
    from korgoo.engine.step import Recall


class OtherPeopleError(ValueError):
    """A plan names other people than the pair was made for: it is refused, the plan in force stays."""


def observe(pair: Pair, row: Row, side: int, findings: list[Finding], wishes: list[RateRequest]) -> None:
    """Judge an observation of one side."""
    state, observation = pair.state, row.body
    state.last_seq = row.seq
    assert pair.force is not None  # noqa: S101 - only a pair with a plan has sides
    notes = _notes(pair, row.log_at_ms, row.seq, findings)
    silence.hear(notes, pair, side)
    fix = make_fix(pair, observation, row.seq, side)
    if fix is not None:
        late = fix.at_ms < state.judged.clock_ms
        in_order = not late and not rings.holds(state.ring, fix)
        if in_order:
            _tell(notes, pair, pair.take_in_order(fix), timer=False)
        elif late:
            pair.take_late(fix)
        if in_order or side == 0:
            wishes.extend(request_rates(pair, row.log_at_ms, fix))
        if side == 0:
            probing.follow_path(notes, pair, fix)
    if side == 0:
        tamper.observe(notes, pair, pair.force, observation)
    refresh(pair, row.log_at_ms)


def _tell(notes: Notes, pair: Pair, changes: Sequence[Change], *, timer: bool) -> None:
    tell_changes(notes, pair, changes, timer=timer)
    probing.count_entries(notes, pair)


def control(pair: Pair, row: Row, findings: list[Finding]) -> None:
    """Take a control row of the pair or of one of its persons."""
    state, body = pair.state, row.body
    notes = _notes(pair, row.log_at_ms, row.seq, findings)
    state.last_seq = row.seq
    match body:
        case PairPlan():
            _take_plan(pair, notes, body)
        case Together():
            before = _known_interval(pair, body)
            state.together[body.together_id] = body
            _take_exception(pair, min(before.from_ms, body.from_ms))
        case Suspension():
            known = state.suspensions.get(body.suspension_id, body)
            state.suspensions[body.suspension_id] = body
            for side in state.sides:
                side.regained_ms = min(side.regained_ms, notes.at_ms)
            _take_exception(pair, min(known.from_ms, body.from_ms))
        case Inspection():
            tamper.end(notes, pair, body.inspected_at_ms, Reason.INSPECTED)
        case StandDown():
            standing = state.standing.get(tamper.KIND)
            if standing is not None and standing.id == body.finding_id:
                tamper.end(notes, pair, body.at_ms, Reason.STOOD_DOWN)
        case _:
            return
    refresh(pair, row.log_at_ms)


def _take_plan(pair: Pair, notes: Notes, plan: PairPlan) -> None:
    state = pair.state
    known = state.plan or (state.pending[0] if state.pending else plan)
    if not same_people(known, plan):
        raise OtherPeopleError(plan.pair)
    state.pending = [old for old in state.pending if old.effective_from_ms < plan.effective_from_ms]
    if plan.effective_from_ms > notes.at_ms:
        state.pending.append(plan)
    elif pair.force is not None and plan.effective_from_ms < pair.force.plan.effective_from_ms:
        pair.mark_dirty(plan.effective_from_ms)  # a newer one is in force: only the past reads otherwise
    else:
        _enter_plan(pair, notes, plan, timer=False)


def _enter_plan(pair: Pair, notes: Notes, plan: PairPlan, *, timer: bool) -> None:
    judged, first = pair.state.judged, pair.force is None
    if first:
        for side in pair.state.sides:
            side.heard_ms = notes.at_ms  # from now on silence counts
    past = plan.effective_from_ms < (notes.at_ms if first else judged.clock_ms)
    at_ms = max(plan.effective_from_ms, judged.clock_ms)
    changes = pair.take_plan(plan, at_ms)
    if past:  # the rows since then were judged otherwise, or not at all
        pair.mark_dirty(plan.effective_from_ms - 1)
    _tell(notes, pair, changes, timer=timer)  # none under the first: before it nothing was believed


def _known_interval(pair: Pair, changed: Together) -> Together:
    """Return an interval together as it stood before, by a row or in the plan itself; else as it is now."""
    planned = pair.state.plan.together if pair.state.plan is not None else ()
    known = {kept.together_id: kept for kept in planned} | pair.state.together
    return known.get(changed.together_id, changed)


def _take_exception(pair: Pair, from_ms: int) -> None:
    """Take an interval together or a suspension: for the past judge again, for the future the clock asks."""
    if pair.force is None:
        return
    judged = pair.state.judged
    if from_ms <= judged.clock_ms:
        pair.mark_dirty(from_ms)
    else:
        # Whether it binds now is not asked: an exception for the past may still wait to be judged again.
        judged.change_ms = pair.force.next_change(judged.clock_ms)
        judged.due_ms = lane.next_due(judged, pair.force, judged.clock_ms)


def mark(pair: Pair, at_ms: int, findings: list[Finding], recall: Recall) -> None:
    """Let every due timer of this pair fire at a clock mark."""
    state = pair.state
    while state.pending and state.pending[0].effective_from_ms <= at_ms:
        _enter_plan(pair, _notes(pair, at_ms, state.last_seq, findings), state.pending.pop(0), timer=True)
    notes = _notes(pair, at_ms, state.last_seq, findings)
    if state.dirty_ms and _settle_due(pair) <= at_ms:
        _settle(pair, notes, recall)
    if pair.force is not None:
        changes: list[Change] = []
        lane.advance(state.judged, pair.force, at_ms, changes)
        _tell(notes, pair, changes, timer=True)
    silence.fire(notes, pair)
    tamper.fire(notes, pair)
    refresh(pair, at_ms)


def _settle_due(pair: Pair) -> int:
    """Return when what is late may be judged again: from the ring at once, from all rows not at every mark.

    An upload of hours comes fix by fix; what is newest in it is judged live as it comes.
    """
    settled_ms = pair.state.settled_ms
    return settled_ms if pair.within_ring() else settled_ms + pair.parameters.pair_settle_ms


def _settle(pair: Pair, notes: Notes, recall: Recall) -> None:
    """Judge again what later knowledge touched, and say how the account differs."""
    state = pair.state
    horizon_ms = max(state.judged.clock_ms, notes.at_ms)
    before = state.judged.rings
    if pair.within_ring():
        account = settle_ring(pair, horizon_ms)
    else:
        account = settle_rows(pair, recall(state.key, state.last_seq), horizon_ms)
        state.settled_ms = notes.at_ms
    state.dirty_ms = 0
    tell_differences(notes, pair, account)
    for change in meeting.compare_rings(before, pair.state.judged, pair.force):
        tell_update(notes, pair, change)


def refresh(pair: Pair, at_ms: int) -> None:
    """Reckon anew when the clock has to look; 0 = never."""
    state = pair.state
    moments = [plan.effective_from_ms for plan in state.pending]
    if pair.force is not None:
        moments += [state.judged.due_ms, silence.due(pair), tamper.due(pair)]
        if state.dirty_ms:
            moments.append(max(at_ms, _settle_due(pair)))
    pair.wake_ms = min((moment for moment in moments if moment), default=0)


def _notes(pair: Pair, at_ms: int, seq: int, findings: list[Finding]) -> Notes:
    plan, state = pair.state.plan, pair.state
    subject, other = (plan.participant, plan.protected) if plan is not None else ("", None)
    return Notes(
        state.key, state.standing, at_ms=at_ms, seq=seq, findings=findings, subject=subject, other=other
    )
