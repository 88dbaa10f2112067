"""A real browser against a real server: Chromium through Playwright, everything on loopback."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from tests.factories import NOW, make_office

from korgoo.web.locale_build import compile_catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django import Settings

    from korgoo.accounts.models import Office

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")  # not the session: its event loop would be in the way of other tests
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if "chromium" in os.environ.get("KORGOO_REQUIRE", ""):
            pytest.fail("KORGOO_REQUIRE asks for chromium, which is not installed")
        pytest.skip("NOT RUN: the tests in a browser need chromium (make system-deps)")
    compile_catalogues()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; nobody else reads the records from it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(autouse=True)
def _installation(settings: Settings) -> None:
    settings.KORGOO_CLOCK = lambda: NOW
    # No live process runs beside these stories: pages look for it here, and fall back to asking.
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, live_url="/static/no-live")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no secret here


@pytest.fixture
def office(live_records: None) -> Office:
    del live_records
    return make_office("Октябрьский район")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ru-RU")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors, refused by the policy or thrown, fail the test."""
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if _is_ours(line.text, line.type) else None)
    yield opened
    assert not wrong


def _is_ours(text: str, kind: str) -> bool:
    """Whether a line of the console is a mistake of ours: answers of 404 and 409 are part of the stories.

    So is 503: there is no journal here, from which the map of an alert would be drawn.
    """
    told = ("the server responded with a status of 4", "the server responded with a status of 503")
    return kind == "error" and not any(part in text for part in told)
