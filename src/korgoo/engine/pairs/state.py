"""All that the engine remembers of one pair between two rows: packed, it is the snapshot."""

from __future__ import annotations

import msgspec

from korgoo.engine.clocks import Clock  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.episodes import Recorded  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.pairs.judged import PairJudged
from korgoo.engine.plan import PairPlan, Together  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.rows import Suspension  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.state import Checkpoint, Standing  # noqa: TC001 - msgspec reads the annotations


class SideState(msgspec.Struct, array_like=True):
    """What the log lane remembers of one side of a pair."""

    heard_ms: int = 0
    regained_ms: int = 0  # deadlines count from here at the earliest
    clocks: dict[str, Clock] = {}
    wanted_s: int = 0  # the interval that was asked of its device; 0 = none yet
    wanted_ms: int = 0  # when it was asked


class PairState(msgspec.Struct, array_like=True):
    """One pair's state. `dirty_ms` is the earliest late fact that waits to be judged; 0 = none waits."""

    key: str
    plan: PairPlan | None = None
    judged: PairJudged = msgspec.field(default_factory=PairJudged)
    ring: bytearray = msgspec.field(default_factory=bytearray)
    checkpoints: list[Checkpoint] = []
    recorded: list[Recorded] = []
    dirty_ms: int = 0
    last_seq: int = 0
    together: dict[str, Together] = {}
    suspensions: dict[int, Suspension] = {}
    pending: list[PairPlan] = []
    sides: list[SideState] = msgspec.field(default_factory=lambda: [SideState(), SideState()])
    slack_ms: int = 0  # our own outages since somebody was heard
    probed_ms: int = 0  # when probing was told last
    path: list[tuple[int, int, int]] = []  # the participant's way while near: ms and 1e-7 degrees
    probed_until_ms: int = 0  # the newest entry of the warning ring that it told of
    standing: dict[str, Standing] = {}
    settled_ms: int = 0  # log time at which the rows of both persons were judged again
    tethered_ms: int = 0  # when the participant's tether was last said to be in reach; 0 = not expected


def pack_pair(state: PairState) -> bytes:
    """Return the state's canonical bytes."""
    return msgspec.msgpack.encode(state)


_DECODER = msgspec.msgpack.Decoder(PairState)


def unpack_pair(packed: bytes) -> PairState:
    """Return the state of these bytes.

    Raises:
        msgspec.ValidationError: the bytes were packed by an engine with another state.
    """
    return _DECODER.decode(packed)
