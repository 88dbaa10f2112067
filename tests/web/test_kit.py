"""What every page shares: banner, clock, languages, catalogues."""

from __future__ import annotations

import gettext
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.test import Client

from korgoo.accounts.permissions import Role
from korgoo.conf.clock import Clock, DemoClock, write_demo_clock
from korgoo.web.kit.times import duration, local, since, until
from korgoo.web.locale_build import (
    LOCALE,
    CatalogueInvalidError,
    compile_catalogues,
    pack_catalogue,
    read_catalogue,
)
from tests.factories import NOW
from tests.web.messages import list_messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings


def test_a_demonstration_says_so_on_every_page_with_its_clock(settings: Settings, tmp_path: Path) -> None:
    settings.KORGOO_DEMO = True
    settings.KORGOO_CLOCK = Clock(data=tmp_path, demo=True)
    write_demo_clock(DemoClock(real_ms=0, shown_ms=0, speed=60.0), data=tmp_path)
    page = Client(headers={"accept-language": "en"}).get("/sign-in/").text
    assert "DEMONSTRATION" in page
    assert "runs at 60 times the speed" in page
    assert 'data-speed="60.0"' in page


def test_a_demonstrations_clock_that_only_stands_apart_names_no_speed(
    settings: Settings, tmp_path: Path
) -> None:
    settings.KORGOO_DEMO = True
    settings.KORGOO_CLOCK = Clock(data=tmp_path, demo=True)
    write_demo_clock(DemoClock(real_ms=0, shown_ms=500_000, speed=1.0), data=tmp_path)
    page = Client(headers={"accept-language": "en"}).get("/sign-in/").text
    assert "The clock is the demonstration's own." in page
    assert "times the speed" not in page


def test_an_installation_that_is_none_shows_no_banner() -> None:
    assert "DEMONSTRATION" not in Client(headers={"accept-language": "en"}).get("/sign-in/").text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (3600, "1 h"), (90_000, "1 d 1 h")],
)
def test_lengths_of_time_in_words(seconds: int, words: str, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    assert duration(seconds) == words


def test_times_are_local_and_name_their_zone(sign_in: Callable[..., Client]) -> None:
    assert "20.11.2026 22:00:00 (UTC+6)" in sign_in(Role.OPERATOR).get("/alerts/").text
    assert local(None) == "—"


def test_deadlines_tell_left_from_overdue(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    assert until(NOW + timedelta(seconds=30), NOW) == "30 s left"
    assert until(NOW - timedelta(minutes=3), NOW) == "overdue by 3 min"
    assert since(NOW + timedelta(seconds=5), NOW) == "0 s ago"  # a clock that stepped back


def test_everybody_chooses_his_language(sign_in: Callable[..., Client]) -> None:
    browser = sign_in(Role.OPERATOR)
    browser.post("/language/", {"language": "ru", "next": "/alerts/"})
    page = browser.get("/alerts/").text
    assert "Открытых тревог нет" in page
    assert 'lang="ru"' in page


def test_a_browser_in_kyrgyz_gets_russian_and_not_english(office: object) -> None:
    del office
    assert "Электронная почта" in Client(headers={"accept-language": "ky"}).get("/sign-in/").text


def test_the_russian_catalogue_is_complete_and_holds_nothing_else() -> None:
    catalogue = read_catalogue((LOCALE / "ru/LC_MESSAGES/django.po").read_text(encoding="utf-8"))
    assert all(text.strip("\0") for text in catalogue.values())
    assert set(catalogue) - {""} == list_messages()


def test_placeholders_survive_the_translation() -> None:
    catalogue = read_catalogue((LOCALE / "ru/LC_MESSAGES/django.po").read_text(encoding="utf-8"))
    for original, text in catalogue.items():
        if original:
            wanted = set(re.findall(r"%(?:\(\w+\))?s", original))
            assert all(set(re.findall(r"%(?:\(\w+\))?s", form)) == wanted for form in text.split("\0")), (
                original
            )


def test_a_catalogue_is_compiled_as_gettext_does(tmp_path: Path) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=n!=1;\\n"\n\n'
        '# a comment\nmsgid "one"\n"more"\nmsgstr "ещё \\"один\\""\n\n'
        'msgctxt "verb"\nmsgid "open"\nmsgstr "открыть"\n\n'
        'msgid "a day"\nmsgid_plural "days"\nmsgstr[0] "день"\nmsgstr[1] "дни"\n\nmsgid "empty"\nmsgstr ""\n'
    )
    (folder / "django.po").write_text(text, encoding="utf-8")
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []  # nothing is newer
    read = gettext.translation("django", tmp_path, ["ru"])
    assert read.gettext("onemore") == 'ещё "один"'
    assert read.pgettext("verb", "open") == "открыть"
    assert (read.ngettext("a day", "days", 1), read.ngettext("a day", "days", 5)) == ("день", "дни")
    assert read.gettext("empty") == "empty"


@pytest.mark.parametrize("text", ["what is this", 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'])
def test_a_broken_catalogue_is_refused(text: str) -> None:
    with pytest.raises(CatalogueInvalidError):
        pack_catalogue(read_catalogue(text))


@pytest.mark.django_db
def test_every_icon_and_script_is_ours_and_there() -> None:
    page = Client().get("/sign-in/").text
    for name in ("web/kit.css", "web/kit.js", "web/icon.svg", "django_htmx/htmx-2.min.js"):
        assert f"{django_settings.STATIC_URL}{name}" in page
        answer = Client().get(f"/static/{name}")
        answer.close()
        assert answer.status_code == 200


@pytest.mark.django_db
def test_a_browser_is_told_that_the_alarm_is_a_sound() -> None:
    answer = Client().get("/static/web/alarm.wav")
    answer.close()
    assert answer.headers["Content-Type"] == "audio/wav"
