"""The rules of the log lane in the order in which they judge. A new rule is a module and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.engine.rules import battery, clock, ending, phone, removal, signals, silence, sos, tamper, tether

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState


class Rule(NamedTuple):
    """`observe` judges an observation; `due` says when the clock has to look, `fire` lets it.

    A rule that is not `always` sees only observations that tell something new of the device. While no
    finding stands, `due` is what `foresee` says, and 0 without it.
    """

    observe: Callable[[Desk, Force, Seen], None]
    always: bool = False
    due: Callable[[Desk, Force], int] | None = None
    fire: Callable[[Desk, Force], None] | None = None
    foresee: Callable[[PersonState, Force], int] | None = None


RULES: Final = (
    Rule(sos.observe),
    Rule(tamper.observe),
    Rule(silence.observe, always=True, due=silence.due, fire=silence.fire, foresee=silence.foresee),
    Rule(battery.hear, always=True, due=battery.due, fire=battery.fire),
    Rule(battery.observe),
    Rule(clock.observe, always=True),
    Rule(signals.observe, always=True),
    Rule(phone.observe, due=ending.due, fire=ending.fire),
    Rule(tether.observe, always=True, due=tether.due, fire=tether.fire, foresee=tether.foresee),
    Rule(tamper.watch_wearer, always=True, due=removal.due, fire=removal.fire),
)

DUES: Final = tuple(rule.due for rule in RULES if rule.due is not None)
"""Every question for the clock: asked of everybody of whom a finding stands, each time that a timer fires."""
FORESIGHTS: Final = tuple(rule.foresee for rule in RULES if rule.foresee is not None)
"""What is asked of everybody else: a timer of nearly everybody fires every few minutes."""
