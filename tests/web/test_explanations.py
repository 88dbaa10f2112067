"""The centre's story on the incident page, and what can be printed for others."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Evidence, Reason
from korgoo.engine.rows import pair_key, person_key
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_distance
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    tell_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def browser(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.OPERATOR)


def meet(office: Office, *kinds: str, disclosed: bool = False) -> int:
    """He is 180 m from her work, which the order hides from him unless it is disclosed; returns the alert."""
    him, her = make_person(office), make_person(office, kind=Person.Kind.PROTECTED)
    places = {} if not disclosed else {"places": make_distance().places[:1]}
    distance = make_distance(disclosed=disclosed, **places)
    order = make_signed_order(him, protected_person=her, conditions=(), distance=distance)
    params: dict[str, Any] = {"apart_m": 180.0, "order_m": 300.0, "sigma_m": 12.0, "order": order.number}
    params |= {"clause": "п. 3", "disclosed": disclosed}
    at = to_ms(NOW)
    evidence = (
        Evidence(seq=40, fixed_at_ms=at, use="used", distance_m=180.0, sigma_m=9.0, side="participant"),
        Evidence(seq=41, fixed_at_ms=at, use="used", distance_m=180.0, sigma_m=9.0, side="protected"),
    )
    for kind in kinds or ("proximity.breach",):
        finding = make_finding(
            him.pk, id=f"{pair_key(order.pk)}/{order.pk}/{kind}/77",
            other=person_key(her.pk), condition=str(order.pk), kind=kind, code=Reason.APPROACHED,
            params=params, evidence=evidence,
        )  # fmt: skip
        tell_engine(finding)
    return Alert.objects.unscoped("a test looks").get().pk


def read(browser: Client, alert: int, audience: str, lang: str = "en") -> str:
    """What is printed: the texts and nothing around them."""
    page = browser.get(f"/alerts/{alert}/explanation/?for={audience}&lang={lang}")
    assert page.status_code == 200
    return unescape("\n".join(re.findall(r"<pre[^>]*>(.*?)</pre>", page.text, re.DOTALL)))


def test_the_operator_reads_how_sure_it_is_and_what_else_it_could_be(browser: Client, office: Office) -> None:
    person = make_person(office)
    tell_engine(make_finding(person.pk, confidence=970))
    alert = Alert.objects.unscoped("a test looks").get().pk
    page = browser.get(f"/alerts/{alert}/").text
    assert "How sure:" in page
    assert "97.0" in page
    assert "What else it could have been:" in page
    assert f"/alerts/{alert}/explanation/" in page


def test_centre_and_court_read_how_far_and_she_reads_a_band(browser: Client, office: Office) -> None:
    alert = meet(office)
    for audience in ("centre", "court"):
        text = read(browser, alert, audience)
        assert "180 m" in text
        assert "used" in text
        assert "None" not in text
    hers = read(browser, alert, "protected")
    assert "180" not in hers
    assert hers


def test_of_a_hidden_place_he_reads_the_bare_charge_and_never_a_time(browser: Client, office: Office) -> None:
    text = read(browser, meet(office), "participant")
    assert "300" in text
    for secret in ("180", "22:00", "20.11.2026", "2026-11-20", "40", "школа"):
        assert secret not in text


def test_he_cannot_count_the_rings_that_he_crossed(browser: Client, office: Office) -> None:
    crossed = ("proximity.warning", "proximity.breach", "proximity.emergency")
    assert read(browser, meet(office, *crossed), "participant").count("300") == 1


def test_of_what_the_order_discloses_he_reads_a_band_and_his_own_fix(browser: Client, office: Office) -> None:
    text = read(browser, meet(office, disclosed=True), "participant")
    assert "180" not in text
    assert "22:00" in text


def test_a_warning_near_a_hidden_place_leaves_nothing_to_print(browser: Client, office: Office) -> None:
    alert = meet(office, "proximity.warning")
    page = browser.get(f"/alerts/{alert}/explanation/?for=participant").text
    assert "Nothing of this alert may be told to this reader." in page
    assert read(browser, alert, "participant") == ""


def test_her_own_alarm_is_never_told_as_his(browser: Client, office: Office) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    tell_engine(make_finding(her.pk, kind="sos", code=Reason.PRESSED))
    alert = Alert.objects.unscoped("a test looks").get().pk
    assert read(browser, alert, "participant") == ""
    assert "SOS" in read(browser, alert, "protected")


@pytest.mark.parametrize("lang", ["ky", "ru", "kk", "en"])
def test_every_language_of_the_readers_can_be_chosen(browser: Client, office: Office, lang: str) -> None:
    alert = meet(office)
    texts = {code: read(browser, alert, "court", code) for code in ("ky", "ru", "kk", "en")}
    assert len(set(texts.values())) == 4
    assert (
        f'<pre class="copy" lang="{lang}"'
        in browser.get(f"/alerts/{alert}/explanation/?for=court&lang={lang}").text
    )


def test_what_is_not_understood_shows_the_centres_in_the_readers_language(
    browser: Client, office: Office
) -> None:
    alert = meet(office)
    page = browser.get(f"/alerts/{alert}/explanation/?for=everybody&lang=xx")
    assert "For the centre only" in page.text
    assert '<pre class="copy" lang="en"' in page.text


def test_for_whom_it_was_opened_is_written_down(browser: Client, office: Office) -> None:
    alert = meet(office)
    read(browser, alert, "court")
    line = AuditEntry.objects.order_by("-number")[0]
    assert (line.action, line.subject_kind, line.reason) == (
        "read",
        "person",
        f"alert {alert}, explained to court",
    )


def test_another_offices_alert_is_not_there(sign_in: Callable[..., Client], office: Office) -> None:
    alert = meet(office)
    stranger = sign_in(user=make_user(Role.OPERATOR, office=make_office("Ленин")))
    assert stranger.get(f"/alerts/{alert}/explanation/?for=court").status_code == 404
