"""A person's day: his track on the map under a time slider, with zones and findings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from korgoo.accounts.permissions import Permission, require
from korgoo.audit.services import Subject, log_read
from korgoo.monitoring.selectors import list_findings
from korgoo.outbox.instants import to_ms
from korgoo.people.selectors import get_person_for
from korgoo.web.console.alerts.findings import name_kind
from korgoo.web.console.maps.fixes import describe_fix, judge_day
from korgoo.web.console.maps.zones import list_zones_between
from korgoo.web.console.tracks import TracksUnreadableError, read_day
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from django.http import HttpRequest

    from korgoo.accounts.models import User

LEAD_MS: Final = 3 * 3_600_000
"""Fixes of so long before midnight are judged with the day, so that its first ones have a past.

Nobody is out of reach of where he was three hours ago: an older jump can no longer change a verdict.
"""

# Codes, not sentences: an audit line must say the same in every language.
REASONS: Final = {
    "alert": _("an alert"),
    "check": _("a check of the order's conditions"),
    "court": _("a question of a court or prosecutor"),
    "complaint": _("a complaint or a request of the person"),
    "technical": _("a technical fault"),
}


def show_day(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the page. Without a reason it asks for one, and no position has been read."""
    user, now = cast("User", request.user), read_clock()
    with record_or_404():
        person = get_person_for(user, person_id)
    day = _read_date(request, now=now)
    reason = _read_reason(request)
    today = now.astimezone(_zone()).date()
    track = reverse("web:person-track", kwargs={"person_id": person_id})
    context = {
        "person": person,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "today": today,
        "reason": reason,
        "reasons": REASONS,
        "reason_code": request.GET.get("reason", ""),
        "detail": request.GET.get("detail", ""),
        "addresses": {"track": f"{track}?{request.GET.urlencode()}"},
    }
    return render(request, "console/maps/day.html", context)


def list_track(request: HttpRequest, person_id: int) -> JsonResponse:
    """Answer a day's fixes, zones and findings; the look and its reason go into the audit chain first."""
    user, now = cast("User", request.user), read_clock()
    require(user, Permission.READ_POSITION)
    with record_or_404():
        person = get_person_for(user, person_id)
    day, reason = _read_date(request, now=now), _read_reason(request)
    if not reason:
        return JsonResponse({"error": "say why this day is looked at"}, status=400)
    since, until = _bounds(day)
    log_read(Subject("person", person.pk), actor=user.audit_name, reason=f"day {day}: {reason}", now=now)
    try:
        track = read_day(person.pk, from_ms=to_ms(since), until_ms=to_ms(until), lead_ms=LEAD_MS)
    except TracksUnreadableError:
        return JsonResponse({"error": "the journal cannot be read"}, status=503)
    verdicts = judge_day(person, track)
    return JsonResponse(
        {
            "from_ms": to_ms(since),
            "until_ms": min(to_ms(until), max(to_ms(now), to_ms(since) + 1)),
            "is_cut": track.is_cut,
            "fixes": [describe_fix(fix, verdicts[fix.seq]._asdict()) for fix in track.fixes],
            "zones": list_zones_between(user, person_id=person.pk, since=since, until=until),
            "findings": _list_findings(user, person.pk, since=since, until=until),
        }
    )


def _list_findings(user: User, person_id: int, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the findings that held at some time of an interval."""
    held = list_findings(user, person_id=person_id).filter(since__lt=until)
    held = held.exclude(until__lte=since).exclude(state="annulled")
    return [
        {
            "id": finding.pk,
            "text": str(name_kind(finding.kind)),
            "since_ms": to_ms(finding.since),
            "until_ms": None if finding.until is None else to_ms(finding.until),
        }
        for finding in held
    ]


def _read_reason(request: HttpRequest) -> str:
    """Return the reason's code with what was typed, empty where none of ours was chosen."""
    code = request.GET.get("reason", "")
    detail = " ".join(request.GET.get("detail", "").split())[:200]
    if code not in REASONS:
        return ""
    return f"{code}: {detail}" if detail else code


def _read_date(request: HttpRequest, *, now: datetime) -> date:
    text = request.GET.get("date", "")
    today = now.astimezone(_zone()).date()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise SuspiciousOperation("this is no date") from error
    if not date(2000, 1, 1) <= day <= today:
        raise SuspiciousOperation("this day is not over or too long ago")
    return day


def _bounds(day: date) -> tuple[datetime, datetime]:
    """Return midnight to midnight in the installation's zone; where the clocks change, 23 or 25 hours."""
    zone = _zone()
    start, end = (
        datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + timedelta(1))
    )
    return start, end


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.KORGOO_TIME_ZONE)
