"""The score as a text table: a row a line, ours first, each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.sim.score.catalogue import target_of
from korgoo.sim.score.judges import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.sim.score.catalogue import Row
    from korgoo.sim.score.programme import Estimates
    from korgoo.sim.score.tally import Estimate


def table_of(estimates: Estimates, rows: Iterable[Row]) -> str:
    """Return the table as Markdown: one block for each set of judges."""
    blocks: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        own = estimates.get(row.name)
        if own is None:
            continue
        judges = tuple(own)
        lines = blocks.setdefault(
            judges, [_line(["row", "unit", "target", *judges]), _line(["---"] * (len(judges) + 3))]
        )
        aim = target_of(row, own)
        target = "" if aim is None else f"{'<=' if row.better == 'lower' else '>='} {_number(aim)}"
        lines.append(_line([row.name, row.unit, target, *(_cell(own[judge], judge) for judge in judges)]))
    return "\n\n".join("\n".join(lines) for lines in blocks.values())


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(told: Estimate, judge: str) -> str:
    if told.value is None:
        return "-"
    text = _number(told.value)
    if told.low is not None and told.high is not None:
        text += f" [{_number(told.low)}, {_number(told.high)}]"
    return f"**{text}**" if judge == OURS else text


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 1000:  # noqa: PLR2004 - four digits are enough to compare
        return f"{value:.0f}"
    return f"{value:.3g}"
