"""The gateway of bench/gateway.py: the production parts, with one of them switched off on request.

`--serve FOLDER --port N --people N [--without credentials|sealing|chain] [--database URL]` is the gateway's
process, `--append PART` that of the journal's writer. These switches exist in the bench only.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import msgspec
import uvloop

from korgoo.engine.rows import Assignment, Credential, Kind, encode_body
from korgoo.gateway.limits import Rate
from korgoo.gateway.ports import CommandRow, InboxRow
from korgoo.gateway.server import build_gateway, serve
from korgoo.gateway.settings import GatewaySettings, IntakeLimits
from korgoo.gateway.speakers import Speaker, Speakers
from korgoo.journal import appender, composition
from korgoo.journal.opening import Address
from korgoo.journal.record import GENESIS
from korgoo.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.journal.record import Draft

DAY_MS = 86_400_000
# All load comes from one address, and a phone sends more often here than any phone does: the buckets
# are asked as ever, only their rates are out of the way.
LIMITS = IntakeLimits(address=Rate(1e6, 1e6), credential=Rate(1e3, 1e5))


def secret_of(person: int) -> str:
    """Return a device's secret, as bench/gateway.py makes it."""
    return hashlib.sha256(f"bench {person}".encode()).hexdigest()[:32]


class Inbox:
    """The control rows of that many people, as Django would have written them."""

    def __init__(self, people: int) -> None:
        since = time.time_ns() // 1_000_000 - DAY_MS
        self.rows: list[InboxRow] = []
        for person in range(1, people + 1):
            key = f"person:{person}"
            digest = hashlib.sha256(secret_of(person).encode()).digest()
            given = Assignment(
                person, f"phone-{person}", key, person, "bench", protected=False, collect_from_ms=since
            )
            for kind, body in (
                (Kind.ASSIGNMENT, given),
                (Kind.CREDENTIAL, Credential(f"k{person}", person, digest, since)),
            ):
                self.rows.append(
                    InboxRow(len(self.rows) + 1, kind.value, key, person, encode_body(body), None)
                )

    def read(self, *, after_id: int, limit: int) -> list[InboxRow]:
        """Return the rows after that id."""
        return self.rows[after_id : after_id + limit]


class NoCommands:
    """A command table with nothing in it."""

    def open_commands(self, *, limit: int) -> list[CommandRow]:  # noqa: D102 - as the port has it
        del limit
        return []

    def find(self, command_id: int) -> None:  # noqa: D102 - as the port has it
        del command_id

    def change(self, command_id: int, *, state: str, detail: str, now_ms: int) -> bool:  # noqa: D102 - as the port has it
        del command_id, state, detail, now_ms
        return False


def recognise_anybody(speakers: Speakers, authorization: bytes) -> Speaker | None:
    """Stand in for the check of credentials: the id is believed, no secret is looked at."""
    number = int(base64.b64decode(authorization[6:]).partition(b":")[0][1:])
    credential = speakers._registry.credential(f"k{number}")  # noqa: SLF001 - the part that is switched off
    assignment = speakers._registry.assignment(number)  # noqa: SLF001 - as above
    return Speaker(f"k{number}", credential, assignment, device=f"phone-{number}")


class UnsealedJournal(SqliteJournal):
    """Stores everything as nobody's, unsealed."""

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append without a case."""
        bare = [msgspec.structs.replace(draft, case_id=0) for draft in drafts]
        return super().append(bare, now_ms=now_ms, raw_ms=raw_ms)


def run_gateway(folder: Path, *, port: int, people: int, without: str, url: str) -> None:
    """Be the gateway process; the journal lies in the folder, or in the database of `url`."""
    command = (sys.executable, __file__, "--append", without or "nothing")
    address = Address(url=url) if url else Address(folder=str(folder))
    journal = appender.Appender(address, command=command)
    settings = GatewaySettings("", folder / "q.db", folder / "q.key", port=port, limits=LIMITS)

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        gateway = build_gateway(settings, journal=journal, inbox=Inbox(people), command_table=NoCommands())
        await serve(gateway, settings, stop=stop)

    if without == "credentials":
        mock.patch.object(Speakers, "recognise", recognise_anybody).start()
    uvloop.run(run())
    journal.close()


def _hash_nothing(*_: object, **__: object) -> bytes:
    return GENESIS


def run_appender(without: str) -> None:
    """Be the journal's writer, with a part of it switched off."""
    if without == "sealing":
        mock.patch("korgoo.journal.opening.SqliteJournal", UnsealedJournal).start()
    if without == "chain":
        mock.patch.object(composition, "hash_row", _hash_nothing).start()
        mock.patch.object(composition, "link_group", _hash_nothing).start()
    appender.main()


def main() -> None:
    """Be one of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--serve", "--append", "--without", "--database"):
        parser.add_argument(name, default="")
    for name in ("--port", "--people"):
        parser.add_argument(name, type=int, default=0)
    args = parser.parse_args()
    if args.append:
        run_appender(args.append)
    else:
        run_gateway(
            Path(args.serve), port=args.port, people=args.people, without=args.without, url=args.database
        )


if __name__ == "__main__":
    main()
