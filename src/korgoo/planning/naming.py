"""Names, texts and instants of a plan: what each part of it may call a thing, and when."""

import re
from collections.abc import Iterable
from typing import Final

from korgoo.planning.errors import PlanError
from korgoo.planning.instants import InstantError, parse_instant

_ID: Final = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]{0,98}[^\s/\x00-\x1f\x7f])?")
MAX_TEXT: Final = 1_000


def instant_of(text: str, *, path: str) -> int:
    """Return the instant in ms; raises `PlanError` with the path where it is none."""
    try:
        return parse_instant(text)
    except InstantError as error:
        raise PlanError(path, f"{error}: {text!r}") from error


def check_id(text: str, *, path: str) -> None:
    """Raise `PlanError` where a text cannot name anything."""
    if not _ID.fullmatch(text):
        raise PlanError(
            path, "an id is 1 to 100 printable characters without / and without blanks at its ends"
        )


def check_texts(texts: Iterable[tuple[str, str]], *, path: str) -> None:
    """Raise `PlanError` at the first (name, text) that is too long to be a name."""
    for name, text in texts:
        if len(text) > MAX_TEXT:
            raise PlanError(f"{path}.{name}", f"is longer than {MAX_TEXT:,} characters")


def refuse_twice(values: Iterable[str], *, path: str, field: str = "") -> None:
    """Raise `PlanError` at the first value that came before."""
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in seen:
            at = f"{path}[{index}].{field}" if field else f"{path}[{index}]"
            raise PlanError(at, f"{value!r} stands twice, first at [{seen[value]}]")
        seen[value] = index
