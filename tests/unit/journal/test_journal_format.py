"""The journal's bytes and hashes are a format: experts recompute them years later with their own tools."""

import hashlib
from collections.abc import Collection

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from korgoo.journal.composition import Tail, check_drafts, compose_group
from korgoo.journal.errors import SealBrokenError
from korgoo.journal.record import Draft, Head, Stored, hash_row, link_group, month_of, pack_header
from korgoo.journal.sealing import CaseKey, Sealer, bind_hash, fresh_nonces

BODY = b"\x91\xc3"
RAW = hashlib.sha256(b"{}").digest()
NOON = 1_762_171_200_000


class OneKey:
    """A key store that knows one key for everything, so that a test can recompute."""

    def obtain(self, case_ids: Collection[int], *, month: int) -> dict[int, bytes]:
        assert month == 202511
        return dict.fromkeys(case_ids, bytes(range(32)))

    def find(self, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        return dict.fromkeys(pairs, bytes(range(32)))

    def tombstones(self) -> dict[int, str]:
        return {}

    def destroy(self, case_id: int, *, certificate: str) -> None:
        raise AssertionError((case_id, certificate))

    def generation(self) -> int:
        return 0

    def close(self) -> None:
        pass


def test_the_bytes_of_a_header_are_fixed_for_ever() -> None:
    header = pack_header(
        seq=7, log_at_ms=2, raw_at_ms=1, kind="mark", key="k", case_id=0, month=202511, body_hash=b"\x01"
    )
    assert header.hex() == "990107" + "0201" + "a46d61726b" + "a16b" + "00" + "ce0003170f" + "c40101"


def test_a_group_can_be_recomputed_with_nothing_but_sha256_and_aes() -> None:
    tail = Tail(Head(4, 5, bytes(32), 2), 0, NOON)
    draft = Draft("observation", "person:1", 1, BODY, RAW)
    composed = compose_group([draft], tail=tail, now_ms=NOON, sealer=Sealer(OneKey()))
    assert composed is not None
    (row,) = composed.rows
    binder = hashlib.sha256(b"korgoo body hash" + bytes(range(32))).digest()
    assert row.body_hash == hashlib.sha256(binder + RAW).digest()
    header = msgspec.msgpack.encode([1, 5, NOON, NOON, "observation", "person:1", 1, 202511, row.body_hash])
    assert AESGCM(bytes(range(32))).decrypt(row.payload[:12], row.payload[12:], header) == BODY
    assert row.row_hash == hashlib.sha256(header + hashlib.sha256(row.payload).digest()).digest()
    linked = hashlib.sha256(bytes(32) + bytes(7) + b"\x01" + row.row_hash).digest()
    assert (composed.group.number, composed.group.first_seq, composed.group.link) == (3, 5, linked)
    assert composed.tail.head == Head(5, NOON, linked, 3)


def test_hash_and_link_are_the_documented_ones() -> None:
    assert hash_row(b"header", RAW) == hashlib.sha256(b"header" + RAW).digest()
    assert link_group(RAW, [RAW, RAW], count=2) == hashlib.sha256(RAW + bytes(7) + b"\x02" + RAW * 2).digest()


def test_no_nonce_comes_twice_even_for_the_same_row_sealed_again() -> None:
    nonces = fresh_nonces(10_000)
    assert len(set(nonces)) == 10_000
    assert {len(nonce) for nonce in nonces} == {12}
    tail = Tail(Head(4, 5, bytes(32), 2), 0, NOON)
    draft = Draft("observation", "person:1", 1, BODY, RAW)
    sealer = Sealer(OneKey())
    sealed = [compose_group([draft], tail=tail, now_ms=NOON, sealer=sealer) for _ in range(50)]
    assert len({group.rows[0].payload[:12] for group in sealed if group}) == 50


def test_the_month_of_a_key_is_utc() -> None:
    assert month_of(1_764_547_199_999) == 202511
    assert month_of(1_764_547_200_000) == 202512


def test_a_shortened_payload_is_a_broken_seal() -> None:
    row = Stored(1, NOON, NOON, "observation", "person:1", 1, 202511, RAW, b"short", RAW)
    with pytest.raises(SealBrokenError, match="row 1"):
        Sealer(OneKey()).open_rows([row])
    empty = msgspec.structs.replace(row, payload=b"")
    with pytest.raises(SealBrokenError):
        Sealer(OneKey()).open_rows([empty])


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (Draft("mark", "k", 0, BODY, RAW), "kind"),
        (Draft("erasure", "k", 0, BODY, RAW), "kind"),
        (Draft("rumour", "k", 0, BODY, RAW), "kind"),
        (Draft("permit", "", 0, BODY, RAW), "key"),
        (Draft("permit", "a\0b", 0, BODY, RAW), "key"),
        (Draft("permit", "k" * 201, 0, BODY, RAW), "key"),
        (Draft("permit", "k", 1 << 63, BODY, RAW), "case_id"),
        (Draft("permit", "k", 0, BODY, b""), "body_hash"),
    ],
)
def test_malformed_drafts_are_named(draft: Draft, message: str) -> None:
    with pytest.raises(ValueError, match=f"draft 0: {message}"):
        check_drafts([draft], now_ms=NOON)


def test_inbox_ids_must_ascend_or_one_would_be_lost() -> None:
    drafts = [Draft("permit", "k", 0, BODY, RAW, inbox_id=number) for number in (2, 1)]
    with pytest.raises(ValueError, match="draft 1: inbox"):
        check_drafts(drafts, now_ms=NOON)


def test_every_time_has_a_month_or_is_refused() -> None:
    for now_ms in (0, -1, 253_402_300_800_000):
        with pytest.raises(ValueError, match="now_ms"):
            check_drafts([], now_ms=now_ms)


def test_a_bound_hash_depends_on_the_key() -> None:
    keys = [CaseKey(AESGCM(bytes(32)), bytes([number]) * 32) for number in (1, 2)]
    assert len({bind_hash(key.binder, RAW) for key in keys} | {RAW}) == 3
