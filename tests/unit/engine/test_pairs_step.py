"""One pair, one row: plans that come late, rows that reach into the past, tampers that are told later."""

from __future__ import annotations

from typing import Any

from korgoo.engine.findings import Event, Finding
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Together
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Body, Inspection, Observation, person_key
from korgoo.engine.shard import Shard
from tests.pairs import APART, numbered, order
from tests.stories import HOUR, MINUTE, P1, P2, Ledger, at, fix, judge

Entry = tuple[int, str, Body]


def stay(first: float, last: float, east_m: float, *, every_ms: int = MINUTE) -> list[Entry]:
    """He stays so far east of her, and both report."""
    return [
        (moment + late, key, fix(moment + late, metres))
        for moment in range(at(first), at(last), every_ms)
        for key, metres, late in ((P1, east_m, 0), (P2, 0.0, 20_000))
    ]


def judged(*entries: Entry, until: float = 16, refusals: bool = False) -> Ledger:
    """Judge these rows with clock marks."""
    return judge(numbered(entries), until_ms=at(until), refusals=refusals)


def rings(ledger: Ledger) -> set[str]:
    """Return which rings stand open."""
    return {kind.partition(".")[2] for _, kind, _, until in ledger.intervals() if until is None}


def test_an_order_that_takes_effect_in_the_past_is_judged_from_then_on() -> None:
    ledger = judged(*stay(14, 15, 100), (at(14.5), APART, order(effective_from_ms=at(14.25))))
    assert rings(ledger) == {"warning", "breach", "emergency"}
    assert {row[2] for row in ledger.intervals()} <= {at(14.25) + n * 20_000 for n in range(7)}


def test_a_version_for_the_past_is_judged_from_then_on() -> None:
    wider = order(500, version="2", effective_from_ms=at(14.25))
    ledger = judged((at(13.9), APART, order(100)), *stay(14, 15, 400), (at(14.5), APART, wider))
    assert rings(ledger) == {"warning", "breach"}
    assert min(row[2] for row in ledger.intervals()) < at(14.4)


def test_what_was_before_the_order_is_not_judged() -> None:
    entries = [*stay(13, 14, 100), *stay(14, 15, 5_000)]
    assert not judged(*entries, (at(14.5), APART, order(effective_from_ms=at(14.25)))).intervals()


def test_a_plan_that_names_other_people_is_refused_and_the_first_stays() -> None:
    stranger = order(version="2", protected=person_key("p9"))
    rows = ((at(13.9), APART, order()), (at(13.95), APART, stranger), *stay(14, 14.5, 100))
    ledger = judged(*rows, refusals=True)
    assert ledger.told("system.refused") == [("opened", "system.refused")]
    assert ledger.events[0].params["error"] == "OtherPeopleError"
    assert rings(ledger) == {"warning", "breach", "emergency"}


def test_a_row_together_still_frees_after_the_past_was_judged_from_the_rows() -> None:
    stored = [
        (at(14.9), P1, fix(moment, 5_000, late_ms=at(14.9) - moment)) for moment in (at(13.95), at(13.96))
    ]
    later: Entry = (at(15.2), APART, Together("hearing", at(15.3), at(15.6)))
    ledger = judged((at(13.9), APART, order()), *stay(14, 15.5, 100), *stored, later, until=15.4)
    assert rings(ledger) == set()
    ends = [f for f in ledger.events if f.event is Event.CLOSED and f.kind.startswith("proximity.")]
    assert {f.code.value for f in ends} == {"together"}


def tamper(moment: int, received: int) -> Entry:
    """The strap is cut, told when there is a network again."""
    return received, P1, Observation(moment, received, device="b", strap=False)


def test_a_tamper_that_is_told_later_was_near_if_they_were_near_then() -> None:
    before: list[Entry] = [(at(13.9), APART, order()), *stay(14, 14.3, 450), *stay(14.3, 15.5, 9_000)]
    late = judged(*before, tamper(at(14.2), at(15.4)))
    assert [f.since_ms for f in late.events if f.kind == "pair.tamper"] == [at(14.2)]
    assert not judged(*before, tamper(at(15.2), at(15.4))).told("pair.tamper")


