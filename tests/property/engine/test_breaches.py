"""What stands open about a zone: what says nothing new does not end it; what opens closes once or stands."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine.findings import KINDS, Closing, Event
from korgoo.engine.plan import Permit, ZoneKind
from tests.stories import HOUR, MINUTE, NIGHT, P1, at, circle, fix, judge, noise, plan, rows_of

if TYPE_CHECKING:
    from korgoo.engine.plan import Plan
    from korgoo.engine.rows import Body, Observation
    from tests.stories import Ledger

SCHOOL = circle("school", kind=ZoneKind.EXCLUSION, radius_m=80, east_m=400)
HOUSE = plan(circle(windows=(NIGHT,)), SCHOOL, circle("flat", radius_m=90))
OPEN = [("curfew.absent", "home"), ("zone.enter", "school"), ("zone.exit", "flat")]


def night(seed: int, *, minutes: int = 50) -> list[Observation]:
    """At home until the curfew, then into the forbidden school's yard, where he stays."""
    error, away = noise(seed), 10
    return [
        fix(at(21.9) + minute * MINUTE, (0.0 if minute < away else 400.0) + error(), error())
        for minute in range(minutes)
    ]


def standing(ledger: Ledger) -> list[tuple[str, str]]:
    return sorted((kind, condition) for condition, kind, _, until in ledger.intervals() if until is None)


def judged(seen: list[Observation], *plans: tuple[int, Plan]) -> Ledger:
    rows: list[tuple[int, Body]] = [(at(21.8), HOUSE), *plans, *((one.received_at_ms, one) for one in seen)]
    return judge(rows_of(P1, *sorted(rows, key=lambda row: row[0])))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    index=st.integers(0, 40),
    later_ms=st.integers(0, 50_000),
    stamped=st.booleans(),
)
def test_a_redundant_fix_never_turns_a_breach_into_compliance(
    seed: int, index: int, later_ms: int, *, stamped: bool
) -> None:
    """The same place once more: sent again as it was, or with the time at which it is sent."""
    seen = night(seed)
    again = seen[18 + index % (len(seen) - 18)]
    moment = again.received_at_ms + later_ms
    fixed = moment if stamped else again.fixed_at_ms
    extra = msgspec.structs.replace(again, fixed_at_ms=fixed, received_at_ms=moment)
    ledger = judged([*seen, extra])
    assert standing(ledger) == standing(judged(seen)) == OPEN
    assert Event.CLOSED not in {one.event for one in ledger.events if KINDS[one.kind].lane == "sorted"}


EDITS = {
    "version": st.text("abc", min_size=1, max_size=3),
    "expected_interval_ms": st.sampled_from([30_000, MINUTE, 2 * MINUTE]),
    "silence_grace_ms": st.sampled_from([MINUTE, 5 * MINUTE]),
    "tether_ms": st.sampled_from([0, 20 * HOUR]),
    "zones": st.permutations((*HOUSE.zones, circle("park", kind=ZoneKind.EXCLUSION, east_m=9_000))),
    "permits": st.sampled_from(
        [(), (Permit("a", "park", at(20), at(30)),), (Permit("b", "home", at(29), at(30)),)]
    ),
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(20, 48), st.fixed_dictionaries({}, optional=EDITS)), max_size=5))
def test_edits_of_an_order_in_mid_breach_close_and_clear_nothing(
    edits: list[tuple[int, dict[str, Any]]],
) -> None:
    """Whatever is amended but the zone itself, its times and his leave from it."""
    plans = []
    for minute, fields in edits:
        moment = at(21.9) + minute * MINUTE + 20_000
        changed = {name: tuple(value) if name == "zones" else value for name, value in fields.items()}
        plans.append((moment, msgspec.structs.replace(HOUSE, effective_from_ms=moment, **changed)))
    ledger = judged(night(1), *plans)
    assert standing(ledger) == OPEN
    told = [one.event for one in ledger.events if KINDS[one.kind].lane == "sorted"]
    assert told == [Event.OPENED] * 3, "nor is anything of it forgotten"


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(20, 48), *[st.tuples(st.integers(60, 120), st.integers(-20, 20))] * 3),
        max_size=4,
    ),
)
def test_a_zone_that_is_drawn_anew_in_mid_breach_closes_nothing_as_long_as_he_is_in_breach_of_it(
    edits: list[tuple[int, tuple[int, int], tuple[int, int], tuple[int, int]]],
) -> None:
    plans = []
    for minute, home, school, flat in edits:
        zones = (
            circle(windows=(NIGHT,), radius_m=home[0], east_m=home[1]),
            circle("school", kind=ZoneKind.EXCLUSION, radius_m=school[0], east_m=400 + school[1]),
            circle("flat", radius_m=flat[0], east_m=flat[1]),
        )
        moment = at(21.9) + minute * MINUTE + 20_000
        plans.append((moment, msgspec.structs.replace(HOUSE, effective_from_ms=moment, zones=zones)))
    ledger = judged(night(1, minutes=58), *plans)
    assert standing(ledger) == OPEN
    told = [one.event for one in ledger.events if KINDS[one.kind].lane == "sorted"]
    assert told.count(Event.OPENED) == len(OPEN)
    assert not {Event.CLOSED, Event.ANNULLED, Event.CORRECTED} & {*told}


@pytest.mark.parametrize("seed", range(12))
def test_what_opens_closes_once_or_stands(seed: int) -> None:
    """A day of walks in and out, lost hours, late uploads, tampers and an empty battery."""
    choose, error, seen = random.Random(seed), noise(seed), []
    east, silent = 0.0, 0
    for minute in range(0, 600, 2):
        if choose.random() < 0.05:
            east = choose.choice([0.0, 0.0, 200.0, 400.0, 5_000.0])
        if choose.random() < 0.02:
            silent = choose.choice([5, 30, 100])
        silent -= 2
        if silent > 0:
            continue
        said: dict[str, Any] = {"battery_percent": max(0, 90 - minute // 6)}
        if choose.random() < 0.02:
            said["strap"] = choose.choice([True, False])
        late_ms = choose.choice([0, 0, 0, 400_000])
        seen.append(fix(at(18) + minute * MINUTE, east + error(), error(), late_ms=late_ms, **said))
    seen.sort(key=lambda one: one.received_at_ms)
    rows = rows_of(P1, (at(17.9), HOUSE), *((one.received_at_ms, one) for one in seen))
    story: dict[str, list[Event]] = {}
    for finding in judge(rows, until_ms=at(30)).events:
        events = story.setdefault(finding.id, [])
        assert (finding.event is Event.OPENED) == (not events), "opened first, and once"
        assert Event.ANNULLED not in events, "nothing follows what never was"
        if events and events[-1] is Event.CLOSED:
            assert finding.event in {Event.CORRECTED, Event.ANNULLED}, "only later knowledge reopens"
        if KINDS[finding.kind].closing is Closing.NEVER:
            assert finding.until_ms is not None
        events.append(finding.event)
    assert len(story) > 3
