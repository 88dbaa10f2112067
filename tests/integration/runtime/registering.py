"""Run as a script in an installation: a person with a curfew that holds now, and his device.

Prints the device's public id and secret.
"""

# ruff: noqa: PLC0415 - Django has to be set up before its models are imported
from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, timezone

from korgoo.runtime.installation import set_up_django


def register() -> tuple[str, str]:
    from korgoo.accounts.permissions import Role
    from korgoo.orders.drafting import draft_order
    from korgoo.orders.drafts import Circle, ConditionDraft
    from korgoo.orders.issuing import issue_device_under
    from korgoo.orders.signing import sign_order
    from tests.drafts import make_draft
    from tests.factories import make_device, make_office, make_person, make_user

    now = datetime.now(UTC) - timedelta(hours=1)  # what the phone tells of was taken since
    local = now.astimezone(timezone(timedelta(hours=6)))
    begins, ends = (local + timedelta(hours=hours) for hours in (-2, 4))
    window = {
        "days": ["mo", "tu", "we", "th", "fr", "sa", "su"],
        "from": f"{begins:%H:%M}",
        "to": f"{ends:%H:%M}",
    }
    home = ConditionDraft(
        key="home",
        zone="inclusion",
        circle=Circle(lat_e7=428_700_000, lon_e7=746_000_000, radius_m=50),
        windows=(window,),
    )
    draft = make_draft(
        valid_from=now - timedelta(hours=5), valid_until=now + timedelta(days=9), conditions=(home,)
    )
    office = make_office()
    officer, person = make_user(Role.PROBATION_OFFICER, office=office), make_person(office)
    order = draft_order(person, draft=draft, actor=officer, now=now)
    sign_order(order, actor=officer, now=now)
    issued = issue_device_under(order, device=make_device(office), person=person, actor=officer, now=now)
    return issued.secret.public_id, issued.secret.secret


if __name__ == "__main__":
    set_up_django()
    sys.stdout.write(" ".join(register()))
