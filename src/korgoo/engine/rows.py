"""What the journal holds: observations of devices and the control rows that can change a judgement.

Every body is an array in msgpack: the order of the fields is the format. A new field is appended with
a default; none is ever moved, renamed in meaning or removed, because rows are kept for years and their
bytes are hashed. Units are in the names: milliseconds since 1970 UTC, 1e-7 degrees, centimetres.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import msgspec

from korgoo.engine.coverage import Coverage
from korgoo.engine.plan import PairPlan, Permit, Plan, Together


class Kind(StrEnum):
    """Kinds of journal rows. The text is what is stored and hashed."""

    OBSERVATION = "observation"
    PLAN = "plan"
    PERMIT = "permit"
    PAIR = "pair"
    TOGETHER = "together"
    ASSIGNMENT = "assignment"
    CREDENTIAL = "credential"
    CONSENT = "consent"
    INSPECTION = "inspection"
    STAND_DOWN = "stand_down"
    SUSPENSION = "suspension"
    COMMAND = "command"
    PARAMETERS = "parameters"
    ENGINE_VERSION = "engine_version"
    ERASURE = "erasure"
    MARK = "mark"
    COVERAGE = "coverage"


SYSTEM_KEY: Final = "system:korgoo"
"""Key of rows that concern no person: marks, parameter sets, engine versions."""


def person_key(person_id: int | str) -> str:
    """Return the key under which all rows of one person are ordered."""
    return f"person:{person_id}"


def pair_key(pair_id: int | str) -> str:
    """Return the key of a pair; its owner reads the rows of both persons too."""
    return f"pair:{pair_id}"


class Source(StrEnum):
    """Where a position came from; the error scale depends on it."""

    GPS = "gps"
    NETWORK = "network"
    WIFI = "wifi"
    CELL = "cell"
    FUSED = "fused"


class Motion(StrEnum):
    """What the device's motion sensor says."""

    STILL = "still"
    WALKING = "walking"
    RUNNING = "running"
    CYCLING = "cycling"
    VEHICLE = "vehicle"


class Observation(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True, gc=False):
    """Anything a device tells, decoded. `None` means that the device did not say it.

    `strap`, `case`, `skin` and `tether` are true while intact (closed, in contact, in reach).
    `clock_faulty` is set by the gateway where the device's clock is known to be wrong: the engine then
    judges by `received_at_ms`. `extras` keeps sorted (name, text) pairs; `rules.phone` reads alarm
    words and the permission states of a phone.
    """

    fixed_at_ms: int
    received_at_ms: int
    device: str = ""
    counter: int | None = None
    lat_e7: int | None = None
    lon_e7: int | None = None
    accuracy_cm: int | None = None
    source: Source | None = None
    speed_cms: int | None = None
    course_cdeg: int | None = None
    altitude_cm: int | None = None
    motion: Motion | None = None
    beacon: str | None = None
    battery_percent: int | None = None
    charging: bool | None = None
    strap: bool | None = None
    case: bool | None = None
    skin: bool | None = None
    tether: bool | None = None
    sos: bool = False
    mock: bool | None = None
    clock_faulty: bool = False
    extras: tuple[tuple[str, str], ...] = ()


SENSORS: Final = ("strap", "case", "skin", "tether")
"""The fields of an observation that say whether the device is where it belongs."""


class Assignment(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A device given to a person under an order, lawful from `collect_from_ms` until `collect_until_ms`.

    A later row with the same `assignment_id` replaces the earlier one (an ended assignment gets its
    `collect_until_ms`). `protected` marks the device of a protected person: its SOS is never dropped.
    """

    assignment_id: int
    device_id: str
    person_key: str
    case_id: int
    order_id: str
    protected: bool
    collect_from_ms: int
    collect_until_ms: int | None = None
    clock_faulty: bool = False


class Credential(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A device's secret, as SHA-256, looked up by `public_id`. `superseded_at_ms` ends its own interval.

    A superseded credential still delivers fixes of its own interval for 30 days, so that a phone that
    was offline during the change loses nothing. `revoked` ends it at once (a stolen secret).
    """

    public_id: str
    assignment_id: int
    secret_sha256: bytes
    valid_from_ms: int
    superseded_at_ms: int | None = None
    revoked: bool = False


class Inspection(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A person has inspected the device: the only thing that ends a latched tamper."""

    inspection_id: int
    inspected_at_ms: int
    kinds: tuple[str, ...] = ()  # finding kinds found in order; empty = the whole device


class StandDown(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A person has closed a life-threat alert: the SOS episode ends, the next press is a new one."""

    finding_id: str
    at_ms: int


class Suspension(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Monitoring is suspended in an absolute interval: nothing is judged, nothing but SOS is kept."""

    suspension_id: int
    from_ms: int
    until_ms: int
    revoked: bool = False


class Command(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What became of a command to a device: queued, delivered, acknowledged, failed or expired.

    Of a wished interval also what the device then did: honoured, ignored or impossible.
    """

    command_id: int
    name: str
    state: str
    at_ms: int
    detail: str = ""


class ParameterSet(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The parameter set in force, named by the digest of its canonical bytes."""

    name: str
    digest: str


class EngineVersion(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The engine that judges from here on."""

    version: str


class Erasure(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The keys of one case were destroyed under this certificate."""

    case_id: int
    certificate: str
    rows: int


class Mark(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A clock mark, at least one a second: time passed, and we were there to see it.

    `opened` is set on the first mark after the journal was opened.
    """

    opened: bool = False


Body = (
    Observation
    | Plan
    | Permit
    | PairPlan
    | Together
    | Assignment
    | Credential
    | Inspection
    | StandDown
    | Suspension
    | Command
    | ParameterSet
    | EngineVersion
    | Erasure
    | Mark
    | Coverage
)

BODIES: Final[dict[str, type[Any]]] = {
    Kind.OBSERVATION: Observation,
    Kind.PLAN: Plan,
    Kind.PERMIT: Permit,
    Kind.PAIR: PairPlan,
    Kind.TOGETHER: Together,
    Kind.ASSIGNMENT: Assignment,
    Kind.CREDENTIAL: Credential,
    Kind.INSPECTION: Inspection,
    Kind.STAND_DOWN: StandDown,
    Kind.SUSPENSION: Suspension,
    Kind.COMMAND: Command,
    Kind.PARAMETERS: ParameterSet,
    Kind.ENGINE_VERSION: EngineVersion,
    Kind.ERASURE: Erasure,
    Kind.MARK: Mark,
    Kind.COVERAGE: Coverage,
}

_ENCODER = msgspec.msgpack.Encoder()
_DECODERS: Final = {kind: msgspec.msgpack.Decoder(body) for kind, body in BODIES.items()}


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row as the engine sees it. `log_at_ms` is the journal's own monotone time: the only clock."""

    seq: int
    log_at_ms: int
    kind: Kind
    key: str
    body: Any


def encode_body(body: Body) -> bytes:
    """Return the canonical msgpack of a body: arrays, shortest integers, no floats."""
    return _ENCODER.encode(body)


def without_reception(observation: Observation) -> Observation:
    """Return the observation as the device sent it: what two deliveries of one message have in common."""
    return msgspec.structs.replace(observation, received_at_ms=0)


def decode_body(kind: str, payload: bytes) -> Any:  # noqa: ANN401 - one of Body, chosen by kind
    """Decode a body of that kind.

    Raises:
        msgspec.DecodeError: the bytes are not that body (a `ValidationError` names the field).
        KeyError: the kind is unknown.
    """
    return _DECODERS[Kind(kind)].decode(payload)
