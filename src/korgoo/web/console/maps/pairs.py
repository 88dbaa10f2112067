"""The two of a pair's alert: where both were, the rings around her, and which of them moved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from korgoo.accounts.permissions import Permission, holds
from korgoo.audit.services import Subject, log_read
from korgoo.monitoring.models import FindingEvent
from korgoo.orders.selectors import find_distance, list_places, list_versions
from korgoo.outbox.instants import from_ms
from korgoo.people.models import Person
from korgoo.planning.instants import parse_instant
from korgoo.web.console.maps.border import METRES_PER_DEGREE
from korgoo.web.console.maps.fixes import describe_fix, read_uses
from korgoo.web.console.tracks import read_fixes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.alerts.models import Alert
    from korgoo.monitoring.models import FindingRecord

_MOST_FIXES: Final = 2_000
_MOVED_M: Final = 50.0
"""Less than this between first and last fix is the noise of standing still (noise.md)."""


@dataclass(frozen=True, kw_only=True)
class PairLook:
    """What is shown of a meeting. Metres and seconds; None = not known."""

    other: Person
    apart_m: float | None
    sigma_m: float | None
    age_s: int | None
    last_seen: datetime | None
    closing_kmh: int | None
    order_m: float | None
    place: str
    moved: str
    his: list[dict[str, Any]]
    hers: list[dict[str, Any]]
    rings: list[dict[str, Any]]
    line: dict[str, Any] | None


def look_at_pair(
    user: User, alert: Alert, findings: Sequence[FindingRecord], *, now: datetime
) -> PairLook | None:
    """Return both sides of a pair's alert; None where it has none, or where this reader may not see her.

    That both positions were looked at is written down first.

    Raises:
        TracksUnreadableError: the journal cannot be read now.
    """
    paired = [finding for finding in findings if finding.other_id is not None]
    other_id = paired[0].other_id if paired else None
    if other_id is None or alert.person_id is None or not holds(user, Permission.READ_POSITION):
        return None
    other = Person.objects.visible_to(user).filter(pk=other_id).first()
    if other is None:
        return None
    for person_id in (alert.person_id, other.pk):
        reason = f"map of alert {alert.pk}"
        log_read(Subject("person", person_id), actor=user.audit_name, reason=reason, now=now)
    uses = read_uses(user, finding_ids=[finding.pk for finding in paired])
    seqs = sorted(uses)[-_MOST_FIXES:]
    his, hers = (
        [describe_fix(fix, uses[fix.seq]) for fix in read_fixes(person_id, seqs=seqs).fixes]
        for person_id in (alert.person_id, other.pk)
    )
    params = _read_newest(user, paired)
    places = _find_places(user, alert)
    place = places.get(str(params.get("target", "")))
    centre = place or _as_centre(hers)
    seen = params.get("last_seen")
    return PairLook(
        other=other,
        apart_m=params.get("apart_m"),
        sigma_m=params.get("sigma_m"),
        age_s=params.get("age_s"),
        last_seen=from_ms(parse_instant(seen)) if seen else None,
        closing_kmh=params.get("closing_kmh"),
        order_m=params.get("order_m"),
        place=place["name"] if place else "",
        moved=who_moved(his, hers),
        his=his,
        hers=hers,
        rings=_draw_rings(user, alert, centre),
        line=_draw_line(his, centre, params),
    )


def who_moved(his: Sequence[dict[str, Any]], hers: Sequence[dict[str, Any]]) -> str:
    """Say which side moved over the fixes of the evidence: participant, protected, both or neither."""
    moved = [side for side, fixes in (("participant", his), ("protected", hers)) if _way_m(fixes) > _MOVED_M]
    return "both" if len(moved) == 2 else (moved or ["neither"])[0]  # noqa: PLR2004 - the two of them


def _way_m(fixes: Sequence[dict[str, Any]]) -> float:
    used = [fix for fix in fixes if fix["use"] == "used"]
    if not used:
        return 0.0
    first = used[0]
    return max(_metres(first, fix) for fix in used)


def _metres(one: dict[str, Any], other: dict[str, Any]) -> float:
    shrink = math.cos(math.radians(one["lat"]))
    east, north = (other["lon"] - one["lon"]) * shrink, other["lat"] - one["lat"]
    return math.hypot(east, north) * METRES_PER_DEGREE


def _read_newest(user: User, findings: Sequence[FindingRecord]) -> dict[str, Any]:
    """Return the numbers of the newest event that has any, of the innermost ring that speaks."""
    events = FindingEvent.objects.visible_to(user).filter(finding_id__in=[one.pk for one in findings])
    for params in events.order_by("-seq", "-at", "-finding__kind", "-number").values_list(
        "params", flat=True
    ):
        if "apart_m" in params:
            return dict(params)
    return {}


def _find_places(user: User, alert: Alert) -> dict[str, dict[str, Any]]:
    """Return the places of the order's signed version that this reader may know, by key."""
    version = list_versions(user, order_id=alert.case_id or 0).filter(signed_at__isnull=False).first()
    if version is None:
        return {}
    return {
        place.key: {
            "name": place.name,
            "lat": None if place.lat_e7 is None else place.lat_e7 / 1e7,
            "lon": None if place.lon_e7 is None else place.lon_e7 / 1e7,
            "radius_m": place.radius_m or 0,
            "geometry": place.geometry,
        }
        for place in list_places(user, version_id=version.pk)
    }


def _last_used(fixes: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    return next((fix for fix in reversed(fixes) if fix["use"] == "used"), None)


def _as_centre(hers: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    fix = _last_used(hers)
    return {"lat": fix["lat"], "lon": fix["lon"], "radius_m": 0, "geometry": None} if fix else None


def _draw_rings(user: User, alert: Alert, centre: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the rings as circles; around a drawn place only its area is shown."""
    version = list_versions(user, order_id=alert.case_id or 0).filter(signed_at__isnull=False).first()
    distance = find_distance(user, version_id=version.pk) if version is not None else None
    if distance is None or centre is None:
        return []
    if centre["geometry"] is not None:
        return [{"ring": "place", "geometry": centre["geometry"]}]
    rings = (("warning", distance.warning_m), ("breach", distance.distance_m))
    return [
        {
            "ring": name,
            "lat": centre["lat"],
            "lon": centre["lon"],
            "radius_m": radius_m + centre["radius_m"],
            "metres": radius_m,
        }
        for name, radius_m in (*rings, ("emergency", distance.emergency_m))
    ]


def _draw_line(
    his: Sequence[dict[str, Any]], centre: dict[str, Any] | None, params: dict[str, Any]
) -> dict[str, Any] | None:
    fix = _last_used(his)
    if fix is None or centre is None or centre["lat"] is None:
        return None
    told = params.get("apart_m")
    apart_m = _metres(fix, centre) - centre["radius_m"] if told is None else told
    return {
        "from": [fix["lon"], fix["lat"]],
        "to": [centre["lon"], centre["lat"]],
        "distance_m": round(max(0, apart_m)),
    }
