"""Finding people by what an officer types: names in any of the four alphabets, numbers, telephones.

Kyrgyz and Kazakh letters are found by the Russian ones next to them, because half of the keyboards have no
others (and half of the documents were typed on those). Folding happens here and not in the database: the two
databases fold differently, and an office has thousands of people, not millions.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from korgoo.people.selectors import list_people

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.accounts.models import User
    from korgoo.people.models import Person

_LETTERS: Final = str.maketrans("ңөүәғқұһіёй", "ноуагкухиеи")
_MOST_WORDS: Final = 6


def fold(text: str) -> str:
    """Return a text as it is compared: no case, no marks, Kyrgyz and Kazakh letters as Russian ones."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    return "".join(
        letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter)
    )


def search_people(user: User, *, query: str, kind: Person.Kind | None = None) -> QuerySet[Person]:
    """Return the people that `user` may see in whom every word of `query` is found, by name."""
    people = list_people(user, kind=kind).select_related("office")
    words = [fold(word) for word in query.split()[:_MOST_WORDS]]
    if not words:
        return people
    columns = ("pk", "family_name", "given_name", "patronymic", "national_number", "phone")
    found = [
        number
        for number, *texts in people.values_list(*columns).iterator()
        if _fits(words, fold(" ".join(text for text in texts if text)))
    ]
    return people.filter(pk__in=found[:_MOST_FOUND])


def _fits(words: list[str], text: str) -> bool:
    return all(word in text for word in words)


_MOST_FOUND: Final = 500
