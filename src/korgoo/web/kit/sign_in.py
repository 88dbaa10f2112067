"""Signing in and out, and the way from the front door."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect, render
from django.views.i18n import set_language as django_set_language

from korgoo.web.kit.coming import COMING
from korgoo.web.pages import may_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User

_FRONT_DOORS: Final = ("web:alerts", "web:people", "web:devices", "web:erasures")


def read_username(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Return whom a sign-in is about, as guesses are counted: alike where the database finds one account."""
    said = (credentials or request.POST).get(settings.AXES_USERNAME_FORM_FIELD) or ""
    # Upper first: the database compares in capitals, in which a dotless i is an i.
    return unicodedata.normalize("NFKC", said).strip().upper().casefold()


class SignInView(LoginView):
    """Signs in by e-mail and password; axes locks a guesser out."""

    template_name = "kit/sign_in.html"
    redirect_authenticated_user = True
    next_page = "web:home"

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - Django's form class
        """Speak the account's language from here on."""
        response = super().form_valid(form)
        user = cast("User", self.request.user)
        _remember_language(response, user.language)
        return response


class SignOutView(LogoutView):
    """Ends the session."""

    next_page = "web:sign-in"


def open_home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the first page of his work; an account without pages is told so."""
    user = cast("User", request.user)
    for name in _FRONT_DOORS:
        if may_open(user, name):
            return redirect(name)
    return render(request, "kit/no_pages.html", {"news": COMING.get(user.role)})


def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages for this browser."""
    return django_set_language(request)


def _remember_language(response: HttpResponse, language: str) -> None:
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.SESSION_COOKIE_AGE,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
