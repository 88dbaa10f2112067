"""Incidents of the town as facts: their cause, and when the first message arrived that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.facts import Deed
from korgoo.sim.incidents import Incident
from korgoo.sim.samples import Column

if TYPE_CHECKING:
    from korgoo.sim.incidents import Event
    from korgoo.sim.signals import Signals

BENIGN, DELIBERATE, FAULT = "benign", "deliberate", "fault"

CAUSES: Final = {
    Incident.CURFEW_BREACH: DELIBERATE,
    Incident.LATE_HOME: DELIBERATE,
    Incident.EXCLUSION_ENTRY: DELIBERATE,
    Incident.PHONE_OFF: DELIBERATE,
    Incident.DEAD_ZONE: BENIGN,
    Incident.SHUFFLED_UPLOAD: BENIGN,
    Incident.STRAP_CUT: DELIBERATE,
    Incident.TETHER_LOSS: DELIBERATE,
    Incident.SOS: BENIGN,
    Incident.CHARGE_FORGOTTEN: BENIGN,
    Incident.BATTERY_FLAT: BENIGN,
}

_SHOWN: Final = {
    Incident.STRAP_CUT: (Column.STRAP, 0),
    Incident.TETHER_LOSS: (Column.TETHER, 0),
    Incident.SOS: (Column.SOS, 1),
}
"""The column and the value by which a message tells of it."""


def deed_of(event: Event, told: Signals) -> Deed:
    """Return an incident as a fact."""
    arrives_ms = None
    if shown := _SHOWN.get(event.kind):
        fixed = told.fixed_ms
        seen = (told.table[shown[0]] == shown[1]) & (fixed >= event.begin_ms) & (fixed < event.end_ms)
        if seen.any():
            arrives_ms = int(told.received_ms[np.flatnonzero(seen)].min())
    return Deed(
        person=event.person,
        event=str(event.kind),
        from_ms=event.begin_ms,
        until_ms=event.end_ms,
        cause=CAUSES[event.kind],
        arrives_ms=arrives_ms,
        zone=event.zone,
    )
