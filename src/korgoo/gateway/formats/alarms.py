"""One meaning for the alarm words of many vendors.

The same cut strap is `removing` in one decoder and `unlock` in the next; an opened case is `tampering`.
What is mapped sets a field of the observation, everything is kept as text beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from korgoo.engine.rows import Motion

if TYPE_CHECKING:
    from korgoo.gateway.formats.message import Message

_STRAP_OPEN: Final = frozenset({"removing", "unlock"})
_CASE_OPEN: Final = frozenset({"tampering"})
_SOS: Final = frozenset({"sos"})
# Not where it is said to be off, in JSON, a form or msgpack: a bracelet may say so in each of its messages.
_NAMED: Final = re.compile(rb"sos(?!\"?\s*[:=]?\s*(?:false|null|\xc2|\xc0))", re.IGNORECASE)

MOTIONS: Final[dict[str, Motion]] = {
    "still": Motion.STILL,
    "stationary": Motion.STILL,
    "on_foot": Motion.WALKING,
    "walking": Motion.WALKING,
    "running": Motion.RUNNING,
    "on_bicycle": Motion.CYCLING,
    "cycling": Motion.CYCLING,
    "in_vehicle": Motion.VEHICLE,
    "automotive": Motion.VEHICLE,
}
"""Activity words of Traccar Client and of OwnTracks on iOS."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What the alarm words mean. `strap` and `case` are False when open, None when not spoken of."""

    sos: bool = False
    strap: bool | None = None
    case: bool | None = None
    text: str | None = None


def read_alarms(said: object) -> Alarms:
    """Return the meaning of an alarm: a word, words with commas, or a list of words."""
    if isinstance(said, str):
        words = [word.strip() for word in said.split(",")]
    elif isinstance(said, Iterable):
        words = [str(word).strip() for word in said]
    else:
        return Alarms()
    known = {word.lower() for word in words if word}
    if not known:
        return Alarms()
    return Alarms(
        sos=bool(known & _SOS),
        strap=False if known & _STRAP_OPEN else None,
        case=False if known & _CASE_OPEN else None,
        text=",".join(sorted(known)),
    )


def read_motion(word: object) -> Motion | None:
    """Return the motion of an activity word, None where it says nothing (`unknown`, `tilting`)."""
    return MOTIONS.get(word.lower()) if isinstance(word, str) else None


def names_sos(message: Message) -> bool:
    """Whether a message may be an SOS: a look that costs next to nothing, before anything is decoded."""
    said = message.query.encode(errors="replace") + b"\n" + message.body
    return _NAMED.search(unquote_to_bytes(said)) is not None
