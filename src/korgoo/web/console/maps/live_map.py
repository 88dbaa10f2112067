"""The live map: everybody whom the reader may see, where he was last known to be, and how long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.db.models import Min
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from korgoo.accounts.permissions import Permission, require
from korgoo.alerts.selectors import list_open_alerts, list_open_pairs
from korgoo.audit.services import Subject, log_read
from korgoo.monitoring.selectors import list_positions
from korgoo.outbox.instants import to_ms
from korgoo.people.selectors import list_people
from korgoo.web.console.maps.tickets import find_live_url, issue_ticket
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from django.http import HttpRequest

    from korgoo.accounts.models import User

REASON: Final = "live map"
_COLUMNS: Final = (
    *("person_id", "seq", "lat_e7", "lon_e7", "accuracy_cm", "fixed_at_ms", "received_at_ms"),
    *("battery_percent", "verdict"),
)


def show_map(request: HttpRequest) -> HttpResponse:
    """Show the page; its points come by `list_points`, where the look is written down."""
    person = reverse("web:person-day", kwargs={"person_id": 0})
    addresses = {
        "points": reverse("web:map-points"),
        "levels": reverse("web:map-levels"),
        "person": person,
    }
    return render(request, "console/maps/live_map.html", {"addresses": addresses})


def list_points(request: HttpRequest) -> JsonResponse:
    """Answer the newest position of everybody in the reader's scope; one line in the audit chain.

    `points` are rows of `_COLUMNS`, as in the live process's `picture` events; `people` are [id, name,
    kind]; `levels` maps a person's id to the most urgent level of his open alerts; `pairs` are [participant,
    protected person, level] of the meetings that go on.
    """
    user, now = cast("User", request.user), read_clock()
    require(user, Permission.READ_POSITION)
    people = list(list_people(user).values_list("pk", "family_name", "given_name", "kind"))
    visible = {row[0] for row in people}
    office = user.office.path if user.office else ""
    log_read(Subject("picture", office), actor=user.audit_name, reason=REASON, now=now)
    points = [row for row in list_positions(user).values_list(*_COLUMNS) if row[0] in visible]
    return JsonResponse(
        {
            "now_ms": to_ms(now),
            "points": points,
            "people": [[pk, f"{family} {given}".strip(), kind] for pk, family, given, kind in people],
            "levels": _find_levels(user),
            "pairs": list_open_pairs(user),
        }
    )


def list_levels(request: HttpRequest) -> JsonResponse:
    """Answer who has open alerts and of which level; asked anew when an alert changes."""
    user = cast("User", request.user)
    return JsonResponse({"levels": _find_levels(user), "pairs": list_open_pairs(user)})


def give_ticket(request: HttpRequest) -> JsonResponse:
    """Answer a ticket for the live process and where that is."""
    ticket = issue_ticket(cast("User", request.user))
    return JsonResponse({"url": find_live_url(request), "ticket": ticket})


def _find_levels(user: User) -> dict[int, Any]:
    alerts = list_open_alerts(user).filter(person__isnull=False).order_by()
    return dict(alerts.values("person_id").annotate(worst=Min("level")).values_list("person_id", "worst"))
