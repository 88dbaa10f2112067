"""The state of the sorted lane and the changes it tells of."""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.belief import ZoneBelief  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.findings import Evidence, Reason
from korgoo.engine.ring import PLACELESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.ring import Fix


SHOWN: Final = 8
"""Fixes shown as evidence of one finding."""


class Judged(msgspec.Struct, array_like=True, gc=False):
    """The state of the sorted lane. `due_ms` is a lower bound of when the clock next decides; 0 = never."""

    clock_ms: int = 0
    used_ms: int = 0  # the last fix that decisions used; 0 = none yet
    used_lat: int = 0
    used_lon: int = 0
    held_ms: int = 0  # a fix that jumped and waits for a second one that agrees; 0 = none
    held_lat: int = 0
    held_lon: int = 0
    due_ms: int = 0
    zones: list[ZoneBelief] = []
    used_sigma: int = 0  # error scale of the last used position
    held_sigma: int = 0
    satellite_ms: int = 0  # the last position used that did not come from a network
    stirred: bool = True  # since the last used position the sensor did not always say still
    doubted_ms: int = 0  # since when a network tells places that a still device cannot be at; 0 = it does not
    rode: bool = True  # since the last used position it did not always say still or walking
    moved_ms: int = 0  # the last fix with which the device spoke of any other movement; 0 = none
    sensed_ms: int = 0  # the last fix with which its motion sensor did: it has shown that it works
    sped_ms: int = 0  # the last fix with which its receiver's speed did
    walked_ms: int = 0  # the last fix with which the sensor said walking and no satellites told where
    back_ms: int = 0  # when a network last called him home from where satellites had put him; 0 = never
    told_ms: int = 0  # the last fix with which the device told anything of motion or speed; 0 = none
    moves: bool = False  # its last word of motion or speed was that it moves
    going_ms: int = 0  # when it last said so twice in a row; 0 = never


class Change(msgspec.Struct, array_like=True, frozen=True):
    """What changed for a condition: `what` is open, close, doubt, known or rise."""

    what: str
    condition: str
    kind: str
    when_ms: int  # time of the fix or timer that brought it
    since_ms: int  # open: when it began; close: when it ended
    code: Reason
    belief: int = 0
    index: int = 0
    evidence: tuple[Evidence, ...] = ()  # what a change of plan would take away; else the trace shows it


def split_say(say: str) -> tuple[str, str]:
    """Return how a fix was taken and the reason, "" = none.

    Interned, because packing leaves a default out by identity: a trace that was unpacked must not differ.
    """
    use, _, reason = say.partition(":")
    return sys.intern(use), sys.intern(reason)


class Trace:
    """The last fixes and what each did to belief, per zone: the evidence of a finding."""

    LENGTH: Final = 12

    def __init__(self, zones: int, shown: Sequence[int] | None = None) -> None:
        """Start with no evidence. `shown` are the zones that will be asked for; none = every one may be."""
        self._shown = shown
        self.zones: list[deque[tuple[Fix, int | None, int, int, str]]] = [
            deque(maxlen=self.LENGTH) for _ in range(zones)
        ]

    def followed(self, zones: int) -> Sequence[int]:
        """Return which of so many zones to judge: belief about one never rests on that about another."""
        return range(zones) if self._shown is None else self._shown

    def note(
        self, index: int, fix: Fix, *, distance_cm: int | None, sigma_cm: int, belief: int, say: str
    ) -> None:
        """Keep one fix for one zone; `say` begins with used, held or ignored and may name the reason."""
        self.zones[index].append((fix, distance_cm, sigma_cm, belief, say))

    def show(self, index: int) -> tuple[Evidence, ...]:
        """Return the last fixes that spoke about a zone: used, held and ignored ones alike."""
        if index >= len(self.zones):
            return ()
        shown = []
        for fix, distance_cm, sigma_cm, belief_mn, say in list(self.zones[index])[-SHOWN:]:
            use, reason = split_say(say)
            placeless = bool(fix.code & PLACELESS) or distance_cm is None
            shown.append(
                Evidence(
                    seq=fix.seq,
                    fixed_at_ms=fix.at_ms,
                    use=use,
                    reason=reason,
                    distance_m=None if placeless or distance_cm is None else distance_cm / 100,
                    sigma_m=None if placeless else sigma_cm / 100,
                    belief=belief_mn / 1000,
                )
            )
        return tuple(shown)
