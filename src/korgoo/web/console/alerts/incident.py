"""The incident page: what is known of one alert, and what a person can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as mark

from korgoo.accounts.permissions import Permission, holds
from korgoo.alerts.changes import AlertChangedError
from korgoo.alerts.escalation import SYSTEM_DEADLINES
from korgoo.alerts.handling import acknowledge_alert, add_note, close_alert, take_over_alert, verify_alert
from korgoo.alerts.lifecycle import NOTICE, TRANSITIONS, UNATTENDED, Cause, State, Step, StepRefusedError
from korgoo.alerts.selectors import get_alert_for, list_timeline
from korgoo.alerts.standing import find_return, outlives_closing
from korgoo.audit.services import Subject
from korgoo.devices.selectors import list_assignments
from korgoo.orders.selectors import find_removal, list_orders
from korgoo.web.console.alerts.findings import name_kind, tell_findings
from korgoo.web.console.maps.pairs import look_at_pair
from korgoo.web.console.tracks import TracksUnreadableError
from korgoo.web.kit.actors import name_actors
from korgoo.web.kit.answers import read_number, record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.kit.reads import list_looks, note_read
from korgoo.web.kit.words import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest

    from korgoo.accounts.models import User
    from korgoo.alerts.models import Alert, AlertEvent

_LONGEST_NOTE: Final = 5000


def show_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Show the incident; the look is written down."""
    user, now = cast("User", request.user), read_clock()
    with record_or_404():
        alert = get_alert_for(user, alert_id)
    note_read(_subject(alert), reader=user, reason=_reason(alert), now=now)
    return _show(request, alert)


