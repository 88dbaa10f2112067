"""The journal's writer in a process of its own, so that sealing and storing have a core of their own.

A gateway spends its one interpreter on requests; sealing, hashing and inserting a row cost about as much
again. `Appender` is a `Journal` whose reads happen here and whose appends happen in a child over a
pipe. The child ends when the pipe closes, in whatever way its parent ended; it ignores SIGINT and
SIGTERM, which are for the parent to drain. A child that died is replaced at the next call.
"""

from __future__ import annotations

import fcntl
import gc
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.journal.errors import CaseErasedError, CorruptError, JournalHeldError, StorageError
from korgoo.journal.opening import Address, open_reader, open_writer
from korgoo.journal.record import Draft  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import IO

    from korgoo.journal.protocol import Journal
    from korgoo.journal.record import Group, Head, Opened, Stored

OWN_COMMAND: Final = (sys.executable, "-m", "korgoo.journal.appender")
_LENGTH_BYTES: Final = 4
_PIPE_BYTES: Final = 1 << 20
_ANSWER_BYTES: Final = 1 << 16
"""Above a group's answer: after each read we wait for the interpreter, while nothing is committed."""
_COLLECT_AFTER: Final = (20_000, 20, 20)
"""A group leaves no cycles behind, but its rows count: by default the collector ran with each of them."""
_HELD_S: Final = 5.0
"""How long a new child waits for the writer's lock: the old one may still be committing."""


class _Open(msgspec.Struct, tag="open"):
    address: Address


class _Append(msgspec.Struct, tag="append"):
    drafts: list[Draft]
    now_ms: int
    raw_ms: int | None


class _Mark(msgspec.Struct, tag="mark"):
    now_ms: int
    raw_ms: int | None


class _Erase(msgspec.Struct, tag="erase"):
    case_id: int
    certificate: str
    now_ms: int
    inbox_id: int | None
    raw_ms: int | None


class _Done(msgspec.Struct, tag="done"):
    numbers: tuple[int, ...] = ()


class _Failed(msgspec.Struct, tag="failed"):
    error: str
    message: str
    case_ids: tuple[int, ...] = ()


_Call = _Open | _Append | _Mark | _Erase
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE_CALL: Final = msgspec.msgpack.Decoder(_Call).decode
_DECODE_ANSWER: Final = msgspec.msgpack.Decoder(_Done | _Failed).decode
_ERRORS: Final[dict[str, type[Exception]]] = {
    one.__name__: one for one in (StorageError, JournalHeldError, CorruptError, ValueError)
}


