"""Daily life in the town: homes, work, shops, walks, bus and car, with or without incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from korgoo.sim.befalling import tell_lived
from korgoo.sim.carriers import Noise
from korgoo.sim.cohort import coverage_facts, deed_facts, movement_facts, pairs_of
from korgoo.sim.days import live_day
from korgoo.sim.files import subject_of
from korgoo.sim.incidents import COMPLIANT
from korgoo.sim.itinerary import DAY_MS, day_begins_ms
from korgoo.sim.people import Regime, make_people
from korgoo.sim.samples import Column, Table
from korgoo.sim.signals import Signals
from korgoo.sim.stages.scenario import Scenario
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.days import Day
    from korgoo.sim.facts import Fact
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person

FIRST_DAY = 20_454
"""Thursday 2026-01-01, from 04:00 local time."""


def daily(
    seed: int,
    *,
    people: int = 20,
    days: int = 2,
    radius_m: float | None = None,
    always: bool = False,
    with_pairs: bool = False,
    only_pairs: bool = False,
    interval_s: float | None = None,
    first_day: int = FIRST_DAY,
    conduct: Conduct = COMPLIANT,
    noise: Noise = Noise.FIRST,
) -> Scenario:
    """Return some days of people on probation, with crossings, nights and deeds as facts.

    `radius_m` gives every home zone that radius; `always` lets it bind day and night, so that every leaving
    is a true exit; `interval_s` lets every device report so often. `with_pairs` takes the whole cohort, of
    whom every ninth and tenth are a pair that may meet by chance (`Meeting` facts); else they are left out.
    `only_pairs` takes those alone.
    """
    town = Town(seed)
    if only_pairs:
        cohort = _paired(town, people)
    else:
        cohort = make_people(town, people) if with_pairs else _alone(town, people)
    chosen = [_changed(p, radius_m, always=always, interval_s=interval_s) for p in cohort]
    numbers = range(first_day, first_day + days)
    lives = [[live_day(town, person, day, conduct) for day in numbers] for person in chosen]
    signals = [recorded(town, life, conduct, noise=noise) for life in lives]
    facts: list[Fact] = [*movement_facts(chosen, lives)]
    for life, told in zip(lives, signals, strict=True):
        for day in life:
            facts += deed_facts(day, conduct, told)
    if conduct.deaf_places:
        facts += coverage_facts(town)
    return Scenario(
        name="daily",
        signals=tuple(signals),
        subjects=tuple(subject_of(person) for person in chosen),
        facts=tuple(facts),
        monitored_ms=people * days * DAY_MS,
        pairs=tuple(pairs_of(chosen)),
        knobs={"seed": seed, "people": people, "days": days, "radius_m": radius_m, "noise": noise},
    )


def recorded(town: Town, life: Sequence[Day], conduct: Conduct, *, noise: Noise = Noise.FIRST) -> Signals:
    """Return what one person's device told on several days in a row."""
    first, person = life[0].number, life[0].person
    tables = [_later(tell_lived(town, day, conduct, noise), day.number - first) for day in life]
    joined = np.concatenate(tables, axis=1)
    joined[Column.COUNTER] = np.arange(joined.shape[1])
    return Signals(person.id, day_begins_ms(first), joined, person.home_unit)


def _later(table: Table, days: int) -> Table:
    table[[Column.FIXED, Column.RECEIVED]] += np.int32(days * DAY_MS)
    return table


def _alone(town: Town, count: int) -> list[Person]:
    people = make_people(town, count + count // 2 + 10)
    return [person for person in people if person.regime is Regime.PROBATION][:count]


def _paired(town: Town, count: int) -> list[Person]:
    people = make_people(town, (count + 1) // 2 * 10)
    return [person for person in people if person.regime is not Regime.PROBATION][:count]


def _changed(person: Person, radius_m: float | None, *, always: bool, interval_s: float | None) -> Person:
    duties = tuple(
        duty._replace(area=duty.area._replace(radius=radius_m or duty.area.radius), at_night=not always)
        if duty.at_night
        else duty
        for duty in person.duties
    )
    interval_ms = person.interval_ms if interval_s is None else round(interval_s * 1000)
    return msgspec.structs.replace(person, duties=duties, interval_ms=interval_ms)
