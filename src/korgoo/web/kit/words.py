"""Words for the codes of records, in one place, so that one thing has one name on every page."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from korgoo.accounts.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

ROLES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        Role.OPERATOR: _("operator"),
        Role.SHIFT_HEAD: _("head of the shift"),
        Role.PROBATION_OFFICER: _("probation officer"),
        Role.POLICE_DUTY: _("police duty officer"),
        Role.POLICE_UNIT: _("police unit"),
        Role.JUDGE: _("judge or court clerk"),
        Role.PROSECUTOR: _("prosecutor"),
        Role.DEFENCE_LAWYER: _("defence lawyer"),
        Role.REPRESENTATIVE: _("representative"),
        Role.TECHNICIAN: _("technician"),
        Role.ANALYST: _("analyst"),
        Role.OMBUDSMAN: _("ombudsman"),
        Role.ADMINISTRATOR: _("administrator"),
    }
)
