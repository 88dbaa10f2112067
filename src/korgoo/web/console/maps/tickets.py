"""Tickets for the live process: what this account may hear, signed for a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.conf import settings

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import ForbiddenError, Permission, holds
from korgoo.conf.environment import name_host
from korgoo.live.streams import PICTURE
from korgoo.live.ticket import LIFE_MS, Ticket, write_ticket

if TYPE_CHECKING:
    from django.http import HttpRequest

    from korgoo.accounts.models import User

# A position is told only to who may read every kind of person: the picture does not say which kind it is.
_TOPICS: Final = {
    "alert": (Permission.READ_ALERT,),
    "finding": (Permission.READ_FINDING,),
    PICTURE: (Permission.READ_POSITION, Permission.READ_PARTICIPANT, Permission.READ_PROTECTED),
}


def issue_ticket(user: User) -> str:
    """Return a ticket for `user`, by the wall clock: the live process knows no demonstration's.

    Raises:
        ForbiddenError: the account has no office or hears no topic.
    """
    topics = tuple(topic for topic, needed in _TOPICS.items() if all(holds(user, one) for one in needed))
    if user.office is None or not topics:
        raise ForbiddenError("this account hears nothing")
    offices = Office.objects.filter(path__startswith=user.office.path).order_by("pk")
    ticket = Ticket(
        user_id=user.pk,
        office_path=user.office.path,
        offices=tuple(offices.values_list("pk", flat=True)),
        topics=topics,
        expires_at_ms=time.time_ns() // 1_000_000 + LIFE_MS - 1_000,  # a second for clocks that differ
    )
    return write_ticket(ticket, secret=str(settings.SECRET_KEY))


def find_live_url(request: HttpRequest) -> str:
    """Return where this page finds the live process: KORGOO_LIVE_URL, or its port on the page's own host."""
    environment = settings.ENVIRONMENT
    if environment.live_url is not None:
        return f"{environment.live_url}/stream"
    host = request.get_host().rpartition("]")[0] + "]" if request.get_host().startswith("[") else ""
    name = host or name_host(request.get_host().partition(":")[0])
    return f"{request.scheme}://{name}:{environment.live_port}/stream"
