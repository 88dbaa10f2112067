"""The sentences of `explain`, one JSON table a language: data, so that a translator needs no code."""

import functools
import importlib.resources
from typing import Final

import msgspec

LANGUAGES: Final = ("en", "ru")


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language. A list of sentences runs from rich to poor: the first that can be filled is used.

    `reasons` maps a reason to sentences by finding kind; `*` serves every kind without its own. `zones` has
    the usual names of conditions, `instant` is how the language writes a date, with twelve `months`.
    """

    kinds: dict[str, str]
    events: dict[str, str]
    verdicts: dict[str, str]
    header: str
    reasons: dict[str, dict[str, list[str]]]
    facts: dict[str, list[str]]
    not_live: str
    evidence: dict[str, str]
    uses: dict[str, str]
    evidence_reasons: dict[str, str]
    units: dict[str, str]
    zones: dict[str, str]
    quoted: str
    instant: str
    months: tuple[str, ...]


@functools.cache
def load_texts(lang: str) -> Texts:
    """Return the sentences of a language of `LANGUAGES`; raises `KeyError` for another."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    data = importlib.resources.files(__name__).joinpath(f"{lang}.json").read_bytes()
    return msgspec.json.decode(data, type=Texts)
