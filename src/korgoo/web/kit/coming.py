"""What a role without pages is told after its sign-in: what it will see here, and what to do until then.

Why each of them has nothing today stands in docs/roles.md.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from korgoo.accounts.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise


class News(NamedTuple):
    """What a role will see, and what it does meanwhile."""

    later: _StrPromise
    until_then: _StrPromise


COMING: Final[Mapping[str, News]] = MappingProxyType(
    {
        Role.POLICE_UNIT: News(
            _("The calls that are sent to you, on the phone, each for as long as it lasts."),
            _("The police duty officer tells you by radio or telephone where to go."),
        ),
        Role.DEFENCE_LAWYER: News(
            _("The one case that a court has opened to you, as it was disclosed, until the date it has set."),
            _("Ask the court or the probation office for the explanation of a finding in print."),
        ),
        Role.REPRESENTATIVE: News(
            _("What concerns the person whom you represent, and nobody else."),
            _("Call the monitoring centre. In danger press SOS on the device or call 102."),
        ),
        Role.ANALYST: News(
            _("Sums over many people, never one person."),
            _("Ask the administrator of this installation for the numbers that you need."),
        ),
        Role.OMBUDSMAN: News(
            _("Who has looked at whose data, and why."),
            _("Ask the administrator of this installation to show you the audit record."),
        ),
    }
)
