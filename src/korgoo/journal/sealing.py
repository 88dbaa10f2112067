"""Seals personal payloads with AES-256-GCM under one key for each case and month.

Nonce: 96 random bits from the operating system, for every row. A nonce built from `seq` would repeat
under the same key when a crash or a full disk takes back a group after it was sealed and the seq is given
again to other content; a counter with a random start for each process repeats when a machine image is
restored. A key seals one case for one month, at most some 2**19 rows at one each five seconds: two equal
nonces among them have a chance below 2**-58, far under the 2**-32 that NIST SP 800-38D allows (ADR 0011).

The header is the associated data, so a payload opens only in its own place. A payload is
nonce ‖ ciphertext ‖ tag.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from korgoo.journal.errors import KeyMissingError, SealBrokenError
from korgoo.journal.record import Opened, Stored, header_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
CACHED_KEYS: Final = 32_768
"""Above the number of cases that one installation hears at a time. About 2 KB each: 65 MB when full."""


class KeyStore(Protocol):
    """Where the keys lie: apart from the rows, so that their backups can be short-lived."""

    def obtain(self, case_ids: Collection[int], *, month: int) -> dict[int, bytes]:
        """Return the cases' keys of that month; missing ones are made and durable before return.

        Raises:
            CaseErasedError: one of the cases was erased.
        """
        ...

    def find(self, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return the keys of these (case, month) pairs as far as they are there."""
        ...

    def tombstones(self) -> dict[int, str]:
        """Return certificate by erased case."""
        ...

    def destroy(self, case_id: int, *, certificate: str) -> None:
        """Delete every key of the case and leave a tombstone, durably; harmless when repeated."""
        ...

    def generation(self) -> int:
        """Return a number that changes when another connection changed the store."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...


class CaseKey(NamedTuple):
    """A case's key of one month, ready for use."""

    cipher: AESGCM
    binder: bytes


def bind_hash(binder: bytes, body_hash: bytes) -> bytes:
    """Return the message hash bound to a key: SHA-256(binder ‖ body_hash).

    A plain hash of a position report can be confirmed by guessing (a place, a minute, a battery level);
    bound to the key it is silent once the key is destroyed. Both inputs are 32 bytes, so the
    prefix construction has no length-extension weakness.
    """
    return hashlib.sha256(binder + body_hash).digest()


def fresh_nonces(count: int) -> list[bytes]:
    """Return that many random nonces, with one call of the operating system."""
    pool = os.urandom(count * NONCE_BYTES)
    return [pool[at : at + NONCE_BYTES] for at in range(0, len(pool), NONCE_BYTES)]


class Sealer:
    """Holds the keys in use (least recently used go first) and opens what was sealed."""

    def __init__(self, keys: KeyStore, *, capacity: int = CACHED_KEYS) -> None:
        self._keys = keys
        self._capacity = capacity
        self._cache: OrderedDict[tuple[int, int], CaseKey] = OrderedDict()
        self._generation = keys.generation()

    def obtain(self, case_ids: Collection[int], *, month: int) -> Mapping[int, CaseKey]:
        """Return the keys to seal with; missing ones are made and durable before return.

        Raises:
            CaseErasedError: one of the cases was erased.
        """
        self._refresh()
        ready = {case_id: key for case_id in case_ids if (key := self._recall((case_id, month)))}
        missing = [case_id for case_id in case_ids if case_id not in ready]
        if missing:
            found = self._keys.obtain(missing, month=month)
            ready |= {case_id: self._remember((case_id, month), raw) for case_id, raw in found.items()}
        return ready

    def open_rows(self, stored: Iterable[Stored]) -> list[Opened]:
        """Unseal rows; see `Journal.open_rows`."""
        batch = list(stored)
        keys = self._find(
            {(row.case_id, row.month) for row in batch if row.case_id and row.payload is not None}
        )
        return [
            Opened(
                row.seq,
                row.log_at_ms,
                row.raw_at_ms,
                row.kind,
                row.key,
                row.case_id,
                _open_payload(row, keys.get((row.case_id, row.month))),
            )
            for row in batch
        ]

    def attests(self, stored: Stored, *, body_hash: bytes) -> bool:
        """Say whether the row was made from that message; see `Journal.attests`."""
        if stored.case_id == 0:
            return hmac.compare_digest(stored.body_hash, body_hash)
        if stored.payload is None:
            return False
        pair = (stored.case_id, stored.month)
        key = self._find({pair})[pair]
        return key is not None and hmac.compare_digest(stored.body_hash, bind_hash(key.binder, body_hash))

    def forget(self) -> None:
        """Drop every cached key: after an erasure none may linger."""
        self._cache.clear()

    def _find(self, pairs: set[tuple[int, int]]) -> dict[tuple[int, int], CaseKey | None]:
        """Return the keys to open with; None stands for a destroyed one."""
        self._refresh()
        ready: dict[tuple[int, int], CaseKey | None] = {
            pair: key for pair in pairs if (key := self._recall(pair))
        }
        missing = pairs - ready.keys()
        if missing:
            found = self._keys.find(missing)
            ready |= {pair: self._remember(pair, raw) for pair, raw in found.items()}
            erased = self._keys.tombstones() if missing - found.keys() else {}
            for pair in missing - found.keys():
                if pair[0] not in erased:
                    raise KeyMissingError(f"no key for case {pair[0]}, month {pair[1]}, and no erasure")
                ready[pair] = None
        return ready

    def _refresh(self) -> None:
        """Forget cached keys when somebody else changed the store: one may have been destroyed."""
        generation = self._keys.generation()
        if generation != self._generation:
            self._cache.clear()
            self._generation = generation

    def _recall(self, pair: tuple[int, int]) -> CaseKey | None:
        key = self._cache.get(pair)
        if key is not None:
            self._cache.move_to_end(pair)
        return key

    def _remember(self, pair: tuple[int, int], raw: bytes) -> CaseKey:
        key = CaseKey(AESGCM(raw), hashlib.sha256(b"korgoo body hash" + raw).digest())
        self._cache[pair] = key
        if len(self._cache) > self._capacity:
            self._cache.popitem(last=False)
        return key


def _open_payload(row: Stored, key: CaseKey | None) -> bytes | None:
    if row.case_id == 0 or row.payload is None:
        return row.payload
    if key is None:
        return None
    nonce, sealed = row.payload[:NONCE_BYTES], row.payload[NONCE_BYTES:]
    try:
        return key.cipher.decrypt(nonce, sealed, header_of(row))
    except (InvalidTag, ValueError) as error:  # ValueError: cut shorter than nonce and tag
        raise SealBrokenError(f"row {row.seq} does not open: its payload or header was changed") from error
