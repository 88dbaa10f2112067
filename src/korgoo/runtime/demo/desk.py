"""Yesterday's shift: made-up staff who take alerts, visit, and close them, so that the queue shows today.

They act by the same services and rules as people at the pages, each with the made-up time of the act.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from korgoo.alerts.handling import acknowledge_alert, close_alert
from korgoo.alerts.lifecycle import UNATTENDED, Cause, State
from korgoo.alerts.models import Alert, AlertFinding
from korgoo.monitoring.models import FindingRecord
from korgoo.orders.inspections import record_inspection
from korgoo.orders.models import Order

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.runtime.demo.staff import Staff

VISIT_AFTER: Final = timedelta(hours=2)
CALL_TAKES: Final = timedelta(minutes=12)
_WHY: Final = "the demonstration's staff looks at its own queue"
_TAKEN_AFTER: Final = 0.5
"""Share of the time to acknowledge after which an alert is taken."""
_ENDINGS: Final = {
    "zone": (Cause.REAL_BREACH, "Позвонили, подтвердил, вернулся. Передано инспектору."),
    "curfew": (Cause.REAL_BREACH, "Позвонили: задержался, вернулся домой. Передано инспектору."),
    "tamper": (Cause.DEVICE_FAULT, "Техник осмотрел на месте, ремешок заменён."),
    "contact": (Cause.COVERAGE, "Связь восстановилась сама."),
    "position": (Cause.COVERAGE, "Координаты восстановились."),
    "battery": (Cause.CHARGING, "Напомнили зарядить, заряжает."),
    "sos": (Cause.OPERATOR_ERROR, "Перезвонили: кнопка нажата случайно, помощь не нужна."),
    "system": (Cause.TEST, "Запуск учебной системы."),
    "proximity": (Cause.REAL_BREACH, "Наряд развёл стороны. Передано инспектору."),
    "pair": (Cause.COVERAGE, "Позвонили обеим сторонам, связь есть."),
}
_OTHER: Final = (Cause.DEVICE_FAULT, "Техник проверил устройство.")


def work_shift(staff: Staff, *, now: datetime) -> int:
    """Do what a shift would have done up to `now`; return how many alerts were changed."""
    open_alerts = Alert.objects.unscoped(_WHY).exclude(state=State.CLOSED).order_by("pk")
    return sum(_attend(alert, staff, now=now) for alert in list(open_alerts))


def _attend(alert: Alert, staff: Staff, *, now: datetime) -> bool:
    if alert.state in UNATTENDED:
        taken_at = alert.opened_at + timedelta(seconds=alert.protocol["acknowledge_s"] * _TAKEN_AFTER)
        acknowledge_alert(alert.pk, version=alert.version, actor=staff.operator, now=min(taken_at, now))
        return True
    links = AlertFinding.objects.unscoped(_WHY).filter(alert=alert).values("finding_id")
    findings = list(FindingRecord.objects.unscoped(_WHY).filter(pk__in=links).order_by("pk"))
    standing = [one for one in findings if one.state == FindingRecord.State.OPEN]
    if any(one.kind.startswith("tamper.") for one in findings):
        return now - alert.opened_at >= VISIT_AFTER and _visit(alert, staff, now=now)
    if any(one.kind != "sos" for one in standing) or now - alert.opened_at < CALL_TAKES:
        return False
    _close(alert, findings[0].kind if findings else "system", staff, now=now)
    return True


def _visit(alert: Alert, staff: Staff, *, now: datetime) -> bool:
    """A technician inspects the device, which ends the latch; then the operator closes."""
    if alert.case_id is None:
        return False  # an alert of the system itself is no device
    order = Order.objects.unscoped(_WHY).get(pk=alert.case_id)
    record_inspection(
        order, inspected_at=now, kinds=(), result="осмотрено, исправно", actor=staff.technician, now=now
    )
    _close(alert, "tamper", staff, now=now)
    return True


def _close(alert: Alert, kind: str, staff: Staff, *, now: datetime) -> None:
    cause, note = _ENDINGS.get(kind.partition(".")[0], _OTHER)
    close_alert(alert.pk, version=alert.version, cause=cause, note=note, actor=staff.operator, now=now)
