"""What the participant's side may perceive of a pair: decided here and nowhere else (rule 8: no radar).

Two things may reach him: how often his device is asked to report, and in which ring around what he lawfully
knows he stands. Both are made of his own fixes and of disclosed targets alone, so whoever reads them learns
nothing of where she is. A finding mixes all targets; it may be shown only where nothing is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import KINDS
from korgoo.engine.pairs.force import PERSON
from korgoo.engine.pairs.nearness import look_at_place

if TYPE_CHECKING:
    from korgoo.engine.pairs.force import PairForce
    from korgoo.engine.pairs.judged import PairJudged
    from korgoo.engine.pairs.track import Track
    from korgoo.engine.plan import PairPlan

NEVER: Final = "never"
DISCLOSED: Final = "disclosed"
OWN: Final = "own"

SHOWN: Final[dict[str, str]] = {
    "proximity.warning": DISCLOSED,
    "proximity.breach": DISCLOSED,
    "proximity.emergency": DISCLOSED,
    "pair.silent": NEVER,  # that her device is silent is hers; his own silence he is told as contact.lost
    "pair.probing": NEVER,  # it tells that he was near
    "pair.tamper": NEVER,  # it differs from the tamper of his device only by her being near
    "system.outage": NEVER,
    "system.refused": NEVER,
}
"""Findings that are not of his own person alone, and when his side is shown them: never, or only where the
order discloses every target of the pair. Every other kind is of one person and shown to him as his own."""


def shown_as(kind: str) -> str:
    """Return when the participant's side is shown a finding of that kind: own, disclosed or never."""
    return SHOWN.get(KINDS[kind].name, OWN)


def may_show(plan: PairPlan, kind: str) -> bool:
    """Say whether the participant's side may be shown a finding of this pair."""
    everything = plan.disclosed and all(place.disclosed for place in plan.places)
    return shown_as(kind) == DISCLOSED and everything


def known_targets(force: PairForce) -> list[int]:
    """Return the targets that the participant lawfully knows."""
    return [target for target in range(force.targets) if force.disclosed(target)]


def shown_ring(judged: PairJudged, force: PairForce) -> int | None:
    """Return the innermost ring around what he lawfully knows that he is believed to be in; none = outside.

    It follows disclosed targets only: a warning that fails because another ring is open would tell of it.
    """
    if not judged.binds:
        return None
    within = [
        ring
        for target in known_targets(force)
        for ring, near in enumerate(judged.nears[target])
        if near.verdict > 0
    ]
    return max(within, default=None)


def shown_distance(judged: PairJudged, force: PairForce, his: Track) -> int | None:
    """Return the distance of `his` place to the nearest target that he lawfully knows, cm; or none."""
    if not his.at_ms:
        return None
    found = []
    for target in known_targets(force):
        if target != PERSON:
            found.append(look_at_place(his, force.shapes[target - 1], force.parameters).distance_cm)
        elif judged.person_cm >= 0:
            found.append(judged.person_cm)
    return min(found, default=None)
