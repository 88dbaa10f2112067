"""What is in force for one pair: the plan made ready, with the intervals in which they may be together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.force import suspended_until
from korgoo.engine.geometry import Shape
from korgoo.engine.plan import Zone, ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.plan import PairPlan, Together
    from korgoo.engine.rows import Suspension

KINDS: Final = ("proximity.warning", "proximity.breach", "proximity.emergency")
WARNING: Final = 0
PERSON: Final = 0
"""The first target is the person herself; the places follow in the plan's order."""


class PairForce:
    """A pair's plan ready for judging. `targets`: the person, then each place."""

    __slots__ = (
        *("hold_ms", "meanings", "names", "parameters", "plan", "radii_cm", "shapes", "silence_ms"),
        *("suspensions", "targets", "together"),
    )

    def __init__(
        self,
        plan: PairPlan,
        parameters: Parameters,
        together: dict[str, Together],
        suspensions: dict[int, Suspension],
    ) -> None:
        """Build the shapes of the places once."""
        self.plan = plan
        self.parameters = parameters
        self.together = together
        self.suspensions = suspensions
        self.radii_cm = (plan.warning_cm, plan.distance_cm, plan.emergency_cm)
        self.shapes = tuple(
            Shape(Zone(p.id, ZoneKind.EXCLUSION, p.frame, p.outer, p.inner, p.polygons)) for p in plan.places
        )
        self.targets = 1 + len(plan.places)
        self.meanings: tuple[object, ...] = (
            (plan.participant, plan.protected),
            *((place.frame, place.outer, place.inner, place.polygons) for place in plan.places),
        )
        """What belief about each target rests on."""
        self.names = ("", *(place.id for place in plan.places))
        """The targets' names; that of the person is empty, as no place's is."""
        self.hold_ms = tuple(
            parameters.hold_intervals * interval_ms + parameters.hold_extra_ms
            for interval_ms in plan.intervals_ms
        )
        self.silence_ms = tuple(
            parameters.silence_intervals * interval_ms
            + max(0, plan.silence_grace_ms - parameters.pair_silence_margin_ms)
            for interval_ms in plan.intervals_ms
        )

    def disclosed(self, target: int) -> bool:
        """Say whether the participant lawfully knows where that target is."""
        return self.plan.disclosed if target == PERSON else self.plan.places[target - 1].disclosed

    def binds(self, at_ms: int) -> bool:
        """Say whether the distance binds at that instant."""
        plan = self.plan
        if at_ms < plan.effective_from_ms or self.ended(at_ms):
            return False
        return not any(start <= at_ms < end for start, end in self._exceptions())

    def ended(self, at_ms: int) -> bool:
        """Say whether the order is over."""
        until_ms = self.plan.effective_until_ms
        return until_ms is not None and at_ms >= until_ms

    def suspended_until(self, at_ms: int) -> int:
        """Return when the suspension in force then ends; 0 = none is."""
        return suspended_until(self.suspensions, at_ms)

    def next_change(self, at_ms: int) -> int:
        """Return the next instant at which the distance may begin or cease to bind; 0 = never."""
        plan = self.plan
        edges = [edge for pair in self._exceptions() for edge in pair]
        edges += [plan.effective_from_ms, plan.effective_until_ms or 0]
        return min((edge for edge in edges if edge > at_ms), default=0)

    def bound_since(self, at_ms: int) -> int:
        """Return when the distance began to bind, where it binds at `at_ms`."""
        ends = (end for _, end in self._exceptions() if end <= at_ms)
        return max(self.plan.effective_from_ms, *ends, 0)

    def _exceptions(self) -> list[tuple[int, int]]:
        known = [t for t in self.plan.together if t.together_id not in self.together]
        known.extend(self.together.values())
        return [
            *((t.from_ms, t.until_ms) for t in known if not t.revoked),
            *((s.from_ms, s.until_ms) for s in self.suspensions.values() if not s.revoked),
        ]
