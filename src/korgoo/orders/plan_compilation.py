"""The one place where orders meet the compiler of plans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from korgoo.orders.drafts import OrderInvalidError
from korgoo.planning.subjects import compile_subject

if TYPE_CHECKING:
    from korgoo.engine.plan import Plan
    from korgoo.orders.plan_document import PlanRequest


def compile_plan(request: PlanRequest, *, tz: str) -> Plan:
    """Compile a request and put the orders, clauses, term and permits into the plan.

    Raises:
        OrderInvalidError: the compiler refuses the document.
    """
    try:
        plan = compile_subject(
            request.document,
            tz=tz,
            first_year=_year_of(request.effective_from_ms) - 1,
            last_year=_year_of(request.effective_until_ms) + 1,
        )
    except ValueError as error:
        raise OrderInvalidError((str(error),)) from error
    zones = tuple(
        msgspec.structs.replace(zone, order=request.origin[zone.id][0], clause=request.origin[zone.id][1])
        for zone in plan.zones
    )
    return msgspec.structs.replace(
        plan,
        version=request.version,
        effective_from_ms=request.effective_from_ms,
        effective_until_ms=request.effective_until_ms,
        zones=zones,
        permits=request.permits,
    )


def _year_of(moment_ms: int) -> int:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment_ms)).year
