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
from korgoo.sim.pacing import PACES_A_DAY
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
    POWER_LOST = "power.lost"  # as switched off, but nobody meant it: one of `gaps_per_day`
    DEAD_ZONE = "dead.zone"  # recorded, sent late, in order
    SHUFFLED_UPLOAD = "shuffled.upload"  # recorded, sent late, out of order
    STRAP_CUT = "strap.cut"  # from the cut until a technician has mended it
    TETHER_LOSS = "tether.loss"  # goes out and leaves the phone at home
    SOS = "sos"
    CHARGE_FORGOTTEN = "charge.forgotten"  # not charged this evening: flat the next morning
    BATTERY_FLAT = "battery.flat"  # follows from a forgotten charge: the device is dead
    APPROACH = "approach"  # goes to where the person is whom he must keep away from
    SPOOFING = "spoofing"  # goes out while a transmitter says that he is at home
    MOCKING = "mocking"  # goes out while an app says that he is at home
    JAMMING = "jamming"  # goes out and keeps gps away
    SHIELDING = "shielding"  # goes out with the device wrapped in foil
    CASE_OPEN = "case.open"
    SKIN_LOST = "skin.lost"
    PERMISSION_DENIED = "permission.denied"
    RESTART = "restart"
    FROZEN = "frozen"  # a stale place is told again and again
    STRAP_FLICKER = "strap.flicker"  # one message says open, the next closed
    CLOCK_BACK = "clock.back"
    CLOCK_FORWARD = "clock.forward"
    CLOCK_MINUTES = "clock.minutes"  # whole minutes only
    CLOCK_DRIFT = "clock.drift"


