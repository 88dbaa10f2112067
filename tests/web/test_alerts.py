"""The queue and the incident, through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from korgoo.accounts.permissions import Role
from korgoo.alerts.escalation import claim_overdue_alerts
from korgoo.alerts.handling import acknowledge_alert
from korgoo.alerts.standing import claim_returning_alerts
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Event, Evidence, Reason
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.factories import (
    NOW,
    follow,
    make_finding,
    make_office,
    make_person,
    make_user,
    only_alert,
    tell_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.accounts.models import Office, User
    from korgoo.engine.findings import Finding


@pytest.fixture
def operator(office: Office) -> User:
    return make_user(Role.OPERATOR, office=office)


@pytest.fixture
def browser(sign_in: Callable[..., Client], operator: User) -> Client:
    return sign_in(user=operator)


def sos(office: Office) -> Finding:
    finding = make_finding(make_person(office).pk, kind="sos", code=Reason.PRESSED)
    tell_engine(finding)
    return finding


def test_the_list_shows_level_name_age_and_deadline_in_words(browser: Client, office: Office) -> None:
    finding = make_finding(make_person(office).pk, condition="home")
    tell_engine(finding, now=NOW - timedelta(minutes=20))
    page = browser.get("/alerts/").text
    assert "Осмонов Бакыт" in page
    assert "20 min ago" in page
    assert "overdue by 5 min" in page  # 15 minutes to be taken
    assert "P3" in page
    assert "this hour" in page


def test_an_urgent_alert_that_nobody_has_stands_above_one_that_is_taken(
    browser: Client, office: Office, operator: User
) -> None:
    sos(office)
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(make_finding(make_person(office).pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    page = browser.get("/alerts/").text
    assert page.index("Strap") < page.index("<strong>SOS")
    assert 'data-waiting="1"' in page


def test_an_unchanged_list_costs_an_empty_answer(browser: Client, office: Office) -> None:
    sos(office)
    stamp = browser.get("/alerts/").context["stamp"]
    assert browser.get("/alerts/list/", {"since": stamp}).status_code == 204
    tell_engine(make_finding(make_person(office).pk, kind="tamper.strap"))
    answer = browser.get("/alerts/list/", {"since": stamp})
    assert answer.status_code == 200
    assert "<html" not in answer.text


def test_a_filter_hides_alerts_but_not_that_an_urgent_one_waits(browser: Client, office: Office) -> None:
    sos(office)
    page = browser.get("/alerts/", {"level": "4"}).text
    assert "Осмонов" not in page
    assert 'data-waiting="1"' in page
    assert "Осмонов" in browser.get("/alerts/", {"show": "no such", "level": "' or 1"}).text


def test_of_two_who_take_an_alert_the_second_is_told(
    browser: Client, office: Office, sign_in: Callable[..., Client]
) -> None:
    sos(office)
    alert = only_alert()
    faster = sign_in(Role.SHIFT_HEAD)
    assert faster.post(f"/alerts/{alert.pk}/take/", {"version": 1}).status_code == 302
    answer = browser.post(f"/alerts/{alert.pk}/take/", {"version": 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Somebody has just changed this alert" in answer.text


def test_a_form_with_a_broken_version_is_refused(browser: Client, office: Office) -> None:
    sos(office)
    for version in ("", "-1", "1e3", "9" * 40, "٣"):
        assert browser.post(f"/alerts/{only_alert().pk}/take/", {"version": version}).status_code == 400
    assert only_alert().state == "new"


def test_a_life_threat_is_closed_only_when_taken_and_with_cause_and_note(
    browser: Client, office: Office
) -> None:
    sos(office)
    url = f"/alerts/{only_alert().pk}"
    early = browser.post(f"{url}/close/", {"version": 1, "cause": "test", "note": "Учебная"})
    assert (early.status_code, only_alert().state) == (409, "new")
    assert "A life threat is acknowledged before it is closed." in early.text
    browser.post(f"{url}/acknowledge/", {"version": 1})
    bare = browser.post(f"{url}/close/", {"version": 2, "cause": "test", "note": "  "})
    assert "Write down what was found." in bare.text
    causeless = browser.post(f"{url}/close/", {"version": 2, "cause": "", "note": "Дозвонился"})
    assert "Choose a cause." in causeless.text
    assert "Дозвонился" in causeless.text  # what was typed is not lost
    done = browser.post(f"{url}/close/", {"version": 2, "cause": "test", "note": "Дозвонился"})
    assert (done.status_code, only_alert().state) == (302, "closed")
    assert "Дозвонился" in browser.get(f"{url}/").text


def test_the_incident_explains_itself_with_ignored_fixes_too(browser: Client, office: Office) -> None:
    at = to_ms(NOW)
    evidence = (
        Evidence(seq=11, fixed_at_ms=at - 90_000, distance_m=-212.4, sigma_m=9.0, belief=-5.0),
        Evidence(seq=12, fixed_at_ms=at - 30_000, use="ignored", reason="spike", distance_m=-90_000.0),
    )
    person = make_person(office)
    finding = make_finding(person.pk, condition="o1.home", code=Reason.LEFT_DURING, evidence=evidence)
    tell_engine(finding)
    page = browser.get(f"/alerts/{only_alert().pk}/").text
    assert "Осмонов Бакыт" in page
    assert "212 m outside" in page
    assert "ignored" in page
    assert "20.11.2026 21:58:30" in page
    assert "1 min 30 s" in page
    assert "person:" not in page


def test_the_explanation_speaks_the_readers_language(
    sign_in: Callable[..., Client], operator: User, office: Office
) -> None:
    sos(office)
    russian = sign_in(user=operator, language="ru").get(f"/alerts/{only_alert().pk}/").text
    assert "Кнопка SOS лица Осмонов Бакыт нажата" in russian
    assert "Взять эту тревогу" in russian


def test_an_outage_of_our_own_explains_itself_to_the_centre(browser: Client) -> None:
    changes = {"subject": "system:korgoo", "condition": "system", "until_ms": to_ms(NOW)}
    tell_engine(make_finding(0, kind="system.outage", code=Reason.OUTAGE, **changes))
    told = browser.get(f"/alerts/{only_alert().pk}/").content.decode()
    assert "nobody was watched in this time" in told
    assert "Your role may not see" not in told


def test_a_deadline_that_passes_each_minute_is_one_line(browser: Client, office: Office) -> None:
    sos(office)
    for minute in range(1, 31):
        claim_overdue_alerts(limit=100, now=NOW + timedelta(minutes=minute))
    told = browser.get(f"/alerts/{only_alert().pk}/").content.decode()
    assert told.count("deadline passed, next rung told") < 6
    assert re.search(r"\d\d times, the last at \d\d\.11\.2026 22:\d\d:\d\d", told)


def test_a_note_shows_as_text_whatever_it_holds(browser: Client, office: Office) -> None:
    sos(office)
    url = f"/alerts/{only_alert().pk}"
    browser.post(f"{url}/note/", {"version": 1, "note": "<script>alert(1)</script> & <img src=x>"})
    page = browser.get(f"{url}/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img src=x&gt;" in page
    assert browser.post(f"{url}/note/", {"version": 1, "note": "x" * 5001}).status_code == 409


def test_an_alert_of_another_office_is_not_there(sign_in: Callable[..., Client], office: Office) -> None:
    sos(office)
    stranger = sign_in(user=make_user(Role.OPERATOR, office=make_office("Osh")))
    number = only_alert().pk
    assert "Осмонов" not in stranger.get("/alerts/").text
    assert stranger.get(f"/alerts/{number}/").status_code == 404
    assert stranger.get(f"/alerts/{number}/changes/").status_code == 404
    for step in ("take", "acknowledge", "take-over", "verify", "note", "close"):
        answer = stranger.post(f"/alerts/{number}/{step}/", {"version": 1, "note": "n", "cause": "test"})
        assert answer.status_code == 404, step
    assert only_alert().version == 1


def test_an_open_page_is_told_that_its_alert_has_moved_on(browser: Client, office: Office) -> None:
    finding = sos(office)
    number = only_alert().pk
    stamp = browser.get(f"/alerts/{number}/").context["stamp"]
    assert browser.get(f"/alerts/{number}/changes/", {"stamp": stamp}).status_code == 204
    tell_engine(follow(finding, Event.UPDATED, code=Reason.REPEATED))
    assert (
        "has changed since you opened it" in browser.get(f"/alerts/{number}/changes/", {"stamp": stamp}).text
    )


def test_a_deadline_that_passes_leaves_an_open_page_good_and_sounds_in_the_queue(
    browser: Client, office: Office
) -> None:
    sos(office)
    number = only_alert().pk
    page, queue = browser.get(f"/alerts/{number}/").context, browser.get("/alerts/").context
    claim_overdue_alerts(limit=100, now=NOW + timedelta(minutes=1))
    assert browser.get(f"/alerts/{number}/changes/", {"stamp": page["stamp"]}).status_code == 204
    assert browser.get("/alerts/").context["loud"] != queue["loud"]
    assert browser.get("/alerts/").context["loud"].endswith(":1")
    answer = browser.post(f"/alerts/{number}/acknowledge/", {"version": page["alert"].version})
    assert (answer.status_code, only_alert().state) == (302, "acknowledged")


def test_every_look_is_written_down_and_the_shift_head_sees_who(
    browser: Client, office: Office, operator: User, sign_in: Callable[..., Client]
) -> None:
    sos(office)
    alert = only_alert()
    browser.get(f"/alerts/{alert.pk}/")
    line = AuditEntry.objects.get(action="read")
    assert (line.actor, line.subject_kind, line.subject_id) == (
        operator.audit_name,
        "person",
        str(alert.person_id),
    )
    assert line.reason == f"alert {alert.pk}"
    page = sign_in(Role.SHIFT_HEAD).get(f"/alerts/{alert.pk}/").text
    assert "Who has looked at this incident (2)" in page
    assert "Who has looked" not in browser.get(f"/alerts/{alert.pk}/").text


def test_who_may_only_read_gets_no_buttons(sign_in: Callable[..., Client], office: Office) -> None:
    sos(office)
    page = sign_in(Role.PROBATION_OFFICER).get(f"/alerts/{only_alert().pk}/").text
    assert "Take this alert" not in page
    assert 'name="cause"' not in page


def test_an_alert_of_a_protected_person_says_so(browser: Client, office: Office) -> None:
    tell_engine(
        make_finding(make_person(office, kind=Person.Kind.PROTECTED).pk, kind="sos", code=Reason.PRESSED)
    )
    assert "<em>protected person</em>" in browser.get("/alerts/").text


def test_who_closes_what_still_stands_is_told_that_it_comes_back(browser: Client, office: Office) -> None:
    exit_ = make_finding(make_person(office).pk, kind="zone.exit", condition="o1.home")
    tell_engine(exit_)
    page = f"/alerts/{only_alert().pk}/"
    assert "Closed now, the alert comes back at" in browser.get(page).text
    form = {"version": only_alert().version, "cause": "gnss_error", "note": "he answers at home"}
    assert browser.post(f"{page}close/", form).status_code == 302
    assert "If it does so at" in browser.get(page).text
    returns_at = only_alert().returns_at
    assert returns_at is not None
    claim_returning_alerts(limit=10, now=returns_at)
    text = browser.get(page).text
    assert "it still stands: new again" in text
    assert "reopened, nobody has it" in text
    tell_engine(follow(exit_, Event.CLOSED, code=Reason.RETURNED))
    assert "comes back" not in browser.get(page).text


def test_what_no_database_holds_is_bad_input_on_every_page(browser: Client, office: Office) -> None:
    sos(office)
    page = f"/alerts/{only_alert().pk}/"
    version = only_alert().version
    assert browser.post(f"{page}note/", {"version": version, "note": "heard\0her"}).status_code == 400
    assert browser.get(f"{page}explanation/?for=a%00b").status_code == 400
    person = only_alert().person_id
    assert browser.get(f"/people/{person}/day/?reason=check&detail=%00").status_code == 400
    assert Client().post("/sign-in/", {"username": "a\0b", "password": "x"}).status_code == 400


def test_closing_an_sos_ends_it_and_promises_no_return(browser: Client, office: Office) -> None:
    sos(office)
    assert "comes back" not in browser.get(f"/alerts/{only_alert().pk}/").text
