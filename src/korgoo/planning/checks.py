"""What a plan of the right shape may still get wrong: ids, intervals, permits, windows, zones."""

from typing import Final

from korgoo.planning.document import (
    PermitDocument,
    PlanDocument,
    SubjectDocument,
    WindowDocument,
    ZoneDocument,
)
from korgoo.planning.errors import PlanError
from korgoo.planning.geometry import compile_circle, compile_geometry
from korgoo.planning.naming import check_id, check_texts, instant_of, refuse_twice
from korgoo.planning.offsets import refuse_unknown_zone
from korgoo.planning.pairs import check_pair
from korgoo.planning.wall_time import compile_window, cross

MAX_INTERVAL_S: Final = 86_400
MAX_GRACE_S: Final = 7 * 86_400
MAX_WINDOWS: Final = 64
MAX_ZONES: Final = 10_000
MIN_TETHER_S: Final = 5
MAX_TETHER_S: Final = 3_600


def check_document(document: PlanDocument) -> None:
    """Raise `PlanError` at the first thing that cannot be used."""
    refuse_unknown_zone(document.tz, path="$.tz")
    refuse_twice([subject.id for subject in document.subjects], path="$.subjects", field="id")
    for index, subject in enumerate(document.subjects):
        _check_subject(subject, path=f"$.subjects[{index}]")
    refuse_twice([pair.id for pair in document.pairs], path="$.pairs", field="id")
    people = [subject.id for subject in document.subjects]
    for index, pair in enumerate(document.pairs):
        check_pair(pair, people=people, path=f"$.pairs[{index}]")


def _check_subject(subject: SubjectDocument, *, path: str) -> None:
    check_id(subject.id, path=f"{path}.id")
    if not 1 <= subject.expected_interval_s <= MAX_INTERVAL_S:
        raise PlanError(f"{path}.expected_interval_s", f"must be within 1..{MAX_INTERVAL_S} seconds")
    _check_grace(subject.silence_grace_s, path=f"{path}.silence_grace_s")
    if subject.tether_s is not None and not MIN_TETHER_S <= subject.tether_s <= MAX_TETHER_S:
        raise PlanError(f"{path}.tether_s", f"must be within {MIN_TETHER_S}..{MAX_TETHER_S} seconds")
    if subject.effective_from is not None:
        instant_of(subject.effective_from, path=f"{path}.effective_from")
    if len(subject.zones) > MAX_ZONES:  # a fix tells the home units of 65,534 zones apart
        raise PlanError(f"{path}.zones", f"has more than {MAX_ZONES:,} zones")
    refuse_twice([zone.id for zone in subject.zones], path=f"{path}.zones", field="id")
    for index, zone in enumerate(subject.zones):
        _check_zone(zone, path=f"{path}.zones[{index}]")
    zones = [zone.id for zone in subject.zones]
    for index, permit in enumerate(subject.permits):
        _check_permit(permit, zones=zones, path=f"{path}.permits[{index}]")
    refuse_twice(permit_ids(subject.permits), path=f"{path}.permits", field="id")
    for index, inspection in enumerate(subject.inspections):
        instant_of(inspection.at, path=f"{path}.inspections[{index}].at")


def permit_ids(permits: list[PermitDocument]) -> list[str]:
    """Return every permit's id; one without is named after its place: permit-1, permit-2 …."""
    return [
        permit.id if permit.id is not None else f"permit-{n}" for n, permit in enumerate(permits, start=1)
    ]


def _check_zone(zone: ZoneDocument, *, path: str) -> None:
    check_id(zone.id, path=f"{path}.id")
    _check_grace(zone.grace_s, path=f"{path}.grace_s")
    if (zone.circle is None) == (zone.geometry is None):
        raise PlanError(path, "needs either circle or geometry, and not both")
    if zone.circle is not None:
        compile_circle(zone.circle, path=f"{path}.circle")
    if zone.geometry is not None:
        compile_geometry(zone.geometry, path=f"{path}.geometry")
    for index, beacon in enumerate(zone.beacons or []):
        check_id(beacon, path=f"{path}.beacons[{index}]")
    refuse_twice(zone.beacons or [], path=f"{path}.beacons")
    check_texts((("order", zone.order), ("clause", zone.clause)), path=path)
    _check_windows(zone.windows, path=f"{path}.windows")


def _check_windows(documents: list[WindowDocument], *, path: str) -> None:
    if len(documents) > MAX_WINDOWS:
        raise PlanError(path, f"has more than {MAX_WINDOWS} windows")
    windows = [compile_window(window, path=f"{path}[{i}]") for i, window in enumerate(documents)]
    for later, window in enumerate(windows):
        for earlier in range(later):
            if cross(windows[earlier], window):
                raise PlanError(
                    f"{path}[{later}]",
                    f"crosses windows[{earlier}]: one begins within the other and outlasts it; "
                    "write one window, let them touch, or take the day out by except",
                )


def _check_permit(permit: PermitDocument, *, zones: list[str], path: str) -> None:
    if permit.id is not None:
        check_id(permit.id, path=f"{path}.id")
    if permit.removal == (permit.zone is not None):
        raise PlanError(path, "needs either zone or removal, and not both")
    if not permit.removal and permit.zone not in zones:
        raise PlanError(f"{path}.zone", f"the subject has no zone {permit.zone!r}")
    from_ms = instant_of(permit.from_, path=f"{path}.from")
    if from_ms >= instant_of(permit.to, path=f"{path}.to"):
        raise PlanError(f"{path}.from", "the permit is empty: from must lie before to")


def _check_grace(seconds: float, *, path: str) -> None:
    if not 0 <= seconds <= MAX_GRACE_S:
        raise PlanError(path, f"must be within 0..{MAX_GRACE_S} seconds")
