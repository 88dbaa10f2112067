"""Permits for taking the device off, on the page of the participant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from korgoo.accounts.permissions import Permission, holds
from korgoo.orders.models import Order
from korgoo.orders.selectors import find_removal, list_orders, list_removals
from korgoo.people.models import Person
from korgoo.web.kit.actors import name_actors
from korgoo.web.kit.forms import moment_field

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User


class RemovalForm(forms.Form):
    """When and why the device may be off, and under which order."""

    prefix = "removal"

    order = forms.ChoiceField(label=_("Order"))
    valid_from = moment_field(label=_("From"))
    valid_until = moment_field(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Hospital, MRI, exchange of the bracelet; who said so."),
    )

    def __init__(self, *args: Any, orders: list[Order], now: datetime, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Offer the orders in force; the device is mostly taken off from now on."""
        super().__init__(*args, **options)
        self._orders = {str(order.pk): order for order in orders}
        choices: Any = self.fields["order"]  # a ChoiceField, which the dictionary forgets
        choices.choices = [(key, order.number) for key, order in self._orders.items()]
        self.fields["valid_from"].initial = now

    @property
    def chosen(self) -> Order:
        """The order that was chosen."""
        return self._orders[self.cleaned_data["order"]]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes beside the order."""
        return {name: self.cleaned_data[name] for name in ("valid_from", "valid_until", "reason")}


def list_orders_in_force(user: User, person: Person) -> list[Order]:
    """Return the orders under which a permit can be granted, of those that `user` may see."""
    return list(list_orders(user, person_id=person.pk).filter(state=Order.State.SIGNED))


def describe_removals(
    user: User, person: Person, *, form: RemovalForm | None, now: datetime
) -> dict[str, Any]:
    """Return what the page shows of removals: the permits, the one in force, and the form for who may."""
    permits = list(list_removals(user, person_id=person.pk))
    names = name_actors(permit.granted_by for permit in permits)
    may = holds(user, Permission.GRANT_PERMIT) and person.kind == Person.Kind.PARTICIPANT
    orders = list_orders_in_force(user, person) if may else []
    return {
        "removals": [
            {"permit": permit, "who": names[permit.granted_by], "over": permit.valid_until <= now}
            for permit in permits
        ],
        "off_now": find_removal(user, person_id=person.pk, at=now),
        "may_permit": may,
        "removal_form": (form or RemovalForm(orders=orders, now=now)) if orders else None,
    }
