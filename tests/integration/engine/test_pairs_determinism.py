"""A pair is judged the same however its rows arrive, are cut up or are taken up again after a restart."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine.findings import KINDS, Closing, Event
from korgoo.engine.pairs import belief as beliefs
from korgoo.engine.pairs import lane, nearness
from korgoo.engine.pairs import pair as pairs
from korgoo.engine.pairs.track import spot_at_rest
from korgoo.engine.plan import Together
from korgoo.engine.shard import Shard
from korgoo.planning.instants import format_instant
from korgoo.planning.reading import read_document
from korgoo.replay.backtest import backtest
from korgoo.replay.findings_file import finding_line
from tests.pairs import APART, afternoon, live, numbered, order, place, with_masts
from tests.stories import HOUR, MINUTE, P1, P2, Ledger, at, fix, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from korgoo.engine.pairs.track import Spot, Track
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Body, Observation, Row

RINGS = {"proximity.warning", "proximity.breach", "proximity.emergency"}


def arriving(told: list[tuple[str, Observation]], sequence: list[int]) -> list[Row]:
    """The fixes received in that order, a second apart, after the last was taken."""
    start = max(seen.fixed_at_ms for _, seen in told) + 1000
    entries: list[tuple[int, str, Body]] = [(at(13.9), APART, order(places=(place(east_m=2_500),)))]
    for n, index in enumerate(sequence):
        key, seen = told[index]
        entries.append(
            (start + n * 1000, key, msgspec.structs.replace(seen, received_at_ms=start + n * 1000))
        )
    return numbered(entries)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False), st.sampled_from([3, 20, 300]))
def test_after_the_last_row_the_intervals_do_not_depend_on_the_order_of_arrival(
    seed: int, shuffle: random.Random, reach: int
) -> None:
    told = afternoon(seed, minutes=60)
    in_order = sorted(range(len(told)), key=lambda index: told[index][1].fixed_at_ms)
    mixed = sorted(in_order, key=lambda index: in_order.index(index) + shuffle.random() * reach)
    until = at(17)
    straight = judge(arriving(told, in_order), until_ms=until).intervals()
    assert judge(arriving(told, mixed), until_ms=until).intervals() == straight


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False), st.sampled_from([3, 20, 300]))
def test_what_rests_on_masts_does_not_depend_on_the_order_of_arrival(
    seed: int, shuffle: random.Random, reach: int
) -> None:
    told = with_masts(afternoon(seed, minutes=90), seed)
    in_order = sorted(range(len(told)), key=lambda index: told[index][1].fixed_at_ms)
    mixed = sorted(in_order, key=lambda index: in_order.index(index) + shuffle.random() * reach)
    until = at(17)
    straight = judge(arriving(told, in_order), until_ms=until).intervals()
    assert judge(arriving(told, mixed), until_ms=until).intervals() == straight


def test_a_restart_in_the_middle_of_a_rest_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    relied: list[int] = []

    def spot(track: Track, origin: tuple[int, int], at_ms: int, parameters: Parameters) -> Spot:
        relied.append(at_ms)
        return spot_at_rest(track, origin, at_ms, parameters)

    monkeypatch.setattr(nearness, "spot_at_rest", spot)
    calls = iter(range(10**9))

    def restart(shard: Shard, _row: Row) -> Shard:
        if next(calls) % 3:
            return shard
        again = Shard(shard.parameters, recall=shard.recall)
        again.restore(shard.snapshot())
        return again

    for seed in range(6):
        rows = live(with_masts(afternoon(seed), seed))
        assert judge(rows, before=restart).events == judge(rows).events
    assert len(relied) > 100, "else no rest was relied on"


def test_such_afternoons_hold_every_ring_every_event_and_probing() -> None:
    ledgers = [judge(live(afternoon(seed))) for seed in range(6)]
    kinds = {event.kind for ledger in ledgers for event in ledger.events}
    assert kinds >= RINGS | {"pair.probing", "pair.silent"}
    codes = {event.code.value for ledger in ledgers for event in ledger.events if event.kind in RINGS}
    assert codes >= {"approached", "receded", "reentered", "parted"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_ring_and_the_rows_settle_alike(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = random.Random(seed)
    told = [
        (key, msgspec.structs.replace(seen, received_at_ms=seen.fixed_at_ms + choose.choice([0, 0, 90_000])))
        for key, seen in afternoon(seed)
    ]
    by_ring = judge(live(told), until_ms=at(17))
    settled: list[bool] = []
    within = pairs.Pair.within_ring

    def count(pair: pairs.Pair) -> bool:
        settled.append(within(pair))
        return False

    monkeypatch.setattr(pairs.Pair, "within_ring", count)
    by_rows = judge(live(told), until_ms=at(17))
    assert sum(settled) > 20, "else no late fix was settled from the ring"
    assert by_rows.intervals() == by_ring.intervals()


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("every", [13, 40])
def test_a_restart_from_a_snapshot_at_any_point_changes_nothing(seed: int, every: int) -> None:
    rows = live(
        afternoon(seed),
        (at(14.5), APART, Together("hearing", at(14.6), at(15))),
        (at(15.2), APART, order(400, version="2", effective_from_ms=at(15.2))),
    )
    calls = iter(range(10**9))

    def restart(shard: Shard, _row: Row) -> Shard:
        if next(calls) % every:
            return shard
        again = Shard(shard.parameters, recall=shard.recall)
        again.restore(shard.snapshot())
        return again

    assert judge(rows, before=restart).events == judge(rows).events


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pairs of people as FIXES.csv, some of it late."""
    path = tmp_path_factory.mktemp("pairs") / "fixes.csv"
    choose, lines = random.Random(9), list[str]()
    for n in range(3):
        for key, seen in afternoon(n):
            assert seen.lat_e7 is not None
            assert seen.lon_e7 is not None
            name = f"{'he' if key == P1 else 'she'}{n}"
            late_s = choose.choice([0, 0, 1, 70, 1800])
            cells = (name, iso(seen.fixed_at_ms), seen.lat_e7 / 1e7, seen.lon_e7 / 1e7, 8, "gps")
            lines.append(",".join(map(str, (*cells, iso(seen.fixed_at_ms + late_s * 1000)))))
    header = "person_id,time_utc_iso,lat,lon,accuracy_m,source,received_at"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def iso(moment_ms: int) -> str:
    """Return a moment as FIXES.csv writes it."""
    return format_instant(moment_ms)


