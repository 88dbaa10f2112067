"""Filters and tags of the pages: local times, words for codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.utils import timezone

from korgoo.web.kit.words import ROLES

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()

_FORMATS: Final = {
    "second": "%d.%m.%Y %H:%M:%S",
    "minute": "%d.%m.%Y %H:%M",
    "time": "%H:%M:%S",
    "date": "%d.%m.%Y",
}


@register.filter
def local(instant: datetime | None, form: str = "minute") -> str:
    """Return an instant in the installation's zone with its offset, such as `21.11.2026 22:04 (UTC+6)`."""
    if instant is None:
        return "—"
    shown = timezone.localtime(instant)
    if form == "date":
        return shown.strftime(_FORMATS[form])
    return f"{shown.strftime(_FORMATS[form])} ({name_offset(shown)})"


def name_offset(shown: datetime) -> str:
    """Return `UTC+6`, or `UTC+5:30` where the offset has minutes."""
    offset = shown.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes) % 60
    return f"UTC{sign}{abs(minutes) // 60}" + (f":{rest:02d}" if rest else "")


@register.filter
def role_name(role: str) -> str:
    """Return a role in words."""
    return str(ROLES.get(role, role))
