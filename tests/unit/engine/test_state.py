"""Snapshots: what was packed is what there was, and it stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine.coverage import Coverage
from korgoo.engine.pairs.state import PairState
from korgoo.engine.parameters import Parameters, digest
from korgoo.engine.plan import Disc, Permit, Plan, Zone, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Observation, Row
from korgoo.engine.shard import Shard
from korgoo.engine.starts import Start
from korgoo.engine.state import PersonState, pack_state, unpack_state
from tests.stories import FRAME, MINUTE, NIGHT, P1, at, circle, fix, kind_of, plan, rows_of, with_marks

if TYPE_CHECKING:
    from collections.abc import Iterator


def polygon(name: str, corners: int) -> Zone:
    ring = tuple((n * 100, (n * n) % 7000) for n in range(corners))
    wide = Disc(0, 0, 10**6)
    return Zone(name, ZoneKind.EXCLUSION, FRAME, wide, Disc(0, 0, 0), ((ring,),), (NIGHT,))


def busy() -> Shard:
    """A person with five zones (two polygons), permits, open findings and a full ring."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    zones = (circle(windows=(NIGHT,)), circle("work", east_m=900), circle("school", kind=ZoneKind.EXCLUSION))
    order = plan(
        *zones, polygon("a", 32), polygon("b", 32), utc_offsets=tuple((n * 10**9, 21_600) for n in range(80))
    )
    bodies: list[tuple[int, object]] = [(at(20), order)]
    bodies += [(at(20) + n, Permit(f"permit-{n}", "home", at(n), at(n + 1))) for n in range(8)]
    for n in range(200):
        t = at(20) + MINUTE * n
        bodies.append((t, fix(t, (n % 70) * 30, battery_percent=100 - n // 2, strap=n < 150, sos=n == 60)))
    rows = with_marks(rows_of(P1, *bodies), every_ms=MINUTE // 2)  # type: ignore[arg-type]
    shard.feed(rows)
    return shard


def test_a_snapshot_is_the_state_and_fits_eight_kilobytes() -> None:
    shard = busy()
    state = shard.subjects[P1].state
    packed = pack_state(state)
    assert unpack_state(packed) == state
    assert pack_state(unpack_state(packed)) == packed
    assert {"sos", "tamper.strap", "battery.low"} <= set(state.standing)
    assert len(state.recorded) > 3
    assert len(packed) < 8 * 1024, f"{len(packed)} bytes"


def test_a_snapshot_of_another_engine_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        unpack_state(msgspec.msgpack.encode(["person:p1", 5]))


def test_a_fresh_state_survives() -> None:
    assert unpack_state(pack_state(PersonState("person:x"))) == PersonState("person:x")


def test_of_64_messages_none_is_taken_twice() -> None:
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    start = at(20)
    presses = [Observation(start + n, start + n, sos=True, counter=n) for n in range(65)]
    rows = rows_of(P1, (start, plan(circle())), *((p.received_at_ms, p) for p in presses))
    assert len(shard.feed(rows)) == 65

    def again(seq: int, n: int) -> int:
        body = msgspec.structs.replace(presses[n], received_at_ms=start + 10_000)
        return len(shard.feed([Row(seq, start + 10_000, kind_of(body), P1, body)]))

    assert [again(100, 64), again(101, 1)] == [0, 0], "the newest and the oldest of the last 64"
    assert again(102, 0) == 1, "one that is older is taken for a new one"


def test_a_parameter_set_is_named_by_its_content() -> None:
    assert digest(Parameters()) == digest(Parameters())
    assert digest(Parameters()) != digest(Parameters(cap_mn=7999))
    assert all(isinstance(value, int) for value in msgspec.structs.astuple(Parameters()))


def structs_in(kind: Any) -> Iterator[msgspec.inspect.StructType]:
    """Yield every struct that a type holds, however deep."""
    if isinstance(kind, msgspec.inspect.StructType):
        yield kind
    for name in getattr(kind, "__struct_fields__", ()):
        held = getattr(kind, name)
        for part in held if isinstance(held, tuple) else (held,):
            yield from structs_in(part.type if isinstance(part, msgspec.inspect.Field) else part)


@pytest.mark.parametrize(
    ("kind", "among"),
    [
        (PersonState, {"Clock", "Recorded", "ZoneBelief", "Judged", "Checkpoint", "Permit"}),
        (PairState, {"Clock", "Recorded", "PairJudged", "SideState", "Track", "Near", "Together"}),
        (Plan, {"Zone", "Disc", "Frame", "Window", "Permit"}),
        (Coverage, {"Coverage", "CoverageCell"}),
        (Start, {"Reading", "Clock"}),
    ],
)
def test_nothing_that_is_packed_repeats_the_names_of_its_fields(kind: type, among: set[str]) -> None:
    """Bytes are kept by the million: arrays, whose fields have places. Only evidence is as others read it."""
    held = {struct.cls.__name__: struct.array_like for struct in structs_in(msgspec.inspect.type_info(kind))}
    assert among <= set(held)
    assert {name for name, array_like in held.items() if not array_like} <= {"Evidence"}
