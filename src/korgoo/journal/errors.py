"""What can go wrong in the journal, by name. No message carries a position, a name or a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class StorageError(Exception):
    """The store could not do it (disk full, locked, closed, gone): nothing of the group was kept."""


class JournalHeldError(StorageError):
    """Another process is the writer of this journal."""


class CorruptError(StorageError):
    """The store's file cannot be read as a database."""


class KeyMissingError(StorageError):
    """A key is not in the key store though its case was never erased: restore the keys from backup."""


class SealBrokenError(StorageError):
    """A sealed payload does not open under its key and header: one of them was changed."""


class CaseErasedError(Exception):
    """Rows for erased cases were refused; `case_ids` names the cases. Nothing of the group was kept."""

    def __init__(self, case_ids: Iterable[int]) -> None:
        self.case_ids = frozenset(case_ids)
        super().__init__(f"erased cases take no more rows: {sorted(self.case_ids)}")
