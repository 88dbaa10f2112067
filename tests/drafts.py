"""Orders as somebody fills them in, for tests: no record and no Django is needed for one."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from korgoo.orders.drafts import Circle, ConditionDraft, DistanceDraft, OrderDraft, PlaceDraft

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 22:00 in Bishkek

_numbers = itertools.count(1)


def make_draft(**changes: Any) -> OrderDraft:
    """Probation supervision for 90 days with a curfew at home."""
    home = ConditionDraft(
        key="home",
        zone="inclusion",
        circle=Circle(lat_e7=428_700_000, lon_e7=746_000_000, radius_m=50),
        windows=({"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "22:00", "to": "06:00"},),
        clause="п. 2",
    )
    values: dict[str, Any] = {
        "regime": "kg.probation_supervision",
        "authority": "Октябрьский районный суд",
        "number": f"УД-{next(_numbers)}/26",
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=90),
        "tz": "Asia/Bishkek",
        "conditions": (home,),
    }
    return OrderDraft(**(values | changes))


def make_distance(**changes: Any) -> DistanceDraft:
    """300 m from a protected person, her home (which he knows) and her work (which he does not)."""
    home = Circle(lat_e7=428_700_000, lon_e7=746_000_000, radius_m=50)
    work = Circle(lat_e7=429_000_000, lon_e7=746_500_000, radius_m=80)
    values: dict[str, Any] = {
        "key": "distance",
        "distance_m": 300,
        "places": (
            PlaceDraft(key="home", name="дом", circle=home, disclosed=True),
            PlaceDraft(key="work", name="школа, где она работает", circle=work),
        ),
        "contacts": ("tag-7",),
        "clause": "п. 3",
    }
    return DistanceDraft(**(values | changes))
