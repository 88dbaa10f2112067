"""Incidents of the town as facts: their cause, and when the first message arrived that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.sim.befalling import clock_offset_ms
from korgoo.sim.facts import Deed
from korgoo.sim.incidents import CLOCKS, Incident
from korgoo.sim.samples import Column, Permission

if TYPE_CHECKING:
    from korgoo.sim.incidents import Event
    from korgoo.sim.signals import Signals

BENIGN, DELIBERATE, FAULT = "benign", "deliberate", "fault"

CAUSES: Final = {
    Incident.CURFEW_BREACH: DELIBERATE,
    Incident.LATE_HOME: DELIBERATE,
    Incident.EXCLUSION_ENTRY: DELIBERATE,
    Incident.PHONE_OFF: DELIBERATE,
    Incident.POWER_LOST: BENIGN,
    Incident.DEAD_ZONE: BENIGN,
    Incident.SHUFFLED_UPLOAD: BENIGN,
    Incident.STRAP_CUT: DELIBERATE,
    Incident.TETHER_LOSS: DELIBERATE,
    Incident.SOS: BENIGN,
    Incident.CHARGE_FORGOTTEN: BENIGN,
    Incident.BATTERY_FLAT: BENIGN,
    Incident.APPROACH: DELIBERATE,
    Incident.SPOOFING: DELIBERATE,
    Incident.MOCKING: DELIBERATE,
    Incident.JAMMING: DELIBERATE,
    Incident.SHIELDING: DELIBERATE,
    Incident.CASE_OPEN: DELIBERATE,
    Incident.SKIN_LOST: DELIBERATE,
    Incident.PERMISSION_DENIED: DELIBERATE,
    Incident.RESTART: FAULT,
    Incident.FROZEN: FAULT,
    Incident.STRAP_FLICKER: FAULT,
    Incident.CLOCK_BACK: DELIBERATE,
    Incident.CLOCK_FORWARD: DELIBERATE,
    Incident.CLOCK_MINUTES: FAULT,
    Incident.CLOCK_DRIFT: FAULT,
}

_SHOWN: Final = {
    Incident.STRAP_CUT: (Column.STRAP, 0),
    Incident.TETHER_LOSS: (Column.TETHER, 0),
    Incident.SOS: (Column.SOS, 1),
    Incident.CASE_OPEN: (Column.CASE, 0),
    Incident.SKIN_LOST: (Column.SKIN, 0),
    Incident.STRAP_FLICKER: (Column.STRAP, 0),
    Incident.MOCKING: (Column.MOCK, 1),
    Incident.PERMISSION_DENIED: (Column.PERMISSION, Permission.DENIED),
}
"""The column and the value by which a message tells of it."""


def deed_of(event: Event, told: Signals) -> Deed:
    """Return an incident as a fact."""
    arrives_ms = None
    if shown := _SHOWN.get(event.kind):
        # By the time of reception: the device's clock may be wrong.
        seen = (told.table[shown[0]] == shown[1]) & (told.received_ms >= event.begin_ms)
        if seen.any():
            arrives_ms = int(told.received_ms[seen].min())
    elif event.kind in CLOCKS:
        after = told.received_ms[told.received_ms >= event.begin_ms]
        arrives_ms = int(after[0]) if len(after) else None
    return Deed(
        person=event.person,
        event=str(event.kind),
        from_ms=event.begin_ms,
        until_ms=event.end_ms,
        cause=CAUSES[event.kind],
        arrives_ms=arrives_ms,
        offset_ms=clock_offset_ms(event),
        zone=event.zone,
    )
