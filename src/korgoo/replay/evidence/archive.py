"""Archives of which every byte counts: ZIP files without compression that can be written in one way only.

An ordinary ZIP file has bytes that nobody reads (times, attributes, a second copy of every name): a changed
one would go unnoticed. Here a file that is read must be, byte for byte, what `write_archive` makes of
its contents.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_VERSION: Final = 20
_MADE_ON_UNIX: Final = 3 << 8 | _VERSION
_DATE: Final = 0x0021  # 1980-01-01
_READABLE: Final = 0o100644 << 16
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_MOST_FILES: Final = 65_000
_MOST_BYTES: Final = 0xFFFF_0000


class ArchiveError(ValueError):
    """The bytes are no archive as it is written here; the message says what is wrong."""


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Return the one archive of these files, in the order of their names.

    Raises:
        ArchiveError: a name that an archive must not hold, or more than 4 GB.
    """
    if len(files) > _MOST_FILES or sum(map(len, files.values())) > _MOST_BYTES:
        raise ArchiveError("too much for one archive")
    body, central = bytearray(), bytearray()
    for name in sorted(files):
        if not _NAME.fullmatch(name):
            raise ArchiveError(f"an archive holds no file named {name!r}")
        content, encoded = files[name], name.encode("ascii")
        crc, size = zlib.crc32(content), len(content)
        common = (_VERSION, 0, 0, 0, _DATE, crc, size, size, len(encoded), 0)
        central += _CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX, *common, 0, 0, 0, _READABLE, len(body)) + encoded
        body += _LOCAL.pack(b"PK\3\4", *common) + encoded + content
    end = _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(central), len(body), 0)
    return bytes(body + central + end)


def read_archive(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name.

    Raises:
        ArchiveError: it is damaged, or any byte of it is not as `write_archive` writes it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            if any(entry.compress_type for entry in opened.infolist()):
                raise ArchiveError("it is compressed: it was not written by korgoo evidence")
            files = {entry.filename: opened.read(entry) for entry in opened.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ArchiveError(f"it is no whole archive: {error}") from error
    except struct.error as error:
        raise ArchiveError("it is no whole archive") from error
    if write_archive(files) != data:
        raise ArchiveError("bytes around its files differ from what was written")
    return files
