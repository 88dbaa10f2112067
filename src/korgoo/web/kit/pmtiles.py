"""Base maps in PMTiles files: the header that says whether a file is one, and where it is installed.

Format: PMTiles version 3, header of 127 bytes, all numbers little-endian.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

FILE_NAME: Final = "basemap.pmtiles"
HEADER_BYTES: Final = 127
VECTOR: Final = 1
MOST_ZOOM: Final = 24

_MAGIC: Final = b"PMTiles\x03"
_SECTIONS: Final = struct.Struct(
    "<8Q"
)  # root directory, metadata, leaf directories, tile data: offset, length
_KINDS: Final = struct.Struct("<6B")  # clustered, internal and tile compression, tile type, min and max zoom
_KINDS_AT: Final = 96
_BOUNDS: Final = struct.Struct("<4i")  # west, south, east, north in 1e-7 degrees
_NAMES: Final = ("root directory", "metadata", "leaf directories", "tile data")


class BasemapInvalidError(ValueError):
    """This file is no vector base map in PMTiles version 3; the message says why."""


class BasemapHeader(NamedTuple):
    """What a base map says of itself. Bounds in degrees: west, south, east, north."""

    bytes: int
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]


def read_header(path: Path) -> BasemapHeader:
    """Read and check the header of a base map.

    Raises:
        BasemapInvalidError: not PMTiles 3, not vector tiles, or shorter than its header says.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES or not head.startswith(_MAGIC):
        raise BasemapInvalidError("this is no PMTiles file of version 3")
    sections = _SECTIONS.unpack_from(head, len(_MAGIC))
    for name, offset, length in zip(_NAMES, sections[::2], sections[1::2], strict=True):
        if offset + length > size:
            raise BasemapInvalidError(
                f"the file is cut off: its {name} ends at byte {offset + length} of {size}"
            )
    _, _, _, tile_type, min_zoom, max_zoom = _KINDS.unpack_from(head, _KINDS_AT)
    if tile_type != VECTOR:
        raise BasemapInvalidError("a base map needs vector tiles (tile type 1)")
    if not min_zoom <= max_zoom <= MOST_ZOOM or not sections[-1]:
        raise BasemapInvalidError("its zoom levels or its tiles are missing")
    west, south, east, north = (value / 1e7 for value in _BOUNDS.unpack_from(head, _KINDS_AT + _KINDS.size))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        raise BasemapInvalidError("its bounds do not lie on the earth")
    return BasemapHeader(size, min_zoom, max_zoom, (west, south, east, north))


def install_basemap(source: Path, *, data: Path) -> BasemapHeader:
    """Copy a base map into the data directory, whole or not at all, over the one that is there.

    1. The header is checked before anything is written. 2. The copy goes beside the target and is checked
    again. 3. A rename puts it in place: an open page keeps reading the file that it has opened.

    Raises:
        BasemapInvalidError: as `read_header`.
        OSError: the file cannot be read, or the disk is full; the installed map stays.
    """
    read_header(source)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=data, prefix=f"{FILE_NAME}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, source.open("rb") as origin:
            shutil.copyfileobj(origin, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        header = read_header(written)
        written.replace(data / FILE_NAME)
    finally:
        written.unlink(missing_ok=True)
    return header
