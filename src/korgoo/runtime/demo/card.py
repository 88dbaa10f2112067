"""The card that makes a data directory a demonstration: what it was made from, its accounts, its devices.

No command of the demonstration touches a directory without this card, and the card is written before
anything else: whoever points it at a real installation gets a sentence and nothing is lost.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.runtime.supervision import LOCK_FILE
from korgoo.sim.incidents import Event  # noqa: TC001 - msgspec reads the annotation when it decodes

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "demo.json"


class NotADemoError(RuntimeError):
    """The data directory belongs to something else; the message says what to do."""


class DeviceKey(msgspec.Struct, frozen=True):
    """What a made-up device needs to speak: which person of the simulator, how it speaks, its credential.

    `beacon` is what it says when it hears the home unit: the zone's id, which is what plans call it.
    """

    person: str
    speech: str
    public_id: str
    secret: str
    beacon: str = ""


class Account(msgspec.Struct, frozen=True):
    """A demo account, to be printed."""

    email: str
    duty: str


class Card(msgspec.Struct, frozen=True):
    """All that a later start has to know.

    `driven_ms` is up to when the history was made; 0 until the first start has come to its end.
    """

    seed: int
    people: int
    password: str
    accounts: tuple[Account, ...] = ()
    devices: tuple[DeviceKey, ...] = ()
    script: tuple[Event, ...] = ()
    driven_ms: int = 0


def read_card(data: Path) -> Card | None:
    """Return the card, or None where the directory is empty or not there.

    Raises:
        NotADemoError: there is something else, or a card that cannot be read.
    """
    path = data / FILE
    if path.is_file():
        try:
            return msgspec.json.decode(path.read_bytes(), type=Card)
        except msgspec.DecodeError as error:
            raise NotADemoError(f"{path} cannot be read; delete {data} to begin anew") from error
    if data.exists() and (not data.is_dir() or any(entry.name != LOCK_FILE for entry in data.iterdir())):
        raise NotADemoError(f"{data} is not a demonstration; choose another directory with --data")
    return None


def write_card(card: Card, *, data: Path) -> None:
    """Write the card, readable by its owner only: it holds the secrets of the made-up devices."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = data / f"{FILE}.new"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(card)))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(data / FILE)


def clear_demo(data: Path) -> None:
    """Delete what a demonstration has made. Its card stays until a new one is written, and so does its lock.

    Raises:
        NotADemoError: the directory is no demonstration.
    """
    if read_card(data) is None:
        return
    for entry in data.iterdir():
        if entry.name in {FILE, LOCK_FILE}:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
