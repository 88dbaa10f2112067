"""Compiles the catalogues: `python -m korgoo.web.locale_build` writes each .mo beside its .po.

GNU gettext is not there on every machine, and the .mo format is small and documented (GNU gettext manual,
"The Format of GNU MO Files"): a head of seven 32-bit numbers, two tables of (length, offset) sorted by
original text, the texts. Only what our catalogues use is read.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).parent / "locale"
_MAGIC: Final = 0x950412DE
_ENTRY: Final = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(\".*\")")


class CatalogueInvalidError(ValueError):
    """A catalogue cannot be read; the message names the line."""


def read_catalogue(text: str) -> dict[str, str]:
    """Return originals and translations of a .po file; plural forms are joined by NUL, as in a .mo file.

    Raises:
        CatalogueInvalidError: a line is no comment, keyword or string, or an original stands twice.
    """
    catalogue: dict[str, str] = {}
    entry: dict[str, str] = {}
    current = ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        found = _ENTRY.fullmatch(line.strip())
        if found:
            current = found[1]
            entry[current] = ast.literal_eval(found[2])
        elif line.strip().startswith('"') and current:
            entry[current] += ast.literal_eval(line.strip())
        elif not line.strip():
            _add(catalogue, entry, number=number)
            entry, current = {}, ""
        elif not line.startswith("#"):
            raise CatalogueInvalidError(f"line {number}: not understood")
    return catalogue


def _add(catalogue: dict[str, str], entry: dict[str, str], *, number: int) -> None:
    if not entry:
        return
    original = entry["msgid"]
    if "msgid_plural" in entry:
        original += "\0" + entry["msgid_plural"]
    if "msgctxt" in entry:
        original = f"{entry['msgctxt']}\x04{original}"
    if original in catalogue:
        raise CatalogueInvalidError(f"line {number}: an original stands twice: {original[:60]}")
    forms = [entry[name] for name in sorted(entry) if name.startswith("msgstr")]
    catalogue[original] = "\0".join(forms)


def pack_catalogue(catalogue: dict[str, str]) -> bytes:
    """Return a catalogue in the .mo format; what has no translation is left out."""
    pairs = sorted((key.encode(), text.encode()) for key, text in catalogue.items() if text.strip("\0"))
    count, texts = len(pairs), bytearray()
    first = 7 * 4 + count * 16  # the head, and two tables of two numbers a line
    tables: list[tuple[int, int]] = []
    for column in (0, 1):
        for pair in pairs:
            tables.append((len(pair[column]), first + len(texts)))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, count, 28, 28 + count * 8, 0, first)
    return head + b"".join(struct.pack("<2I", *line) for line in tables) + bytes(texts)


def compile_catalogues(root: Path = LOCALE) -> list[Path]:
    """Write the .mo of every .po under `root` that is newer; return what was written."""
    written = []
    for source in sorted(root.rglob("*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            target.write_bytes(pack_catalogue(read_catalogue(source.read_text(encoding="utf-8"))))
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_catalogues():
        sys.stdout.write(f"korgoo: compiled {path.parent.parent.name}\n")
