"""What is believed of a pair, made by hand for tests of its lane: an order, rings, both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.desk import Notes
from korgoo.engine.pairs.force import PairForce
from korgoo.engine.pairs.judged import Near, PairJudged
from korgoo.engine.pairs.track import Track
from korgoo.engine.parameters import Parameters
from tests.pairs import APART, order, pair_of
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, P2, at

if TYPE_CHECKING:
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.plan import PairPlan

P = Parameters()
NOW = at(14)
HOLD = 8 * MINUTE  # three intervals of a minute and five more
IN, OUT = Near(6_000, 1, 0, NOW - 60_000), Near(-6_000, -1, 0, NOW - 60_000)
UNKNOWN = Near()


def force(**fields: Any) -> PairForce:
    return PairForce(order(**fields), P, {}, {})


def judged(*targets: tuple[Near, ...], **fields: Any) -> PairJudged:
    """What is believed of each target's rings, under an order that binds."""
    nears = [[Near(*_values(near)) for near in nears] for nears in targets]
    return PairJudged(clock_ms=NOW, nears=nears, binds=True, **fields)


def _values(near: Near) -> tuple[int, int, int, int, tuple[int, int]]:
    return near.belief, near.verdict, near.turn_ms, near.side_ms, near.fixes


def sides(his_ms: int, her_ms: int) -> list[Track]:
    return [Track(his_ms, HOME_LAT, HOME_LON, 800), Track(her_ms, HOME_LAT, HOME_LON, 800)]


def pair_at(plan: PairPlan | None = None, *, heard: tuple[int, int] = (NOW, NOW)) -> tuple[Pair, Notes]:
    """A pair whose sides were heard then, and notes on it at 14:00."""
    _, pair, _ = pair_of(plan or order())
    for known, heard_ms in zip(pair.state.sides, heard, strict=True):
        known.heard_ms = heard_ms
    return pair, Notes(APART, pair.state.standing, at_ms=NOW, seq=9, findings=[], subject=P1, other=P2)
