"""From the simulator's people to records: registered, ordered, signed, equipped, all by the real services."""

from __future__ import annotations

import json
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.devices.models import Device
from korgoo.devices.services import register_device
from korgoo.engine.plan import ZoneKind
from korgoo.orders.drafting import draft_order
from korgoo.orders.drafts import DAYS, Circle, ConditionDraft, DistanceDraft, OrderDraft, PlaceDraft
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.plan_document import name_zone
from korgoo.orders.signing import sign_order
from korgoo.people import services as people_services
from korgoo.people.models import Person
from korgoo.runtime.demo.card import DeviceKey
from korgoo.runtime.demo.speech import choose_speech
from korgoo.sim import people as sim
from korgoo.sim.people import Regime
from korgoo.sim.plane import to_e7
from korgoo.sim.town import TIME_ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from korgoo.accounts.models import Office, User
    from korgoo.orders.models import Order

AUTHORITY: Final = "Үлгү-Кала, вымышленный суд"
CURFEW: Final[dict[str, Any]] = {"days": list(DAYS), "from": "22:00", "to": "06:00"}
PROBATION_INTERVAL_S: Final = 180
"""Demanded of people on probation; their phones report each minute."""
PAIRED_INTERVAL_S: Final = 30
DISTANCE_M: Final = 200
WARNING_M: Final = 300
"""Nearer than the usual twice: the made-up town is small, and its people keep 400 m from such addresses."""
ADDRESS_RADIUS_M: Final = 50
KEY_OF: Final = MappingProxyType({ZoneKind.INCLUSION: "home", ZoneKind.EXCLUSION: "keep-out"})
"""The keys that the order form gives, so that it can show these orders again; nobody has two of a kind."""
_TERM: Final = timedelta(days=80)
_BEGAN: Final = timedelta(days=10)


class Terms(NamedTuple):
    """What all orders of the demonstration share."""

    office: Office
    officer: User
    now: datetime


def register_cast(people: Sequence[sim.Person], *, terms: Terms) -> list[DeviceKey]:
    """Register everybody and issue the devices; return what the devices need to speak."""
    by_id = {person.id: person for person in people}
    keys = []
    for person in people:
        if person.regime is Regime.PROTECTED:
            continue  # comes with the order that protects her
        partner = by_id.get(person.partner)
        keys += _enact(person, partner, terms)
    order = {person.id: number for number, person in enumerate(people)}
    return sorted(keys, key=lambda key: order[key.person])


def _enact(person: sim.Person, partner: sim.Person | None, terms: Terms) -> list[DeviceKey]:
    participant = _register(person, terms)
    protected = _register(partner, terms) if partner is not None else None
    order = draft_order(
        participant,
        draft=draft_of(person, now=terms.now),
        protected_person=protected,
        actor=terms.officer,
        now=terms.now,
    )
    sign_order(order, actor=terms.officer, now=terms.now)
    keys = [equip(order, participant, person=person, terms=terms)]
    if protected is not None and partner is not None:
        keys.append(equip(order, protected, person=partner, terms=terms))
    return keys


def _register(person: sim.Person, terms: Terms) -> Person:
    family, given, patronymic = person.name.split()
    protected = person.regime is Regime.PROTECTED
    details = people_services.PersonDetails(
        family_name=family,
        given_name=given,
        patronymic=patronymic,
        phone=f"+99600000{person.index % 10_000:04d}",  # 000: no operator has it
    )
    kind = Person.Kind.PROTECTED if protected else Person.Kind.PARTICIPANT
    return people_services.register_person(
        details, kind=kind, office=terms.office, actor=terms.officer, now=terms.now
    )


def draft_of(person: sim.Person, *, now: datetime) -> OrderDraft:
    """Return the order that binds a person of the simulator."""
    paired = person.regime is Regime.PROTECTION
    return OrderDraft(
        regime="kg.protection_order" if paired else "kg.probation_supervision",
        authority=AUTHORITY,
        number=f"{'ЗП' if paired else 'ПН'}-{person.index + 1:04d}",
        valid_from=now - _BEGAN,
        valid_until=now + _TERM,
        tz=TIME_ZONE,
        expected_interval_s=PAIRED_INTERVAL_S if paired else PROBATION_INTERVAL_S,
        conditions=tuple(_condition(duty, number) for number, duty in enumerate(person.duties, 1)),
        distance=_distance(person) if paired else None,
    )


def _distance(person: sim.Person) -> DistanceDraft:
    """Return the distance to keep from her, and from the address that his order names anyway."""
    lat_e7, lon_e7 = to_e7(person.avoid[0].centre)
    address = Circle(lat_e7=lat_e7, lon_e7=lon_e7, radius_m=ADDRESS_RADIUS_M)
    return DistanceDraft(
        key="distance",
        distance_m=DISTANCE_M,
        warning_m=WARNING_M,
        places=(PlaceDraft(key="place-1", name="адрес", circle=address, disclosed=True),),
        clause=str(len(person.duties) + 1),
    )


def _condition(duty: sim.Duty, number: int) -> ConditionDraft:
    lat_e7, lon_e7 = to_e7(duty.area.centre)
    round_area = not duty.area.ring
    return ConditionDraft(
        key=KEY_OF[duty.kind],
        zone=duty.kind.value,
        circle=Circle(lat_e7=lat_e7, lon_e7=lon_e7, radius_m=round(duty.area.radius)) if round_area else None,
        geometry=None if round_area else json.dumps(duty.area.plan_shape()["geometry"]),
        windows=(CURFEW,) if duty.at_night else (),
        clause=str(number),
    )


def equip(order: Order, who: Person, *, person: sim.Person, terms: Terms) -> DeviceKey:
    """Register a device, issue it under the order and return its key."""
    phone = person.device is sim.Device.PHONE
    device = register_device(
        f"DEMO-{person.index + 1:04d}",
        kind=Device.Kind.PHONE if phone else Device.Kind.BRACELET,
        model=person.device.value,
        office=terms.office,
        actor=terms.officer,
        now=terms.now,
    )
    issued = issue_device_under(order, device=device, person=who, actor=terms.officer, now=terms.now)
    return DeviceKey(
        person=person.id,
        speech=choose_speech(person),
        public_id=issued.secret.public_id,
        secret=issued.secret.secret,
        beacon=name_zone(order.pk, "home") if person.home_unit else "",
    )
