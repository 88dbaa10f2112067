"""Erasures: an administrator destroys the device data of an ended case, under a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from korgoo.audit.selectors import list_actions
from korgoo.journal.errors import StorageError
from korgoo.monitoring.erasing import (
    LONGEST_CERTIFICATE,
    LONGEST_REASON,
    ErasureRefusedError,
    erase_case,
    list_erasures_for,
)
from korgoo.runtime.installation import NotReadyError
from korgoo.web.kit.actors import name_actors
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.journal import open_journal
from korgoo.web.kit.problems import translate_problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User

_MOST_CASES = 2**63 - 1


class ErasureForm(forms.Form):
    """What a certificate of destruction says, typed off it."""

    case = forms.IntegerField(
        label=_("Case number"),
        min_value=1,
        max_value=_MOST_CASES,
        help_text=_("The number of the case in this system; it stands on the page of the order."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    order_number = forms.CharField(
        label=_("Number of the decision, to confirm"),
        max_length=100,
        help_text=_("Type it from the decision itself. Both numbers must belong to the same case."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    certificate = forms.CharField(
        label=_("Number of the certificate of destruction"), max_length=LONGEST_CERTIFICATE
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)
    understood = forms.BooleanField(label=_("I know that nobody can bring these data back."))


def show_erasures(request: HttpRequest) -> HttpResponse:
    """Show the form and every erasure so far; POST asks for one."""
    user = cast("User", request.user)
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            erase_case(
                data["case"],
                order_number=data["order_number"],
                certificate=data["certificate"],
                reason=data["reason"],
                actor=user,
                now=read_clock(),
            )
        except ErasureRefusedError as error:
            form.add_error(None, translate_problem(error))
        else:
            messages.success(
                request, gettext("Asked for. The journal destroys the keys of the case within seconds.")
            )
            return redirect("web:erasures")
    context = {"form": form, "erasures": _tell_erasures(user), "now": read_clock()}
    return render(request, "office/erasures/list.html", context, status=422 if form.errors else 200)


def _tell_erasures(user: User) -> list[dict[str, Any]]:
    """Return each erasure with who asked for it and whether the journal has done it (None: not known)."""
    lines = {line.subject_id: line.actor for line in list_actions("erase", subject_kind="order")}
    names = name_actors(lines.values())
    applied = _read_applied()
    return [
        {
            "asked": asked,
            "who": names.get(lines.get(str(asked.case_id), ""), "—"),
            "done": None if applied is None else asked.row_id <= applied,
        }
        for asked in list_erasures_for(user)
    ]


def _read_applied() -> int | None:
    try:
        with open_journal() as journal:
            return journal.inbox_cursor()
    except (StorageError, NotReadyError):
        return None
