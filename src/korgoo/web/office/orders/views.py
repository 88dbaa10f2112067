"""Orders: drafting, amending, the page in plain words, signing and ending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from korgoo.accounts.permissions import Permission, holds
from korgoo.audit.services import Subject
from korgoo.devices.services import DeviceTakenError
from korgoo.orders.drafting import amend_order, draft_order
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.ending import end_order
from korgoo.orders.lifecycle import StepRefusedError
from korgoo.orders.models import Order
from korgoo.orders.selectors import (
    find_distance,
    get_order_for,
    hides_places,
    list_places,
    list_versions,
    list_zones,
)
from korgoo.orders.signing import sign_order
from korgoo.people.models import Person
from korgoo.people.selectors import get_person_for
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem, translate_problems
from korgoo.web.kit.reads import note_read
from korgoo.web.office.orders.display import show_order_page
from korgoo.web.office.orders.filling import FormTooSmallError, fill_distance, fill_form
from korgoo.web.office.orders.forms import OrderForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User


def draft(request: HttpRequest, person_id: int) -> HttpResponse:
    """Write down a decision about a participant; it binds only after its signature."""
    user = cast("User", request.user)
    with record_or_404():
        person = get_person_for(user, person_id)
        if person.kind != Person.Kind.PARTICIPANT:
            raise Person.DoesNotExist
    form = OrderForm(request.POST or None, user=user, initial={"valid_from": read_clock()})
    if request.method == "POST" and form.is_valid():
        try:
            order = draft_order(
                person,
                draft=form.build_draft(tz=settings.KORGOO_TIME_ZONE),
                protected_person=form.cleaned_data["protected_person"],
                actor=user,
                now=read_clock(),
            )
        except OrderInvalidError as error:
            _add_problems(form, error)
        else:
            messages.success(request, gettext("The draft is saved. Read it in words below, then sign it."))
            return redirect("web:order", order_id=order.pk)
    return _show_form(request, form, {"person": person})


def amend(request: HttpRequest, order_id: int) -> HttpResponse:
    """Write the next version of an order, or correct the draft."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    version = list_versions(user, order_id=order.pk)[0]
    try:
        values = fill_form(order, version, list_zones(user, version_id=version.pk))
        values |= fill_distance(
            find_distance(user, version_id=version.pk),
            list_places(user, version_id=version.pk),
            hides=hides_places(user, version_id=version.pk),
        )
    except FormTooSmallError:
        messages.error(
            request, gettext("This order has conditions that this form cannot show. Nothing was changed.")
        )
        return redirect("web:order", order_id=order.pk)
    form = OrderForm(request.POST or None, user=user, initial=values, fixed=True)
    if request.method == "POST" and form.is_valid():
        try:
            amend_order(order, draft=form.build_draft(tz=version.tz), actor=user, now=read_clock())
        except OrderInvalidError as error:
            _add_problems(form, error)
        except StepRefusedError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(request, gettext("The new version is saved. It binds only after its signature."))
            return redirect("web:order", order_id=order.pk)
    return _show_form(request, form, {"person": order.person, "order": order})


def show_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show an order in words, with its versions, permits and devices; the look is written down."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    reason = f"order {order.pk}, {user.role}"
    note_read(Subject("person", order.person_id), reader=user, reason=reason, now=read_clock())
    return show_order_page(request, order)


def sign(request: HttpRequest, order_id: int) -> HttpResponse:
    """Sign the version that waits."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    newest = list_versions(user, order_id=order.pk).first()
    # Who signs must have read this version, not the one before somebody's correction.
    if newest is None or str(newest.pk) != request.POST.get("version"):
        return show_order_page(
            request, order, problems=[gettext("The draft was changed in between. Read it again, then sign.")]
        )
    try:
        sign_order(order, actor=user, now=read_clock())
    except (OrderInvalidError, StepRefusedError, DeviceTakenError) as error:
        return show_order_page(request, order, problems=translate_problems(error))
    messages.success(request, gettext("Signed. It is being handed to the engine."))
    return redirect("web:order", order_id=order.pk)


def end(request: HttpRequest, order_id: int) -> HttpResponse:
    """End an order now: collection stops."""
    user = cast("User", request.user)
    with record_or_404():
        order = get_order_for(user, order_id)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        return show_order_page(request, order, problems=[gettext("Write down why the order ends.")])
    try:
        end_order(order, reason=reason, actor=user, now=read_clock())
    except StepRefusedError as error:
        return show_order_page(request, order, problems=translate_problems(error))
    if order.state == Order.State.ENDED:
        messages.success(request, gettext("The order has ended. Nothing is collected under it any more."))
    return redirect("web:order", order_id=order.pk)


def _add_problems(form: OrderForm, error: OrderInvalidError) -> None:
    for problem in translate_problems(error):
        form.add_error(None, problem)


def _show_form(request: HttpRequest, form: OrderForm, context: dict[str, Any]) -> HttpResponse:
    user = cast("User", request.user)
    context |= {"form": form, "may_sign": holds(user, Permission.SIGN_ORDER)}
    return render(request, "office/orders/form.html", context, status=422 if form.errors else 200)
