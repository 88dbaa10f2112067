"""A city as files: PLAN, FIXES, TRUTH and a line that says how they were made."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.sim.befalling import tell_lived
from korgoo.sim.cohort import coverage_facts, deed_facts, movement_facts, pairs_of
from korgoo.sim.days import live_day
from korgoo.sim.files import FIXES_HEADER, plan_document
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.lines import fact_line, fix_lines
from korgoo.sim.people import make_people
from korgoo.sim.signals import Signals
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from korgoo.sim.carriers import Noise
    from korgoo.sim.days import Day
    from korgoo.sim.facts import Fact
    from korgoo.sim.incidents import Conduct

PLAN, FIXES, TRUTH, README = "plan.json", "fixes.csv", "truth.jsonl", "README.md"
_PART: Final = ".part"


class Order(NamedTuple):
    """What is to be made."""

    people: int
    first_day: int
    days: int
    seed: int
    conduct: Conduct
    noise: Noise
    pairs: bool


class Made(NamedTuple):
    """What was made: messages, facts, processor seconds of making the messages, digest of the fixes."""

    fixes: int
    facts: int
    cpu_s: float
    sha256: str


def export_city(
    order: Order, out: Path, *, told_by: str, clock: Callable[[], float] = time.process_time
) -> Made:
    """Write a city into a directory; each file appears whole or not at all.

    `told_by` is the line for README.md. `clock` measures, and decides nothing.

    Raises:
        OSError: something could not be written.
    """
    town = Town(order.seed)
    people = make_people(town, order.people)
    pairs = pairs_of(people)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / PLAN, json.dumps(plan_document(people, pairs if order.pairs else ()), indent=1) + "\n")
    lives: list[list[Day]] = [[] for _ in people]
    deeds: list[Fact] = []
    digest, fixes, cpu_s = hashlib.sha256(), 0, 0.0
    part = out / (FIXES + _PART)
    with part.open("wb") as file:
        _put(file, digest, [FIXES_HEADER + "\n"])
        for day in range(order.first_day, order.first_day + order.days):
            begun = clock()
            lived = [live_day(town, person, day, order.conduct) for person in people]
            tables = [tell_lived(town, one, order.conduct, order.noise) for one in lived]
            cpu_s += clock() - begun
            begins_ms = day_begins_ms(day)
            for life, one, table in zip(lives, lived, tables, strict=True):
                life.append(one)
                deeds += deed_facts(one, order.conduct, Signals(one.person.id, begins_ms, table))
            fixes += sum(table.shape[1] for table in tables)
            _put(file, digest, fix_lines(people, tables, begins_ms=begins_ms))
    part.rename(out / FIXES)
    facts = [*deeds, *movement_facts(people, lives)]
    if order.conduct.deaf_places:
        facts += coverage_facts(town)
    truth = out / (TRUTH + _PART)
    with truth.open("wb") as file:
        file.writelines(map(fact_line, facts))
    truth.rename(out / TRUTH)
    _write(out / README, told_by)
    return Made(fixes, len(facts), cpu_s, digest.hexdigest())


def _put(file: Any, digest: Any, lines: Any) -> None:  # noqa: ANN401 - a binary file, a hash, texts
    data = "".join(lines).encode()
    digest.update(data)
    file.write(data)


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + _PART)
    part.write_text(text, encoding="utf-8")
    part.rename(path)
