"""Reading people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_people(user: User, *, kind: Person.Kind | None = None) -> QuerySet[Person]:
    """Return the people that `user` may see, by name."""
    people = Person.objects.visible_to(user)
    if kind is not None:
        people = people.filter(kind=kind)
    return people.order_by("family_name", "given_name", "pk")


def get_person_for(user: User, person_id: int) -> Person:
    """Return one person.

    Raises:
        Person.DoesNotExist: there is none, or not for this user; the two look the same.
    """
    return Person.objects.visible_to(user).get(pk=person_id)
