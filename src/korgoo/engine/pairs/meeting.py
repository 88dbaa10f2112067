"""Rings and meetings: what the beliefs about a pair mean under its order, and what has to be said.

A meeting begins when the warning ring is entered and ends after five minutes outside it, as evidence says:
silence ends nothing. Within a meeting each ring has one finding; leaving and entering it again are updates
of that finding, and every entry is a rise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.findings import Reason
from korgoo.engine.judged import Change
from korgoo.engine.pairs.force import KINDS, WARNING
from korgoo.engine.pairs.judged import Near, RingStanding
from korgoo.engine.pairs.rest import known_until

if TYPE_CHECKING:
    from korgoo.engine.pairs.force import PairForce
    from korgoo.engine.pairs.judged import PairJudged
    from korgoo.engine.pairs.nearness import Sight


def rebind(judged: PairJudged, force: PairForce, at_ms: int) -> None:
    """Ask the clock whether the distance binds from now on."""
    binds = force.binds(at_ms)
    if binds and not judged.binds:
        judged.bound_ms = force.bound_since(at_ms)
    judged.binds = binds
    judged.change_ms = force.next_change(at_ms)


def judge_rings(judged: PairJudged, force: PairForce, at_ms: int, changes: list[Change]) -> None:
    """Compare what is believed with what binds at `at_ms`; append what changed, the outer ring first."""
    look = _Look(judged, force, at_ms, changes)
    if not judged.binds:
        look.close_all(_why_free(force, at_ms))
        return
    nears = [_strongest(judged, ring) for ring in range(len(KINDS))]
    verdicts = [near.verdict for near in nears]
    for ring, near in enumerate(nears):
        # Who is within an inner ring is within the outer ones.
        if 1 in verdicts[ring:] or (ring == WARNING and _reached_before_police(judged, force)):
            look.enter(ring, near)
        elif judged.rings[ring].open_ms:
            look.stay_out(ring, _nearest_left(judged, force, ring, at_ms))
    if judged.rings[WARNING].away_ms:
        look.end_meeting(_nearest_left(judged, force, WARNING, at_ms))


def _strongest(judged: PairJudged, ring: int) -> Near:
    """Return what is believed about the nearest target: a ring is entered if any of them says so."""
    return max((nears[ring] for nears in judged.nears), key=lambda near: (near.verdict > 0, near.belief))


def _nearest_left(judged: PairJudged, force: PairForce, ring: int, at_ms: int) -> Near:
    """Return what is believed about the target that was left last, of those that the ring was entered around.

    Where she was never near, it does not matter that nobody knows where she is. A side that is placed by its
    rest alone has left nothing.
    """
    held = judged.rings[ring].held
    placed_ms, known_ms = known_until(judged, force, resting=False), known_until(judged, force)
    left = [
        msgspec.structs.replace(nears[ring], verdict=0) if ends_ms <= at_ms < until_ms else nears[ring]
        for ends_ms, until_ms, nears in zip(placed_ms, known_ms, judged.nears, strict=True)
    ]
    nears = [near for name, near in zip(force.names, left, strict=True) if name in held] or left
    return max(nears, key=lambda near: (near.verdict, near.side_ms))


class _Look:
    """The rings at one instant, and where to put down what changed."""

    def __init__(self, judged: PairJudged, force: PairForce, at_ms: int, changes: list[Change]) -> None:
        self.judged = judged
        self.force = force
        self.at_ms = at_ms
        self.changes = changes

    def enter(self, ring: int, near: Near) -> None:
        """The pair is within the ring: open its finding, or say that it is there again."""
        standing = self.judged.rings[ring]
        since_ms = max(near.side_ms if near.verdict > 0 else self.at_ms, self.judged.bound_ms)
        if not standing.open_ms:
            standing.open_ms, standing.away_ms, standing.doubt = since_ms, 0, False
            within = any(near.verdict > 0 for nears in self.judged.nears for near in nears)
            code = Reason.APPROACHED if within else Reason.CLOSING
            self._count_entry(ring, near)
            self._tell("open", ring, code, near, since_ms=since_ms)
        elif standing.away_ms:
            standing.away_ms = 0
            self._count_entry(ring, near)
            self._tell("rise", ring, Reason.REENTERED, near)
        elif standing.doubt and near.verdict:
            self._tell("known", ring, Reason.KNOWN_AGAIN, near)
        if near.verdict:
            standing.doubt = False
        if not standing.away_ms:
            standing.held = self._held(ring, standing.held)

    def _held(self, ring: int, known: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of all targets within the ring now or before in this finding."""
        within = {
            name
            for name, nears in zip(self.force.names, self.judged.nears, strict=True)
            if name in known or any(near.verdict > 0 for near in nears[ring:])
        }
        return tuple(sorted(within)) or (
            self.force.names[min(self.judged.last.target, self.force.targets - 1)],
        )

    def _count_entry(self, ring: int, near: Near) -> None:
        """Remember an entry of the warning ring; one who was near before the order bound enters none."""
        if ring != WARNING or near.verdict <= 0 or near.side_ms < self.judged.bound_ms:
            return
        since_ms = self.at_ms - self.force.parameters.probing_ms
        self.judged.entered = [*(m for m in self.judged.entered if m > since_ms), self.at_ms]

    def stay_out(self, ring: int, near: Near) -> None:
        """The pair is out of a ring whose finding is open, or nobody can tell."""
        standing = self.judged.rings[ring]
        if near.verdict < 0 and not standing.away_ms:
            warned_ms = self.judged.closing_ms if ring == WARNING else 0
            standing.away_ms, standing.doubt = max(near.side_ms, standing.open_ms, warned_ms), False
            self._tell("receded", ring, Reason.RECEDED, near)
        elif near.verdict == 0 and not standing.doubt:
            standing.doubt = True
            self._tell("doubt", ring, Reason.CANNOT_TELL, near)

    def end_meeting(self, near: Near) -> None:
        """End the meeting once evidence has said for long enough that they are apart."""
        warning = self.judged.rings[WARNING]
        if near.verdict >= 0:
            return
        fresh = self.at_ms < self.judged.sides[0].at_ms + self.force.hold_ms[0]
        if fresh and self.at_ms - warning.away_ms >= self.force.parameters.meeting_end_ms:
            self.close_all(Reason.PARTED)

    def close_all(self, code: Reason) -> None:
        """Close what is open; each ring's finding ended when the pair left that ring."""
        for ring, standing in enumerate(self.judged.rings):
            if standing.open_ms:
                until_ms = standing.away_ms or self.at_ms
                self._tell("close", ring, code, _strongest(self.judged, ring), since_ms=until_ms)
                self.judged.rings[ring] = RingStanding()
        self.judged.closing_times = 0

    def _tell(self, what: str, ring: int, code: Reason, near: Near, *, since_ms: int | None = None) -> None:
        since_ms = self.at_ms if since_ms is None else since_ms
        name, kind = self.force.plan.pair, KINDS[ring]
        self.changes.append(Change(what, name, kind, self.at_ms, since_ms, code, near.belief, ring))


