"""The one place where orders meet the compiler of plans."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import msgspec

from korgoo.orders.drafts import OrderInvalidError

if TYPE_CHECKING:
    from korgoo.engine.plan import Plan
    from korgoo.orders.plan_document import PlanRequest


def compile_subject(document: dict[str, Any], *, tz: str) -> Plan:
    """Compile a subject of PLAN.json by `korgoo.planning`, with zones and offsets but without legal facts."""
    plan: Plan = importlib.import_module("korgoo.planning.compilation").compile_subject(document, tz=tz)
    return plan


def compile_plan(request: PlanRequest, *, tz: str) -> Plan:
    """Compile a request and put the orders, clauses, term and permits into the plan.

    Raises:
        OrderInvalidError: the compiler refuses the document.
    """
    try:
        plan = compile_subject(request.document, tz=tz)
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
