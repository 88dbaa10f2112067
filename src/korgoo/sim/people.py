"""The people of the town: who they are, where they live, what binds them and what they carry.

Person number i is a function of (seed, i) alone: a larger cohort begins with the smaller one. Of every
ten, the ninth is a participant of a protection order and the tenth the person it protects.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from korgoo.engine.plan import ZoneKind
from korgoo.sim.areas import Area
from korgoo.sim.chance import Quantiles, happens, key_of, pick, unit
from korgoo.sim.names import is_woman, made_up_name
from korgoo.sim.plane import square

if TYPE_CHECKING:
    from korgoo.sim.town import Place, Town

PHONE_INTERVAL_MS: Final = 60_000
PAIRED_INTERVAL_MS: Final = 15_000
HOME_RADII_M: Final = (50, 50, 75, 100)
PROTECTED_RADIUS_M: Final = 200
CURFEW_FROM_S: Final = 22 * 3600
CURFEW_TO_S: Final = 6 * 3600
DAILY_REACH_M: Final = Quantiles((0, 300), (0.5, 1_400), (1, 3_500))
KEEP_AWAY_M: Final = 200.0
"""Nobody lives, works or shops nearer than this to the edge of an area he must keep out of."""


class Regime(StrEnum):
    """Kind of order."""

    PROBATION = "probation"
    PROTECTION = "protection"
    PROTECTED = "protected"


class Device(StrEnum):
    """What is carried. A bracelet is tethered to its phone by radio; a GPS bracelet is one piece."""

    PHONE = "phone"
    PHONE_AND_BRACELET = "phone+bracelet"
    GPS_BRACELET = "gps-bracelet"


PROBATION_DEVICES: Final = (
    (Device.PHONE,) * 13 + (Device.PHONE_AND_BRACELET,) * 5 + (Device.GPS_BRACELET,) * 2
)
"""What people on probation carry, in shares of twenty."""


class Duty(NamedTuple):
    """One zone of an order. `at_night` binds from 22:00 to 06:00 local time, else always."""

    id: str
    kind: ZoneKind
    area: Area
    at_night: bool


class Person(msgspec.Struct, frozen=True):
    """One made-up person. `key` is the root of everything random about him."""

    index: int
    id: str
    key: int
    name: str
    regime: Regime
    device: Device
    interval_ms: int
    home: Place
    work: Place | None
    friend: Place
    shops: tuple[Place, ...]
    has_car: bool
    home_unit: str
    duties: tuple[Duty, ...]
    partner: str = ""

    @property
    def avoid(self) -> tuple[Area, ...]:
        """The areas that this person must keep out of."""
        return tuple(duty.area for duty in self.duties if duty.kind is ZoneKind.EXCLUSION)


def person_id(index: int) -> str:
    """Return the id of a person by number."""
    return f"p{index + 1:04d}"


def make_people(town: Town, count: int) -> list[Person]:
    """Return the first `count` people of the town."""
    return [make_person(town, index) for index in range(count)]


def make_person(town: Town, index: int) -> Person:
    """Return one person of the town by number."""
    key = key_of(town.seed, "person", index)
    regime = _regime(index)
    device = _device(key, regime)
    duties_away = _exclusions(town, index, key)
    avoid = tuple(duty.area for duty in duties_away)
    home = _home(town, index, avoid)
    worker = happens(key_of(key, "worker"), 0.7)
    shops = sorted(_allowed(town.shops, avoid), key=lambda shop: square(shop.point, home.point))[:4]
    paired = regime is not Regime.PROBATION
    return Person(
        index=index,
        id=person_id(index),
        key=key,
        name=made_up_name(
            key, woman=is_woman(key, {Regime.PROTECTION: 0.0, Regime.PROTECTED: 1.0}.get(regime, 0.2))
        ),
        regime=regime,
        device=device,
        interval_ms=PAIRED_INTERVAL_MS if paired else PHONE_INTERVAL_MS,
        home=home,
        work=_within_reach(key_of(key, "work"), _allowed(town.works, avoid), home) if worker else None,
        friend=_within_reach(key_of(key, "friend"), _allowed(town.houses, avoid), home),
        shops=tuple(shops),
        has_car=happens(key_of(key, "car"), 0.35),
        home_unit=f"hu-{index + 1:04d}"
        if regime is Regime.PROBATION and happens(key_of(key, "unit"), 0.2)
        else "",
        duties=(*_curfew(key, regime, home), *duties_away),
        partner=person_id(index + {Regime.PROTECTION: 1, Regime.PROTECTED: -1}[regime]) if paired else "",
    )


def _regime(index: int) -> Regime:
    return {8: Regime.PROTECTION, 9: Regime.PROTECTED}.get(index % 10, Regime.PROBATION)


def _device(key: int, regime: Regime) -> Device:
    if regime is Regime.PROTECTED:
        return Device.PHONE
    if regime is Regime.PROTECTION:
        return pick(key_of(key, "device"), (Device.GPS_BRACELET, Device.PHONE_AND_BRACELET))
    return pick(key_of(key, "device"), PROBATION_DEVICES)


def _exclusions(town: Town, index: int, key: int) -> tuple[Duty, ...]:
    """A named area for three in ten on probation; her home for the participant of a protection order."""
    regime = _regime(index)
    if regime is Regime.PROTECTION:
        protected = _home(town, index + 1, ())
        area = Area(f"address-{person_id(index + 1)}", protected.point, PROTECTED_RADIUS_M)
        return (Duty("away", ZoneKind.EXCLUSION, area, at_night=False),)
    if regime is Regime.PROTECTED or not happens(key_of(key, "exclusion"), 0.3):
        return ()
    area = pick(key_of(key, "which area"), town.areas)
    return (Duty(area.id, ZoneKind.EXCLUSION, area, at_night=False),)


def _curfew(key: int, regime: Regime, home: Place) -> tuple[Duty, ...]:
    if regime is not Regime.PROBATION:
        return ()
    area = Area(f"home-{home.id}", home.point, pick(key_of(key, "radius"), HOME_RADII_M))
    return (Duty("home", ZoneKind.INCLUSION, area, at_night=True),)


def _home(town: Town, index: int, avoid: tuple[Area, ...]) -> Place:
    return pick(key_of(town.seed, "home", index), _allowed(town.houses, avoid))


def _allowed(places: tuple[Place, ...], avoid: tuple[Area, ...]) -> tuple[Place, ...]:
    if not avoid:
        return places
    return tuple(
        place for place in places if not any(area.is_near(place.point, KEEP_AWAY_M) for area in avoid)
    )


def _within_reach(key: int, places: tuple[Place, ...], home: Place) -> Place:
    """Return a place about as far from home as people of a small town go, and not home itself."""
    wanted = DAILY_REACH_M.at(unit(key))
    square_of_wanted = wanted * wanted
    offered = [pick(key, places, index=number) for number in range(1, 9)]
    elsewhere = [place for place in offered if place.id != home.id and place.point != home.point] or [
        place for place in places if place.point != home.point
    ]
    return min(elsewhere, key=lambda place: abs(square(place.point, home.point) - square_of_wanted))
