"""The quarantine: which devices send what nobody can read, and, for a reason, what it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from korgoo.audit.services import Subject
from korgoo.devices.selectors import list_assignments
from korgoo.gateway.quarantine import Heading, Quarantine, QuarantineError
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.reads import note_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User
    from korgoo.devices.models import Assignment

MOST_LISTED: Final = 200
MOST_SHOWN: Final = 20_000
"""Characters of a message; more is cut, and told."""


class ReasonForm(forms.Form):
    """Why a message is opened."""

    reason = forms.CharField(
        label=_("Why you open it"),
        max_length=200,
        help_text=_("It is written down with your name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Row(NamedTuple):
    """One message of a device that the reader may see."""

    heading: Heading
    assignment: Assignment
    received_at: datetime
    expires_at: datetime


def show_quarantine(request: HttpRequest) -> HttpResponse:
    """List what could not be read, of devices of the reader's office; nothing is opened by this."""
    try:
        rows = _list_rows(cast("User", request.user))
    except QuarantineError:
        return render(request, "office/quarantine/list.html", {"unreadable": True}, status=503)
    context = {"rows": rows[:MOST_LISTED], "more": len(rows) > MOST_LISTED, "most_listed": MOST_LISTED}
    return render(request, "office/quarantine/list.html", context)


def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message's heading, and with a reason, which is written down first, what it says."""
    user = cast("User", request.user)
    try:
        row = next((one for one in _list_rows(user) if one.heading.id == message_id), None)
        if row is None:
            raise Http404("no such message of a device in the reader's scope")
        form = ReasonForm(request.POST or None)
        said = _open(row.heading, reader=user, reason=form.cleaned_data["reason"]) if form.is_valid() else {}
    except QuarantineError:
        return render(request, "office/quarantine/list.html", {"unreadable": True}, status=503)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "office/quarantine/message.html", {"row": row, "form": form} | said, status=status)


def _open(heading: Heading, *, reader: User, reason: str) -> dict[str, Any]:
    now = read_clock()
    note_read(Subject("quarantined", heading.id), reader=reader, reason=reason, now=now)
    with _open_file() as quarantine:
        found = quarantine and quarantine.read(
            heading.id, reader=reader.audit_name, reason=reason, now_ms=to_ms(now)
        )
    if not found:
        raise Http404("it has expired in between")
    text = found.body.decode(errors="replace")
    return {"said": text[:MOST_SHOWN], "is_cut": len(text) > MOST_SHOWN}


def _list_rows(user: User) -> list[Row]:
    with _open_file() as quarantine:
        headings = quarantine.list_headings(now_ms=to_ms(read_clock())) if quarantine else []
    asked = {heading.assignment_id for heading in headings}
    seen = {one.pk: one for one in list_assignments(user).filter(pk__in=asked)}
    return [
        Row(one, seen[one.assignment_id], from_ms(one.received_at_ms), from_ms(one.expires_at_ms))
        for one in headings
        if one.assignment_id in seen
    ]


@contextmanager
def _open_file() -> Iterator[Quarantine | None]:
    """Open the gateway's quarantine for one request; None where the gateway has made none yet.

    Raises:
        QuarantineError: it cannot be opened.
    """
    data = settings.ENVIRONMENT.data
    path, key_path = data / "quarantine.db", data / "quarantine.key"
    if not (path.exists() and key_path.exists()):
        yield None
        return
    quarantine = Quarantine(path, key_path=key_path)
    try:
        yield quarantine
    finally:
        quarantine.close()
