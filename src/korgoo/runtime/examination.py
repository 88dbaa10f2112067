"""What `korgoo doctor` looks at: pure judgements of measured facts, worst first."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

GIB: Final = 1 << 30
DISK_WARNING: Final = 5 * GIB
DISK_FAILURE: Final = GIB
LAG_WARNING_MS: Final = 10_000
LAG_FAILURE_MS: Final = 60_000
"""Above a minute alerts are shown as delayed and automatic steps wait for a person (design section 5)."""
CLOCK_WARNING_MS: Final = 2_000
SILENT_WARNING_MS: Final = 10_000


class Health(IntEnum):
    """How a part stands."""

    GOOD = 0
    WARNING = 1
    FAILURE = 2


class Symptom(NamedTuple):
    """One part with what was seen and what to do."""

    part: str
    health: Health
    seen: str
    advice: str = ""


def examine_clock(*, now_ms: int, log_at_ms: int) -> Symptom:
    """Compare the wall clock with the log: a log ahead of the clock means that the clock was set back."""
    ahead_ms = log_at_ms - now_ms
    if ahead_ms > CLOCK_WARNING_MS:
        seen = f"the log is {ahead_ms / 1000:.1f} s ahead of the clock: the clock was set back"
        return Symptom("clock", Health.WARNING, seen, "check the time service of this machine")
    return Symptom("clock", Health.GOOD, "not behind the log")


def examine_gateway(*, now_ms: int, log_at_ms: int) -> Symptom:
    """A running gateway writes a mark each second."""
    silent_ms = now_ms - log_at_ms
    if silent_ms > SILENT_WARNING_MS:
        seen = f"nothing was written for {silent_ms / 1000:.0f} s: the gateway is not running"
        return Symptom("gateway", Health.FAILURE, seen, "start it with `korgoo up`; until then devices wait")
    return Symptom("gateway", Health.GOOD, "writes its marks")


def examine_disk(*, free_bytes: int) -> Symptom:
    """Say how much room is left beside the data."""
    seen = f"{free_bytes / GIB:.1f} GiB free"
    if free_bytes < DISK_FAILURE:
        return Symptom("disk", Health.FAILURE, seen, "make room now: a full disk refuses devices with 503")
    if free_bytes < DISK_WARNING:
        return Symptom("disk", Health.WARNING, seen, "make room; 2,000 people write about 0.7 GB a day")
    return Symptom("disk", Health.GOOD, seen)


def examine_court_keys(*, problems: list[str]) -> Symptom:
    """Say which files among the courts' keys are none: nobody can choose them for a sealed bundle."""
    if problems:
        return Symptom("court keys", Health.WARNING, "; ".join(problems), "replace or remove the file")
    return Symptom("court keys", Health.GOOD, "every file is a key")


def examine_stores(*, apart: str) -> Symptom:
    """Say whether journal and records are of one time; `apart` is why not."""
    if apart:
        advice = "stop, keep the files as they are and put back copies of one time"
        return Symptom("stores", Health.FAILURE, apart, advice)
    return Symptom("stores", Health.GOOD, "journal and records belong together")


def examine_lag(*, behind_rows: int, behind_ms: int) -> Symptom:
    """Say how far judging is behind the log."""
    seen = f"{behind_rows} rows, {behind_ms / 1000:.1f} s behind the log"
    if behind_ms > LAG_FAILURE_MS:
        return Symptom(
            "engine",
            Health.FAILURE,
            seen,
            "is `korgoo engine` running? Alerts come late",
        )
    if behind_ms > LAG_WARNING_MS:
        return Symptom("engine", Health.WARNING, seen, "watch whether it catches up")
    return Symptom("engine", Health.GOOD, seen)
