"""The sentences of `explain`, one JSON table a language: data, so that a translator needs no code."""

import functools
import importlib.resources
from typing import Final

import msgspec

LANGUAGES: Final = ("en", "ru", "ky", "kk")


class TellingTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an explanation for an audience says beside the finding itself, one sentence each.

    `protected` has what she is told by kind, `protected_now` by the reason where that says more; `bare` is
    all that a participant learns of a breach near what he does not know; `nothing` is said to whoever asked,
    where a reader may be told nothing.
    """

    titles: dict[str, str]
    header_short: str
    order_none: str
    pair_order: str
    sure: dict[str, str]
    alternatives: dict[str, str]
    ignored: dict[str, str]
    bands: dict[str, str]
    band: str
    where: str
    basis: str
    basis_unknown: str
    place: str
    bare: str
    protected: dict[str, str]
    protected_now: dict[str, str]
    over: str
    doing: str
    rights: str
    decides: str
    nothing: str


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language. A list of sentences runs from rich to poor: the first that can be filled is used.

    `reasons` maps a reason to sentences by finding kind; `*` serves every kind without its own. `zones` has
    the usual names of conditions, `senses` what a sensor said, `instant` is how the language writes a date,
    with twelve `months`.
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
    senses: dict[str, str]
    units: dict[str, str]
    zones: dict[str, str]
    telling: TellingTexts
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
