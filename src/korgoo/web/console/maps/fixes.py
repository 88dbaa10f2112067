"""Fixes of the journal as the map draws them, and what the engine said about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.monitoring.selectors import list_events
from korgoo.orders.selectors import list_plans
from korgoo.replay.verdicts import judge_fixes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.accounts.models import User
    from korgoo.people.models import Person
    from korgoo.replay.verdicts import Verdict
    from korgoo.web.console.tracks import Fix, Track


def describe_fix(fix: Fix, evidence: dict[str, Any] | None) -> dict[str, Any]:
    """Return one fix: degrees, metres, ms since 1970 UTC. `use`: used, held, ignored; empty = not judged."""
    seen = fix.observation
    described: dict[str, Any] = {
        "seq": fix.seq,
        "at_ms": seen.fixed_at_ms,
        "received_ms": seen.received_at_ms,
        "lat": (seen.lat_e7 or 0) / 1e7,
        "lon": (seen.lon_e7 or 0) / 1e7,
        "accuracy_m": None if seen.accuracy_cm is None else seen.accuracy_cm / 100,
        "source": seen.source or "",
        "motion": seen.motion or "",
        "speed_kmh": None if seen.speed_cms is None else round(seen.speed_cms * 0.036, 1),
        "battery": seen.battery_percent,
        "sos": seen.sos,
        "use": "",
        "reason": "",
    }
    if evidence:
        described |= {"use": evidence.get("use", "used"), "reason": evidence.get("reason", "")}
        described |= {name: evidence.get(name) for name in ("distance_m", "sigma_m", "belief")}
    return described


def judge_day(person: Person, track: Track) -> dict[int, Verdict]:
    """Return what the engine makes of each fix of a track, by seq, under the plans that bound the person."""
    return judge_fixes(person.pk, track.heard, plans=list_plans(person))


def read_uses(user: User, *, finding_ids: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what the events of these findings say about each fix, by seq; a refusal outweighs a use."""
    uses: dict[int, dict[str, Any]] = {}
    for event in sorted(list_events(user, finding_ids=finding_ids), key=lambda event: event.pk):
        for item in event.evidence:
            if item["seq"] not in uses or item.get("use", "used") != "used":
                uses[item["seq"]] = item
    return uses
