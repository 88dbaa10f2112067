"""The states of an alert and what leads from one to another; a pure table.

Cut from the incident states of the requirements (section 4.1) to what exists so far. What the software may
do by itself: open, raise, reopen, and end a notice (P4). Everything else is a person's.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

LIFE: Final = 1
NOTICE: Final = 4


class State(StrEnum):
    """Where an alert stands."""

    NEW = "new"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    VERIFYING = "verifying"
    CLOSED = "closed"


class Step(StrEnum):
    """What happens to an alert."""

    ACKNOWLEDGE = "acknowledge"
    TAKE_OVER = "take_over"
    VERIFY = "verify"
    CLOSE = "close"
    END_NOTICE = "end_notice"  # by the system, P4 only
    RAISE = "raise"
    RETURN = "return"  # by the system: what it tells of still stands


class Cause(StrEnum):
    """Why it was, as a person judged it. `ended` is the system's, for notices."""

    REAL_BREACH = "real_breach"
    AUTHORISED = "authorised"
    EXCUSED = "excused"
    DEVICE_FAULT = "device_fault"
    COVERAGE = "coverage"
    GNSS_ERROR = "gnss_error"
    CHARGING = "charging"
    OPERATOR_ERROR = "operator_error"
    TEST = "test"
    UNKNOWN = "unknown"
    ENDED = "ended"


UNATTENDED: Final = frozenset({State.NEW, State.REOPENED})
"""Nobody has it."""


class StepRefusedError(ValueError):
    """An alert in this state, or of this level, does not allow that step; the message says why."""


TRANSITIONS: Final = MappingProxyType(
    {
        (State.NEW, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
        (State.REOPENED, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
        (State.ACKNOWLEDGED, Step.TAKE_OVER): State.ACKNOWLEDGED,
        (State.VERIFYING, Step.TAKE_OVER): State.VERIFYING,
        (State.ACKNOWLEDGED, Step.VERIFY): State.VERIFYING,
        (State.NEW, Step.CLOSE): State.CLOSED,  # not for life threats: check_closing
        (State.REOPENED, Step.CLOSE): State.CLOSED,  # as above
        (State.ACKNOWLEDGED, Step.CLOSE): State.CLOSED,
        (State.VERIFYING, Step.CLOSE): State.CLOSED,
        (State.NEW, Step.END_NOTICE): State.CLOSED,
        (State.REOPENED, Step.END_NOTICE): State.CLOSED,
        (State.ACKNOWLEDGED, Step.END_NOTICE): State.CLOSED,
        (State.VERIFYING, Step.END_NOTICE): State.CLOSED,
        (State.NEW, Step.RAISE): State.NEW,
        (State.REOPENED, Step.RAISE): State.NEW,
        (State.ACKNOWLEDGED, Step.RAISE): State.NEW,
        (State.VERIFYING, Step.RAISE): State.NEW,
        (State.CLOSED, Step.RAISE): State.REOPENED,
        (State.CLOSED, Step.RETURN): State.REOPENED,
    }
)


def next_state(state: str, step: Step, *, level: int) -> State:
    """Return the state after a step.

    Raises:
        StepRefusedError: the table has no such step, or not for this level.
    """
    if step is Step.END_NOTICE and level != NOTICE:
        raise StepRefusedError("only a notice ends by itself")
    if step is Step.CLOSE and level == LIFE and State(state) in UNATTENDED:
        raise StepRefusedError("a life threat is acknowledged before it is closed")
    try:
        return TRANSITIONS[State(state), step]
    except KeyError:
        raise StepRefusedError(f"an alert that is {state} cannot be changed by {step}") from None


def check_closing(*, level: int, cause: str, note: str, latched: tuple[str, ...]) -> None:
    """Check what a person must say to close an alert; `latched` names tampers without an inspection.

    Raises:
        StepRefusedError: a cause or note is missing, or a device was not inspected.
    """
    if cause not in set(Cause) or cause == Cause.ENDED:
        raise StepRefusedError("choose a cause")
    if level < NOTICE and not note.strip():
        raise StepRefusedError("write down what was found")
    if latched:
        raise StepRefusedError(f"inspect the device first: {', '.join(latched)}")
