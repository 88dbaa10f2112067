"""Two people who come too near, and a page that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from korgoo.alerts.models import Alert
from korgoo.engine.findings import Evidence, Reason
from korgoo.outbox.instants import to_ms
from tests.factories import (
    NOW,
    make_finding,
    tell_engine,
)

if TYPE_CHECKING:
    from django.test import Client

    from korgoo.orders.models import Order
    from tests.web.test_maps import FakeJournal


def approach(order: Order, journal: FakeJournal, *, target: str = "person") -> Alert:
    """He came from 600 m to 200 m north of her; the journal holds both their fixes."""
    him, her = order.person_id, order.protected_person_id or 0
    evidence = []
    for number, north_m in enumerate((600, 400, 200)):
        at_ms = to_ms(NOW) - (3 - number) * 30_000
        journal.add(him, seq=10 + 2 * number, at_ms=at_ms, north_m=north_m)
        journal.add(her, seq=11 + 2 * number, at_ms=at_ms)
        for seq, side in ((10 + 2 * number, "participant"), (11 + 2 * number, "protected")):
            evidence.append(
                Evidence(seq=seq, fixed_at_ms=at_ms, distance_m=float(north_m), sigma_m=9.0, side=side)
            )
    finding = make_finding(
        him,
        id=f"pair:{order.pk}/{order.pk}/proximity.breach/14",
        kind="proximity.breach",
        condition=str(order.pk),
        other=f"person:{her}",
        code=Reason.APPROACHED,
        evidence=tuple(evidence),
        params={
            "apart_m": 200.0,
            "sigma_m": 12.0,
            "age_s": 4,
            "order_m": 300.0,
            "ring_m": 300.0,
            "ring": "breach",
            "last_seen": "2026-11-20T15:59:30.000Z",
            "target": target,
            "closing_kmh": 24,
        },
    )
    tell_engine(finding)
    return Alert.objects.unscoped("test").get()


def page(client: Client, name: str, **ids: int) -> str:
    answer = client.get(reverse(f"web:{name}", kwargs=ids))
    assert answer.status_code == 200
    return str(answer.content.decode())
