"""All that the engine remembers of one person between two rows: packed, it is the snapshot."""

from __future__ import annotations

import msgspec

from korgoo.engine.clocks import Clock  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.episodes import Recorded  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.findings import Evidence  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.judged import Judged
from korgoo.engine.pairs.track import Track
from korgoo.engine.plan import Permit, Plan  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.rows import Suspension  # noqa: TC001 - msgspec reads the annotations

Told = tuple[int | None, bool | None, bool | None, bool | None, bool | None, bool | None]
"""What a device last said of itself: charge, charging, strap, case, skin, tether."""


class Checkpoint(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The sorted lane as it stood before the fix at `position` in the ring."""

    position: int
    clock_ms: int
    judged: bytes


class Standing(msgspec.Struct, array_like=True):
    """An open finding of the log lane."""

    id: str
    since_ms: int
    number: int = 1
    count: int = 1
    last_ms: int = 0  # newest time at which the device said so again
    priority: int = 0  # what a loss has been told as so far; 0 = as its kind
    usual_ms: int = 0  # how long losses like it last at its place; 0 = the coverage memory does not say
    common: bool = False  # by the memory, devices lose it now and then wherever they are
    resting: bool = False  # a loss that was told as one of a side whose pair goes on by its rest


class Battery(msgspec.Struct, array_like=True):
    """Charge as last told and the points of the present discharge, (ms, percent)."""

    percent: int = -1
    charging: bool = False
    told_ms: int = 0
    points: list[tuple[int, int]] = []
    empty_ms: int = 0  # forecast; 0 = none


class Suspicion(msgspec.Struct, array_like=True):
    """Signs of one kind of trouble: how many, between when and when, and signs of the contrary in a row."""

    times: int = 0
    since_ms: int = 0
    last_ms: int = 0
    trusted: int = 0


class Loss(msgspec.Struct, array_like=True):
    """What the motion sensor has said since the last place that decisions may use."""

    placed_ms: int  # log time of that place
    told_ms: int  # log time at which the sensor was heard last
    stir_ms: int = 0  # time in motion, worn off by rest
    stirred_ms: int = 0  # log time from which the device may be elsewhere; 0 = it rests
    track: Track = msgspec.field(default_factory=Track)  # its rest, as a pair's lane keeps it


class Spot(msgspec.Struct, array_like=True):
    """A few metres that satellites have not left since the wearer was said to walk there."""

    lat_e7: int
    lon_e7: int
    limit_cm: int  # how far a place may lie from its middle
    since_ms: int
    last_ms: int  # the last place in it
    steps: int = 1  # places at which the sensor said that he walks


class PersonState(msgspec.Struct, array_like=True):
    """One key's state. `dirty_ms` is the earliest late fact that waits to be judged; 0 = none waits."""

    key: str
    plan: bytes = b""
    judged: Judged = msgspec.field(default_factory=Judged)
    ring: bytearray = msgspec.field(default_factory=bytearray)
    checkpoints: list[Checkpoint] = []
    recorded: list[Recorded] = []
    dirty_ms: int = 0
    last_seq: int = 0
    permits: dict[str, Permit] = {}
    suspensions: dict[int, Suspension] = {}
    pending: list[Plan] = []
    heard_ms: int = 0  # log time of the last observation
    placed_ms: int = 0  # log time of the last position that decisions may use
    regained_ms: int = 0  # deadlines count from here at the earliest: silence, outage or suspension ended
    slack_ms: int = 0  # our own outages since then
    told: Told = (None, None, None, None, None, None)
    tampered_ms: dict[str, int] = {}  # newest time at which each sensor spoke, by finding kind
    inspected_ms: int = 0
    battery: Battery = msgspec.field(default_factory=Battery)
    standing: dict[str, Standing] = {}
    recent: list[int] = []
    carried: dict[
        str, tuple[Evidence, ...]
    ] = {}  # by condition: what a plan found believed against the order
    clocks: dict[str, Clock] = {}  # devices whose messages are stale, by id
    suspicions: dict[str, Suspicion] = {}
    tethered_ms: int = 0  # log time at which the tether was last in reach
    still_lat: int = 0  # where the present rest began, by satellites; 0 = the device is not known to rest
    still_lon: int = 0
    still_fixes: int = 0  # how many positions speak for it: 0, 1 or 2
    still_ms: int = 0  # time of the fix with which it began
    loss: Loss | None = None  # while the device talks and tells no place
    spot: Spot | None = None  # while satellites stand still and the wearer walks


def pack_state(state: PersonState) -> bytes:
    """Return the state's canonical bytes."""
    return msgspec.msgpack.encode(state)


_DECODER = msgspec.msgpack.Decoder(PersonState)


def unpack_state(packed: bytes) -> PersonState:
    """Return the state of these bytes.

    Raises:
        msgspec.ValidationError: the bytes were packed by an engine with another state.
    """
    return _DECODER.decode(packed)
