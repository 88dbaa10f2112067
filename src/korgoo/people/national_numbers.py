"""National person numbers: what can be checked about them without asking a register.

Sources: KG Government Order 619/2017 (14 digits); the structure of both numbers and the check digit of the
KZ IIN as set out in the project's requirements, sections 5.1 and 5.2. A KG PIN has no published check
digit, and registers hold some that break the structure: an odd PIN is a warning, never a refusal.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

_KG_DIGITS: Final = 14
_KZ_DIGITS: Final = 12
_KG_SEX: Final = {"1": "female", "2": "male"}
_KZ_CENTURY: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_KZ_WEIGHTS: Final = (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_NO_CHECK_DIGIT: Final = 10


class Country(StrEnum):
    """Whose number it is."""

    KG = "KG"
    KZ = "KZ"


class NumberInvalidError(ValueError):
    """The number cannot be a number of that country; the message says why, without the number."""


class NumberFacts(NamedTuple):
    """What a number says of its holder; `warnings` names what does not fit its structure."""

    born_on: date | None
    sex: str | None
    warnings: tuple[str, ...]


def read_national_number(
    number: str, *, country: Country, born_on: date | None = None, sex: str | None = None
) -> NumberFacts:
    """Check a number against its structure and against what is known of the person otherwise.

    `sex` is "female" or "male".

    Raises:
        NumberInvalidError: wrong length, not digits, or (KZ) a wrong check digit or date.
    """
    length = _KG_DIGITS if country is Country.KG else _KZ_DIGITS
    if len(number) != length or not number.isascii() or not number.isdigit():
        raise NumberInvalidError(f"a {country} number has {length} digits")
    facts = _read_kg(number) if country is Country.KG else _read_kz(number)
    warnings = list(facts.warnings)
    if born_on is not None and facts.born_on is not None and born_on != facts.born_on:
        warnings.append("date of birth differs from the number")
    if sex is not None and facts.sex is not None and sex != facts.sex:
        warnings.append("sex differs from the number")
    return facts._replace(warnings=tuple(warnings))


def _read_kg(number: str) -> NumberFacts:
    """G DDMMYYYY NNNNN."""
    warnings = []
    sex = _KG_SEX.get(number[0])
    if sex is None:
        warnings.append("the first digit of the number is neither 1 nor 2")
    born_on = _date(number[5:9], number[3:5], number[1:3])
    if born_on is None:
        warnings.append("the number holds no date")
    return NumberFacts(born_on, sex, tuple(warnings))


def _read_kz(number: str) -> NumberFacts:
    """YYMMDD C NNNN K; C tells century and sex, K is the check digit."""
    digits = [int(digit) for digit in number]
    first, second = (
        sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        for weights in _KZ_WEIGHTS
    )
    if digits[-1] != (second if first == _NO_CHECK_DIGIT else first):  # never 10: such numbers are not given
        raise NumberInvalidError("the check digit of the number does not fit")
    century = _KZ_CENTURY.get(number[6])
    if century is None:  # 0: foreigners without a known date
        return NumberFacts(None, None, ("the number tells no century",))
    born_on = _date(str(century + int(number[:2])), number[2:4], number[4:6])
    if born_on is None:
        raise NumberInvalidError("the number holds no date")
    return NumberFacts(born_on, "male" if int(number[6]) % 2 else "female", ())


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
