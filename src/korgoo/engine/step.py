"""One key, one row: `observe`, `control` and `mark` turn a row into findings. Pure, in place.

A subject's state is consumed and changed; what comes out depends on nothing but the subject and the row.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from korgoo.engine import rows as bodies
from korgoo.engine.clocks import read_clock
from korgoo.engine.conditions import next_due, rebind
from korgoo.engine.desk import Desk
from korgoo.engine.judgement import advance
from korgoo.engine.plan import Permit, Plan
from korgoo.engine.plausibility import judging_time, tells_place
from korgoo.engine.rejudge import make_fix, settle_ring, settle_rows
from korgoo.engine.ring import heard
from korgoo.engine.rules import phone, positions, signals, sos, tamper
from korgoo.engine.rules.order import DUES, FORESIGHTS, RULES
from korgoo.engine.rules.seen import NOTHING_TOLD, Seen, device_part, share_told
from korgoo.engine.telling import tell_changes, tell_differences

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.engine.coverage import CoverageMap
    from korgoo.engine.findings import Finding
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Change
    from korgoo.engine.rejudge import Recalled
    from korgoo.engine.ring import Fix
    from korgoo.engine.rows import Observation, Row
    from korgoo.engine.state import PersonState
    from korgoo.engine.subject import Subject

    Recall = Callable[[str, int], Recalled]

NEVER: Final = 1 << 62
"""Later than any moment, ms."""

REMEMBERED: Final = 64
"""Duplicates among the last so many messages that were more than a position are ignored."""


def observe(subject: Subject, row: Row, findings: list[Finding], seen_bytes: bytes | None = None) -> None:
    """Judge one observation; `seen_bytes` is what screening found, if it was screened under this plan."""
    observation: Observation = row.body
    state = subject.state
    state.last_seq = row.seq
    at_ms = read_clock(state.clocks, observation, subject.parameters)
    if subject.force is None:
        # Nobody has said yet what binds this person. An SOS needs no plan.
        if observation.sos and not _repeated(subject, observation):
            desk = Desk(state, at_ms=row.log_at_ms, seq=row.seq, findings=findings)
            sos.press(desk, observation, judging_time(observation))
        return
    desk = Desk(state, at_ms=row.log_at_ms, seq=row.seq, findings=findings)
    force = subject.force
    fix = make_fix(observation, row.seq, subject, at_ms)
    in_order = fix is not None and fix.at_ms > state.judged.clock_ms
    placed = fix is not None and tells_place(fix) and (in_order or at_ms > row.log_at_ms - force.hold_ms)
    told = device_part(observation)
    late = told != NOTHING_TOLD and at_ms <= state.judged.clock_ms  # it may correct since when it was so
    news = observation.sos or late or told not in (NOTHING_TOLD, state.told) or _speaks(observation, force)
    again = False
    if news:
        state.told = share_told(told) if told != NOTHING_TOLD else state.told
        again = _repeated(subject, observation)
    news = news and not again
    seen = Seen(observation, at_ms, placed, again)
    for rule in RULES:
        if news or rule.always:
            rule.observe(desk, force, seen)
    if fix is not None:
        if in_order:
            settled = _settled(subject, seen_bytes, fix)
            before = positions.last_used(state.judged)
            changes = subject.take_in_order(fix, settled=settled)
            tell_changes(desk, subject, changes)
            positions.observe(desk, force, seen, fix, say=subject.said, before=before)
            if subject.said == "used":
                gap_ms = fix.at_ms - before[0]
                positions.follow_rest(state, force, observation, fix, gap_ms=gap_ms)
        else:
            subject.take_late(fix)
    else:
        positions.follow_rest(state, force, observation, None)
    refresh(subject, row.log_at_ms)


def _speaks(observation: Observation, force: Force) -> bool:
    """Say whether a message is more than a position to the log lane: its repeat tells nothing."""
    ahead_ms = observation.fixed_at_ms - observation.received_at_ms
    return phone.tells(observation.extras) or ahead_ms > force.parameters.clock_ahead_ms


def _settled(subject: Subject, seen_bytes: bytes | None, fix: Fix) -> list[bool] | None:
    """Say for each zone whether screening shows that the fix confirms a saturated belief.

    A fix before which the clock decides something is looked at in full, and so is the home unit's zone.
    """
    judged = subject.state.judged
    if seen_bytes is None or heard(fix.code) >= 0 or (judged.due_ms and judged.due_ms <= fix.at_ms):
        return None
    return [seen == expected for seen, expected in zip(seen_bytes, subject.expected, strict=True)]


def _repeated(subject: Subject, observation: Observation) -> bool:
    """Say whether this message came before; remember it if not. Positions are told apart by the ring."""
    content = bodies.encode_body(bodies.without_reception(observation))
    mark = int.from_bytes(blake2b(content, digest_size=8).digest(), "big") >> 1
    recent = subject.state.recent
    if mark in recent:
        return True
    recent.append(mark)
    if len(recent) > REMEMBERED:
        del recent[0]
    return False


def control(subject: Subject, row: Row, findings: list[Finding]) -> None:
    """Take a control row of this key: plan, permit, inspection, stand-down or suspension."""
    state, body = subject.state, row.body
    state.last_seq = row.seq
    desk = Desk(state, at_ms=row.log_at_ms, seq=row.seq, findings=findings)
    match body:
        case Plan():
            _take_plan(subject, desk, body)
        case Permit():
            old = state.permits.get(body.permit_id, body)
            state.permits[body.permit_id] = body
            _take_exception(subject, min(old.from_ms, body.from_ms))
        case bodies.Suspension():
            before = state.suspensions.get(body.suspension_id, body)
            state.suspensions[body.suspension_id] = body
            state.regained_ms = min(state.regained_ms, desk.at_ms)  # it may have ended earlier than it was to
            _take_exception(subject, min(before.from_ms, body.from_ms))
        case bodies.Inspection():
            tamper.inspect(desk, body)
        case bodies.StandDown():
            sos.stand_down(desk, body)
        case _:
            return  # assignments, credentials, commands: admission reads them, no judgement does
    refresh(subject, row.log_at_ms)


def _take_plan(subject: Subject, desk: Desk, plan: Plan) -> None:
    state = subject.state
    # A plan holds all that binds from its beginning on: those that wait to begin later are void with it.
    state.pending = [known for known in state.pending if known.effective_from_ms < plan.effective_from_ms]
    if plan.effective_from_ms > desk.at_ms:
        state.pending.append(plan)
    elif subject.force is not None and plan.effective_from_ms < subject.force.plan.effective_from_ms:
        subject.mark_dirty(plan.effective_from_ms)  # a newer one is in force: only the past reads otherwise
    else:
        _enter_plan(subject, desk, plan)


def _enter_plan(subject: Subject, desk: Desk, plan: Plan, *, timer: bool = False) -> None:
    """Let a plan take effect now."""
    state = subject.state
    if subject.force is None:
        state.heard_ms = state.placed_ms = desk.at_ms  # from now on silence counts
    at_ms = max(plan.effective_from_ms, state.judged.clock_ms)
    if plan.effective_from_ms < state.judged.clock_ms and state.judged.used_ms:
        subject.mark_dirty(plan.effective_from_ms)
    changes = subject.take_plan(plan, at_ms)
    tell_changes(desk, subject, changes, timer=timer)


def _take_exception(subject: Subject, from_ms: int) -> None:
    """Take a permit or a suspension: for the future the clock will ask, for the past judge again."""
    if subject.force is None:
        return
    state = subject.state
    subject.force.change_exceptions(state.permits, state.suspensions)
    if from_ms <= state.judged.clock_ms:
        subject.mark_dirty(from_ms)
    else:
        rebind(state.judged, subject.force, state.judged.clock_ms, everything=True)
        state.judged.due_ms = next_due(state.judged, subject.force)


def moves_on(subject: Subject, at_ms: int) -> bool:
    """Say whether what was due has moved on since it was scheduled, and note when the clock looks again."""
    state, force = subject.kept, subject.force
    if force is None or state.dirty_ms:
        return False
    subject.due_ms = subject.next_due(force)
    if subject.behind >= 0:
        state.heard_ms = state.placed_ms = subject.heard_ms  # silence counts from there
    else:
        state.judged.due_ms = subject.due_ms
    subject.wake_ms = _wake_time(subject, state, at_ms)
    return not 0 < subject.wake_ms <= at_ms


def mark(
    subject: Subject,
    at_ms: int,
    findings: list[Finding],
    recall: Recall,
    coverage: CoverageMap | None = None,
) -> None:
    """Let every due timer of this key fire at a clock mark: the only place where time passes by itself.

    The caller has asked whether what was due `moves_on`.
    """
    state = subject.state
    desk = Desk(state, at_ms=at_ms, seq=state.last_seq, findings=findings, coverage=coverage)
    while state.pending and state.pending[0].effective_from_ms <= at_ms:
        _enter_plan(subject, desk, state.pending.pop(0), timer=True)
    if subject.force is None:
        return
    if state.dirty_ms:
        _settle(subject, desk, recall)
    changes: list[Change] = []
    advance(state.judged, subject.force, at_ms, changes)
    tell_changes(desk, subject, changes, timer=True)
    for rule in RULES:
        if rule.fire is not None:
            rule.fire(desk, subject.force)
    signals.judge_loss(desk, subject.force)
    refresh(subject, at_ms)


def _settle(subject: Subject, desk: Desk, recall: Recall) -> None:
    """Judge again what later knowledge touched, and say how the account differs."""
    state = subject.state
    horizon_ms = max(state.judged.clock_ms, desk.at_ms)
    if subject.within_ring():
        account = settle_ring(subject, horizon_ms)
    else:
        account = settle_rows(subject, recall(state.key, state.last_seq), horizon_ms)
    state.dirty_ms = 0
    tell_differences(desk, subject, account)


def refresh(subject: Subject, at_ms: int) -> None:
    """Reckon anew what the fast path may skip and when the clock has to look."""
    state = subject.state
    subject.expect()
    subject.calm = (
        not state.slack_ms
        and not state.judged.held_ms
        and "contact.lost" not in state.standing
        and ("position.lost" not in state.standing and "battery.flat" not in state.standing)
        and not state.suspicions
        and not state.clocks
        and state.loss is None
        and state.spot is None
        and "tamper.skin" not in state.standing
        and not (subject.force is not None and subject.force.plan.tether_ms)
    )
    subject.rests, subject.told, subject.due_ms = state.still_fixes > 0, state.told, state.judged.due_ms
    subject.edge_ms = -1
    subject.wake_ms = _wake_time(subject, state, at_ms)


def _wake_time(subject: Subject, state: PersonState, at_ms: int) -> int:
    """Return the earliest moment at which the clock has something to do here; 0 = never."""
    force = subject.force
    wake_ms = state.pending[0].effective_from_ms if state.pending else NEVER
    if force is not None:
        if 0 < subject.due_ms < wake_ms:
            wake_ms = subject.due_ms
        if state.dirty_ms:
            wake_ms = min(wake_ms, at_ms)
        if not state.standing:
            for foresee in FORESIGHTS:
                moment_ms = foresee(state, force)
                if 0 < moment_ms < wake_ms:
                    wake_ms = moment_ms
        else:
            desk = Desk(state, at_ms=at_ms, seq=state.last_seq, findings=[])
            moments = [due(desk, force) for due in DUES]
            wake_ms = min([wake_ms, *(moment_ms for moment_ms in moments if moment_ms)])
    return wake_ms if wake_ms < NEVER else 0
