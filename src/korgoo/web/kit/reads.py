"""Every look at somebody's personal data leaves a line with its reason in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from korgoo.accounts.permissions import Permission, holds
from korgoo.audit.selectors import list_reads
from korgoo.audit.services import Subject, log_read
from korgoo.web.kit.actors import name_actors

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User

_MOST_SHOWN = 50


@dataclass(frozen=True)
class Look:
    """One line of who looked."""

    at: datetime
    who: str
    reason: str


def note_read(subject: Subject, *, reader: User, reason: str, now: datetime) -> None:
    """Write down that `reader` has opened a page about `subject`, and what for."""
    log_read(subject, actor=reader.audit_name, reason=reason, now=now)


def list_looks(subject: Subject, *, reader: User, reason: str = "") -> list[Look] | None:
    """Return who looked, the newest first (with `reason`: for that only); None for who may not know."""
    if not holds(reader, Permission.READ_AUDIT):
        return None
    lines = list_reads(subject)
    if reason:
        lines = lines.filter(reason=reason)
    shown = list(lines[:_MOST_SHOWN])
    names = name_actors(line.actor for line in shown)
    return [Look(line.at, names[line.actor], line.reason) for line in shown]
