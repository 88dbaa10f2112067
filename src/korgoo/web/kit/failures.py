"""Error pages: what happened, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show_bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    del exception  # its text is for the log
    return render(request, "kit/failures/400.html", status=400)


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    del exception
    return render(request, "kit/failures/403.html", status=403)


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404; a record that is not there and one outside the reader's scope look the same."""
    del exception
    return render(request, "kit/failures/404.html", status=404)


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that was not sent from our page, or from one that is too old."""
    del reason
    return render(request, "kit/failures/csrf.html", status=403)


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 by a template that asks nothing of the database."""
    context: dict[str, Any] = {}
    return render(request, "kit/failures/500.html", context, status=500)
