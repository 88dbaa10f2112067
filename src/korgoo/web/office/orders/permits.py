"""Permits: granting and revoking, from the page of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext

from korgoo.orders.models import Permit
from korgoo.orders.permits import PermitInvalidError, grant_permit, revoke_permit
from korgoo.orders.selectors import get_order_for
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.office.orders.display import describe_conditions, show_order_page
from korgoo.web.office.orders.permit_form import PermitForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User


def grant(request: HttpRequest, order_id: int) -> HttpResponse:
    """Grant a permit, also for a time that has passed (a hospital, told afterwards)."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    form = PermitForm(request.POST, zones=describe_conditions(user, order))
    if not form.is_valid():
        return show_order_page(request, order, permit_form=form)
    data = form.cleaned_data
    try:
        grant_permit(
            order,
            condition_key=data["condition"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            reason=data["reason"],
            actor=user,
            now=read_clock(),
        )
    except PermitInvalidError as error:
        form.add_error(None, translate_problem(error))
        return show_order_page(request, order, permit_form=form)
    messages.success(request, gettext("The permit is granted."))
    return redirect("web:order", order_id=order.pk)


def revoke(request: HttpRequest, permit_id: int) -> HttpResponse:
    """Take a permit back; of a removal the page of the person tells, where it was granted."""
    user = cast("User", request.user)
    with record_or_404():
        permit = Permit.objects.visible_to(user).select_related("order__person__office").get(pk=permit_id)
    try:
        revoke_permit(permit, actor=user, now=read_clock())
    except PermitInvalidError as error:
        messages.error(request, translate_problem(error))
    else:
        told = gettext("The permit is taken back.")
        if permit.is_removal:
            told = gettext("The permit is taken back: a device that is still off is a tamper from now on.")
        messages.success(request, told)
    if permit.is_removal:
        return redirect("web:person", person_id=permit.order.person_id)
    return redirect("web:order", order_id=permit.order_id)
