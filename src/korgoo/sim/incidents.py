"""What does not go as the order asks, or as the device should: deliberate events with their exact times.

A day's incidents are drawn from (person, day) by rates, or written into a script for a demo or a test. At
most one of each group a day: where he goes, what becomes of the messages, what the device tells.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.engine.plan import ZoneKind
from korgoo.sim.chance import Quantiles, between, happens, key_of, unit
from korgoo.sim.itinerary import day_number, local_ms
from korgoo.sim.people import Device, Regime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.sim.people import Person

_HOUR_S: Final = 3600
GAP_BLOCKS: Final = 6
GAP_MINUTES: Final = Quantiles((0, 10), (0.48, 30), (0.69, 60), (1, 240))
"""Lengths of silences over 10 min and under 4 h (noise.md, "Silence": 762, 328 and 487 of them)."""


class Incident(StrEnum):
    """Kinds of incident. The text is what the truth file says."""

    CURFEW_BREACH = "curfew.breach"  # leaves home in the night and comes back
    LATE_HOME = "late.home"  # is not home when the curfew begins
    EXCLUSION_ENTRY = "exclusion.entry"
    PHONE_OFF = "phone.off"  # nothing is recorded and nothing sent
    DEAD_ZONE = "dead.zone"  # recorded, sent late, in order
    SHUFFLED_UPLOAD = "shuffled.upload"  # recorded, sent late, out of order
    STRAP_CUT = "strap.cut"  # from the cut until a technician has mended it
    TETHER_LOSS = "tether.loss"  # goes out and leaves the phone at home
    SOS = "sos"
    CHARGE_FORGOTTEN = "charge.forgotten"  # not charged this evening: flat the next morning
    BATTERY_FLAT = "battery.flat"  # follows from a forgotten charge: the device is dead


MOVING: Final = (Incident.CURFEW_BREACH, Incident.LATE_HOME, Incident.EXCLUSION_ENTRY, Incident.TETHER_LOSS)
SENDING: Final = (Incident.PHONE_OFF, Incident.DEAD_ZONE, Incident.SHUFFLED_UPLOAD)
TELLING: Final = (Incident.STRAP_CUT, Incident.SOS)
UNTETHERED: Final = (*MOVING[:3],)
"""Moves that the device makes too; in a tether loss it stays at home."""


class Event(NamedTuple):
    """One incident of one person; its times bound the deed, not the crossing of a zone's edge."""

    person: str
    kind: Incident
    begin_ms: int
    end_ms: int
    zone: str = ""


class Conduct(NamedTuple):
    """How people behave: incidents per person-day of those whom the kind concerns, and a script beside.

    `gaps_per_day` are further silences (half of them uploaded late), spread over day and night.
    """

    rates: Mapping[Incident, float]
    script: tuple[Event, ...] = ()
    gaps_per_day: float = 0.0


USUAL: Final = Conduct(
    {
        Incident.CURFEW_BREACH: 0.03,
        Incident.LATE_HOME: 0.03,
        Incident.EXCLUSION_ENTRY: 0.04,
        Incident.TETHER_LOSS: 0.02,
        Incident.PHONE_OFF: 0.03,
        Incident.DEAD_ZONE: 0.04,
        Incident.SHUFFLED_UPLOAD: 0.01,
        Incident.STRAP_CUT: 0.015,
        Incident.SOS: 0.01,
        Incident.CHARGE_FORGOTTEN: 0.03,
    }
)
"""A lively demo: chosen to show every kind within a day or two of 200 people, not measured."""

COMPLIANT: Final = Conduct({})
"""Nobody does anything wrong and every device works: whatever is found then is a false alarm."""

FIELD: Final = Conduct({}, gaps_per_day=2.2)
"""Devices that nobody looks after: silences of 10 min to 4 h as often as measured (noise.md, "Silence")."""


def concerns(kind: Incident, person: Person) -> bool:
    """Tell whether the kind can happen to this person."""
    has_curfew = any(duty.at_night for duty in person.duties)
    match kind:
        case Incident.CURFEW_BREACH | Incident.LATE_HOME:
            return has_curfew
        case Incident.EXCLUSION_ENTRY:
            return bool(person.avoid)
        case Incident.TETHER_LOSS:
            return person.device is Device.PHONE_AND_BRACELET and person.regime is not Regime.PROTECTED
        case Incident.STRAP_CUT:
            return person.device is not Device.PHONE
        case _:
            return True


