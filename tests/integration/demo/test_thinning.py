"""What a thinned day still says."""

from __future__ import annotations

import numpy as np
import pytest

from korgoo.runtime.demo.cast import PAIRED_INTERVAL_S, PROBATION_INTERVAL_S
from korgoo.runtime.demo.telling import STEP_MS
from korgoo.runtime.demo.thinning import thin_table
from korgoo.sim.incidents import COMPLIANT, USUAL
from korgoo.sim.people import Person, Regime, make_people
from korgoo.sim.samples import Column, sample_day
from korgoo.sim.town import Town

TOWN = Town(1)
PEOPLE = make_people(TOWN, 30)
DAY = 20_778
GRACE_MS = 60_000


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_no_device_falls_silent_by_thinning(person: Person) -> None:
    thinned = thin_table(person, sample_day(TOWN, person, DAY, COMPLIANT))
    interval_s = PROBATION_INTERVAL_S if person.regime is Regime.PROBATION else PAIRED_INTERVAL_S
    allowed_ms = 2 * interval_s * 1000 + GRACE_MS - STEP_MS
    assert np.diff(np.sort(thinned[Column.RECEIVED])).max() < allowed_ms


def test_whatever_is_news_is_kept() -> None:
    for person in PEOPLE:
        whole = sample_day(TOWN, person, DAY, USUAL)
        thinned = thin_table(person, whole)
        for column in (Column.STRAP, Column.TETHER, Column.SOS, Column.CHARGING):
            assert changes(whole[column]) == changes(thinned[column])


def test_a_day_of_two_hundred_people_shrinks_to_a_fifth() -> None:
    tables = [(person, sample_day(TOWN, person, DAY, USUAL)) for person in PEOPLE]
    before = sum(table.shape[1] for _, table in tables)
    after = sum(thin_table(person, table).shape[1] for person, table in tables)
    assert after < before / 4


def test_a_device_that_was_off_all_day_has_nothing_to_thin() -> None:
    empty = sample_day(TOWN, PEOPLE[0], DAY, USUAL)[:, :0]
    assert thin_table(PEOPLE[0], empty).shape[1] == 0


def changes(values: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> list[int]:
    told = values.tolist()
    return [value for before, value in zip([None, *told], told, strict=False) if value != before]
