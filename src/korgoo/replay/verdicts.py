"""What the engine makes of each fix of a stretch of time: used, held or ignored, and why.

For display, and for a court's question "why was this position not counted?". The engine itself judges the
fixes once more, in the order of their time, and is listened to: no rule is told a second time here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.engine.judged import Trace
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import judge_rows
from korgoo.engine.rows import Kind, Observation, Row, person_key
from korgoo.engine.state import PersonState
from korgoo.engine.subject import Subject
from korgoo.engine.timing import Reading, read_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.judged import Change
    from korgoo.engine.plan import Plan
    from korgoo.engine.ring import Fix


class Verdict(NamedTuple):
    """What decisions made of one fix.

    `use` is used, held (a later one has to agree) or ignored; empty where no zone bound the person then, so
    that nothing was decided by it. `reason` says why, or which sensor spoke; a key of the texts'
    `evidence_reasons`.
    """

    use: str
    reason: str = ""


UNJUDGED: Final = Verdict("")
REPEATED: Final = Verdict("ignored", "duplicate")


def judge_fixes(
    person_id: int,
    observations: Sequence[tuple[int, Observation]],
    *,
    plans: Sequence[Plan],
    parameters: Parameters | None = None,
) -> dict[int, Verdict]:
    """Return the verdict on each of a person's observations that holds a position, by its seq.

    `observations` are (seq, observation), `plans` all plans of the stretch in the order of their signing.
    What came before is unknown here, and the first fix is believed: begin some hours before what is
    shown. The account is today's, with all that arrived late; what was said at the time stands in the
    findings.
    """
    key = person_key(person_id)
    rows = [Row(number - len(plans), 0, Kind.PLAN, key, plan) for number, plan in enumerate(plans)]
    rows += [Row(seq, seen.received_at_ms, Kind.OBSERVATION, key, seen) for seq, seen in observations]
    subject = _Heard(PersonState(key), parameters or Parameters())
    times = [at_ms for at_ms, _ in read_times(Reading(), rows, subject.parameters)]
    judge_rows(subject, rows, until_ms=max(times, default=0))
    bound_ms = min((plan.effective_from_ms for plan in plans), default=None)
    placed = (pair for pair in zip(observations, times, strict=True) if pair[0][1].lat_e7 is not None)
    return {
        seq: subject.verdicts.get(seq, UNJUDGED if bound_ms is None or at_ms < bound_ms else REPEATED)
        for (seq, _), at_ms in placed
    }


class _Heard(Subject):
    """A subject that keeps what is said of each fix. One that never reaches judgement is a repeat."""

    __slots__ = ("verdicts",)

    def __init__(self, state: PersonState, parameters: Parameters) -> None:
        super().__init__(state, parameters)
        self.verdicts: dict[int, Verdict] = {}

    def take_in_order(
        self, fix: Fix, *, settled: Sequence[bool] | None = None, trace: Trace | None = None
    ) -> list[Change]:
        """Judge a fix, listening."""
        del trace
        zones = len(self.state.judged.zones)
        self.verdicts[fix.seq] = REPEATED if zones else UNJUDGED  # of the same instant: nothing is said of it
        return super().take_in_order(fix, settled=settled, trace=_Listener(zones, self.verdicts))


class _Listener(Trace):
    """Keeps the verdict on a fix. Zones agree on it, but a home unit is heard for its own zone only."""

    def __init__(self, zones: int, verdicts: dict[int, Verdict]) -> None:
        super().__init__(zones)
        self._verdicts = verdicts

    def note(
        self, index: int, fix: Fix, *, distance_cm: int | None, sigma_cm: int, belief: int, say: str
    ) -> None:
        """Take down what is said of one fix for one zone."""
        del index, distance_cm, sigma_cm, belief
        use, _, reason = say.partition(":")
        if self._verdicts[fix.seq].reason != "beacon":
            self._verdicts[fix.seq] = Verdict(use, reason)
