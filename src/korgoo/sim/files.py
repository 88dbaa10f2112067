"""The town as files that `korgoo backtest` reads: PLAN.json and the rows of FIXES.csv."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from korgoo.sim.people import CURFEW_FROM_S, CURFEW_TO_S
from korgoo.sim.town import TIME_ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Observation
    from korgoo.sim.meetings import Pair
    from korgoo.sim.people import Duty, Person

FIXES_HEADER: Final = (
    "person_id,time_utc_iso,lat,lon,accuracy_m,source,speed,motion,beacon,received_at,"
    "battery,strap,case,charging,sos,skin,tether,mock"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")


def plan_document(people: Sequence[Person], pairs: Sequence[Pair] = ()) -> dict[str, Any]:
    """Return PLAN.json of the people. Without pairs a protection order stands as its address's zone alone."""
    document: dict[str, Any] = {"tz": TIME_ZONE, "subjects": [subject_of(person) for person in people]}
    if pairs:
        document["pairs"] = [pair.document() for pair in pairs]
    return document


def subject_of(person: Person) -> dict[str, Any]:
    """Return one person as a subject of PLAN.json."""
    zones = [_zone(person, duty) for duty in person.duties]
    return {"id": person.id, "expected_interval_s": person.interval_ms // 1000, "zones": zones}


def _zone(person: Person, duty: Duty) -> dict[str, Any]:
    zone: dict[str, Any] = {"id": duty.id, "kind": duty.kind.value, **duty.area.plan_shape()}
    if duty.at_night:
        zone["windows"] = [{"days": list(_WEEK), "from": _clock(CURFEW_FROM_S), "to": _clock(CURFEW_TO_S)}]
    if person.home_unit and duty.at_night:
        zone["beacons"] = [person.home_unit]
    return zone


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def fix_line(person: Person, seen: Observation) -> str:
    """Return one line of FIXES.csv, without its end."""
    return ",".join(
        (
            person.id,
            _iso(seen.fixed_at_ms),
            _degrees(seen.lat_e7),
            _degrees(seen.lon_e7),
            "" if seen.accuracy_cm is None else f"{seen.accuracy_cm // 100}.{seen.accuracy_cm % 100:02d}",
            seen.source or "",
            "" if seen.speed_cms is None else f"{seen.speed_cms // 100}.{seen.speed_cms % 100:02d}",
            seen.motion or "",
            seen.beacon or "",
            _iso(seen.received_at_ms),
            "" if seen.battery_percent is None else str(seen.battery_percent),
            _truth_value(seen.strap),
            _truth_value(seen.case),
            _truth_value(seen.charging),
            _truth_value(seen.sos or None),
            _truth_value(seen.skin),
            _truth_value(seen.tether),
            _truth_value(seen.mock),
        )
    )


def _degrees(value_e7: int | None) -> str:
    """Write 1e-7 degrees exactly. The town lies north and east, so the sign needs no care."""
    return "" if value_e7 is None else f"{value_e7 // 10_000_000}.{value_e7 % 10_000_000:07d}"


def _iso(at_ms: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=at_ms):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def _truth_value(value: bool | None) -> str:  # noqa: FBT001 - a cell's value, not a switch
    return "" if value is None else ("true" if value else "false")