def compare_rings(before: list[RingStanding], judged: PairJudged, force: PairForce | None) -> list[Change]:
    """Return what has become of findings that stand open, where fixes were judged again: rises above all.

    With two devices every second fix may come after a newer one of the other side.
    """
    changes: list[Change] = []
    if force is None:
        return changes
    for ring, (old, new) in enumerate(zip(before, judged.rings, strict=True)):
        if not new.open_ms:
            continue
        was_away, was_doubt = (bool(old.away_ms), old.doubt) if old.open_ms else (False, False)
        if was_away and not new.away_ms:
            what, code = "rise", Reason.REENTERED
        elif new.away_ms and not was_away:
            what, code = "receded", Reason.RECEDED
        elif new.doubt and not was_doubt:
            what, code = "doubt", Reason.CANNOT_TELL
        elif was_doubt and not new.doubt:
            what, code = "known", Reason.KNOWN_AGAIN
        else:
            continue
        near = _strongest(judged, ring)
        at_ms = judged.clock_ms
        changes.append(Change(what, force.plan.pair, KINDS[ring], at_ms, at_ms, code, near.belief, ring))
    return changes


def _why_free(force: PairForce, at_ms: int) -> Reason:
    if force.ended(at_ms):
        return Reason.ORDER_CHANGED
    return Reason.SUSPENDED if force.suspended_until(at_ms) else Reason.TOGETHER


def follow_closing(judged: PairJudged, force: PairForce, sight: Sight) -> None:
    """Count looks at which she could be reached before the police: the reaction distance only ever warns."""
    parameters, plan = force.parameters, force.plan
    left_cm = sight.distance_cm - plan.distance_cm
    near = (
        plan.reaction_ms
        and parameters.closing_cms <= sight.closing_cms
        and 0 < left_cm <= parameters.closing_limit_cm
        and left_cm * 1000 <= sight.closing_cms * plan.reaction_ms
    )
    judged.closing_times = judged.closing_times + 1 if near else 0
    if judged.closing_times >= parameters.closing_times:
        judged.closing_ms = sight.at_ms


def _reached_before_police(judged: PairJudged, force: PairForce) -> bool:
    return judged.closing_times >= force.parameters.closing_times


def in_warning(judged: PairJudged) -> bool:
    """Say whether the pair is within its warning ring, as far as is known."""
    return bool(judged.rings[WARNING].open_ms) and not judged.rings[WARNING].away_ms
