"""Plays recordings into a demonstration: each recorded person becomes a demo person with an order of his own.

The order is made around the recording's places: stay within the circle of the first stay, keep out of the
farthest place. The recording's time is shifted so that it plays now, at the clock's speed.
"""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta
from math import cos, hypot, radians
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from django.db import transaction

from korgoo.accounts.models import Office, User
from korgoo.accounts.permissions import Role
from korgoo.devices.models import Device
from korgoo.devices.services import register_device
from korgoo.engine.plan import ZoneKind
from korgoo.orders.drafting import draft_order
from korgoo.orders.drafts import Circle, ConditionDraft, OrderDraft
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import from_ms
from korgoo.people.models import Person
from korgoo.people.services import PersonDetails, register_person
from korgoo.runtime.demo.card import DeviceKey
from korgoo.runtime.demo.cast import AUTHORITY, KEY_OF
from korgoo.runtime.demo.recordings import shift
from korgoo.runtime.demo.speech import KORGOO_JSON, OWNTRACKS
from korgoo.sim.town import TIME_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.rows import Observation
    from korgoo.runtime.demo.recordings import Recordings

HOME_RADIUS_M: Final = 150
AWAY_RADIUS_M: Final = 200
FAR_M: Final = 1_000.0
"""Only a place at least so far from home is worth a second zone."""
STAY_MS: Final = 5 * 60_000
LEAD_MS: Final = 3_000
"""Real time between the orders and the first fix, so that the gateway knows the devices."""
_E7_M: Final = 0.0111132
"""Metres in 1e-7 degrees of latitude."""
_INTERVALS_S: Final = (15, 3_600)


class Place(NamedTuple):
    """A place of a recording, 1e-7 degrees."""

    lat_e7: int
    lon_e7: int


class Player(NamedTuple):
    """A recorded person as he is played."""

    name: str
    key: DeviceKey
    seen: tuple[Observation, ...]


def find_places(seen: Sequence[Observation]) -> tuple[Place, Place | None]:
    """Return where the first stay was (else the first position), and the farthest place if it is far.

    Raises:
        ValueError: there is no position.
    """
    placed = [(one, Place(one.lat_e7, one.lon_e7 or 0)) for one in seen if one.lat_e7 is not None]
    if not placed:
        raise ValueError("a recording without a position has no places")
    home = placed[0][1]
    start = 0
    for number, (one, place) in enumerate(placed):
        if measure_m(placed[start][1], place) > HOME_RADIUS_M:
            start = number
        elif one.fixed_at_ms - placed[start][0].fixed_at_ms >= STAY_MS:
            stay = [place for _, place in placed[start : number + 1]]
            home = Place(round(median(p.lat_e7 for p in stay)), round(median(p.lon_e7 for p in stay)))
            break
    farthest = max((place for _, place in placed), key=lambda place: measure_m(home, place))
    return home, farthest if measure_m(home, farthest) >= FAR_M else None


def measure_m(one: Place, other: Place) -> float:
    """Return about how many metres lie between two places: good enough to choose zones by."""
    north = (other.lat_e7 - one.lat_e7) * _E7_M
    east = (other.lon_e7 - one.lon_e7) * _E7_M * cos(radians(one.lat_e7 / 1e7))
    return hypot(north, east)


def find_interval_s(seen: Sequence[Observation]) -> int:
    """Return the interval at which the recording reports, within what orders allow."""
    times = [one.fixed_at_ms for one in seen]
    gaps = [after - before for before, after in itertools.pairwise(times) if after > before]
    shortest, longest = _INTERVALS_S
    return min(max(round(median(gaps) / 1000) if gaps else 60, shortest), longest)


def enrol(recordings: Recordings, *, owntracks: bool, now_ms: int) -> list[Player]:
    """Register a demo person with order and device for each recorded one, in one transaction."""
    officer = User.objects.get(role=Role.PROBATION_OFFICER)
    office = Office.objects.filter(agency__code="demo").latest("pk")
    batch = secrets.token_hex(3)
    players = []
    with transaction.atomic():
        for number, (name, seen) in enumerate(sorted(recordings.items()), 1):
            mark = f"{batch}-{number}"
            key = _enrol_one(seen, mark=mark, name=name, office=office, officer=officer, now_ms=now_ms)
            speech = OWNTRACKS if owntracks else KORGOO_JSON
            players.append(Player(name, DeviceKey(name, speech, *key), tuple(seen)))
    return players


def _enrol_one(
    seen: Sequence[Observation], *, mark: str, name: str, office: Office, officer: User, now_ms: int
) -> tuple[str, str]:
    now = from_ms(now_ms)
    person = register_person(
        PersonDetails(family_name="Запись", given_name=name[:60] or mark),
        kind=Person.Kind.PARTICIPANT,
        office=office,
        actor=officer,
        now=now,
    )
    draft = OrderDraft(
        regime="kg.probation_supervision",
        authority=AUTHORITY,
        number=f"ЗАП-{mark}",
        valid_from=now - timedelta(hours=1),
        valid_until=now + timedelta(days=30),
        tz=TIME_ZONE,
        expected_interval_s=find_interval_s(seen),
        conditions=_conditions(seen),
    )
    order = draft_order(person, draft=draft, actor=officer, now=now)
    sign_order(order, actor=officer, now=now)
    device = register_device(
        f"REC-{mark}", kind=Device.Kind.PHONE, model="recording", office=office, actor=officer, now=now
    )
    issued = issue_device_under(order, device=device, person=person, actor=officer, now=now)
    return issued.secret.public_id, issued.secret.secret


def _conditions(seen: Sequence[Observation]) -> tuple[ConditionDraft, ...]:
    home, away = find_places(seen)
    conditions = [_condition(KEY_OF[ZoneKind.INCLUSION], "inclusion", home, HOME_RADIUS_M)]
    if away is not None:
        conditions.append(_condition(KEY_OF[ZoneKind.EXCLUSION], "exclusion", away, AWAY_RADIUS_M))
    return tuple(conditions)


def _condition(key: str, zone: str, place: Place, radius_m: int) -> ConditionDraft:
    circle = Circle(lat_e7=place.lat_e7, lon_e7=place.lon_e7, radius_m=radius_m)
    return ConditionDraft(key=key, zone=zone, circle=circle)


def told_from(players: Sequence[Player], *, begin_ms: int) -> Iterator[tuple[int, DeviceKey, Observation]]:
    """Yield (number, key, observation) in the order of reception; nothing was made before `begin_ms`."""
    by_ms = begin_ms - min(
        min(one.fixed_at_ms, one.received_at_ms) for player in players for one in player.seen
    )
    merged = sorted(
        (one.received_at_ms, number, position)
        for number, player in enumerate(players)
        for position, one in enumerate(player.seen)
    )
    counter = secrets.randbelow(1 << 30) << 20
    for place, (_, number, position) in enumerate(merged):
        seen = shift(players[number].seen[position], by_ms=by_ms)
        if seen.counter is None:
            seen = msgspec.structs.replace(seen, counter=counter + place)
        yield number, players[number].key, seen
