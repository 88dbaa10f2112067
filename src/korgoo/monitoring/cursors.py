"""How far the engine's findings are recorded, and its snapshots; fenced by an owner's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, F

from korgoo.monitoring.models import ShardCursor, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_KEPT_SNAPSHOTS: Final = 2
PART_BYTES: Final = 2 << 20
"""What SQLite writes and syncs in some 20 ms; no transaction on the records may take over 50 ms."""


class ShardLostError(RuntimeError):
    """Another worker has taken the shard over: nothing of this transaction may be kept."""


def claim_shard(shard: int, *, owner: str, now: datetime) -> int:
    """Take a shard over and return the seq up to which its findings are recorded.

    From now on the former owner's transactions fail. Whoever calls has made sure that it is dead or gone.
    """
    with transaction.atomic():
        cursor, _ = ShardCursor.objects.select_for_update().get_or_create(
            shard=shard, defaults={"changed_at": now}
        )
        cursor.owner, cursor.changed_at = owner, now
        cursor.save(update_fields=["owner", "changed_at"])
    return cursor.seq


def advance_cursor(shard: int, *, seq: int, owner: str, now: datetime) -> None:
    """Move a cursor to `seq`, in the transaction of the findings up to there.

    Raises:
        ShardLostError: the owner is another, or the cursor stands further already.
    """
    changed = ShardCursor.objects.filter(shard=shard, owner=owner, seq__lte=seq).update(
        seq=seq, changed_at=now
    )
    if not changed:
        raise ShardLostError(f"shard {shard} belongs to another worker")


def write_snapshot(shard: int, *, seq: int, blob: bytes, owner: str, now: datetime) -> Iterator[None]:
    """Keep the packed state after row `seq`, a part each step: no transaction holds the records up for long.

    Until its last part is there nobody finds it. Then older ones than the last two are dropped, and what an
    engine that died left unfinished.

    Raises:
        ShardLostError: the owner is another; the snapshot stays unfinished.
    """
    starts = range(0, max(len(blob), 1), PART_BYTES)
    # Of the same row there may be parts of an engine that packed more or less: the two must not mix.
    Snapshot.objects.filter(shard=shard, seq=seq).exclude(parts=len(starts)).delete()
    for part, start in enumerate(starts):
        with transaction.atomic():
            _make_sure_of(shard, owner=owner)
            Snapshot.objects.update_or_create(
                shard=shard,
                seq=seq,
                part=part,
                defaults={"parts": len(starts), "blob": blob[start : start + PART_BYTES], "at": now},
            )
        yield
    kept = _whole_snapshots(shard)[:_KEPT_SNAPSHOTS]
    for pk in Snapshot.objects.filter(shard=shard).exclude(seq__in=kept).values_list("pk", flat=True):
        with transaction.atomic():
            _make_sure_of(shard, owner=owner)
            Snapshot.objects.filter(pk=pk).delete()
        yield


def save_snapshot(shard: int, *, seq: int, blob: bytes, owner: str, now: datetime) -> None:
    """Write a snapshot to its end; see `write_snapshot`."""
    for _ in write_snapshot(shard, seq=seq, blob=blob, owner=owner, now=now):
        pass


def find_snapshot(shard: int) -> tuple[int, bytes] | None:
    """Return (seq, packed state) of the newest whole snapshot that the cursor has reached, or None."""
    cursor = ShardCursor.objects.filter(shard=shard).first()
    if cursor is None:
        return None
    newest = next((seq for seq in _whole_snapshots(shard) if seq <= cursor.seq), None)
    if newest is None:
        return None
    parts = Snapshot.objects.filter(shard=shard, seq=newest).order_by("part")
    return newest, b"".join(bytes(blob) for blob in parts.values_list("blob", flat=True))


def _whole_snapshots(shard: int) -> list[int]:
    """Return the seqs of the snapshots of which every part is there, the newest first."""
    counted = Snapshot.objects.filter(shard=shard).values("seq", "parts").annotate(found=Count("part"))
    whole = counted.filter(found=F("parts")).order_by("-seq")
    return list(whole.values_list("seq", flat=True))


def _make_sure_of(shard: int, *, owner: str) -> None:
    mine = ShardCursor.objects.select_for_update().filter(shard=shard, owner=owner)
    if not mine.exists():
        raise ShardLostError(f"shard {shard} belongs to another worker")
