"""The coverage memory: where satellites and the network are usually lost, learned elsewhere, named here.

A versioned input: a journal row of the system holds it, so a replay years later reads the same memory. It
only ever tells a benign loss from an odd one; a loss is never a breach.
"""

from __future__ import annotations

from typing import Final

import msgspec

LAT_STEP_E7: Final = 45_000
LON_STEP_E7: Final = 60_000
"""A cell is about 500 m square at the latitude of Bishkek."""


class Lost(msgspec.Struct, array_like=True, frozen=True):
    """Losses of one kind in a cell: by how many devices, and how long nine in ten of them lasted at most."""

    devices: int = 0
    usual_s: int = 0


class CoverageCell(msgspec.Struct, array_like=True, frozen=True):
    """One cell: how many reports were due there, and how many of 1,000 lacked a position or contact."""

    number: int
    reports: int
    placeless_permille: int
    silent_permille: int
    placeless: Lost = Lost()
    silent: Lost = Lost()


class Coverage(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """One version of the memory. Cells stand in ascending order of their numbers.

    `placeless_rate` and `silent_rate` are losses in 1,000 days of a device, all places together; 0 = none, or
    nobody has counted them.
    """

    version: str
    cells: tuple[CoverageCell, ...] = ()
    placeless_rate: int = 0
    silent_rate: int = 0


def cell_number(lat_e7: int, lon_e7: int) -> int:
    """Return the number of the cell around a place."""
    return (lat_e7 // LAT_STEP_E7) * 100_000 + lon_e7 // LON_STEP_E7


class CoverageMap:
    """A version made ready to be asked."""

    __slots__ = ("_cells", "coverage", "version")

    def __init__(self, coverage: Coverage) -> None:
        """Index the cells."""
        self.coverage = coverage
        self.version = coverage.version
        self._cells = {cell.number: cell for cell in coverage.cells}

    def find(self, lat_e7: int, lon_e7: int) -> CoverageCell | None:
        """Return what is known of the cell around a place; none = nobody has been there yet."""
        return self._cells.get(cell_number(lat_e7, lon_e7))
