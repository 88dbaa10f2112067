"""The gate before every page: the table of pages, asked once, for every view alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils import timezone

from korgoo.web.pages import PAGES, may_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class PageGateMiddleware:
    """Lets a request reach its view only where the table of pages says so.

    Times are read and shown in the installation's zone from here on, whoever asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve in local time."""
        with timezone.override(settings.KORGOO_TIME_ZONE):
            response = self._get_response(request)
        if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return response
        # Personal data belong in no cache, and not into the next person's "back" button.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer 405, 403 or the way to the sign-in; None lets the view answer.

        Raises:
            PermissionDenied: the page is not in the table, or the account holds none of its permissions.
            SuspiciousOperation: a value holds a NUL, which nobody types and PostgreSQL does not take.
        """
        match = request.resolver_match
        page = PAGES.get(match.view_name) if match else None
        if match is None or page is None:
            raise PermissionDenied("this page is not in the table of pages")
        if request.method not in page.methods:
            return HttpResponseNotAllowed(page.methods)
        if page.public:
            _refuse_nul(request)
            return None
        if not request.user.is_authenticated:
            return _send_to_sign_in(request)
        if not may_open(request.user, match.view_name):
            raise PermissionDenied(f"{request.user.role} may not open {match.view_name}")
        _refuse_nul(request)
        return None


def _refuse_nul(request: HttpRequest) -> None:
    for name, values in (*request.GET.lists(), *request.POST.lists()):
        if any("\0" in text for text in (name, *values)):
            raise SuspiciousOperation("a value holds a NUL")


def _send_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):  # a part of a page: the whole page has to go
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    where = request.get_full_path() if request.method == "GET" else resolve_url("web:home")
    return redirect_to_login(where)