def lines_of(recording: Path, *, batch: int, shards: int) -> list[str]:
    """Return FINDINGS.jsonl of a backtest."""
    people = [{"id": f"{who}{n}"} for n in range(3) for who in ("he", "she")]
    named = [
        {"id": f"pair{n}", "participant": f"he{n}", "protected": f"she{n}", "distance_m": 300}
        for n in range(3)
    ]
    raw = msgspec.json.encode({"tz": "Asia/Bishkek", "subjects": people, "pairs": named})
    return [finding_line(f) for f in backtest(read_document(raw), recording, batch=batch, shards=shards)]


def test_batches_and_shards_change_no_byte_of_a_backtest(recording: Path) -> None:
    lines = lines_of(recording, batch=2_000, shards=1)
    assert sum('"kind":"proximity.breach"' in line for line in lines) > 5
    assert sum('"retrospective"' in line or '"live":false' in line for line in lines) > 0
    for batch, shards in ((1, 1), (7, 3), (2_000, 5)):
        assert lines_of(recording, batch=batch, shards=shards) == lines


@pytest.mark.parametrize("seed", range(4))
def test_it_does_not_matter_who_of_the_two_moves(seed: int) -> None:
    told = afternoon(seed)
    other = {P1: P2, P2: P1}
    straight = judge(rings_only(told)).events
    swapped = judge(rings_only([(other[key], seen) for key, seen in told])).events

    def seen_of(ledger: list[object]) -> list[object]:
        return [
            (f.event, f.kind, f.at_ms, f.since_ms, f.until_ms, f.code, f.confidence, f.params)  # type: ignore[attr-defined]
            for f in ledger
            if f.kind in RINGS  # type: ignore[attr-defined]
        ]

    assert seen_of([*straight]) == seen_of([*swapped])
    assert len(seen_of([*straight])) > 3


def rings_only(told: list[tuple[str, Observation]]) -> list[Row]:
    """The rows under an order without places: those are hers alone."""
    plan: tuple[int, str, Body] = (at(13.9), APART, order())
    return numbered([plan, *((seen.received_at_ms, key, seen) for key, seen in told)])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 40), st.integers(1, 30_000))
def test_a_redundant_fix_never_turns_a_breach_into_compliance(seed: int, index: int, later_ms: int) -> None:
    told = breach(seed)
    key, seen = told[20 + index % (len(told) - 20)]
    again = msgspec.structs.replace(
        seen, fixed_at_ms=seen.fixed_at_ms + later_ms, received_at_ms=seen.received_at_ms + later_ms
    )
    for extra in (again, msgspec.structs.replace(seen, received_at_ms=seen.received_at_ms + later_ms)):
        ledger = judge(rings_only([*told, (key, extra)]))
        assert [row[1] for row in ledger.intervals() if row[3] is None and row[1] in RINGS] == [
            row[1] for row in judge(rings_only(told)).intervals() if row[3] is None and row[1] in RINGS
        ]
        assert "receded" not in {f.code.value for f in ledger.events}


