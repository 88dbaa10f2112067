"""Who may send for whom: the fold of assignment, credential and suspension rows of the journal.

The registry holds nothing of its own: the same rows in the same order give the same registry, so what
was admitted can be admitted again in a replay. Only the writer's thread folds; request tasks read. Every
fold replaces one immutable value under one key, and `version` moves after it, so a reader sees an old
or a new value and the writer can tell which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from korgoo.engine.rows import Assignment, Credential, Kind, Suspension

if TYPE_CHECKING:
    from korgoo.gateway.ports import Journal

FOLDED_KINDS: Final = frozenset({Kind.ASSIGNMENT, Kind.CREDENTIAL, Kind.SUSPENSION})
_PAGE: Final = 5_000


class Registry:
    """Credentials by public id, assignments by id and by device, suspensions by person."""

    def __init__(self) -> None:
        self.version = 0
        self._assignments: dict[int, Assignment] = {}
        self._by_device: dict[str, tuple[int, ...]] = {}
        self._credentials: dict[str, Credential] = {}
        self._suspensions: dict[str, dict[int, Suspension]] = {}
        self._protected_devices: set[str] = set()

    def fold(self, *, kind: str, key: str, body: Any) -> None:  # noqa: ANN401 - the body of a row, by kind
        """Take one row into account; rows of other kinds change nothing."""
        if kind == Kind.ASSIGNMENT:
            self._fold_assignment(body)
        elif kind == Kind.CREDENTIAL:
            self._credentials[body.public_id] = body
        elif kind == Kind.SUSPENSION:
            known = self._suspensions.get(key, {})
            self._suspensions[key] = {**known, body.suspension_id: body}
        else:
            return
        self.version += 1

    def _fold_assignment(self, body: Assignment) -> None:
        before = self._assignments.get(body.assignment_id)
        if before is not None and before.device_id != body.device_id:
            rest = tuple(i for i in self._by_device[before.device_id] if i != body.assignment_id)
            self._by_device[before.device_id] = rest
        self._assignments[body.assignment_id] = body
        ids = self._by_device.get(body.device_id, ())
        if body.assignment_id not in ids:
            self._by_device[body.device_id] = (*ids, body.assignment_id)
        if body.protected:  # once issued to a protected person, for ever: nothing takes this away
            self._protected_devices.add(body.device_id)

    def credential(self, public_id: str) -> Credential | None:
        """Return the credential with that public id."""
        return self._credentials.get(public_id)

    def assignment(self, assignment_id: int) -> Assignment | None:
        """Return the assignment as its last row has it."""
        return self._assignments.get(assignment_id)

    def assignments_of(self, device_id: str) -> tuple[Assignment, ...]:
        """Return every assignment that device ever had, in the order of their first rows."""
        return tuple(self._assignments[i] for i in self._by_device.get(device_id, ()))

    def suspensions_of(self, key: str) -> tuple[Suspension, ...]:
        """Return the suspensions of one person, revoked ones too."""
        return tuple(self._suspensions.get(key, {}).values())

    def was_protected(self, device_id: str) -> bool:
        """Tell whether the device was ever issued to a protected person."""
        return device_id in self._protected_devices

    def __len__(self) -> int:
        return len(self._credentials)


def rebuild_registry(journal: Journal) -> Registry:
    """Return the registry after the journal's last row. Rows of erased cases are passed over."""
    registry = Registry()
    after = 0
    while True:
        count = 0
        for row in journal.rows(after_seq=after, limit=_PAGE):
            count, after = count + 1, row.seq
            if row.kind in FOLDED_KINDS and row.body is not None:
                registry.fold(kind=row.kind, key=row.key, body=row.body)
        if count < _PAGE:
            return registry
