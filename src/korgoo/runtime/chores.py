"""The worker's chores: each does a bounded piece of due work and says how much it did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from korgoo.alerts.escalation import claim_overdue_alerts
from korgoo.alerts.standing import claim_returning_alerts
from korgoo.monitoring.feed import prune_feed
from korgoo.orders.ending import end_expired_orders
from korgoo.runtime.wishes import OutcomeWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

BATCH: Final = 50
KEPT: Final = timedelta(hours=1)
"""Feed rows are kept so long: a page that was away for longer loads anew."""


def escalate_alerts(now: datetime) -> int:
    """Raise alerts whose deadline has passed."""
    return len(claim_overdue_alerts(limit=BATCH, now=now))


def return_alerts(now: datetime) -> int:
    """Bring back alerts that were closed while what they tell of still stands."""
    return len(claim_returning_alerts(limit=BATCH, now=now))


def end_orders(now: datetime) -> int:
    """End orders whose term is over: collection stops with them."""
    return end_expired_orders(limit=BATCH, now=now)


def drop_old_feed(now: datetime) -> int:
    """Drop feed rows that every open page has long received."""
    prune_feed(before=now - KEPT)
    return 0  # dropping is no work that should call the loop again


CHORES: Final[tuple[Callable[[datetime], int], ...]] = (
    escalate_alerts,
    return_alerts,
    end_orders,
    drop_old_feed,
    OutcomeWatch(),
)