def show_changes(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Tell an open incident page that the alert has moved on; 204 while it has not."""
    user = cast("User", request.user)
    with record_or_404():
        alert = get_alert_for(user, alert_id)
    if request.GET.get("stamp") == _stamp(user, alert):
        return HttpResponse(status=204)
    return render(request, "console/alerts/_changed.html", {"alert": alert})


def acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take an alert that nobody has."""
    return _step(request, alert_id, acknowledge_alert, done=gettext("The alert is yours now."))


def take_over(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take an alert from the colleague who has it."""
    return _step(request, alert_id, take_over_alert, done=gettext("The alert is yours now."))


def verify(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Say that verification has begun."""
    return _step(request, alert_id, verify_alert, done=gettext("Verification has begun."))


def write_note(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Write a note into the timeline."""

    def write(alert_id: int, *, version: int, actor: User, now: datetime) -> None:
        del version  # a note is never in anybody's way
        add_note(alert_id, note=_read_note(request), actor=actor, now=now)

    return _step(request, alert_id, write, done=gettext("The note stands in the timeline."))


def close(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Close an alert with its cause and what was found."""

    def finish(alert_id: int, *, version: int, actor: User, now: datetime) -> None:
        cause = request.POST.get("cause", "")
        close_alert(alert_id, version=version, cause=cause, note=_read_note(request), actor=actor, now=now)

    return _step(request, alert_id, finish, done=gettext("The alert is closed."), go_to="web:alerts")


def _step(
    request: HttpRequest, alert_id: int, act: Callable[..., Any], *, done: str, go_to: str = ""
) -> HttpResponse:
    """Do one step. A refused one shows the page again with the reason, and with what was typed."""
    user = cast("User", request.user)
    with record_or_404():
        alert = get_alert_for(user, alert_id)
        try:
            act(alert_id, version=read_number(request.POST, "version"), actor=user, now=read_clock())
        except (AlertChangedError, StepRefusedError) as error:
            alert = get_alert_for(user, alert_id)
            return _show(request, alert, problem=translate_problem(error))
    messages.success(request, done)
    return redirect(go_to) if go_to else redirect("web:alert", alert_id=alert.pk)


def _read_note(request: HttpRequest) -> str:
    note = request.POST.get("note", "").strip()
    if len(note) > _LONGEST_NOTE:
        raise StepRefusedError(mark("the note is too long"))
    return note


def _show(request: HttpRequest, alert: Alert, *, problem: str = "") -> HttpResponse:
    user = cast("User", request.user)
    stamp = _stamp(user, alert)
    timeline = list(list_timeline(user, alert_id=alert.pk))
    names = name_actors({line.actor for line in timeline} | {alert.closed_by or ""})
    told = tell_findings(user, alert)
    person, stands = alert.person, outlives_closing(alert)
    try:
        pair = look_at_pair(user, alert, [item.record for item in told], now=read_clock())
    except TracksUnreadableError:
        pair = None
    context = {
        "alert": alert,
        "person": person,
        "kind": name_kind(alert.protocol["kind"]),
        "told": told,
        "pair": pair,
        "timeline": _fold_timeline(timeline, names),
        "closed_by": names[alert.closed_by or ""],
        "devices": list(list_assignments(user, person_id=person.pk)[:3]) if person else [],
        "orders": list(list_orders(user, person_id=person.pk)[:5]) if person else [],
        "looks": list_looks(_subject(alert), reader=user, reason=_reason(alert)),
        "causes": [(cause, CAUSES[cause]) for cause in Cause if cause is not Cause.ENDED],
        "steps": _list_steps(user, alert),
        "needs_note": alert.level < NOTICE,
        "needs_inspection": [item for item in told if item.record.kind.startswith("tamper.")],
        "comes_back": alert.returns_at or find_return(alert, now=read_clock()) if stands else None,
        "waits": alert.state in UNATTENDED,
        "shows_map": person is not None and holds(user, Permission.READ_POSITION),
        "off_now": find_removal(user, person_id=person.pk, at=read_clock()) if person else None,
        "may_hand_out": holds(user, Permission.HAND_OUT_EVIDENCE),
        "closed": alert.state == State.CLOSED,
        "stamp": stamp,
        "problem": problem,
        "typed": request.POST,
        "now": read_clock(),
    }
    return render(request, "console/alerts/alert.html", context, status=409 if problem else 200)


def _fold_timeline(timeline: list[AlertEvent], names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the timeline's lines, equal lines of the machine's own in a row as one.

    A deadline that passes again each minute would push what people did from the screen.
    """
    found: list[dict[str, Any]] = []
    for line in timeline:
        before = found[-1] if found else None
        if before and line.actor.startswith("system:") and _says(before["line"]) == _says(line):
            before["times"] += 1
            before["last"] = line.at
        else:
            found.append({"line": line, "who": names[line.actor], "times": 1, "last": line.at})
    return found


def _says(line: AlertEvent) -> tuple[str, str, str, str]:
    return line.actor, line.action, line.code, line.note


def _list_steps(user: User, alert: Alert) -> dict[str, bool]:
    """Return which buttons this account gets; the service still decides."""
    if not holds(user, Permission.HANDLE_ALERT):
        return {}
    state, mine = State(alert.state), alert.owner_id == user.pk
    free = alert.owner_id is None
    return {
        "acknowledge": (state, Step.ACKNOWLEDGE) in TRANSITIONS,
        "take_over": (state, Step.TAKE_OVER) in TRANSITIONS and not mine,
        "verify": (state, Step.VERIFY) in TRANSITIONS and mine,
        "close": (state, Step.CLOSE) in TRANSITIONS and (mine or (free and alert.level > 1)),
        "note": True,
    }


def _stamp(user: User, alert: Alert) -> str:
    # Without the deadlines that have passed: each minute brings one, and nothing is decided otherwise for it.
    lines = list_timeline(user, alert_id=alert.pk).exclude(actor=SYSTEM_DEADLINES)
    newest = lines.order_by("-pk").values_list("pk", flat=True).first()
    return f"{alert.version}.{newest or 0}"


def _subject(alert: Alert) -> Subject:
    return Subject("person", alert.person_id) if alert.person_id else Subject("alert", alert.pk)


def _reason(alert: Alert) -> str:
    return f"alert {alert.pk}"
