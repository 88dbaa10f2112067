"""The state of a pair's sorted lane: both sides, the belief about each ring, and how the rings stand."""

from __future__ import annotations

import msgspec

from korgoo.engine.pairs.track import Track


class Near(msgspec.Struct, array_like=True):
    """What is believed about one ring around one target; milli-nats, positive = within it."""

    belief: int = 0
    verdict: int = 0  # +1 within, -1 beyond, 0 cannot tell
    turn_ms: int = 0  # first fix of the evidence that now turns belief; 0 = none turns
    side_ms: int = 0  # since when the believed side holds
    fixes: tuple[int, int] = (0, 0)  # fixes of each side in the evidence that turns


class RingStanding(msgspec.Struct, array_like=True):
    """How the condition of one ring stands. `open_ms` 0 = no finding is open."""

    open_ms: int = 0
    away_ms: int = 0  # out of the ring since then, while the meeting goes on; 0 = within
    doubt: bool = False
    held: tuple[str, ...] = ()  # names of the targets it was within since it opened: those have to be left


class LastSight(msgspec.Struct, array_like=True):
    """The newest look at the nearest target, for explanations and for the rate of reports."""

    at_ms: int = 0
    target: int = 0
    distance_cm: int = 0
    sigma_cm: int = 0
    closing_cms: int = 0
    age_ms: int = 0


class PairJudged(msgspec.Struct, array_like=True):
    """The sorted lane. `nears` stand by target and ring; `due_ms` is when the clock next decides."""

    clock_ms: int = 0
    sides: list[Track] = msgspec.field(default_factory=lambda: [Track(), Track()])
    nears: list[list[Near]] = []
    rings: list[RingStanding] = msgspec.field(
        default_factory=lambda: [RingStanding(), RingStanding(), RingStanding()]
    )
    binds: bool = False
    bound_ms: int = 0
    change_ms: int = 0
    due_ms: int = 0
    closing_times: int = 0  # looks in a row at which she could be reached before the police
    closing_ms: int = 0  # the newest of them
    last: LastSight = msgspec.field(default_factory=LastSight)
    person_cm: int = -1  # the newest distance between the two themselves; -1 = never known
    contact_ms: int = 0  # when a radio of the other side was heard last
    entered: list[int] = []  # when the warning ring was entered, within the time of probing
