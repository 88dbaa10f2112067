"""The journal's head, written into the audit chain each hour: each of the two then testifies for the other.

A chain without its end is a chain, and whoever rewrites all links makes another one. Either is found out by
a head that stands elsewhere (docs/journal.md); the audit chain is elsewhere for who has the journal alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from korgoo.audit.selectors import list_actions
from korgoo.audit.services import Subject, log_action
from korgoo.journal.errors import StorageError
from korgoo.runtime.installation import NotReadyError, open_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from korgoo.conf.environment import Environment
    from korgoo.journal.protocol import JournalReader

SYSTEM_ANCHOR: Final = "system:anchor"
EVERY: Final = timedelta(hours=1)
_ACTION: Final = "anchor"
_KIND: Final = "journal"


class HeadAnchor:
    """A chore of the worker: writes the head down when an hour has passed since it last did."""

    def __init__(
        self, environment: Environment, *, open_reader: Callable[[Environment], JournalReader] = open_reader
    ) -> None:
        """Ask the audit chain at the first turn when that was."""
        self._environment = environment
        self._open_reader = open_reader
        self._due_at: datetime | None = None

    def __call__(self, now: datetime) -> int:
        """Do it if it is due; 0, for it is no work that should call the loop again."""
        if self._due_at is None:
            last = list_actions(_ACTION, subject_kind=_KIND).first()
            self._due_at = now if last is None else last.at + EVERY
        if now < self._due_at:
            return 0
        try:
            reader = self._open_reader(self._environment)
        except NotReadyError:
            return 0  # there is no journal yet
        try:
            head = reader.head()
        except StorageError:
            return 0  # it cannot be read now; the engine and `korgoo doctor` say so
        finally:
            reader.close()
        if head.seq:
            subject = Subject(_KIND, head.seq)
            log_action(subject, actor=SYSTEM_ANCHOR, action=_ACTION, reason=head.link.hex(), now=now)
            self._due_at = now + EVERY
        return 0


def find_anchor() -> tuple[int, bytes] | None:
    """Return seq and link of the newest head that was written down, None before the first."""
    last = list_actions(_ACTION, subject_kind=_KIND).first()
    return None if last is None else (int(last.subject_id), bytes.fromhex(last.reason))
