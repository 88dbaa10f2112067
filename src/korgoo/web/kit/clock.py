"""The pages' clock: the installation's own, which in a demonstration may be shifted and fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime


def read_clock() -> datetime:
    """Return what time it is for this installation, aware UTC. Views read it once and pass it on."""
    now: datetime = settings.KORGOO_CLOCK()
    return now