def test_a_tamper_that_latches_does_not_keep_the_clock_busy_after_the_order() -> None:
    plan = order(effective_until_ms=at(14.5))
    rows = numbered([(at(13.9), APART, plan), *stay(14, 14.4, 100), tamper(at(14.3), at(14.3) + 1)])
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    found: list[Finding] = []
    for row in rows:
        found += shard.advance(row.log_at_ms - 1)
        found += shard.feed([row])
    found += shard.advance(at(15))
    assert shard.pairs.pairs[APART].state.standing.keys() == {"pair.tamper"}
    assert shard.pairs.pairs[APART].wake_ms == 0
    found = shard.feed(numbered([(at(15.1), P1, Inspection(1, at(15)))]))
    assert [(f.kind, f.event) for f in found if f.kind == "pair.tamper"] == [("pair.tamper", Event.CLOSED)]


def test_each_side_falls_silent_by_itself_also_beside_a_latched_tamper() -> None:
    plan = order(effective_until_ms=at(20))
    hers: list[Entry] = [(m, P2, fix(m)) for m in range(at(14.4), at(15), MINUTE)]
    ledger = judged((at(13.99), APART, plan), *stay(14, 14.4, 100), tamper(at(14.3), at(14.3) + 1), *hers)
    silent = [f for f in ledger.events if f.kind == "pair.silent" and f.event is Event.OPENED]
    assert [f.params["side"] for f in silent] == ["participant", "protected"]
    assert all(f.params["priority"] == 1 for f in silent[:1])
    assert silent[1].at_ms < at(15.1)


def test_a_silent_side_leaves_the_distance_unknown_however_often_the_other_speaks() -> None:
    his: list[Entry] = [
        (m, P1, fix(m, 100 if m < at(14.55) else 9_000)) for m in range(at(14.4), at(15.4), 30_000)
    ]
    ledger = judged((at(13.9), APART, order()), *stay(14, 14.4, 100), *his, until=15.4)
    assert rings(ledger) == {"warning", "breach", "emergency"}, "she may have gone with him"
    codes = [f.code.value for f in ledger.events if f.kind.startswith("proximity.")]
    assert codes == ["approached"] * 3 + ["cannot_tell"] * 3


def test_an_upload_of_a_day_is_settled_once_and_says_so_once() -> None:
    stored: list[Any] = [
        (at(20) + 1_000 + n, P1, fix(moment, 100, late_ms=at(20) + 1_000 + n - moment))
        for n, moment in enumerate(range(at(14), at(15), MINUTE))
    ]
    hers: list[Entry] = [(m, P2, fix(m)) for m in range(at(13.9), at(20), MINUTE)]
    away: list[Entry] = [(m, P1, fix(m, 9_000)) for m in range(at(15), at(19), MINUTE)]
    ledger = judged((at(13.8), APART, order()), *hers, *away, *stored, until=20.1)
    opened = [f for f in ledger.events if f.kind == "proximity.breach"]
    assert [(f.event.value, f.live) for f in opened] == [("opened", False), ("closed", False)]
    assert opened[0].since_ms < at(14) + HOUR / 6


def test_three_entries_are_told_once_however_long_he_stays_away_afterwards() -> None:
    visits = [entry for n in range(3) for entry in (*stay(14 + n / 3, 14.1 + n / 3, 450),)]
    away = [entry for n in range(3) for entry in stay(14.1 + n / 3, 14.3 + n / 3, 2_000)]
    ledger = judged((at(13.99), APART, order()), *visits, *away, *stay(15, 18.5, 2_000), until=18.5)
    assert [f.params["times"] for f in ledger.events if f.kind == "pair.probing"] == [3]


def test_who_was_there_before_the_order_bound_has_not_entered() -> None:
    handovers = tuple(Together(f"{n}", at(14.2 + n / 3), at(14.4 + n / 3)) for n in range(3))
    ledger = judged((at(13.99), APART, order(together=handovers)), *stay(14, 15.4, 450), until=15.4)
    assert ledger.told("proximity.warning").count(("opened", "proximity.warning")) == 4
    assert not ledger.told("pair.probing")