def breach(seed: int, *, minutes: int = 40) -> list[tuple[str, Observation]]:
    """He comes within 60 m of her and stays."""
    choose = random.Random(seed)
    told = []
    for minute in range(minutes):
        for key, east, offset_s in ((P1, max(60.0, 1_000 - 100 * minute), 0), (P2, 0.0, 30)):
            moment = at(14) + minute * MINUTE + offset_s * 1000
            told.append((key, fix(moment, east + choose.gauss(0, 6), choose.gauss(0, 6))))
    return told


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(16, 38),
            st.fixed_dictionaries(
                {},
                optional={
                    "reaction_ms": st.integers(0, 900_000),
                    "clause": st.text(max_size=5),
                    "places": st.sampled_from([(), (place(east_m=5_000),), (place("flat", east_m=7_000),)]),
                    "contacts": st.sampled_from([(), ("tag",)]),
                    "intervals_ms": st.sampled_from([(MINUTE, MINUTE), (30_000, 2 * MINUTE)]),
                    "disclosed": st.booleans(),
                    "warning_cm": st.sampled_from([60_000, 90_000]),
                    "distance_cm": st.sampled_from([30_000, 20_000]),
                },
            ),
        ),
        max_size=4,
    )
)
def test_edits_of_the_order_in_mid_breach_close_and_clear_nothing(
    edits: list[tuple[int, dict[str, Any]]],
) -> None:
    told = breach(1)
    plans: list[tuple[int, str, Body]] = [
        (
            at(14) + minute * MINUTE + 10_000,
            APART,
            order(version=str(n), effective_from_ms=at(14) + minute * MINUTE + 10_000, **fields),
        )
        for n, (minute, fields) in enumerate(edits, 2)
    ]
    entries: list[tuple[int, str, Body]] = [(at(13.9), APART, order())]
    entries += [*plans, *((seen.received_at_ms, key, seen) for key, seen in told)]
    ledger = judge(numbered(entries))
    assert {row[1] for row in ledger.intervals() if row[3] is None} == RINGS
    assert Event.CLOSED not in {f.event for f in ledger.events if f.kind in RINGS}
    assert sum(f.event is Event.OPENED and f.kind in RINGS for f in ledger.events) == 3


@pytest.mark.parametrize("seed", range(5))
def test_what_opens_closes_once_or_stands(seed: int) -> None:
    choose = random.Random(seed)
    told = [
        (key, msgspec.structs.replace(seen, received_at_ms=seen.fixed_at_ms + choose.choice([0, 0, 400_000])))
        for key, seen in afternoon(seed)
    ]
    together = (at(14.5), APART, Together("hearing", at(14.6), at(15)))
    ledger: Ledger = judge(live(told, together), until_ms=at(16) + HOUR)
    ends: dict[str, list[Event]] = {}
    for finding in ledger.events:
        events = ends.setdefault(finding.id, [])
        assert (finding.event is Event.OPENED) == (not events), "opened first, and once"
        assert not {Event.ANNULLED} & {*events}, "nothing follows what never was"
        if events and events[-1] is Event.CLOSED:
            assert finding.event in {Event.CORRECTED, Event.ANNULLED}, "only later knowledge reopens"
        events.append(finding.event)
        if KINDS[finding.kind].closing is Closing.NEVER:
            assert finding.until_ms is not None
    numbers = {(f.id, f.number) for f in ledger.events}
    assert len(numbers) == len(ledger.events)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_passed_over_for_speed_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = live(afternoon(seed))
    states: list[bytes] = []

    def keep(shard: Shard, _row: Row) -> Shard:
        states.append(b"".join(packed for _, packed in shard.pairs.pack()))
        return shard

    quick = judge(rows, before=keep)
    passed, looked = list[bool](), list[bool]()
    settled, parted = beliefs.is_settled, lane._parted_all_along

    def see_all(known: list[bool], ask: Callable[..., bool]) -> Callable[..., bool]:
        def never(*given: Any) -> bool:
            known.append(ask(*given))
            return False

        return never

    monkeypatch.setattr(lane, "is_settled", see_all(passed, settled))
    monkeypatch.setattr(lane, "_parted_all_along", see_all(looked, parted))
    quick_states, states[:] = [*states], []
    assert judge(rows, before=keep).events == quick.events
    assert states == quick_states
    assert sum(passed) > 100
    assert sum(looked) > 20
