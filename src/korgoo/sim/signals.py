"""What one device told, as columns: arrays for whoever counts, observations for whoever judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.sim.samples import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from korgoo.sim.chance import Flags, Ints

# The last entry is what a code of -1, unknown, stands for.
_SOURCES: Final = (Source.GPS, Source.WIFI, Source.CELL, None)
_MOTIONS: Final = (Motion.STILL, Motion.WALKING, Motion.VEHICLE, None)
_FLAGS: Final = (False, True, None)
_EXTRAS: Final = (
    (("location_permission", "denied"),),
    (("location_permission", "approximate"),),
    (),
)


@dataclass(frozen=True, slots=True)
class Signals:
    """Messages of one person's device: a table of `samples.Column` rows, one column a message.

    Messages stand in the order in which they arrive. Times in the table are ms after `begins_ms`, so one
    recording lasts at most 24 days. `unit` is the home unit that a `BEACON` of 1 stands for.
    """

    person: str
    begins_ms: int
    table: Table
    unit: str = ""

    @property
    def fixed_ms(self) -> Ints:
        """When each message was made, by the device's clock: ms since 1970, int64."""
        at: Ints = self.table[Column.FIXED].astype(np.int64) + self.begins_ms
        return at

    @property
    def received_ms(self) -> Ints:
        """When each message arrived: ms since 1970, int64, ascending."""
        at: Ints = self.table[Column.RECEIVED].astype(np.int64) + self.begins_ms
        return at

    @property
    def located(self) -> Flags:
        """Which messages have a position."""
        flags: Flags = self.table[Column.LAT_E7] >= 0
        return flags

    def with_table(self, table: Table) -> Signals:
        """Return the same device with another table, put into the order of arrival."""
        order = np.argsort(table[Column.RECEIVED], kind="stable")
        return replace(self, table=np.ascontiguousarray(table[:, order]))

    def observations(self) -> Iterator[Observation]:
        """Yield the messages as the gateway would decode them."""
        return (observation for _, observation in arrivals([self]))


def arrivals(signals: Sequence[Signals]) -> Iterator[tuple[str, Observation]]:
    """Yield (person, observation) of several devices in order of arrival; ties in the order given."""
    if not signals:
        return
    base = min(one.begins_ms for one in signals)
    owners = np.repeat(np.arange(len(signals)), [one.table.shape[1] for one in signals])
    joined = np.concatenate([one.table for one in signals], axis=1).astype(np.int64)
    shift = np.array([one.begins_ms - base for one in signals])[owners]
    joined[[Column.RECEIVED, Column.FIXED]] += shift
    order = np.lexsort((owners, joined[Column.RECEIVED]))
    units = [one.unit for one in signals]
    devices = [f"sim-{one.person}" for one in signals]
    rows = joined[:, order].T.tolist()
    for owner, observation in decoded(
        devices, units, owners=owners[order].tolist(), rows=rows, begins_ms=base
    ):
        yield signals[owner].person, observation


def decoded(
    devices: Sequence[str],
    units: Sequence[str],
    *,
    owners: Iterable[int],
    rows: Iterable[list[int]],
    begins_ms: int,
    first_counter: int = 0,
) -> Iterator[tuple[int, Observation]]:
    """Yield (owner, observation) of every row; `devices` and `units` are those of the owners."""
    for owner, row in zip(owners, rows, strict=True):
        (received, fixed, counter, lat, lon, accuracy, source, speed, motion, beacon) = row[:10]
        (battery, charging, strap, tether, sos, case, skin, mock, permission) = row[10:]
        nowhere = lat < 0
        yield (
            owner,
            Observation(
                begins_ms + fixed,
                begins_ms + received,
                devices[owner],
                first_counter + counter,
                None if nowhere else lat,
                None if nowhere else lon,
                None if nowhere or accuracy < 0 else accuracy,
                _SOURCES[source],
                speed if speed >= 0 else None,
                None,
                None,
                _MOTIONS[motion],
                units[owner] if beacon == 1 else None,
                battery if battery >= 0 else None,
                _FLAGS[charging],
                _FLAGS[strap],
                _FLAGS[case],
                _FLAGS[skin],
                _FLAGS[tether],
                sos == 1,
                _FLAGS[mock],
                False,  # noqa: FBT003 - a simulated gateway has not been told that a clock is wrong
                _EXTRAS[permission],
            ),
        )
