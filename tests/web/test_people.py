"""People: found, registered, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.audit.models import AuditEntry
from korgoo.people.models import Person
from korgoo.people.services import PersonDetails, register_person
from korgoo.web.office.people.search import fold
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office

ENTRY = {
    "kind": "participant",
    "family_name": "Токтогулов",
    "given_name": "Өмүр",
    "country": "KG",
    "national_number": "2 0101 1990 12345",
    "born_on": "01.01.1990",
    "sex": "male",
    "phone": "+996 (700) 12-34-57",
    "language": "ky",
}


@pytest.fixture
def browser(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.PROBATION_OFFICER)


def register(browser: Client, office: Office, **changes: str) -> int:
    return browser.post("/people/new/", ENTRY | {"office": office.pk} | changes).status_code


def named(office: Office, family: str, given: str) -> Person:
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    details = PersonDetails(family_name=family, given_name=given)
    return register_person(details, kind=Person.Kind.PARTICIPANT, office=office, actor=officer, now=NOW)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("омуралиев", "Өмүралиев"),
        ("Жангелдин", "Жаңгелдін"),
        ("қасым", "Касым"),
        ("gulnura", "GÜLNURA"),
        ("алексей", "Алексеи"),
    ],
)
def test_letters_of_the_neighbours_are_folded(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


def test_a_person_is_found_by_part_of_name_number_or_telephone(browser: Client, office: Office) -> None:
    named(office, "Өмүралиев", "Нурлан")
    named(office, "Сыдыков", "Азамат")
    for query in ("омуралиев", "нурл ОМУР"):
        page = browser.get("/people/", {"q": query}).text
        assert "Өмүралиев" in page
        assert "Сыдыков" not in page
    part = browser.get("/people/", {"q": "zzz"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Nobody of your office fits" in part


def test_a_person_is_registered_with_the_typists_blanks_taken_out(browser: Client, office: Office) -> None:
    assert register(browser, office) == 302
    person = Person.objects.unscoped("a test looks").get()
    assert (person.national_number, person.phone) == ("20101199012345", "+996700123457")
    assert person.full_name == "Токтогулов Өмүр"
    assert register(browser, office) == 422  # the number is known


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("national_number", "123", "A number of KG has 14 digits."),
        ("phone", "0700123456", "Write the phone as +996700123456."),
        ("born_on", "1990", "Write the date as 20.11.1990."),
        ("family_name", " ", "Some fields need your attention"),
        ("kind", "judge", "Some fields need your attention"),
    ],
)
def test_a_wrong_entry_says_what_to_write(
    browser: Client, office: Office, field: str, value: str, message: str
) -> None:
    page = browser.post("/people/new/", ENTRY | {"office": office.pk, field: value})
    assert page.status_code == 422
    assert message in page.text
    assert "Өмүр" in page.text  # nothing that was typed is lost
    assert not Person.objects.unscoped("a test looks").exists()


def test_nobody_registers_into_an_office_above_or_beside_his_own(browser: Client) -> None:
    elsewhere = make_office("Osh")
    assert register(browser, elsewhere) == 422
    assert not Person.objects.unscoped("a test looks").exists()


def test_a_name_with_markup_is_shown_as_text(browser: Client, office: Office) -> None:
    register(browser, office, given_name="<b onmouseover=alert(1)>", patronymic='"><script>x</script>')
    person = Person.objects.unscoped("a test looks").get()
    for path in ("/people/", f"/people/{person.pk}/"):
        page = browser.get(path).text
        assert "<b onmouseover" not in page
        assert "<script>x" not in page
        assert "&lt;b onmouseover" in page


def test_the_page_of_a_person_shows_orders_and_is_written_down(browser: Client, office: Office) -> None:
    person = make_person(office)
    order = make_signed_order(person)
    page = browser.get(f"/people/{person.pk}/").text
    assert order.number in page
    assert "in force" in page
    assert "<dd>Русский</dd>" in page  # not the code of the language
    line = AuditEntry.objects.filter(action="read", subject_kind="person").get()
    assert (line.subject_id, line.reason) == (str(person.pk), "page of the person, probation_officer")


def test_a_look_claims_no_alert_that_is_not_the_persons(browser: Client, office: Office) -> None:
    person = make_person(office)
    browser.get(f"/people/{person.pk}/", {"alert": "77"})
    assert AuditEntry.objects.get(action="read").reason == "page of the person, probation_officer"


def test_people_of_another_office_are_not_there(browser: Client) -> None:
    stranger = make_person(make_office("Osh"))
    assert browser.get(f"/people/{stranger.pk}/").status_code == 404
    assert browser.get(f"/people/{stranger.pk}/orders/new/").status_code == 404
    assert "Осмонов" not in browser.get("/people/").text


def test_a_prosecutor_finds_no_protected_person(sign_in: Callable[..., Client], office: Office) -> None:
    hidden = make_person(office, kind=Person.Kind.PROTECTED)
    prosecutor = sign_in(Role.PROSECUTOR)
    assert "Осмонов" not in prosecutor.get("/people/").text
    assert prosecutor.get(f"/people/{hidden.pk}/").status_code == 404
