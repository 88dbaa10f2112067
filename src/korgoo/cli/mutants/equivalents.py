"""The list of planted errors that cannot change any result, each with its reason.

A TOML file of `[[equivalent]]` tables: `module`, `code` (the line as it stands, without margins), `change`
(as the table of the command says it; a list for several in one line) and `reason`.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from korgoo.cli.mutants.planting import Mutant

Name = tuple[str, str, str]


class ListError(Exception):
    """The list cannot be read, or speaks of an error that can no longer be planted."""


def name_of(mutant: Mutant) -> Name:
    """Return what names a mutant in the list: module, line's text, change."""
    return mutant.module, mutant.code, mutant.change


def read_equivalents(path: Path) -> dict[Name, str]:
    """Return the reason of each mutant in the list; an absent file is an empty list. Raises ListError."""
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("equivalent", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ListError(f"{path.name}: {error}") from error
    reasons: dict[Name, str] = {}
    for number, entry in enumerate(entries, 1):
        for name in _names(entry):
            if not all(name) or not entry.get("reason"):
                raise ListError(f"{path.name}: entry {number} needs module, code, change and reason")
            if name in reasons:
                raise ListError(f"{path.name}: twice in the list: {' | '.join(name)}")
            reasons[name] = entry["reason"]
    return reasons


def _names(entry: dict[str, Any]) -> list[Name]:
    changes = entry.get("change", "")
    listed = changes if isinstance(changes, list) else [changes]
    return [(str(entry.get("module", "")), str(entry.get("code", "")), str(change)) for change in listed]


def check_equivalents(reasons: Iterable[Name], mutants: Iterable[Mutant]) -> None:
    """Refuse a list that names what is no longer there: its reason may have gone with the code."""
    known = {name_of(mutant) for mutant in mutants}
    gone = [name for name in reasons if name not in known]
    if gone:
        lines = "\n".join("  " + " | ".join(name) for name in gone)
        raise ListError(f"listed as equivalent, but can no longer be planted:\n{lines}")
