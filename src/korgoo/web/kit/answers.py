"""Small answers that every subject gives alike: numbers from forms, records that are not there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation
from django.http import Http404

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_DIGITS: Final = 18


class FormBrokenError(SuspiciousOperation):
    """A hidden field of a form is not what the page had put there; the page answers 400."""


def read_number(values: Mapping[str, str], name: str) -> int:
    """Return a whole number that the page itself had put into a form.

    Raises:
        FormBrokenError: it is no such number any more.
    """
    text = values.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise FormBrokenError(f"{name} is no number")
    return int(text)


@contextmanager
def record_or_404() -> Iterator[None]:
    """Answer 404 for a record that is not there, or not for this reader: the two look the same.

    Raises:
        Http404: in place of the selector's `DoesNotExist`.
    """
    try:
        yield
    except ObjectDoesNotExist as error:
        raise Http404("no such record in the reader's scope") from error
