"""Devices: the list, taking into keeping, and giving one to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from korgoo.accounts.permissions import ForbiddenError, Permission, covers, holds
from korgoo.devices.models import Assignment, Device
from korgoo.devices.selectors import list_devices
from korgoo.devices.services import AssignmentOverError, DeviceTakenError, register_device
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.models import Order
from korgoo.people.models import Person
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.office.devices.forms import PARTICIPANT, DeviceForm, IssueForm
from korgoo.web.office.devices.setup import build_setup

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User
    from korgoo.devices.services import IssuedDevice

_MOST_SHOWN: Final = 200


def show_devices(request: HttpRequest) -> HttpResponse:
    """Show the devices of the reader's office and who has them."""
    user, now = cast("User", request.user), read_clock()
    query = request.GET.get("q", "").strip()[:64]
    devices = list_devices(user).select_related("office")
    if query:
        devices = devices.filter(serial__icontains=query)
    shown = list(devices[: _MOST_SHOWN + 1])
    given = Assignment.objects.visible_to(user).filter(collect_until__gt=now, device__in=shown)
    visible = set(
        Person.objects.visible_to(user).filter(pk__in=given.values("person_id")).values_list("pk", flat=True)
    )
    holders = {item.device_id: item for item in given.select_related("person").order_by("-collect_from")}
    rows = [
        {
            "device": device,
            "assignment": holders.get(device.pk),
            "named": device.pk in holders and holders[device.pk].person_id in visible,
        }
        for device in shown[:_MOST_SHOWN]
    ]
    context = {
        "rows": rows,
        "more": len(shown) > _MOST_SHOWN,
        "most_shown": _MOST_SHOWN,
        "query": query,
        "may_issue": holds(user, Permission.ISSUE_DEVICE),
        "now": now,
    }
    part = request.headers.get("HX-Request")
    return render(request, "office/devices/_rows.html" if part else "office/devices/list.html", context)


def register(request: HttpRequest) -> HttpResponse:
    """Take a device into keeping."""
    user = cast("User", request.user)
    form = DeviceForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            register_device(
                data["serial"],
                kind=Device.Kind(data["kind"]),
                model=data["model"],
                office=data["office"],
                actor=user,
                now=read_clock(),
            )
        except DeviceTakenError as error:
            form.add_error("serial", translate_problem(error))
        else:
            messages.success(request, gettext("The device is in your keeping."))
            return redirect("web:devices")
    return render(request, "office/devices/register.html", {"form": form}, status=422 if form.errors else 200)


def issue(request: HttpRequest) -> HttpResponse:
    """Give a device to one of the people of an order; the secret is shown by this answer and never again."""
    user, now = cast("User", request.user), read_clock()
    wanted = {"order": request.GET.get("order", ""), "device": request.GET.get("device", "")}
    form = IssueForm(request.POST or None, user=user, now=now, initial=wanted)
    if request.method == "POST" and form.is_valid():
        issued = _issue(form, user)
        if issued is not None:
            context: dict[str, Any] = {
                "assignment": issued.assignment,
                "device": issued.assignment.device,
                "setup": build_setup(request, issued.secret),
            }
            return render(request, "office/devices/secret.html", context)
    return render(request, "office/devices/issue.html", {"form": form}, status=422 if form.errors else 200)


def _issue(form: IssueForm, user: User) -> IssuedDevice | None:
    """Issue by the order's number; None with the problem in the form.

    The number is looked up everywhere because a technician reads no orders; an order of another office gives
    the same answer as a number that does not exist.
    """
    data, unknown = form.cleaned_data, gettext("There is no such order in force in your office.")
    orders = Order.objects.unscoped("named by its number; the service checks the office")
    found = list(
        orders.filter(number=data["order"].strip()).select_related(
            "person__office", "protected_person__office"
        )
    )
    problem = unknown
    for order in found:
        if not covers(user, order.person.office):
            continue
        person = order.person if data["side"] == PARTICIPANT else order.protected_person
        if person is None:
            problem = gettext("This order protects nobody.")
            continue
        try:
            return issue_device_under(
                order, device=data["device"], person=person, actor=user, now=read_clock()
            )
        except ForbiddenError:
            problem = unknown
        except (OrderInvalidError, DeviceTakenError, AssignmentOverError) as error:
            problem = translate_problem(error)
    form.add_error(None, problem)
    return None
