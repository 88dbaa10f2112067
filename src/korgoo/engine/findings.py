"""What the engine concludes: the closed table of finding kinds, and the events that tell their story.

docs/findings.md is made for people from the same facts; a test holds the two together. A kind that is
not in this table cannot be opened.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class Event(StrEnum):
    """What happened to a finding. The log of events is append-only; nothing alarmed is rewritten."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"
    ANNULLED = "annulled"  # later knowledge: it never was so
    CORRECTED = "corrected"  # later knowledge: it was so, but began or ended otherwise


class Closing(StrEnum):
    """What ends a finding."""

    EVIDENCE = "evidence"  # the person or the device is again as the order asks
    PERSON = "person"  # an inspection row or a stand-down row: it latches
    NEVER = "never"  # a single happening; opened and closed are one moment


NOTICE: Final = 4
RECORDED: Final = 5
"""Priorities told with a loss (`rules.loss`): a notice; and kept and explained like any other, with nobody
called. Where an order protects somebody they are not heeded, and an update may raise them."""


class KindOfFinding(msgspec.Struct, frozen=True):
    """One line of the table. `level` is where its alert starts: 1 (life) to 4 (notice)."""

    name: str
    level: int
    closing: Closing
    counts: bool  # counts against the person; a gap, an outage or a device fault never does
    lane: str  # "sorted": by the time of the fix; "log": by the time we knew


