"""Who stands behind the actor of a timeline or an audit line, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as mark

from korgoo.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

_USER: Final = "user:"
_SYSTEM: Final = "system:"
_SYSTEMS: Final = {
    "system:engine": mark("the system"),
    "system:deadlines": mark("the system (deadline passed)"),
    "system:terms": mark("the system (term over)"),
}


def name_actors(actors: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor: of the account, or of the part of the system; in one query."""
    wanted = set(actors)
    numbers = {int(actor.removeprefix(_USER)) for actor in wanted if actor.removeprefix(_USER).isdigit()}
    names = dict(User.objects.filter(pk__in=numbers).values_list("pk", "full_name")) if numbers else {}
    return {actor: _name(actor, names) for actor in wanted}


def _name(actor: str, names: dict[int, str]) -> str:
    number = actor.removeprefix(_USER)
    if number != actor and number.isdigit():
        return names.get(int(number), actor)
    if actor.startswith(_SYSTEM):
        return gettext(_SYSTEMS.get(actor, "the system"))
    return actor
