"""Packs the engine's own source, so that a bundle brings along what judged it."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import korgoo
from korgoo.replay.evidence.archive import write_archive

REQUIREMENTS: Final = ("msgspec", "numpy", "shapely")
_FOLDERS: Final = ("engine",)
_MODULES: Final = (
    "__init__.py",
    "planning/__init__.py",
    "planning/instants.py",
    "replay/__init__.py",
    "replay/course.py",
    "replay/derivation.py",
    "replay/findings_file.py",
    "replay/judging.py",
)


def pack_engine() -> bytes:
    """Return an archive of the source that judges: the engine, and what feeds it with rows.

    `requirements.txt` pins what it needs from elsewhere with hashes, `pins.json` what was installed here. The
    same source and installation give the same bytes.
    """
    root = Path(korgoo.__file__).parent
    paths = [root / name for name in _MODULES]
    for folder in _FOLDERS:
        paths += (root / folder).rglob("*.py")
    files = {f"korgoo/{path.relative_to(root).as_posix()}": path.read_bytes() for path in paths}
    files["pins.json"] = json.dumps(_installed(), indent=1, sort_keys=True).encode()
    files["requirements.txt"] = _pins(root).encode()
    return write_archive(files)


def _installed() -> dict[str, Any]:
    """Return the version of each requirement, and the digest of the list of its files and their hashes."""
    found: dict[str, Any] = {"korgoo": {"version": korgoo.__version__}}
    for name in REQUIREMENTS:
        record = metadata.distribution(name).read_text("RECORD") or ""
        digest = hashlib.sha256(record.encode()).hexdigest()
        found[name] = {"version": metadata.version(name), "record_sha256": digest}
    return found


def _pins(root: Path) -> str:
    """Return the hash-pinned lines of the requirements; without the source checkout, versions only."""
    pinned = root.parents[1] / "requirements" / "run.txt"
    if not pinned.is_file():
        lines = [f"{name}=={metadata.version(name)}" for name in REQUIREMENTS]
        return (
            "# Installed without its pins: versions only; pins.json has digests.\n" + "\n".join(lines) + "\n"
        )
    blocks = re.split(r"\n(?=\S)", pinned.read_text(encoding="utf-8"))
    wanted = [block for block in blocks if block.partition("==")[0] in REQUIREMENTS]
    return "\n".join(wanted).rstrip() + "\n"