KINDS: Final[dict[str, KindOfFinding]] = {
    kind.name: kind
    for kind in (
        KindOfFinding("zone.enter", 2, Closing.EVIDENCE, counts=True, lane="sorted"),
        KindOfFinding("zone.exit", 3, Closing.EVIDENCE, counts=True, lane="sorted"),
        KindOfFinding("curfew.absent", 3, Closing.EVIDENCE, counts=True, lane="sorted"),
        KindOfFinding("proximity.warning", 2, Closing.EVIDENCE, counts=False, lane="sorted"),
        KindOfFinding("proximity.breach", 1, Closing.EVIDENCE, counts=True, lane="sorted"),
        KindOfFinding("proximity.emergency", 1, Closing.EVIDENCE, counts=True, lane="sorted"),
        KindOfFinding("pair.silent", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("pair.probing", 2, Closing.NEVER, counts=False, lane="log"),
        KindOfFinding("pair.tamper", 1, Closing.PERSON, counts=True, lane="log"),
        KindOfFinding("sos", 1, Closing.PERSON, counts=False, lane="log"),
        KindOfFinding("tamper.strap", 2, Closing.PERSON, counts=True, lane="log"),
        KindOfFinding("tamper.case", 2, Closing.PERSON, counts=True, lane="log"),
        KindOfFinding("tamper.skin", 2, Closing.PERSON, counts=True, lane="log"),
        KindOfFinding("tamper.tether", 2, Closing.PERSON, counts=True, lane="log"),
        KindOfFinding("removal.permitted", 4, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("clock.behind", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("clock.ahead", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("clock.minutes", 4, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("position.mock", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("position.frozen", 4, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("position.jumping", 4, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("position.spoofed", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("signal.jammed", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("signal.shielded", 2, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("phone.permission", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("device.restarted", 4, Closing.NEVER, counts=False, lane="log"),
        KindOfFinding("contact.lost", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("position.lost", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("battery.low", 4, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("battery.critical", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("battery.flat", 3, Closing.EVIDENCE, counts=False, lane="log"),
        KindOfFinding("system.outage", 1, Closing.NEVER, counts=False, lane="log"),
        KindOfFinding("system.refused", 1, Closing.NEVER, counts=False, lane="log"),
    )
}


class Reason(StrEnum):
    """Why a finding opened, changed or ended: the codes that `explain` turns into sentences."""

    OUTSIDE = "outside"  # believed outside the zone
    INSIDE = "inside"  # believed inside the zone
    ABSENT_AT_START = "absent_at_start"  # outside when the window opened
    LEFT_DURING = "left_during"  # went out while the window bound
    RETURNED = "returned"  # believed back where the order asks
    WINDOW_ENDED = "window_ended"  # the window closed, or a permit began
    ORDER_CHANGED = "order_changed"  # an order version took the condition away
    SUSPENDED = "suspended"  # monitoring is suspended
    DEPARTED = "departed"  # told at the edge, or far out unseen; now truly away: a rise
    CANNOT_TELL = "cannot_tell"  # evidence has run out while the finding stands open
    KNOWN_AGAIN = "known_again"  # evidence is back and the finding still holds
    LATE_DATA = "late_data"  # fixes that arrived late, or a permit for the past
    SILENT = "silent"  # nothing was heard from the device for longer than it may be silent
    HEARD_AGAIN = "heard_again"
    NO_POSITION = "no_position"  # the device talks but knows no place
    POSITION_AGAIN = "position_again"
    UNEXPLAINED = "unexplained"  # a loss that called nobody so far does now
    STIRRED = "stirred"  # a loss of a device that no longer tells that it lies where it was seen last
    BATTERY_LEVEL = "battery_level"  # the level itself
    BATTERY_FORECAST = "battery_forecast"  # the forecast to empty
    BATTERY_EMPTY = "battery_empty"  # silent since the forecast ran out
    CHARGED = "charged"
    OPENED_BY_DEVICE = "opened_by_device"  # the device reported strap, case, skin or tether
    REPEATED = "repeated"  # reported again while latched
    RESTORED = "restored"  # reported intact again; the latch stays
    INSPECTED = "inspected"
    PRESSED = "pressed"  # SOS button
    STOOD_DOWN = "stood_down"
    APPROACHED = "approached"  # believed within the ring
    CLOSING = "closing"  # outside the ring, but she could be reached before the police
    REENTERED = "reentered"  # within the ring again in the same meeting: a rise
    RECEDED = "receded"  # out of the ring while the meeting goes on
    PARTED = "parted"  # five minutes outside the warning ring
    TOGETHER = "together"  # an interval in which they are allowed together
    PROBING_ENTRIES = "probing_entries"  # the warning ring entered again and again
    PROBING_SEARCH = "probing_search"  # a path that searches
    TAMPER_NEAR = "tamper_near"  # the device was tampered with within the warning ring
    CLOCK_BEHIND = "clock_behind"  # the device's clock was set back, or runs behind
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_MINUTES = "clock_minutes"  # many points with one stamp, on the whole minute
    CLOCK_RIGHT = "clock_right"
    MOCKED = "mocked"  # the device says that its position is made up
    FROZEN = "frozen"  # a network position that does not move while satellites do
    JUMPING = "jumping"  # faster than anybody moves, again and again
    SPOOFED = "spoofed"  # another sense says otherwise: radio, motion, network
    STEADY = "steady"  # satellites stand still, as they never do there, while the wearer walks
    PLAUSIBLE_AGAIN = "plausible_again"
    LOST_WHERE_GOOD = "lost_where_good"  # lost where hardly anybody loses it
    TOLD_BY_DEVICE = "told_by_device"
    REVOKED = "revoked"  # the phone may no longer locate in the background
    GRANTED_AGAIN = "granted_again"
    RESTARTED = "restarted"
    HEARTBEAT_MISSING = "heartbeat_missing"  # the tether was not said to be in reach for too long
    MOVES_UNWORN = "moves_unworn"  # it moves without touching skin
    REMOVED_WITH_PERMIT = "removed_with_permit"
    PERMIT_ENDED = "permit_ended"  # still off when the permit ran out
    OUTAGE = "outage"  # our own journal was not there
    REFUSED = "refused"  # a row met a fault of ours and could not be judged


Param = int | float | str | bool | None


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fix behind a conclusion, used or not. `distance_m` is signed: positive inside the zone."""

    seq: int
    fixed_at_ms: int
    use: str = "used"  # used | held | ignored
    reason: str = ""  # why it was held or ignored, or which sensor spoke (beacon, motion.still)
    distance_m: float | None = None
    sigma_m: float | None = None  # the error scale it was judged by
    belief: float | None = None  # log-odds of being inside after it, nats
    side: str = ""  # of a pair: participant | protected; `distance_m` is then the distance between them


class Finding(msgspec.Struct, frozen=True):
    """One event of one finding, as the engine put it out.

    `at_ms` is the log time at which the engine knew, `since_ms` when it began, `until_ms` when it ended
    (closed and corrected only). `live` is false where it was found in the past and no longer holds.
    `confidence` is in thousandths. `number` counts the events of this finding from 0: (id, number) is unique,
    so a restart that finds again inserts nothing twice.
    """

    id: str
    number: int
    kind: str
    event: Event
    subject: str
    condition: str
    at_ms: int
    since_ms: int
    live: bool
    confidence: int
    code: Reason
    seq: int  # the journal row (or last row before the timer) at which the engine knew
    until_ms: int | None = None
    other: str | None = None
    params: dict[str, Param] = {}
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> str:
        """Return the key whose judging found it: a person's, or a pair's."""
        return self.id.partition("/")[0]