HIDING: Final = (Incident.SPOOFING, Incident.MOCKING, Incident.JAMMING, Incident.SHIELDING)
MOVING: Final = (
    Incident.CURFEW_BREACH,
    Incident.LATE_HOME,
    Incident.EXCLUSION_ENTRY,
    Incident.TETHER_LOSS,
    Incident.APPROACH,
    *HIDING,
)
SENDING: Final = (Incident.PHONE_OFF, Incident.DEAD_ZONE, Incident.SHUFFLED_UPLOAD)
TELLING: Final = (
    Incident.STRAP_CUT,
    Incident.SOS,
    Incident.CASE_OPEN,
    Incident.SKIN_LOST,
    Incident.PERMISSION_DENIED,
    Incident.RESTART,
    Incident.FROZEN,
    Incident.STRAP_FLICKER,
)
CLOCKS: Final = (
    Incident.CLOCK_BACK,
    Incident.CLOCK_FORWARD,
    Incident.CLOCK_MINUTES,
    Incident.CLOCK_DRIFT,
)
UNTETHERED: Final = tuple(kind for kind in MOVING if kind is not Incident.TETHER_LOSS)
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

    `gaps_per_day` are further silences (half of them uploaded late), spread over day and night. With
    `deaf_places` some of the town's buildings lose the sky or the network (`Town.deaf`). So often a day
    (`paces_per_day`) people walk on the spot, and where that is not 0, some work on their feet (`pacing`).
    """

    rates: Mapping[Incident, float]
    script: tuple[Event, ...] = ()
    gaps_per_day: float = 0.0
    deaf_places: bool = False
    paces_per_day: float = 0.0


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

ACTIVE: Final = COMPLIANT._replace(paces_per_day=PACES_A_DAY)
"""As `COMPLIANT`, of people whose sensors say walking now and then where they stay."""

CITY: Final = Conduct(
    {
        **USUAL.rates,
        Incident.APPROACH: 0.08,
        Incident.SPOOFING: 0.006,
        Incident.MOCKING: 0.008,
        Incident.JAMMING: 0.008,
        Incident.SHIELDING: 0.008,
        Incident.CASE_OPEN: 0.008,
        Incident.SKIN_LOST: 0.01,
        Incident.PERMISSION_DENIED: 0.01,
        Incident.RESTART: 0.02,
        Incident.FROZEN: 0.03,
        Incident.STRAP_FLICKER: 0.01,
        Incident.CLOCK_BACK: 0.01,
        Incident.CLOCK_FORWARD: 0.006,
        Incident.CLOCK_MINUTES: 0.01,
        Incident.CLOCK_DRIFT: 0.01,
    },
    gaps_per_day=0.6,
    deaf_places=True,
    paces_per_day=PACES_A_DAY,
)
"""All that this simulator knows, for `korgoo sim`: chosen so that a week has all of it, not measured."""

FIELD: Final = Conduct({}, gaps_per_day=2.2)
"""Devices that nobody looks after: silences of 10 min to 4 h as often as measured (noise.md, "Silence")."""


def concerns(kind: Incident, person: Person) -> bool:
    """Tell whether the kind can happen to this person."""
    wears = person.device is not Device.PHONE
    watched = person.regime is not Regime.PROTECTED
    match kind:
        case Incident.CURFEW_BREACH | Incident.LATE_HOME:
            answer = any(duty.at_night for duty in person.duties)
        case Incident.EXCLUSION_ENTRY:
            answer = bool(person.avoid)
        case Incident.TETHER_LOSS:
            answer = person.device is Device.PHONE_AND_BRACELET and watched
        case Incident.STRAP_CUT | Incident.CASE_OPEN | Incident.SKIN_LOST | Incident.STRAP_FLICKER:
            answer = wears
        case Incident.APPROACH:
            answer = person.regime is Regime.PROTECTION
        case Incident.MOCKING | Incident.PERMISSION_DENIED:
            answer = person.device is not Device.GPS_BRACELET and watched
        case kind if kind in HIDING or kind in CLOCKS:
            answer = watched
        case _:
            answer = True
    return answer


def events_of(person: Person, day: int, conduct: Conduct) -> list[Event]:
    """Return the events that begin on one simulated day, in order of their beginning.

    Scripted events replace drawn ones: a person with a script for the day does that and nothing else.
    """
    scripted = [e for e in conduct.script if e.person == person.id and day_number(e.begin_ms) == day]
    if scripted:
        return sorted(scripted, key=lambda event: (event.begin_ms, event.kind))
    groups = [MOVING, (Incident.CHARGE_FORGOTTEN,)]
    if not _drawn(person, day - 1, (Incident.CHARGE_FORGOTTEN,), conduct):
        groups += [SENDING, TELLING, CLOCKS]
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
        kind = Incident.POWER_LOST if happens(key, 0.5, index=1) else Incident.DEAD_ZONE
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
        Incident.APPROACH: (10 * _HOUR_S, 18 * _HOUR_S, 1800, 5400),
        **dict.fromkeys(HIDING, (16 * _HOUR_S, 24 * _HOUR_S, 2400, 7200)),
        Incident.RESTART: (6 * _HOUR_S, 22 * _HOUR_S, 120, 300),
        Incident.FROZEN: (7 * _HOUR_S, 19 * _HOUR_S, 1200, 7200),
        Incident.CASE_OPEN: (8 * _HOUR_S, 22 * _HOUR_S, 1200, 7200),
        Incident.SKIN_LOST: (8 * _HOUR_S, 22 * _HOUR_S, 600, 7200),
        Incident.PERMISSION_DENIED: (8 * _HOUR_S, 20 * _HOUR_S, 3600, 18_000),
        Incident.STRAP_FLICKER: (8 * _HOUR_S, 22 * _HOUR_S, 1, 1),
        Incident.CLOCK_BACK: (8 * _HOUR_S, 20 * _HOUR_S, 3600, 21_600),
        Incident.CLOCK_FORWARD: (8 * _HOUR_S, 20 * _HOUR_S, 3600, 21_600),
        Incident.CLOCK_MINUTES: (4 * _HOUR_S, 4 * _HOUR_S, 86_000, 86_000),
        Incident.CLOCK_DRIFT: (4 * _HOUR_S, 4 * _HOUR_S, 86_000, 86_000),
        Incident.CHARGE_FORGOTTEN: (21 * _HOUR_S, 21 * _HOUR_S + 1800, 10 * _HOUR_S, 12 * _HOUR_S),
    }.get(kind, (6 * _HOUR_S, 22 * _HOUR_S, 0, 0))
    length = between(key, shortest, longest, index=1)
    if kind in SENDING:
        length = int(GAP_MINUTES.at(unit(key, 1)) * 60)
    return between(key, first, last), length
