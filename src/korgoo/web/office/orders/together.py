"""Intervals in which the two of an order are allowed together, from the page of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext

from korgoo.orders.models import Together
from korgoo.orders.selectors import get_order_for
from korgoo.orders.together import TogetherInvalidError, allow_together, revoke_together
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.office.orders.display import show_order_page
from korgoo.web.office.orders.together_form import TogetherForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User


def allow(request: HttpRequest, order_id: int) -> HttpResponse:
    """Allow an interval, also one that has passed (a hearing, told afterwards)."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    form = TogetherForm(request.POST)
    if form.is_valid():
        try:
            allow_together(order, **form.cleaned_data, actor=user, now=read_clock())
        except TogetherInvalidError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(request, gettext("They may be together in that interval."))
            return redirect("web:order", order_id=order.pk)
    return show_order_page(request, order, together_form=form)


def revoke(request: HttpRequest, together_id: int) -> HttpResponse:
    """Take an interval back."""
    user = cast("User", request.user)
    with record_or_404():
        rows = Together.objects.visible_to(user).select_related("order__person__office")
        together = rows.get(pk=together_id)
    try:
        revoke_together(together, actor=user, now=read_clock())
    except TogetherInvalidError as error:
        messages.error(request, translate_problem(error))
    else:
        messages.success(request, gettext("The interval is taken back: the distance binds."))
    return redirect("web:order", order_id=together.order_id)
