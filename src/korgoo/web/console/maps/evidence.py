"""The evidence of an alert on the map: its fixes, ignored ones too, the zone, and how far from its border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.http import JsonResponse

from korgoo.accounts.permissions import Permission, require
from korgoo.alerts.selectors import get_alert_for, list_alert_findings
from korgoo.audit.services import Subject, log_read
from korgoo.outbox.instants import from_ms
from korgoo.web.console.maps.border import find_border_point
from korgoo.web.console.maps.fixes import describe_fix, read_uses
from korgoo.web.console.maps.pairs import look_at_pair
from korgoo.web.console.maps.zones import list_zones_between
from korgoo.web.console.tracks import TracksUnreadableError, read_fixes
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest

    from korgoo.accounts.models import User
    from korgoo.monitoring.models import FindingRecord

_MOST_FIXES: Final = 2_000


def list_evidence(request: HttpRequest, alert_id: int) -> JsonResponse:
    """Answer the fixes behind an alert, by the journal's numbers; the look is written down first."""
    user, now = cast("User", request.user), read_clock()
    require(user, Permission.READ_POSITION)
    with record_or_404():
        alert = get_alert_for(user, alert_id)
    findings = list(list_alert_findings(user, alert_id=alert_id))
    if alert.person_id is None or not findings:
        return JsonResponse({"fixes": [], "zones": [], "line": None})
    log_read(
        Subject("person", alert.person_id), actor=user.audit_name, reason=f"map of alert {alert_id}", now=now
    )
    try:
        look = look_at_pair(user, alert, findings, now=now)
    except TracksUnreadableError:
        return JsonResponse({"error": "the journal cannot be read"}, status=503)
    if look is not None:
        pair = {"hers": look.hers, "rings": look.rings, "moved": look.moved}
        return JsonResponse({"fixes": look.his, "zones": [], "line": look.line, "pair": pair})
    uses = read_uses(user, finding_ids=[finding.pk for finding in findings])
    newest = sorted(uses)[-_MOST_FIXES:]
    try:
        track = read_fixes(alert.person_id, seqs=newest)
    except TracksUnreadableError:
        return JsonResponse({"error": "the journal cannot be read"}, status=503)
    fixes = [describe_fix(fix, uses[fix.seq]) for fix in track.fixes]
    zones = _list_judged_zones(user, alert.person_id, findings, now=now)
    return JsonResponse({"fixes": fixes, "zones": zones, "line": _draw_line(fixes, zones)})


def _list_judged_zones(
    user: User, person_id: int, findings: Sequence[FindingRecord], *, now: datetime
) -> list[dict[str, Any]]:
    """Return the zones that the findings are about, as they were when the findings began."""
    since = min(finding.since for finding in findings)
    until = max(finding.until or now for finding in findings)
    conditions = {finding.condition for finding in findings}
    zones = list_zones_between(user, person_id=person_id, since=since, until=max(until, from_ms(1)))
    return [zone for zone in zones if zone["condition"] in conditions]


def _draw_line(fixes: Sequence[dict[str, Any]], zones: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the line from the newest used fix to the nearest border of the zone, with its length."""
    used = [fix for fix in fixes if fix["use"] == "used"]
    if not used or not zones:
        return None
    fix = used[-1]
    lat, lon, distance_m = find_border_point(zones[0], lat=fix["lat"], lon=fix["lon"])
    told = fix.get("distance_m")
    return {
        "from": [fix["lon"], fix["lat"]],
        "to": [lon, lat],
        "distance_m": int(abs(told if told is not None else distance_m) + 0.5),  # half a metre: up
    }
