"""How far the engine's findings are recorded, and its snapshots; fenced by an owner's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.monitoring.models import ShardCursor, Snapshot

if TYPE_CHECKING:
    from datetime import datetime

_KEPT_SNAPSHOTS: Final = 2


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


def save_snapshot(shard: int, *, seq: int, blob: bytes, owner: str, now: datetime) -> None:
    """Keep the packed state after row `seq`; older ones than the last two are dropped.

    Raises:
        ShardLostError: the owner is another.
    """
    with transaction.atomic():
        mine = ShardCursor.objects.select_for_update().filter(shard=shard, owner=owner)
        if not mine.exists():
            raise ShardLostError(f"shard {shard} belongs to another worker")
        Snapshot.objects.update_or_create(shard=shard, seq=seq, defaults={"blob": blob, "at": now})
        snapshots = Snapshot.objects.filter(shard=shard)
        kept = list(snapshots.order_by("-seq").values_list("pk", flat=True)[:_KEPT_SNAPSHOTS])
        snapshots.exclude(pk__in=kept).delete()


def find_snapshot(shard: int) -> tuple[int, bytes] | None:
    """Return (seq, packed state) of the newest snapshot that the cursor has reached, or None."""
    cursor = ShardCursor.objects.filter(shard=shard).first()
    if cursor is None:
        return None
    newest = Snapshot.objects.filter(shard=shard, seq__lte=cursor.seq).order_by("-seq").first()
    return None if newest is None else (newest.seq, bytes(newest.blob))
