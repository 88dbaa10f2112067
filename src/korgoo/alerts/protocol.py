"""Levels and deadlines: what a finding's alert starts with, frozen into the alert when it opens.

From the requirements, section 4: acknowledged within 30 s (life threat, SOS), 60 s (tamper, the distance of
the order broken), 2 min, 5 min, 15 min; then handled; an alert that nobody answers climbs operator, shift
head, duty officer. The jurisdiction packs will carry this table.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from korgoo.alerts.lifecycle import NOTICE
from korgoo.engine.findings import KINDS

VERSION: Final = "2026-1"
"""Kept in every alert: the rules of yesterday judge the alert of yesterday."""

LADDER: Final = ("operator", "shift_head", "duty_officer")
RETROSPECTIVE_LEVEL: Final = 3
"""Where a breach lands that is known only now and no longer holds: to be looked at, with no life to save."""


class Deadlines(NamedTuple):
    """Seconds until somebody has it, until it is handled, and between reminders after that."""

    acknowledge_s: int
    handle_s: int
    repeat_s: int


_BY_LEVEL: Final = {
    1: Deadlines(acknowledge_s=30, handle_s=180, repeat_s=60),
    2: Deadlines(acknowledge_s=120, handle_s=900, repeat_s=300),
    3: Deadlines(acknowledge_s=900, handle_s=4 * 3600, repeat_s=3600),
    4: Deadlines(acknowledge_s=4 * 3600, handle_s=24 * 3600, repeat_s=24 * 3600),
}
_BY_KIND: Final = {
    "tamper.strap": Deadlines(acknowledge_s=60, handle_s=24 * 3600, repeat_s=3600),
    "tamper.case": Deadlines(acknowledge_s=60, handle_s=24 * 3600, repeat_s=3600),
    "tamper.skin": Deadlines(acknowledge_s=60, handle_s=24 * 3600, repeat_s=3600),
    "tamper.tether": Deadlines(acknowledge_s=60, handle_s=24 * 3600, repeat_s=3600),
}
# A pair's own classes: A0 (she may be reached now), A1 (the distance is broken), A2 (he comes near).
_PAIRS: Final = {
    ("proximity.emergency", 1): Deadlines(acknowledge_s=30, handle_s=90, repeat_s=60),
    ("pair.tamper", 1): Deadlines(acknowledge_s=30, handle_s=90, repeat_s=60),
    ("proximity.breach", 1): Deadlines(acknowledge_s=60, handle_s=180, repeat_s=60),
    ("proximity.warning", 2): Deadlines(acknowledge_s=120, handle_s=300, repeat_s=120),
    ("pair.silent", 1): Deadlines(acknowledge_s=30, handle_s=180, repeat_s=60),
    ("pair.silent", 2): Deadlines(acknowledge_s=120, handle_s=300, repeat_s=120),
}
_MEETING: Final = "pair"
# Where somebody is protected, the same finding weighs more (classes B1, C1, D1, D3).
_PROTECTING_LEVEL: Final = {
    "zone.enter": 1,
    "tamper.strap": 1,
    "tamper.case": 1,
    "tamper.skin": 1,
    "tamper.tether": 1,
    "contact.lost": 2,
    "position.lost": 2,
    "battery.critical": 2,
    "battery.flat": 2,
}


def find_level(kind: str, *, protecting: bool, live: bool) -> int:
    """Return the level at which a finding's alert starts; `protecting`: its order protects somebody."""
    level = KINDS[kind].level
    if protecting:
        level = min(level, _PROTECTING_LEVEL.get(kind, NOTICE))
    if not live and KINDS[kind].lane == "sorted":
        level = max(level, RETROSPECTIVE_LEVEL)
    return level


def freeze_protocol(kind: str, *, level: int) -> dict[str, Any]:
    """Return the snapshot that an alert carries."""
    deadlines = _PAIRS.get((kind, level), _BY_LEVEL[level])
    if kind in _BY_KIND:
        # The stricter of the two to be seen; physical work keeps its own time unless a life is at stake.
        own = _BY_KIND[kind]
        deadlines = Deadlines(
            min(own.acknowledge_s, deadlines.acknowledge_s),
            deadlines.handle_s if level == 1 else own.handle_s,
            min(own.repeat_s, deadlines.repeat_s),
        )
    return {"version": VERSION, "kind": kind, "level": level, "ladder": list(LADDER), **deadlines._asdict()}


def is_stricter(protocol: dict[str, Any], than: dict[str, Any]) -> bool:
    """Say whether a protocol leaves less time: news of an inner ring shortens the deadlines of a meeting."""
    return bool((protocol["acknowledge_s"], protocol["handle_s"]) < (than["acknowledge_s"], than["handle_s"]))


def is_meeting(group: str) -> bool:
    """Say whether a group is that of a pair's meetings."""
    return group == _MEETING


def group_of(kind: str, condition: str) -> str:
    """Return the group of conditions whose findings share an alert.

    All rings of a meeting and a tamper within it are one alert; a silence and a probing are another each.
    """
    subject, _, _ = kind.partition(".")
    if subject == "proximity" or kind == "pair.tamper":
        return _MEETING
    if subject == "pair":
        return kind
    if subject in {"zone", "curfew"}:
        return condition
    return {"position": "contact"}.get(subject, subject)
