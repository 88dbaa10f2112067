"""Devices in every kind of trouble at random: clocks, made-up places, motion, radio, tether, words.

For tests which hold that the quiet path, a batch, a shard or a restart changes nothing.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from korgoo.engine.coverage import Coverage, CoverageCell, cell_number
from korgoo.engine.plan import Permit, ZoneKind
from korgoo.engine.rows import SYSTEM_KEY, Inspection, Kind, Motion, Observation, Row, Source, Suspension
from tests.stories import HOME_LAT, HOME_LON, MINUTE, NIGHT, P1, at, circle, fix, kind_of, noise, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.engine.rows import Body

TROUBLES = (
    *("none", "none", "none", "still", "ride", "stale", "set back", "again back", "minutes", "ahead", "mock"),
    *(
        "cell",
        "frozen",
        "jump",
        "radio",
        "still jump",
        "words",
        "unworn",
        "silent",
        "placeless",
        "slow clock",
    ),
)
WORDS = (
    (("alarm", "poweron"),),
    (("alarm", "jamming,sos"),),
    (("android.loc", "-1"),),
    (("android.loc", "0"),),
    (("permission.location", "whenInUse"),),
    (("iOS.locationManagerAuthorizationStatus", "kCLAuthorizationStatusAuthorizedAlways"),),
    (("alarm", ""), ("conn", "w")),
    (("batt", "low"), ("note", "x" * 300)),
)
HERE = CoverageCell(cell_number(HOME_LAT, HOME_LON), 5000, 3, 2)


def house(seed: int, **fields: Any) -> Body:
    """A home with curfew, a flat, a school; every second one expects a tether, every third ends early."""
    more: dict[str, Any] = {"tether_ms": 45_000} if seed % 2 else {}
    if seed % 3 == 0:
        more["effective_until_ms"] = at(23.5)
    zones = (
        circle(windows=(NIGHT,)),
        circle("school", kind=ZoneKind.EXCLUSION, radius_m=60, east_m=200),
        circle("flat", radius_m=90),
    )
    return plan(*zones, **{**more, **fields})


def troubled(seed: int, *, minutes: int = 200, every_ms: int = 30_000) -> list[tuple[int, Body]]:
    """Return (log time, body) of an evening in which one trouble follows the other, in log order."""
    choose = random.Random(seed)
    device = _Device(choose, noise(seed))
    bodies: list[tuple[int, Body]] = [(at(20.9), house(seed))]
    bodies.append((at(21.2), Permit("surgery", "", at(21.5), at(21.5 + choose.random()))))
    if seed % 2 == 0:
        bodies.append((at(21.52), fix(at(21.52), device="b1", strap=False)))
    bodies.append((at(22.6), Inspection(1, at(22.5))))
    bodies.append((at(22.8), Suspension(1, at(23), at(23.1))))
    trouble, until, east = "none", 0, 0.0
    troubles = [name for name in TROUBLES if name != "unworn" or seed % 4 == 1]  # what latches is never quiet
    for n in range(minutes * MINUTE // every_ms):
        now = at(21) + n * every_ms + choose.randrange(1500)
        if n >= until:
            calm = trouble != "none" and choose.random() < 0.7
            trouble, until = "none" if calm else choose.choice(troubles), n + choose.choice([3, 8, 20, 40])
            east = choose.choice([0.0, 0.0, 0.0, 150.0, 700.0, 30_000.0])
        seen = device.tell(trouble, now, east if trouble != "frozen" else east + 40 * n)
        if seen is None:
            continue
        bodies.append((seen.received_at_ms, seen))
        if choose.random() < 0.05:  # sent again, for want of an acknowledgement
            bodies.append(_again(seen, choose.choice([300, 12_000, 70_000])))
    bodies.sort(key=lambda pair: pair[0])
    return bodies


class _Device:
    """What one device says, trouble by trouble."""

    def __init__(self, choose: random.Random, error: Callable[[], float]) -> None:
        self.choose, self.error = choose, error

    def tell(self, trouble: str, now: int, east: float) -> Observation | None:
        """Return what it says at that moment; none = nothing."""
        if trouble == "silent":
            return None
        choose = self.choose
        told: dict[str, Any] = {"device": choose.choice(["b1", "b1", "b1", "b2"]), "tether": True}
        told |= self._sensors(trouble)
        if choose.random() < 0.1:
            told["battery_percent"] = choose.randrange(5, 100)
        fixed, late = self._clock(trouble, now)
        seen = fix(fixed, self._place(trouble, east) + self.error(), self.error(), late_ms=late, **told)
        if trouble == "placeless" or choose.random() < 0.03:
            bare = {"lat_e7": None, "lon_e7": None, "accuracy_cm": None, "source": None}
            return Observation(**{f: bare.get(f, getattr(seen, f)) for f in seen.__struct_fields__})
        return seen

    def _clock(self, trouble: str, now: int) -> tuple[int, int]:
        """Return what the device's clock shows and how much later, by that clock, the message arrives."""
        backs = {
            "set back": 7_200_000,
            "again back": 400_000 + (now // 30_000 % 100) * 60_000,
            "slow clock": 190_000 + (now - at(21)) // 10,
            "minutes": now % MINUTE,
            "ahead": -90_000,
        }
        if trouble in backs:
            return now - backs[trouble], backs[trouble]
        return now, self.choose.choice([200_000, 400_000, 3_600_000] if trouble == "stale" else [0, 0, 900])

    def _place(self, trouble: str, east: float) -> float:
        beside = {"cell": [0, 60_000], "jump": [0, 0, 90_000], "still jump": [0, 800]}
        if trouble == "frozen":
            return self.choose.choice([50_000.0, east])
        return east + self.choose.choice(beside.get(trouble, [0]))

    def _sensors(self, trouble: str) -> dict[str, Any]:
        choose = self.choose
        said: dict[str, dict[str, Any]] = {
            "still": {"motion": Motion.STILL},
            "still jump": {"motion": Motion.STILL},
            "ride": {"motion": choose.choice([Motion.VEHICLE, Motion.VEHICLE, None])},
            "mock": {"mock": True},
            "cell": {"source": Source.CELL, "accuracy_cm": 250_000},
            "frozen": choose.choice([{"source": Source.NETWORK, "accuracy_cm": 3000}, {}]),
            "radio": {"beacon": choose.choice(["home", "flat", "nobody's"])},
            "words": {"extras": choose.choice(WORDS)},
            "unworn": {
                "skin": choose.random() < 0.2,
                "motion": Motion.WALKING,
                "strap": choose.random() < 0.7,
            },
        }
        return said.get(trouble, {})


def _again(seen: Observation, after_ms: int) -> tuple[int, Observation]:
    received = seen.received_at_ms + after_ms
    fields = {f: getattr(seen, f) for f in seen.__struct_fields__}
    return received, Observation(**{**fields, "received_at_ms": received})


def troubled_rows(seed: int, *, minutes: int = 200, every_ms: int = 30_000) -> list[Row]:
    """The evening as rows, a coverage memory that knows home before it, numbered from 1."""
    bodies = troubled(seed, minutes=minutes, every_ms=every_ms)
    coverage = Row(1, bodies[0][0], Kind.COVERAGE, SYSTEM_KEY, Coverage("2026-05", (HERE,)))
    rows = [Row(n, log, kind_of(body), P1, body) for n, (log, body) in enumerate(bodies, 2)]
    return [coverage, *rows]
