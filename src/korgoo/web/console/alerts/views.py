"""The alert queue: the page, its part that keeps itself up to date, and taking an alert from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from korgoo.accounts.permissions import Permission, holds
from korgoo.alerts.changes import AlertChangedError
from korgoo.alerts.handling import acknowledge_alert
from korgoo.alerts.lifecycle import UNATTENDED, StepRefusedError
from korgoo.alerts.models import Alert
from korgoo.web.console.alerts.findings import name_kind
from korgoo.web.console.alerts.queue import (
    LEVELS,
    MOST_SHOWN,
    SHOWS,
    count_open,
    list_alerts,
    list_waiting,
    read_filter,
    read_stamp,
)
from korgoo.web.kit.answers import read_number, record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem

if TYPE_CHECKING:
    from django.http import HttpRequest

    from korgoo.accounts.models import User


def show_alerts(request: HttpRequest) -> HttpResponse:
    """Show the queue."""
    return render(request, "console/alerts/list.html", _read_queue(request))


def show_alert_list(request: HttpRequest) -> HttpResponse:
    """Answer the part of the page that holds the list; 204 where nothing has changed since `since`."""
    user = cast("User", request.user)
    if request.GET.get("since") == read_stamp(user):
        return HttpResponse(status=204)
    return render(request, "console/alerts/_list.html", _read_queue(request))


def take_from_list(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Acknowledge an alert from the list. Who comes second is told who was faster."""
    user = cast("User", request.user)
    problem = ""
    with record_or_404():
        try:
            acknowledge_alert(
                alert_id, version=read_number(request.POST, "version"), actor=user, now=read_clock()
            )
        except (AlertChangedError, StepRefusedError) as error:
            Alert.objects.visible_to(user).only("pk").get(pk=alert_id)
            problem = translate_problem(error)
    if request.headers.get("HX-Request"):
        context = _read_queue(request) | {"problem": problem, "taken": "" if problem else alert_id}
        return render(request, "console/alerts/_list.html", context, status=409 if problem else 200)
    return redirect(f"{reverse('web:alerts')}?{read_filter(request.GET).query}")


def _read_queue(request: HttpRequest) -> dict[str, Any]:
    user = cast("User", request.user)
    chosen = read_filter(request.GET)
    stamp = read_stamp(user)  # before the rows: what changes in between is fetched again
    alerts = list(list_alerts(user, chosen)[: MOST_SHOWN + 1])
    waiting = list_waiting(user)
    return {
        "alerts": [
            {
                "alert": alert,
                "kind": name_kind(alert.protocol["kind"]),
                "waits": alert.state in UNATTENDED,
                "mine": alert.owner_id == user.pk,
            }
            for alert in alerts[:MOST_SHOWN]
        ],
        "more": len(alerts) > MOST_SHOWN,
        "most_shown": MOST_SHOWN,
        "filter": chosen,
        "shows": SHOWS,
        "levels": LEVELS,
        "counts": count_open(user),
        "waiting": waiting,
        "loud": " ".join(_name_sound(alert) for alert in waiting),
        "stamp": stamp,
        "may_handle": holds(user, Permission.HANDLE_ALERT),
        "now": read_clock(),
    }


def _name_sound(alert: Alert) -> str:
    """Return what the page has sounded for, the level last; a change or a deadline missed sounds anew."""
    return f"{alert.pk}:{alert.version}.{alert.escalation}:{alert.level}"