def events_of(person: Person, day: int, conduct: Conduct) -> list[Event]:
    """Return the events that begin on one simulated day, in order of their beginning.

    Scripted events replace drawn ones: a person with a script for the day does that and nothing else.
    """
    scripted = [e for e in conduct.script if e.person == person.id and day_number(e.begin_ms) == day]
    if scripted:
        return sorted(scripted, key=lambda event: (event.begin_ms, event.kind))
    groups = [MOVING, (Incident.CHARGE_FORGOTTEN,)]
    if not _drawn(person, day - 1, (Incident.CHARGE_FORGOTTEN,), conduct):
        groups += [SENDING, TELLING]
    drawn = [event for group in groups if (event := _drawn(person, day, group, conduct))]
    silent = [event for event in drawn if event.kind in SENDING]
    silent += _gaps(person, day, conduct.gaps_per_day)
    kept = [
        e for e in drawn if e.kind not in SENDING and (e.kind not in TELLING or not _is_silent(e, silent))
    ]
    kept += silent
    return sorted(kept, key=lambda event: (event.begin_ms, event.kind))


def forgot_to_charge(person: Person, day: int, conduct: Conduct) -> bool:
    """Tell whether the phone was not charged in the evening of a day."""
    return any(event.kind is Incident.CHARGE_FORGOTTEN for event in events_of(person, day, conduct))


def _is_silent(event: Event, silent: list[Event]) -> bool:
    return any(event.begin_ms < gap.end_ms and gap.begin_ms < event.end_ms for gap in silent)


def _gaps(person: Person, day: int, per_day: float) -> list[Event]:
    """At most one beginning in each four hours from 04:00, the last early enough to end on the same day."""
    if not per_day:
        return []
    gaps = []
    for block in range(GAP_BLOCKS):
        key = key_of(person.key, "gap", day, block)
        if unit(key) * GAP_BLOCKS >= per_day:
            continue
        kind = Incident.PHONE_OFF if happens(key, 0.5, index=1) else Incident.DEAD_ZONE
        begin_ms = local_ms(day, (4 + 4 * block) * _HOUR_S + between(key, 0, 3 * _HOUR_S, index=2))
        end_ms = begin_ms + int(GAP_MINUTES.at(unit(key, 3)) * 60_000)
        gaps.append(Event(person.id, kind, begin_ms, min(end_ms, local_ms(day, 27 * _HOUR_S))))
    return gaps


def _drawn(person: Person, day: int, group: tuple[Incident, ...], conduct: Conduct) -> Event | None:
    key = key_of(person.key, "incident", day)
    for kind in group:
        drawn = unit(key_of(key, kind)) < conduct.rates.get(kind, 0.0)
        if drawn and concerns(kind, person):
            return _event(person, day, kind, key_of(key, kind, "when"))
    return None


def _event(person: Person, day: int, kind: Incident, key: int) -> Event:
    begin_s, length_s = _when(kind, key)
    zone = {Incident.CURFEW_BREACH: "home", Incident.LATE_HOME: "home"}.get(kind, "")
    if kind is Incident.EXCLUSION_ENTRY:
        zone = next(duty.id for duty in person.duties if duty.kind is ZoneKind.EXCLUSION)
    begin_ms = local_ms(day, begin_s) + between(key, 0, 999, index=2)
    return Event(person.id, kind, begin_ms, begin_ms + length_s * 1000, zone)


def _when(kind: Incident, key: int) -> tuple[int, int]:
    """Return when an incident begins, in seconds after local midnight, and how long it lasts."""
    first, last, shortest, longest = {
        Incident.CURFEW_BREACH: (22 * _HOUR_S + 1800, 25 * _HOUR_S, 2400, 5400),
        Incident.LATE_HOME: (20 * _HOUR_S + 900, 20 * _HOUR_S + 2700, 6600, 11_000),
        Incident.EXCLUSION_ENTRY: (16 * _HOUR_S, 20 * _HOUR_S, 900, 2700),
        Incident.TETHER_LOSS: (17 * _HOUR_S, 24 * _HOUR_S, 1800, 5400),
        Incident.STRAP_CUT: (8 * _HOUR_S, 22 * _HOUR_S, 7200, 14_400),
        Incident.SOS: (8 * _HOUR_S, 25 * _HOUR_S, 600, 1800),
        Incident.CHARGE_FORGOTTEN: (21 * _HOUR_S, 21 * _HOUR_S + 1800, 10 * _HOUR_S, 12 * _HOUR_S),
    }.get(kind, (6 * _HOUR_S, 22 * _HOUR_S, 0, 0))
    length = between(key, shortest, longest, index=1)
    if kind in SENDING:
        length = int(GAP_MINUTES.at(unit(key, 1)) * 60)
    return between(key, first, last), length