class Appender:
    """A `Journal`: reads beside the writer, appends through it. Threads may share it."""

    def __init__(self, address: Address, *, command: Sequence[str] = OWN_COMMAND) -> None:
        """Start the writer's process, with `command` where another program calls `main` of this module.

        Raises:
            JournalHeldError: another writer has the journal.
            StorageError: it cannot be opened.
        """
        self._address = address
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._call(None)
        self._reader = open_reader(address)

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append one commit group; see `Journal.append`."""
        return self._call(_Append(list(drafts), now_ms, raw_ms))

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append a clock mark; see `Journal.mark`."""
        return self._call(_Mark(now_ms, raw_ms))[0]

    def erase(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None = None,
        raw_ms: int | None = None,
    ) -> int:
        """Destroy a case's keys and empty its rows; see `Journal.erase`."""
        return self._call(_Erase(case_id, certificate, now_ms, inbox_id, raw_ms))[0]

    def rows(self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None) -> list[Stored]:
        """Return sealed rows in seq order; see `JournalReader.rows`."""
        return self._reader.rows(after_seq=after_seq, limit=limit, kinds=kinds)

    def groups(self, *, after_group: int, limit: int) -> list[Group]:
        """Return commit groups in order; see `JournalReader.groups`."""
        return self._reader.groups(after_group=after_group, limit=limit)

    def open_rows(self, stored: Iterable[Stored]) -> list[Opened]:
        """Unseal rows; see `JournalReader.open_rows`."""
        return self._reader.open_rows(stored)

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        """Return a key's readable rows by device time; see `JournalReader.history`."""
        return self._reader.history(key, from_ms=from_ms, until_ms=until_ms, limit=limit)

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        """Return a key's readable rows by seq; see `JournalReader.rows_of`."""
        return self._reader.rows_of(key, after_seq=after_seq, until_seq=until_seq, limit=limit)

    def attests(self, stored: Stored, *, body_hash: bytes) -> bool:
        """Say whether the row was made from that message; see `JournalReader.attests`."""
        return self._reader.attests(stored, body_hash=body_hash)

    def head(self) -> Head:
        """Return where the journal ends."""
        return self._reader.head()

    def inbox_cursor(self) -> int:
        """Return the highest inbox id that was applied."""
        return self._reader.inbox_cursor()

    def close(self) -> None:
        """End the writer's process once it has committed what it was given; harmless when repeated."""
        with self._lock:
            self._closed = True
            self._end_child()
        self._reader.close()

    def _call(self, call: _Call | None) -> tuple[int, ...]:
        """Ask the child, None only makes sure that it is there.

        An answer that never comes leaves open whether the group was kept: it is a `StorageError`, the
        device sends again, and a duplicate is a fact.
        """
        with self._lock:
            if self._closed:
                raise StorageError("the journal is closed")
            try:
                child = self._child or self._start_child()
                return () if call is None else _exchange(child, call)
            except (OSError, EOFError) as error:
                self._end_child()
                raise StorageError("the writer's process has died") from error

    def _start_child(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(  # noqa: S603 - ourselves
            self._command, bufsize=_ANSWER_BYTES, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._child = child
        _widen(child.stdin)
        try:
            _exchange(child, _Open(self._address))
        except BaseException:
            self._end_child()
            raise
        return child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None or child.stdin is None or child.stdout is None:
            return
        with suppress(OSError):
            child.stdin.close()
        child.wait()
        child.stdout.close()


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe take a whole group at once where the system can: by 64 KB the two ends wait in turns."""
    if pipe is not None and sys.platform == "linux":
        with suppress(OSError):  # the user's share of such memory is used up
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _exchange(child: subprocess.Popen[bytes], call: _Call) -> tuple[int, ...]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    _write_frame(child.stdin, _ENCODE(call))
    frame = _read_frame(child.stdout)
    if frame is None:
        raise EOFError
    answer = _DECODE_ANSWER(frame)
    if isinstance(answer, _Done):
        return answer.numbers
    if answer.error == CaseErasedError.__name__:
        raise CaseErasedError(answer.case_ids)
    raise _ERRORS.get(answer.error, StorageError)(answer.message)


def _write_frame(pipe: IO[bytes], body: bytes) -> None:
    pipe.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)
    pipe.flush()


def _read_frame(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    size = int.from_bytes(head, "big")
    body = pipe.read(size)
    return body if len(body) == size else None


# What follows runs in the child.


def serve_pipe(calls: IO[bytes], answers: IO[bytes]) -> None:
    """Carry out calls until the pipe closes; the first one opens the journal."""
    journal: Journal | None = None
    try:
        while (frame := _read_frame(calls)) is not None:
            answer: _Done | _Failed
            try:
                call = _DECODE_CALL(frame)
                if isinstance(call, _Open):
                    journal = _open_when_free(call.address)
                    answer = _Done()
                else:
                    answer = _Done(_carry_out(journal, call))
            except CaseErasedError as error:
                answer = _Failed(CaseErasedError.__name__, str(error), tuple(sorted(error.case_ids)))
            except (StorageError, ValueError) as error:
                known = next(name for name, one in _ERRORS.items() if isinstance(error, one))
                exact = type(error).__name__
                answer = _Failed(exact if exact in _ERRORS else known, str(error))
            _write_frame(answers, _ENCODE(answer))
    finally:
        if journal is not None:
            journal.close()


def _carry_out(journal: Journal | None, call: _Append | _Mark | _Erase) -> tuple[int, ...]:
    if journal is None:
        raise StorageError("the journal is not open")
    if isinstance(call, _Append):
        return journal.append(call.drafts, now_ms=call.now_ms, raw_ms=call.raw_ms)
    if isinstance(call, _Mark):
        return (journal.mark(now_ms=call.now_ms, raw_ms=call.raw_ms),)
    count = journal.erase(
        call.case_id,
        certificate=call.certificate,
        now_ms=call.now_ms,
        inbox_id=call.inbox_id,
        raw_ms=call.raw_ms,
    )
    return (count,)


def _open_when_free(address: Address) -> Journal:
    """Open the journal; a writer whose gateway was killed lets go of it within moments."""
    deadline = time.monotonic() + _HELD_S
    while True:
        try:
            return open_writer(address)
        except JournalHeldError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def main() -> None:
    """Be the writer's process: calls from stdin, answers to stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.set_threshold(*_COLLECT_AFTER)
    with suppress(BrokenPipeError):  # the parent has gone: what it was told last stays true
        serve_pipe(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
