"""Every look at somebody's personal data leaves a line with its reason in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from korgoo.accounts.permissions import Permission, holds
from korgoo.audit.selectors import list_reads
from korgoo.audit.services import Subject, log_read
from korgoo.web.kit.actors import name_actors

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User

_MOST_SHOWN = 50
_WATCHING: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Look:
    """One line of who looked."""

    at: datetime
    who: str
    reason: str


def note_read(subject: Subject, *, reader: User, reason: str, now: datetime) -> None:
    """Write down that `reader` has opened a page about `subject`, and what for."""
    log_read(subject, actor=reader.audit_name, reason=reason, now=now)


def note_watching(subject: Subject, *, reader: User, reason: str, now: datetime) -> None:
    """Write the line of a part of a page that fetches itself again every few seconds.

    One line tells of ten minutes, also that of the page it belongs to; fetched by itself it leaves its own.
    """
    lines = list_reads(subject).filter(actor=reader.audit_name, reason=reason)
    if not lines.filter(at__gt=now - _WATCHING).exists():
        note_read(subject, reader=reader, reason=reason, now=now)


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
