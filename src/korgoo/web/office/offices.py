"""Offices: how long the police take to arrive there, and how long a closed alert rests while it stands."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from korgoo.accounts.offices import list_managed_offices
from korgoo.alerts.standing import set_return_time
from korgoo.orders.reaction import set_reaction_time
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse, QueryDict

    from korgoo.accounts.models import Office, User

_LONGEST_MIN: Final = 1440
_LONGEST_RETURN_MIN: Final = 240
_NONE: Final[Mapping[int, Any]] = MappingProxyType({})


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


class ReturnForm(forms.Form):
    """Whole minutes, at least one: it cannot be switched off."""

    minutes = forms.IntegerField(
        label=_("Minutes until a closed alert comes back"), min_value=1, max_value=_LONGEST_RETURN_MIN,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 5}),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, office: Office) -> None:
        """Show what is set."""
        super().__init__(data, prefix=f"return-{office.pk}", initial={"minutes": office.return_s // 60})


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
        return _show(request, reactions={office.pk: form})
    seconds = form.cleaned_data["minutes"] * 60
    pairs = set_reaction_time(office, reaction_s=seconds, actor=user, now=read_clock())
    told = ngettext(
        "Saved for %(office)s. %(pairs)s pair is judged by it from now on.",
        "Saved for %(office)s. %(pairs)s pairs are judged by it from now on.",
        pairs,
    )
    messages.success(request, told % {"office": office.name, "pairs": pairs})
    return redirect("web:offices")


def set_return(request: HttpRequest, office_id: int) -> HttpResponse:
    """Set how long an alert of one office stays closed while what it tells of still stands."""
    user = cast("User", request.user)
    office = list_managed_offices(user).filter(pk=office_id).first()
    if office is None:
        raise Http404("no such office in the reader's scope")
    form = ReturnForm(request.POST, office=office)
    if not form.is_valid():
        return _show(request, returns={office.pk: form})
    set_return_time(office, return_s=form.cleaned_data["minutes"] * 60, actor=user, now=read_clock())
    told = gettext("Saved for %(office)s. It holds for alerts that are closed from now on.")
    messages.success(request, told % {"office": office.name})
    return redirect("web:offices")


def _show(
    request: HttpRequest,
    *,
    reactions: Mapping[int, ReactionForm] = _NONE,
    returns: Mapping[int, ReturnForm] = _NONE,
) -> HttpResponse:
    """Show the page; a form that was refused stands in the place of its office's own."""
    user, wrong = cast("User", request.user), bool(reactions or returns)
    rows = [
        {
            "office": office,
            "form": reactions.get(office.pk) or ReactionForm(office=office),
            "returns": returns.get(office.pk) or ReturnForm(office=office),
        }
        for office in list_managed_offices(user)
    ]
    context = {"rows": rows, "wrong": wrong}
    return render(request, "office/offices/list.html", context, status=422 if wrong else 200)
