"""Everybody's own password: changed by whoever knows the one until now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from axes.utils import reset
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from korgoo.accounts.services import AccountInvalidError, change_password
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.sign_in import read_username

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User


def _secret(label: Any, autocomplete: str) -> forms.CharField:  # noqa: ANN401 - a lazy translation
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget)


class PasswordForm(forms.Form):
    """The password until now, and the new one twice."""

    old = _secret(_("Password until now"), "current-password")
    new = _secret(_("New password"), "new-password")
    again = _secret(_("New password once more"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Refuse a new password that was not written twice alike."""
        cleaned = super().clean() or {}
        if {"old", "new"} <= cleaned.keys() and cleaned["new"] == cleaned["old"]:
            self.add_error("new", _("This is the password until now. Choose another one."))
        if {"new", "again"} <= cleaned.keys() and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The new password was written differently here. Write it once more."))
        return cleaned


@sensitive_post_parameters()
def show_password(request: HttpRequest) -> HttpResponse:
    """Show the form and change the password; all other sessions of the account end with it.

    A wrong password counts as at the sign-in: who finds an open PC cannot try them all.
    """
    if request.method != "POST":
        return _show(request, PasswordForm())
    form = PasswordForm(request.POST)
    if not settings.KORGOO_DEMO and form.is_valid() and _change(request, form):
        told = gettext("Your password is changed. Everywhere else you are signed out now.")
        messages.success(request, told)
        return redirect("web:home")
    return _show(request, form, status=422)


def _change(request: HttpRequest, form: PasswordForm) -> bool:
    user, cleaned = cast("User", request.user), form.cleaned_data
    if authenticate(request, username=user.email, password=cleaned["old"]) is None:
        form.add_error(
            "old", _("This is not your password until now. Mind capital letters and the keyboard.")
        )
        return False
    try:
        change_password(user, password=cleaned["new"], actor=user, now=read_clock())
    except AccountInvalidError as error:
        form.add_error("new", str(error))
        return False
    update_session_auth_hash(request, user)
    reset(username=read_username(request, {"username": user.email}))
    return True


def _show(request: HttpRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
    return render(request, "kit/password.html", {"form": form}, status=status)
