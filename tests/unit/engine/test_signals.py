"""Jamming and shielding: a loss is odd only where positions and contact are hardly ever lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.engine.coverage import Coverage, CoverageCell, cell_number
from tests.stories import HOME_LAT, HOME_LON
from tests.unit.engine.doubts import START, kinds, minutes, status, told

if TYPE_CHECKING:
    from korgoo.engine.rows import Body

NEVER_LOST = CoverageCell(cell_number(HOME_LAT, HOME_LON), 200, 20, 20)


def memory(**fields: int) -> tuple[int, Body]:
    cell = {name: getattr(NEVER_LOST, name) for name in NEVER_LOST.__struct_fields__} | fields
    return START - 500, Coverage("m", (CoverageCell(**cell),))


@pytest.mark.parametrize(
    ("cell", "opened"),
    [({}, True), ({"reports": 199}, False), ({"placeless_permille": 21}, False), ({"number": 1}, False)],
)
def test_a_lost_position_is_odd_only_where_it_is_never_lost(cell: dict[str, int], opened: bool) -> None:  # noqa: FBT001
    story = [*minutes(0, 3), *[status(n) for n in range(3, 30)]]
    assert ("signal.jammed opened" in kinds(told(memory(**cell), *story))) is opened
    assert "signal.jammed opened" not in kinds(told(*story)), "without a memory nothing is odd"


@pytest.mark.parametrize(
    ("charge", "cell", "opened"),
    [
        (80, {}, True),
        (10, {}, False),
        (11, {}, True),
        (None, {}, False),
        (80, {"silent_permille": 21}, False),
    ],
)
def test_a_silence_is_odd_only_with_charge_and_where_nobody_is_silent(
    charge: int | None,
    cell: dict[str, int],
    opened: bool,  # noqa: FBT001
) -> None:
    story = minutes(0, 3, battery_percent=charge)
    events = kinds(told(memory(**cell), *story, until=21), "signal.shielded")
    assert (events == ["signal.shielded opened"]) is opened


def test_a_battery_that_will_soon_be_empty_explains_a_silence() -> None:
    """From 24 % down to 15 % in half an hour: empty in less than an hour, so it is critical."""
    falling = [(t, b) for n in range(29) for t, b in minutes(n, n + 1, battery_percent=24 - n // 3)]
    events = kinds(told(memory(), *falling, until=20.6))
    assert events == ["battery.low opened", "battery.critical opened", "contact.lost opened"]


def test_a_charger_does_not_explain_a_silence_of_a_critical_charge() -> None:
    story = minutes(0, 3, battery_percent=10, charging=True)
    assert kinds(told(memory(), *story, until=21)) == ["contact.lost opened"]
