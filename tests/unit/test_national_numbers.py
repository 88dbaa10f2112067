from __future__ import annotations

from datetime import date

import pytest

from korgoo.people.national_numbers import Country, NumberInvalidError, read_national_number


@pytest.mark.parametrize("number", ["791028302728", "850407301166"])
def test_a_kazakh_number_with_its_check_digit_tells_birth_and_sex(number: str) -> None:
    facts = read_national_number(number, country=Country.KZ)
    assert facts.sex == "male"
    assert facts.born_on == date(1900 + int(number[:2]), int(number[2:4]), int(number[4:6]))
    assert facts.warnings == ()


def test_one_wrong_digit_of_a_kazakh_number_is_found() -> None:
    number = "791028302728"
    for place in set(range(12)) - {10}:  # the eleventh weighs 11, which is nothing modulo 11
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(NumberInvalidError):
            read_national_number(wrong, country=Country.KZ)


def test_a_kyrgyz_number_tells_birth_and_sex() -> None:
    facts = read_national_number("11503199000123", country=Country.KG)
    assert facts == (date(1990, 3, 15), "female", ())


def test_an_odd_kyrgyz_number_is_a_warning_because_registers_hold_such() -> None:
    facts = read_national_number("33113199000123", country=Country.KG)
    assert facts.born_on is None
    assert len(facts.warnings) == 2


def test_what_is_known_otherwise_is_compared() -> None:
    facts = read_national_number(
        "21503199000123", country=Country.KG, born_on=date(1990, 3, 16), sex="female"
    )
    assert facts.warnings == ("date of birth differs from the number", "sex differs from the number")


@pytest.mark.parametrize(
    "number", ["", "1150319900012", "1150319900012a", "１1503199000123", "115031990001234"]
)
def test_what_is_no_number_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(NumberInvalidError) as caught:
        read_national_number(number, country=Country.KG)
    assert "150319" not in str(caught.value)
