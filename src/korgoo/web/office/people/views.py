"""People: the list with its search, registration, and the page of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from korgoo.accounts.permissions import Permission, holds
from korgoo.alerts.models import Alert
from korgoo.audit.services import Subject
from korgoo.devices.selectors import list_assignments
from korgoo.monitoring.selectors import list_findings
from korgoo.orders.permits import PermitInvalidError, grant_removal
from korgoo.orders.selectors import list_orders
from korgoo.people.models import Person
from korgoo.people.selectors import get_person_for
from korgoo.people.services import PersonInvalidError, register_person
from korgoo.web.console.alerts.findings import name_kind
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.kit.reads import list_looks, note_read
from korgoo.web.office.people.forms import PersonForm
from korgoo.web.office.people.removals import RemovalForm, describe_removals, list_orders_in_force
from korgoo.web.office.people.search import search_people

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User

_MOST_SHOWN: Final = 100
_MOST_FINDINGS: Final = 20


def show_people(request: HttpRequest) -> HttpResponse:
    """Show the people of the reader's office, or those whom a search finds."""
    user = cast("User", request.user)
    query = request.GET.get("q", "").strip()[:200]
    kind = Person.Kind(request.GET["kind"]) if request.GET.get("kind") in Person.Kind.values else None
    people = list(search_people(user, query=query, kind=kind)[: _MOST_SHOWN + 1])
    if people:
        note_read(
            Subject("people", user.office_id or 0), reader=user, reason="list of people", now=read_clock()
        )
    context = {
        "people": people[:_MOST_SHOWN],
        "more": len(people) > _MOST_SHOWN,
        "most_shown": _MOST_SHOWN,
        "query": query,
        "kind": kind,
        "may_register": holds(user, Permission.REGISTER_PERSON),
    }
    part = request.headers.get("HX-Request")
    return render(request, "office/people/_rows.html" if part else "office/people/list.html", context)


def register(request: HttpRequest) -> HttpResponse:
    """Register a person."""
    user = cast("User", request.user)
    form = PersonForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            person = register_person(
                form.details,
                kind=form.kind_chosen,
                office=form.cleaned_data["office"],
                actor=user,
                now=read_clock(),
            )
        except PersonInvalidError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(request, gettext("The person is registered. Next: the order."))
            return redirect("web:person", person_id=person.pk)
    status = 422 if form.errors else 200
    return render(request, "office/people/register.html", {"form": form}, status=status)


def show_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person with orders, devices and findings; the look is written down with its reason."""
    user, now = cast("User", request.user), read_clock()
    with record_or_404():
        person = get_person_for(user, person_id)
    note_read(Subject("person", person.pk), reader=user, reason=_read_reason(request, user, person), now=now)
    return _show(request, person)


def permit_removal(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let the device of a participant come off for a time; a wrong form shows the page again."""
    user, now = cast("User", request.user), read_clock()
    with record_or_404():
        person = get_person_for(user, person_id)
    orders = list_orders_in_force(user, person)
    form = RemovalForm(request.POST, orders=orders, now=now)
    if form.is_valid():
        try:
            grant_removal(form.chosen, **form.values, actor=user, now=now)
        except PermitInvalidError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(request, gettext("The device may be off in that time."))
            return redirect("web:person", person_id=person.pk)
    reason = _read_reason(request, user, person)  # also of a wrong form, which shows the page
    note_read(Subject("person", person.pk), reader=user, reason=reason, now=now)
    return _show(request, person, removal_form=form)


def _show(request: HttpRequest, person: Person, *, removal_form: RemovalForm | None = None) -> HttpResponse:
    """Render the page; with a wrong form the answer is 422."""
    user, now = cast("User", request.user), read_clock()
    subject = Subject("person", person.pk)
    sees_findings = holds(user, Permission.READ_FINDING)
    findings = list(list_findings(user, person_id=person.pk)[:_MOST_FINDINGS]) if sees_findings else []
    alerts = Alert.objects.visible_to(user).filter(person=person).order_by("-opened_at", "-pk")
    context = {
        "person": person,
        "sees_findings": sees_findings,
        **describe_removals(user, person, form=removal_form, now=now),
        "orders": list(list_orders(user, person_id=person.pk)),
        "assignments": list(list_assignments(user, person_id=person.pk)),
        "findings": [{"record": record, "kind": name_kind(record.kind)} for record in findings],
        "alerts": [
            {"alert": alert, "kind": name_kind(alert.protocol["kind"])} for alert in alerts[:_MOST_FINDINGS]
        ],
        "looks": list_looks(subject, reader=user),
        "may_draft": holds(user, Permission.DRAFT_ORDER) and person.kind == Person.Kind.PARTICIPANT,
        "sees_positions": holds(user, Permission.READ_POSITION),
        "now": now,
    }
    status = 422 if removal_form and removal_form.errors else 200
    return render(request, "office/people/person.html", context, status=status)


def _read_reason(request: HttpRequest, user: User, person: Person) -> str:
    """Return why the page is read: for an alert of this person, else for the work of the reader's role."""
    number = request.GET.get("alert", "")
    if number.isascii() and number.isdigit() and len(number) < 18:  # noqa: PLR2004 - digits of a 64-bit number
        alerts = Alert.objects.visible_to(user).filter(pk=int(number), person=person)
        if alerts.exists():
            return f"alert {number}"
    return f"page of the person, {user.role}"
