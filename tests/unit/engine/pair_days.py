"""A pair's day, row by row: what is told, when the clock looks, and how often old rows are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.episodes import amend
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Body, Row
from korgoo.engine.shard import Shard
from tests.pairs import APART, order
from tests.stories import MINUTE, P1, P2, at, fix, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.plan import PairPlan


class Day:
    """A pair that is told rows one by one and looked at by the clock; it counts who asked for old rows."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.found: list[Finding] = []
        self.recalled = 0
        self.shard = Shard(Parameters(), recall=self._recall, recall_pair=self._recall_pair)

    def _recall(self, _key: str, _until_seq: int) -> Recalled:
        return Recalled([], [])

    def _recall_pair(self, _key: str, _people: Sequence[str], _until_seq: int) -> Recalled:
        self.recalled += 1
        return Recalled(list(self.rows), amend((), self.found, APART))

    @property
    def pair(self) -> Pair:
        return self.shard.pairs.pairs[APART]

    def tell(self, at_ms: int, body: Body, key: str = APART) -> list[Finding]:
        """Tell one row; what it concludes of the pair is returned."""
        row = Row(len(self.rows) + 1, at_ms, kind_of(body), key, body)
        self.rows.append(row)
        return self._keep(self.shard.feed([row]))

    def meet(self, *moments: int, metres: float = 100) -> list[Finding]:
        """Both say where they are, so far apart, at these moments."""
        return [f for m in moments for f in (*self._here(m, P1, metres), *self._here(m, P2, 0))]

    def _here(self, at_ms: int, key: str, metres: float) -> list[Finding]:
        return self.tell(at_ms, fix(at_ms, metres), key)

    def look(self, at_ms: int) -> list[Finding]:
        """The clock looks at the pair, due or not."""
        found: list[Finding] = []
        self.shard.pairs.mark(APART, at_ms, found, [])
        return self._keep(found)

    def _keep(self, findings: list[Finding]) -> list[Finding]:
        assert not [f for f in findings if f.kind == "system.refused"]
        self.found += findings
        return [f for f in findings if f.condition == "apart" and f.kind != "pair.silent"]


def now(distance_m: int = 300, **fields: Any) -> PairPlan:
    """The order as it is told at 13:00, for from then on."""
    return order(distance_m, **{"effective_from_ms": at(13), **fields})


def of(*orders: PairPlan, told_at: float = 13) -> Day:
    """A day whose pair has been told these orders, one after the other in that minute."""
    day = Day()
    for number, plan in enumerate(orders):
        day.tell(at(told_at) + number * 1000, plan)
    assert not day.found
    return day


def minutes(first: float, count: int) -> list[int]:
    return [at(first) + n * MINUTE for n in range(count)]
