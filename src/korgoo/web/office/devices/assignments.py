"""One device with one person: its secret, its commands, its inspections, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from korgoo.accounts.permissions import Permission, holds
from korgoo.devices.commands import CommandInvalidError, request_command
from korgoo.devices.intervals import read_interval
from korgoo.devices.models import Assignment, DeviceCommand
from korgoo.devices.services import AssignmentOverError, end_assignment, rotate_credential
from korgoo.orders.inspections import InspectionInvalidError, record_inspection
from korgoo.orders.models import Order
from korgoo.outbox.instants import from_ms
from korgoo.people.models import Person
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.office.devices.forms import CommandForm, InspectionForm
from korgoo.web.office.devices.setup import build_setup

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User

_MOST_SHOWN = 20


def show_assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Show a device with its person."""
    return _show(request, _load(request, assignment_id))


def rotate(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Replace the secret; the new one is shown by this answer and never again."""
    assignment = _load(request, assignment_id)
    stolen = request.POST.get("stolen") == "on"
    try:
        secret = rotate_credential(
            assignment, actor=cast("User", request.user), now=read_clock(), stolen=stolen
        )
    except AssignmentOverError as error:
        return _show(request, assignment, problem=translate_problem(error))
    context = {"assignment": assignment, "device": assignment.device, "setup": build_setup(request, secret)}
    return render(request, "office/devices/secret.html", context)


def end(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take a device back."""
    assignment = _load(request, assignment_id)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        return _show(request, assignment, problem=gettext("Write down why the device is taken back."))
    try:
        end_assignment(assignment, actor=cast("User", request.user), reason=reason, now=read_clock())
    except AssignmentOverError as error:
        return _show(request, assignment, problem=translate_problem(error))
    messages.success(request, gettext("The device is back. Nothing is collected from it any more."))
    return redirect("web:assignment", assignment_id=assignment.pk)


def command(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Ask something of the device."""
    assignment = _load(request, assignment_id)
    form = CommandForm(request.POST)
    if form.is_valid():
        try:
            request_command(
                assignment,
                name=form.cleaned_data["name"],
                payload=form.payload,
                expires_after=form.life,
                actor=cast("User", request.user),
                now=read_clock(),
            )
        except CommandInvalidError as error:  # above the page: the form is gone when collection has ended
            return _show(request, assignment, problem=translate_problem(error), command_form=form)
        else:
            messages.success(request, gettext("The device is asked at its next report."))
            return redirect("web:assignment", assignment_id=assignment.pk)
    return _show(request, assignment, command_form=form)


def inspect(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Record that the device was looked at; only this ends a tamper."""
    assignment = _load(request, assignment_id)
    form = InspectionForm(request.POST)
    if form.is_valid():
        orders = Order.objects.unscoped("the actor sees the device; the service checks the office")
        order = orders.select_related("person__office").get(pk=assignment.case_id)
        try:
            record_inspection(
                order,
                person=assignment.person,
                inspected_at=form.cleaned_data["inspected_at"],
                kinds=tuple(form.cleaned_data["kinds"]),
                result=form.cleaned_data["result"],
                actor=cast("User", request.user),
                now=read_clock(),
            )
        except InspectionInvalidError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(request, gettext("The inspection is recorded."))
            return redirect("web:assignment", assignment_id=assignment.pk)
    return _show(request, assignment, inspection_form=form)


def _load(request: HttpRequest, assignment_id: int) -> Assignment:
    with record_or_404():
        assignments = Assignment.objects.visible_to(cast("User", request.user))
        return assignments.select_related("device__office", "person__office").get(pk=assignment_id)


def _show(
    request: HttpRequest,
    assignment: Assignment,
    *,
    problem: str = "",
    command_form: CommandForm | None = None,
    inspection_form: InspectionForm | None = None,
) -> HttpResponse:
    user, now = cast("User", request.user), read_clock()
    person = Person.objects.visible_to(user).filter(pk=assignment.person_id).first()
    commands = (
        DeviceCommand.objects.visible_to(user).filter(assignment=assignment).order_by("-created_at_ms", "-pk")
    )
    wrong = bool(problem or command_form or inspection_form)
    context: dict[str, Any] = {
        "assignment": assignment,
        "device": assignment.device,
        "person": person,
        "is_over": assignment.collect_until <= now,
        "order": Order.objects.visible_to(user).filter(pk=assignment.case_id).first(),
        "commands": [
            {
                "command": item,
                "asked_at": from_ms(item.created_at_ms),
                "changed_at": from_ms(item.changed_at_ms),
                "interval_s": read_interval(item),
            }
            for item in commands[:_MOST_SHOWN]
        ],
        "command_form": command_form or CommandForm(),
        "inspection_form": inspection_form or InspectionForm(initial={"inspected_at": now}),
        "may": {
            "issue": holds(user, Permission.ISSUE_DEVICE),
            "command": holds(user, Permission.COMMAND_DEVICE),
            "inspect": holds(user, Permission.INSPECT_DEVICE),
        },
        "problem": problem,
        "now": now,
    }
    return render(request, "office/devices/assignment.html", context, status=422 if wrong else 200)
