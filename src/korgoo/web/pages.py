"""The one table of pages: what each URL needs. A URL that is not here answers 403 to everybody.

A page names permissions of `korgoo.accounts.permissions`; holding any one of them opens it. Which records
it then shows follows from the selectors' scope.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.accounts.permissions import Permission, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.accounts.models import User

READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)
FORM: Final = ("GET", "HEAD", "POST")


class Page(NamedTuple):
    """What one URL needs. No `permissions`: any account, or with `public` nobody at all."""

    methods: tuple[str, ...]
    permissions: tuple[Permission, ...] = ()
    public: bool = False


_P = Permission
_SEE_PERSON: Final = (_P.READ_PARTICIPANT, _P.READ_PROTECTED)

PAGES: Final[Mapping[str, Page]] = MappingProxyType(
    {
        "web:sign-in": Page(FORM, public=True),
        "web:sign-out": Page(WRITE),
        "web:language": Page(WRITE, public=True),
        "web:home": Page(READ),
        "web:password": Page(FORM),
        "web:live-map": Page(READ, (_P.READ_POSITION,)),
        "web:map-points": Page(READ, (_P.READ_POSITION,)),
        "web:map-levels": Page(READ, (_P.READ_ALERT,)),
        "web:live-ticket": Page(READ, (_P.READ_ALERT, _P.READ_FINDING, _P.READ_POSITION)),
        "web:map-town": Page(READ, (_P.READ_POSITION, _P.DRAFT_ORDER)),
        "web:basemap": Page(READ, (_P.READ_POSITION, _P.DRAFT_ORDER)),
        "web:person-day": Page(READ, (_P.READ_POSITION,)),
        "web:person-track": Page(READ, (_P.READ_POSITION,)),
        "web:alert-map": Page(READ, (_P.READ_POSITION,)),
        "web:alerts": Page(READ, (_P.READ_ALERT,)),
        "web:alert-list": Page(READ, (_P.READ_ALERT,)),
        "web:alert": Page(READ, (_P.READ_ALERT,)),
        "web:alert-changes": Page(READ, (_P.READ_ALERT,)),
        "web:alert-explanation": Page(READ, (_P.READ_FINDING,)),
        "web:alert-take": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:alert-acknowledge": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:alert-take-over": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:alert-verify": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:alert-note": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:alert-close": Page(WRITE, (_P.HANDLE_ALERT,)),
        "web:people": Page(READ, _SEE_PERSON),
        "web:person-register": Page(FORM, (_P.REGISTER_PERSON,)),
        "web:person": Page(READ, _SEE_PERSON),
        "web:order-draft": Page(FORM, (_P.DRAFT_ORDER,)),
        "web:order": Page(READ, (_P.READ_ORDER,)),
        "web:order-amend": Page(FORM, (_P.DRAFT_ORDER,)),
        "web:order-sign": Page(WRITE, (_P.SIGN_ORDER,)),
        "web:order-end": Page(WRITE, (_P.SIGN_ORDER,)),
        "web:permit-grant": Page(WRITE, (_P.GRANT_PERMIT,)),
        "web:permit-revoke": Page(WRITE, (_P.GRANT_PERMIT,)),
        "web:removal-grant": Page(WRITE, (_P.GRANT_PERMIT,)),
        "web:erasures": Page(FORM, (_P.ERASE_CASE,)),
        "web:evidence": Page(FORM, (_P.HAND_OUT_EVIDENCE,)),
        "web:evidence-download": Page(WRITE, (_P.HAND_OUT_EVIDENCE,)),
        "web:quarantine": Page(READ, (_P.READ_QUARANTINE,)),
        "web:quarantined": Page(FORM, (_P.READ_QUARANTINE,)),
        "web:offices": Page(READ, (_P.MANAGE_ACCOUNT,)),
        "web:office-reaction": Page(WRITE, (_P.MANAGE_ACCOUNT,)),
        "web:office-return": Page(WRITE, (_P.MANAGE_ACCOUNT,)),
        "web:together-allow": Page(WRITE, (_P.GRANT_PERMIT,)),
        "web:together-revoke": Page(WRITE, (_P.GRANT_PERMIT,)),
        "web:devices": Page(READ, (_P.READ_DEVICE,)),
        "web:device-register": Page(FORM, (_P.ISSUE_DEVICE,)),
        "web:device-issue": Page(FORM, (_P.ISSUE_DEVICE,)),
        "web:assignment": Page(READ, (_P.READ_DEVICE,)),
        "web:assignment-rotate": Page(WRITE, (_P.ISSUE_DEVICE,)),
        "web:assignment-end": Page(WRITE, (_P.ISSUE_DEVICE,)),
        "web:assignment-command": Page(WRITE, (_P.COMMAND_DEVICE,)),
        "web:assignment-inspect": Page(WRITE, (_P.INSPECT_DEVICE,)),
    }
)


def may_open(user: User, name: str) -> bool:
    """Whether an account may open a page; False for a page that the table does not have."""
    page = PAGES.get(name)
    if page is None:
        return False
    return not page.permissions or any(holds(user, permission) for permission in page.permissions)
