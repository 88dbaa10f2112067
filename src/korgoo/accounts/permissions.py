"""The one table of who may do what. What is not written here is denied."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.accounts.models import Office, User


class Role(StrEnum):
    """What somebody is in the system. One account, one role: two duties are two accounts."""

    OPERATOR = "operator"
    SHIFT_HEAD = "shift_head"
    PROBATION_OFFICER = "probation_officer"
    POLICE_DUTY = "police_duty"
    POLICE_UNIT = "police_unit"
    JUDGE = "judge"
    PROSECUTOR = "prosecutor"
    DEFENCE_LAWYER = "defence_lawyer"
    REPRESENTATIVE = "representative"
    TECHNICIAN = "technician"
    ANALYST = "analyst"
    OMBUDSMAN = "ombudsman"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that somebody may do, with data inside the scope of his office."""

    READ_PARTICIPANT = "participant.read"
    READ_PROTECTED = "protected.read"
    REGISTER_PERSON = "person.register"
    READ_ORDER = "order.read"
    DRAFT_ORDER = "order.draft"
    SIGN_ORDER = "order.sign"
    GRANT_PERMIT = "permit.grant"
    READ_DEVICE = "device.read"
    ISSUE_DEVICE = "device.issue"
    INSPECT_DEVICE = "device.inspect"
    COMMAND_DEVICE = "device.command"
    READ_QUARANTINE = "quarantine.read"
    READ_FINDING = "finding.read"
    READ_POSITION = "position.read"
    READ_ALERT = "alert.read"
    HANDLE_ALERT = "alert.handle"
    MANAGE_ACCOUNT = "account.manage"
    HAND_OUT_EVIDENCE = "evidence.hand_out"
    READ_AUDIT = "audit.read"
    ERASE_CASE = "case.erase"


_P = Permission

_CENTRE: Final = frozenset(
    {
        _P.READ_PARTICIPANT,
        _P.READ_PROTECTED,
        _P.READ_ORDER,
        _P.READ_DEVICE,
        _P.COMMAND_DEVICE,
        _P.READ_FINDING,
        _P.READ_POSITION,
        _P.READ_ALERT,
        _P.HANDLE_ALERT,
    }
)
_CASE_WORK: Final = frozenset(
    {
        _P.READ_PARTICIPANT,
        _P.READ_PROTECTED,
        _P.REGISTER_PERSON,
        _P.READ_ORDER,
        _P.DRAFT_ORDER,
        _P.SIGN_ORDER,
        _P.GRANT_PERMIT,
        _P.READ_DEVICE,
        _P.ISSUE_DEVICE,
        _P.INSPECT_DEVICE,
        _P.READ_FINDING,
        _P.READ_POSITION,
        _P.READ_ALERT,
    }
)

# A role whose access is not by office (one case, one call, sums only) stands here with nothing until the
# pages are built that limit it so: its account signs in and is told what will be there. What each may do
# today, and why not more, stands in docs/roles.md; a test holds the two together.
GRANTS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.OPERATOR: _CENTRE,
        Role.SHIFT_HEAD: _CENTRE | {_P.READ_AUDIT, _P.HAND_OUT_EVIDENCE},
        Role.PROBATION_OFFICER: _CASE_WORK,
        Role.POLICE_DUTY: _CASE_WORK | {_P.HANDLE_ALERT},
        # A unit sees the call it was sent to, for as long as the call lasts. There is no dispatch yet.
        Role.POLICE_UNIT: frozenset(),
        Role.JUDGE: frozenset(
            {_P.READ_PARTICIPANT, _P.READ_PROTECTED, _P.READ_ORDER, _P.SIGN_ORDER, _P.HAND_OUT_EVIDENCE}
        ),
        # Supervises lawfulness of the orders: the decisions; whereabouts only as evidence of one finding,
        # and nothing of the protected side: a disclosed bundle holds none, a sealed one opens for the court.
        Role.PROSECUTOR: frozenset({_P.READ_PARTICIPANT, _P.READ_ORDER, _P.HAND_OUT_EVIDENCE}),
        # One case, until a date, in the disclosed profile: an office would open every case of the town.
        Role.DEFENCE_LAWYER: frozenset(),
        # Only what concerns the one person protected; what an office opens would betray others.
        Role.REPRESENTATIVE: frozenset(),
        Role.TECHNICIAN: frozenset(
            {_P.READ_DEVICE, _P.ISSUE_DEVICE, _P.INSPECT_DEVICE, _P.COMMAND_DEVICE, _P.READ_QUARANTINE}
        ),
        # Sums only, of groups too large to name anybody. Every page of today is about one person.
        Role.ANALYST: frozenset(),
        Role.OMBUDSMAN: frozenset({_P.READ_AUDIT}),
        # Sees no case: who destroys by a certificate need not read, and who reads must not destroy.
        Role.ADMINISTRATOR: frozenset({_P.MANAGE_ACCOUNT, _P.READ_AUDIT, _P.ERASE_CASE}),
    }
)


class ForbiddenError(PermissionDenied):
    """The account may not do this, or not with this record; the page answers 403."""


def holds(user: User, permission: Permission) -> bool:
    """Whether an account holds a permission: active, known role, written in the table."""
    if not user.is_active or user.role not in set(Role):
        return False
    return permission in GRANTS.get(Role(user.role), frozenset())


def require(user: User, permission: Permission) -> None:
    """Let pass who holds `permission`.

    Raises:
        ForbiddenError: the account does not hold it.
    """
    if not holds(user, permission):
        raise ForbiddenError(f"{user.role or 'no role'} does not hold {permission}")


def covers(user: User, office: Office) -> bool:
    """Whether the account's own office is `office` or above it."""
    return user.office is not None and office.path.startswith(user.office.path)


def require_within(user: User, permission: Permission, *, office: Office) -> None:
    """Let pass who holds `permission` and whose own office is `office` or above it.

    Raises:
        ForbiddenError: the account does not hold it, or the record belongs elsewhere.
    """
    require(user, permission)
    if not covers(user, office):
        raise ForbiddenError("the record belongs to an office outside the actor's")
