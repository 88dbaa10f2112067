"""Put so many people into a drill's records: alerts belong to people and their offices. Run as a module."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

from korgoo.runtime.installation import set_up_django


def register_people(count: int) -> None:
    """Register people 1 to `count` in an office of their own."""
    from korgoo.accounts.models import Agency
    from korgoo.accounts.services import open_office
    from korgoo.people.models import Person

    now, actor = datetime.now(UTC), "system:drill"
    agency = Agency.objects.create(code="drill", name="Drill")
    since = date(2026, 1, 1)
    office = open_office(agency, code="d", name="D", parent=None, valid_from=since, actor=actor, now=now)
    Person.objects.unscoped("a made-up population").bulk_create(
        Person(
            pk=number,
            kind=Person.Kind.PARTICIPANT,
            family_name="D",
            given_name="N",
            country="KG",
            office=office,
            created_at=now,
        )
        for number in range(1, count + 1)
    )


if __name__ == "__main__":
    set_up_django()
    register_people(int(sys.argv[1]))
