"""Who may send for whom: the fold of assignment, credential and suspension rows of the journal.

The registry holds nothing of its own: the same rows in the same order give the same registry, so what
was admitted can be admitted again in a replay. Only the writer's thread folds; request tasks read. Every
fold replaces one immutable value under one key, and `version` moves after it, so a reader sees an old
or a new value and the writer can tell which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.engine.rows import Assignment, Credential, Kind, Suspension, decode_body
from korgoo.gateway.admission import OpenRange, find_open_range

if TYPE_CHECKING:
    from korgoo.gateway.ports import Journal

FOLDED_KINDS: Final = tuple(
    kind.value for kind in (Kind.ASSIGNMENT, Kind.CREDENTIAL, Kind.SUSPENSION, Kind.ERASURE)
)
_PAGE: Final = 5_000


class Grounds(NamedTuple):
    """The rows in force that decide over observations under one assignment."""

    assignment: Assignment
    credential: Credential | None
    suspensions: tuple[Suspension, ...]
    ever_protected: bool
    open_range: OpenRange | None


class Registry:
    """Credentials by public id, assignments by id and by device, suspensions by person."""

    def __init__(self) -> None:
        self.version = 0
        self._assignments: dict[int, Assignment] = {}
        self._by_device: dict[str, tuple[int, ...]] = {}
        self._credentials: dict[str, Credential] = {}
        self._suspensions: dict[str, dict[int, Suspension]] = {}
        self._protected_by_case: dict[str, frozenset[int]] = {}
        self._grounds: dict[str, Grounds] = {}

    def fold(self, *, kind: str, key: str, body: Any) -> None:  # noqa: ANN401 - the body of a row, by kind
        """Take one row into account; rows of other kinds change nothing."""
        if kind == Kind.ASSIGNMENT:
            self._fold_assignment(body)
        elif kind == Kind.CREDENTIAL:
            self._credentials[body.public_id] = body
        elif kind == Kind.SUSPENSION:
            known = self._suspensions.get(key, {})
            self._suspensions[key] = {**known, body.suspension_id: body}
        elif kind == Kind.ERASURE:
            self._forget_case(body.case_id)
        else:
            return
        # A new dictionary, after the change: who began to read before it writes into the old one.
        self._grounds = {}
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
            cases = self._protected_by_case.get(body.device_id, frozenset())
            self._protected_by_case[body.device_id] = cases | {body.case_id}

    def _forget_case(self, case_id: int) -> None:
        """Drop what an erased case left, as if its rows had never been read."""
        gone = [one for one in self._assignments.values() if one.case_id == case_id]
        ids = {one.assignment_id for one in gone}
        for one in gone:
            self._by_device[one.device_id] = tuple(i for i in self._by_device[one.device_id] if i not in ids)
        for public_id in [i for i, one in self._credentials.items() if one.assignment_id in ids]:
            del self._credentials[public_id]
        for number in ids:
            del self._assignments[number]
        for device, cases in self._protected_by_case.items():
            self._protected_by_case[device] = cases - {case_id}
        still_here = {one.person_key for one in self._assignments.values()}
        for person in {one.person_key for one in gone} - still_here:
            self._suspensions.pop(person, None)

    def credential(self, public_id: str) -> Credential | None:
        """Return the credential with that public id."""
        return self._credentials.get(public_id)

    def assignment(self, assignment_id: int) -> Assignment | None:
        """Return the assignment as its last row has it."""
        return self._assignments.get(assignment_id)

    def assignments_of(self, device_id: str) -> tuple[Assignment, ...]:
        """Return every assignment that device ever had, in the order of their first rows."""
        found = (self._assignments.get(i) for i in self._by_device.get(device_id, ()))
        return tuple(one for one in found if one is not None)

    def suspensions_of(self, key: str) -> tuple[Suspension, ...]:
        """Return the suspensions of one person, revoked ones too."""
        return tuple(self._suspensions.get(key, {}).values())

    def was_protected(self, device_id: str) -> bool:
        """Tell whether the device was ever issued to a protected person."""
        return bool(self._protected_by_case.get(device_id))

    def ground(self, assignment: Assignment, *, credential: Credential | None) -> Grounds:
        """Return what decides over observations under this assignment."""
        suspensions = self.suspensions_of(assignment.person_key)
        return Grounds(
            assignment,
            credential,
            suspensions,
            self.was_protected(assignment.device_id),
            find_open_range(assignment, credential, suspensions=suspensions),
        )

    def grounds_of(self, credential: Credential) -> Grounds | None:
        """Return what decides over a device's own messages: one assignment for all of them.

        `credential` is the one that matched; what counts is its last row. Remembered until any row changes.
        """
        memory = self._grounds
        found = memory.get(credential.public_id)
        if found is not None:
            return found
        current = self.credential(credential.public_id)
        assignment = self.assignment((current or credential).assignment_id)
        if assignment is None:
            return None
        found = self.ground(assignment, credential=current or credential)
        if current is not None:
            memory[credential.public_id] = found
        return found

    def __len__(self) -> int:
        return len(self._credentials)


def rebuild_registry(journal: Journal) -> Registry:
    """Return the registry after the journal's last row.

    Only rows of the folded kinds are unsealed; those of erased cases have no body any more and are
    passed over, which is what folding their erasure row does to a registry that still had them.
    """
    registry = Registry()
    after = 0
    while page := journal.rows(after_seq=after, limit=_PAGE, kinds=FOLDED_KINDS):
        after = page[-1].seq
        for row in journal.open_rows(page):
            if row.body is not None:
                registry.fold(kind=row.kind, key=row.key, body=decode_body(row.kind, row.body))
    return registry
