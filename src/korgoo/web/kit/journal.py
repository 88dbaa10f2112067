"""The pages' way into the journal: reading only, beside its one writer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from korgoo.runtime.installation import open_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.journal.protocol import JournalReader


@contextmanager
def open_journal() -> Iterator[JournalReader]:
    """Open the installation's journal for one request.

    Raises:
        StorageError: it is not there yet, or cannot be read.
    """
    journal = open_reader(settings.ENVIRONMENT)
    try:
        yield journal
    finally:
        journal.close()
