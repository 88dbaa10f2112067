"""What every template knows: the menu of this account, and whether all this is a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy

from korgoo.web.kit.clock import read_clock
from korgoo.web.pages import may_open

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

    from korgoo.accounts.models import User

CATALOGUES: Final = frozenset({"ru", "en"})
"""Languages whose catalogue is complete; in the others Russian would show through."""

MENU: Final = (
    ("web:alerts", gettext_lazy("Alerts")),
    ("web:live-map", gettext_lazy("Map")),
    ("web:people", gettext_lazy("People")),
    ("web:devices", gettext_lazy("Devices")),
    ("web:quarantine", gettext_lazy("Quarantine")),
    ("web:erasures", gettext_lazy("Erasures")),
    ("web:offices", gettext_lazy("Offices")),
)


def describe_installation(request: HttpRequest) -> dict[str, Any]:
    """Return `now`, `time_zone`, `is_demo`, `demo` (how its clock runs), `menu` and `offered_languages`."""
    user = getattr(request, "user", None)  # absent where a request failed before its session was read
    return {
        "now": read_clock(),
        "time_zone": settings.KORGOO_TIME_ZONE,
        "demo": getattr(settings.KORGOO_CLOCK, "demo", None) if settings.KORGOO_DEMO else None,
        "is_demo": settings.KORGOO_DEMO,
        "offered_languages": [(code, name) for code, name in settings.LANGUAGES if code in CATALOGUES],
        "may_listen": _may_listen(user),
        "menu": [
            {"name": name, "label": label, "here": _is_here(request, name)}
            for name, label in MENU
            if user is not None and user.is_authenticated and may_open(user, name)
        ],
    }


def _may_listen(user: User | AnonymousUser | None) -> bool:
    """Whether the live process has anything for this account."""
    if user is None or not user.is_authenticated:
        return False
    return user.office_id is not None and may_open(user, "web:live-ticket")


def _is_here(request: HttpRequest, name: str) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name == name
