"""The states of an order and what leads from one to another; a pure table."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Step(StrEnum):
    """What a person does with an order."""

    AMEND = "amend"
    SIGN = "sign"
    END = "end"


class StepRefusedError(ValueError):
    """An order in this state does not allow that step."""


TRANSITIONS: Final = MappingProxyType(
    {
        ("draft", Step.AMEND): "draft",
        ("draft", Step.SIGN): "signed",
        ("draft", Step.END): "ended",  # withdrawn
        ("signed", Step.AMEND): "signed",
        ("signed", Step.SIGN): "signed",  # of an amendment
        ("signed", Step.END): "ended",
    }
)


def next_state(state: str, step: Step) -> str:
    """Return the state after a step.

    Raises:
        StepRefusedError: the table has no such step.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise StepRefusedError(f"an order that is {state} cannot be changed by {step}") from None
