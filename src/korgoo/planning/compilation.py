"""Compiles a checked document into the engine's plans, one a person."""

from typing import Final

from korgoo.engine.plan import Permit, Plan, Zone
from korgoo.planning.checks import permit_ids
from korgoo.planning.document import SubjectDocument, ZoneDocument
from korgoo.planning.errors import PlanError
from korgoo.planning.geometry import compile_circle, compile_geometry
from korgoo.planning.naming import instant_of
from korgoo.planning.offsets import offset_rows, tzdata_version
from korgoo.planning.wall_time import compile_window

BEGINNING_MS: Final = 0
"""`effective_from` where a plan does not say: before everything that can be judged."""


def compile_plan(
    subject: SubjectDocument,
    *,
    tz: str,
    first_year: int,
    last_year: int,
    version: str = "1",
    path: str = "$",
) -> Plan:
    """Return the plan of one person of a document that `read_document` has checked.

    The offsets of `tz` are written out from `first_year` to `last_year`: the years that it will judge.

    Raises:
        PlanError: as `read_document`, where the subject was made by other means.
        KeyError: an unknown `tz`.
    """
    since = subject.effective_from
    return Plan(
        version=version,
        effective_from_ms=BEGINNING_MS if since is None else instant_of(since, path=f"{path}.effective_from"),
        expected_interval_ms=round(subject.expected_interval_s * 1000),
        silence_grace_ms=round(subject.silence_grace_s * 1000),
        utc_offsets=offset_rows(tz, first_year=first_year, last_year=last_year),
        zones=tuple(_zone(zone, path=f"{path}.zones[{i}]") for i, zone in enumerate(subject.zones)),
        permits=_permits(subject, path=path),
        tzdata=tzdata_version(),
        tether_ms=round((subject.tether_s or 0) * 1000),
    )


def _zone(zone: ZoneDocument, *, path: str) -> Zone:
    if zone.circle is not None:
        shape = compile_circle(zone.circle, path=f"{path}.circle")
    elif zone.geometry is not None:
        shape = compile_geometry(zone.geometry, path=f"{path}.geometry")
    else:
        raise PlanError(path, "needs either circle or geometry, and not both")
    return Zone(
        id=zone.id,
        kind=zone.kind,
        frame=shape.frame,
        outer=shape.outer,
        inner=shape.inner,
        polygons=shape.polygons,
        windows=tuple(compile_window(w, path=f"{path}.windows[{i}]") for i, w in enumerate(zone.windows)),
        grace_ms=round(zone.grace_s * 1000),
        beacons=(zone.id,) if zone.beacons is None else tuple(zone.beacons),
        order=zone.order,
        clause=zone.clause,
    )


def _permits(subject: SubjectDocument, *, path: str) -> tuple[Permit, ...]:
    return tuple(
        Permit(
            permit_id,
            permit.zone or "",
            instant_of(permit.from_, path=f"{path}.permits[{index}].from"),
            instant_of(permit.to, path=f"{path}.permits[{index}].to"),
        )
        for index, (permit_id, permit) in enumerate(
            zip(permit_ids(subject.permits), subject.permits, strict=True)
        )
    )
