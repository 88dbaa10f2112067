"""Offices: how long the police take to arrive there, which only ever warns earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from korgoo.orders.reaction import list_managed_offices, set_reaction_time
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from korgoo.accounts.models import Office, User

_LONGEST_MIN: Final = 1440


class ReactionForm(forms.Form):
    """Whole minutes; the field has a name of its own in each row of the page."""

    minutes = forms.IntegerField(
        label=_("Minutes until the police arrive"), min_value=0, max_value=_LONGEST_MIN,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 5}),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, office: Office) -> None:
        """Show what is set, rounded up: a warning must not come later than meant."""
        initial = {"minutes": -(-office.reaction_s // 60)}
        super().__init__(data, prefix=f"office-{office.pk}", initial=initial)


def show_offices(request: HttpRequest) -> HttpResponse:
    """Show every office that the account manages, with its reaction time."""
    return _show(request)


def set_reaction(request: HttpRequest, office_id: int) -> HttpResponse:
    """Set how long the police take to arrive in one office; its pairs are written anew at once."""
    user = cast("User", request.user)
    office = list_managed_offices(user).filter(pk=office_id).first()
    if office is None:
        raise Http404("no such office in the reader's scope")
    form = ReactionForm(request.POST, office=office)
    if not form.is_valid():
        return _show(request, wrong={office.pk: form})
    seconds = form.cleaned_data["minutes"] * 60
    pairs = set_reaction_time(office, reaction_s=seconds, actor=user, now=read_clock())
    told = ngettext(
        "Saved for %(office)s. %(pairs)s pair is judged by it from now on.",
        "Saved for %(office)s. %(pairs)s pairs are judged by it from now on.",
        pairs,
    )
    messages.success(request, told % {"office": office.name, "pairs": pairs})
    return redirect("web:offices")


def _show(request: HttpRequest, *, wrong: dict[int, ReactionForm] | None = None) -> HttpResponse:
    user = cast("User", request.user)
    rows = [
        {"office": office, "form": (wrong or {}).get(office.pk) or ReactionForm(office=office)}
        for office in list_managed_offices(user)
    ]
    context = {"rows": rows, "wrong": bool(wrong)}
    return render(request, "office/offices/list.html", context, status=422 if wrong else 200)
