"""A real browser before the real pages: Chromium draws the maps, a live process runs beside."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import socket
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from tests.factories import NOW, make_office, make_user

from korgoo.accounts.permissions import Role
from korgoo.engine.rows import Kind, Observation, encode_body, person_key
from korgoo.journal.record import Draft
from korgoo.journal.sqlite import SqliteJournal
from korgoo.live import tables as live_tables
from korgoo.live.server import serve
from korgoo.live.settings import LiveSettings
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.outbox.instants import to_ms
from korgoo.web.console import tracks
from korgoo.web.locale_build import compile_catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from korgoo.accounts.models import Office, User

ROOT = Path(__file__).parents[3]
CHROMIUM = os.environ.get("KORGOO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
VENDOR = ROOT / "src/korgoo/web/static/vendor/maplibre-gl/maplibre-gl.js"
REQUIRED = "chromium" in os.environ.get("KORGOO_REQUIRE", "").split(",")
FIRST_CENTRE = (42.965, 74.931)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip loudly where there is no browser or the assets were not built."""
    missing = "Chromium" if CHROMIUM is None else "" if VENDOR.exists() else "assets/install.sh"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.chromium)
            if missing and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=f"NOT RUN: maps in a browser need {missing}"))


class DjangoTables:
    """The live process's own SQL over the test's databases, which live in memory."""

    def read_feed(self, *, after_id: int, limit: int) -> list[live_tables.FeedRow]:
        sql = live_tables.AFTER.format("%s")
        return [live_tables.FeedRow(*row) for row in self._fetch("default", sql, after_id, limit)]

    def find_ends(self) -> tuple[int, int]:
        least, greatest = self._fetch("default", live_tables.ENDS)[0]
        return (least or 0, greatest or 0)

    def read_picture(self) -> list[live_tables.PictureRow]:
        alias = django_settings.PICTURE_DATABASE
        return [live_tables.PictureRow(*row) for row in self._fetch(alias, live_tables.PICTURE)]

    def close(self) -> None:
        connections.close_all()

    def _fetch(self, alias: str, sql: str, *values: int) -> list[Any]:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        except Exception as error:  # noqa: BLE001 - SQLite in memory locks whole tables: try again
            raise live_tables.TablesUnreadableError(type(error).__name__) from None


@pytest.fixture(scope="module")  # not the session: its event loop would be in the way of other tests
def browser() -> Iterator[Browser]:
    compile_catalogues()
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        # Software WebGL, and no network but this machine.
        flags = [
            "--enable-unsafe-swiftshader",
            "--no-sandbox",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


@dataclass
class World:
    """An installation with an office, an operator, and people whose positions are painted."""

    office: Office
    operator: User
    url: str
    data: Path
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    journal: SqliteJournal | None = None

    def paint(self, person_id: int, *, lat: float, lon: float, seq: int, minutes_ago: float = 1) -> None:
        """Write one person's newest position."""
        fixed = to_ms(NOW) - round(minutes_ago * 60_000)
        point = PicturePoint(
            person_id,
            round(lat * 1e7),
            round(lon * 1e7),
            1200,
            fixed,
            fixed + 400,
            seq,
            76,
            "use",
            self.office.pk,
        )
        paint_picture([point])

    def report(self, person_id: int, observations: list[Observation], *, case_id: int) -> tuple[int, ...]:
        """Append observations to the real journal, sealed; returns their seqs."""
        if self.journal is None:
            self.journal = SqliteJournal(self.data)
        drafts = []
        for observation in observations:
            body = encode_body(observation)
            digest = hashlib.sha256(body).digest()
            drafts.append(
                Draft(Kind.OBSERVATION, person_key(person_id), case_id, body, digest, observation.fixed_at_ms)
            )
        return self.journal.append(drafts, now_ms=to_ms(NOW))

    def open_page(
        self,
        path: str,
        *,
        user: User | None = None,
        language: str = "ru",
        dark: bool = False,
        height: int = 800,
    ) -> Page:
        """Open a page as an account; everything that the browser complains about is kept."""
        client = Client()
        client.force_login(user or self.operator, backend="django.contrib.auth.backends.ModelBackend")
        context = self.browser.new_context(
            viewport={"width": 1280, "height": height}, color_scheme="dark" if dark else "light", locale="ru"
        )
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        cookies = {
            django_settings.SESSION_COOKIE_NAME: session,
            django_settings.LANGUAGE_COOKIE_NAME: language,
        }
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", self._keep)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self._keep_failure(request.url, request.failure))
        page.goto(self.url + path)
        return page

    def _keep(self, message: ConsoleMessage) -> None:
        # SwiftShader says that it is slow, which it is.
        if message.type in {"error", "warning"} and "GPU stall due to ReadPixels" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _keep_failure(self, url: str, failure: str | None) -> None:
        if failure != "net::ERR_ABORTED":  # a page that was left
            self.complaints.append(f"{failure}: {url.partition('?')[0]}")


def wait_for_map(page: Page, selector: str = "[data-map]") -> None:
    """Wait until the map of a container has drawn everything it has."""
    page.wait_for_function(
        "selector => document.querySelector(selector)?.dataset.idle === 'true'", arg=selector, timeout=30_000
    )


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder that KORGOO_PICTURES names, for people and for the README."""
    folder = os.environ.get("KORGOO_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def check_accessibility(page: Page) -> list[str]:
    """Return what axe finds on the page, one line each."""
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {[node['html'][:120] for node in item['nodes']][:3]}" for item in found["violations"]
    ]


@pytest.fixture
def world(
    live_records: None, live_server: LiveServer, settings: Settings, tmp_path: Path, browser: Browser
) -> Iterator[World]:
    del live_records
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        live_port = probe.getsockname()[1]
    url = live_server.url.replace("localhost", "127.0.0.1")
    port = int(url.rpartition(":")[2])
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, data=tmp_path, live_port=live_port, web_port=port, live_url=None
    )
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    settings.KORGOO_CLOCK = lambda: NOW
    directives = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": directives | {"connect-src": ["'self'", f"http://127.0.0.1:{live_port}"]}
    }
    office = make_office("Sample Town")
    made = World(office, make_user(Role.OPERATOR, office=office), url, tmp_path, browser)
    live = LiveSettings(
        secret=str(settings.SECRET_KEY),
        records=tmp_path,
        picture=tmp_path,
        origins=frozenset({url}),
        port=live_port,
        picture_s=0.3,
    )
    with running_live(live):
        yield made
        for context in browser.contexts:
            context.close()
    tracks.close_reader()
    if made.journal is not None:
        made.journal.close()


class running_live:  # noqa: N801 - reads as a statement
    """The live process in a thread of its own while the block runs."""

    def __init__(self, live: LiveSettings) -> None:
        self._live = live
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(serve(self._live, stop=self._stop, tables=DjangoTables()))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
