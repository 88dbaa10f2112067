"""Explains a finding in plain sentences: what the order says, what was seen, what was ignored and why."""

import functools
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from korgoo.planning.instants import InstantError, parse_instant
from korgoo.planning.offsets import offset_at
from korgoo.replay.texts import Texts, load_texts

_INSTANTS: Final = (
    "window_from",
    "window_to",
    "last_seen",
    "empty_at",
    "previous_since",
    "previous_until",
    "until",
)
_DURATIONS: Final = (
    "grace_s",
    "silent_s",
    "limit_s",
    "not_met_s",
    "cannot_tell_s",
    "lag_s",
    "age_s",
    "behind_s",
    "ahead_s",
    "quiet_s",
    "usual_s",
)
_LENGTHS: Final = ("sigma_m", "apart_m", "order_m", "ring_m", "way_m", "closing_kmh")
_COUNTS: Final = ("fixes", "level", "hours_left", "presses", "times", "reports", "lost_permille")
_WORDS: Final = ("device", "order", "clause", "coverage")
_SENSES: Final = ("sensor", "sense")
_ORDER_OF_ZONE: Final = re.compile(r"o[0-9]+\.(?=.)")
_NUMBER_OF_ZONE: Final = re.compile(r"[-_ ]?([0-9]+)")
_CALLED_CLAUSE: Final = re.compile(
    r"\A(?:(?:пункт|тармак|тармақ|clause)\b|(?:пп?|т|cl)\.)\s*(?=\w)", re.IGNORECASE
)
_MAX_WORD: Final = 300
_MAX_NUMBER: Final = 1e15  # also keeps NaN and infinity out
_MAX_AGE_MS: Final = 100 * 366 * 86_400_000


def explain(finding: Mapping[str, Any], *, lang: str, tz: str = "UTC") -> str:
    """Return the explanation of one line of FINDINGS.jsonl as lines of text.

    Times are shown in `tz`, with their offset. A parameter that is absent, or of a strange type, leaves out
    its sentence and nothing else.

    Raises:
        KeyError: an unknown language or time zone.
    """
    return "\n".join(Narrator(finding, texts=load_texts(lang), tz=tz).lines())


class Narrator:
    """One finding, one language, one time zone."""

    def __init__(self, finding: Mapping[str, Any], *, texts: Texts, tz: str) -> None:
        """Fill every placeholder that this finding can fill."""
        self._finding = finding
        self._texts = texts
        self._tz = tz
        self.values = dict(self._known_values())

    def lines(self) -> Iterator[str]:
        """Yield the whole explanation: header, story, evidence."""
        texts, evidence = self._texts, self._finding["evidence"]
        yield texts.header.format_map(self.values)
        yield " ".join(self.story())
        yield texts.evidence["title"] if evidence else texts.evidence["none"]
        for item in evidence:
            yield "- " + self.line_of(item)

    def story(self, *, without: Collection[str] = ()) -> list[str]:
        """Return the reason, then every fact that can be told, but for those named."""
        facts = (name for name in self._texts.facts if name not in without)
        sentences = [self.reason(), *self.facts(facts)]
        if self._finding["live"] is False:
            sentences.append(self._texts.not_live)
        return [sentence for sentence in sentences if sentence]

    def reason(self) -> str:
        """Return the sentence of the reason, or nothing where it is unknown."""
        by_kind = self._texts.reasons.get(self._finding["explanation"]["code"], {})
        return self._first(by_kind.get(self._finding["kind"]) or by_kind.get("*", []))

    def facts(self, names: Iterable[str]) -> list[str]:
        """Return the sentences of these facts as far as they can be filled."""
        found = (self._first(self._texts.facts[name]) for name in names if self._fits(name))
        return [sentence for sentence in found if sentence]

    def fill(self, sentence: str, **more: str) -> str:
        """Return a sentence filled, or nothing where one of its placeholders is unknown."""
        values = self.values | more
        return sentence.format_map(values) if all(values.get(n) for n in placeholders(sentence)) else ""

    def line_of(self, item: Mapping[str, Any]) -> str:
        """Return one line of evidence."""
        return "; ".join(self._seen(item))

    def ago(self, fixed_at: str) -> str:
        """Return how old a moment was when the finding was known."""
        return self._age(fixed_at)

    def _fits(self, fact: str) -> bool:
        """Tell whether a fact adds something to what the reason has already said."""
        code, event = self._finding["explanation"]["code"], self._finding["event"]
        if fact == "ended":
            return bool(event == "corrected")
        return not (
            fact == "battery" and code in ("battery_level", "charged") and "hours_left" not in self.values
        )

    def _known_values(self) -> Iterator[tuple[str, str]]:
        """Yield every placeholder that this finding can fill."""
        finding, texts = self._finding, self._texts
        params = finding["explanation"]["params"]
        yield "kind", texts.kinds.get(finding["kind"], _word(finding["kind"]))
        yield "event", texts.events.get(finding["event"], _word(finding["event"]))
        yield "subject", _word(finding["subject"])
        yield "zone", name_zone(finding["condition"], texts=texts)
        sure = finding["confidence"]
        yield "confidence", f"{sure * 100:.1f}" if _is_number(sure) else ""
        for name in ("since", "at"):
            yield name, self._instant(finding[name]) or _word(finding[name])
        for name in _INSTANTS:
            yield name, self._instant(params.get(name))
        for name in _DURATIONS:
            yield name, self._duration(params.get(name))
        for name in (*_LENGTHS, *_COUNTS):
            yield name, write_number(params.get(name))
        yield from _distances(params.get("distance_m"))
        if isinstance(params.get("verdict"), str):
            yield "verdict", texts.verdicts.get(params["verdict"], "")
        if isinstance(params.get("zone"), str) and params["zone"]:
            yield "zone", name_zone(params["zone"], texts=texts)
        yield from self._words(params)

    def _words(self, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what is written out as it is, and what a sensor said in the reader's words."""
        for name in _SENSES:
            if isinstance(params.get(name), str) and params[name]:
                yield name, self._texts.senses.get(params[name], _word(params[name]))
        for name in _WORDS:
            if isinstance(params.get(name), str) and params[name]:
                # People write "п. 2" where the sentence says the word itself.
                word = _CALLED_CLAUSE.sub("", params[name], count=1) if name == "clause" else params[name]
                yield name, _word(word)

    def _first(self, options: Iterable[str]) -> str:
        """Return the first sentence whose placeholders can all be filled, filled; or nothing."""
        for option in options:
            if all(self.values.get(name) for name in placeholders(option)):
                return option.format_map(self.values)
        return ""

    def _seen(self, item: Mapping[str, Any]) -> Iterator[str]:
        """Yield the parts of one line of evidence."""
        parts, texts = self._texts.evidence, self._texts
        yield parts["fix"].format(
            seq=write_number(item.get("seq")),
            fixed_at=self._instant(item.get("fixed_at")) or "?",
            age=self._age(item.get("fixed_at")),
            use=texts.uses.get(str(item.get("use")), _word(str(item.get("use")))),
        )
        if item.get("reason"):
            reason = str(item["reason"])
            yield texts.evidence_reasons.get(reason, _word(reason))
        side, distance_m = item.get("side"), item.get("distance_m")
        if side in ("participant", "protected"):
            yield parts[side]
            if apart := write_number(distance_m):
                yield parts["apart"].format(apart_m=apart)
            distance_m = None
        values = {name: value for name, value in _distances(distance_m) if value}
        for name in ("outside", "inside"):
            if f"{name}_m" in values:
                yield parts[name].format_map(values)
        if write_number(item.get("sigma_m")):
            yield parts["sigma"].format(sigma_m=write_number(item["sigma_m"]))
        belief = item.get("belief")
        if _is_number(belief):
            yield parts["belief_in" if belief >= 0 else "belief_out"].format(belief=f"{abs(belief):.1f}")

    def _instant(self, text: Any) -> str:  # noqa: ANN401 - a value from a file
        """Return an instant in the reader's zone, or nothing where the value is none."""
        try:
            at_ms = parse_instant(text) if isinstance(text, str) else None
        except InstantError:
            return ""
        if at_ms is None:
            return ""
        offset_s = offset_at(self._tz, at_ms)
        shown = datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(seconds=offset_s)
        return self._texts.instant.format(
            day=shown.day,
            month=self._texts.months[shown.month - 1],
            year=shown.year,
            clock=f"{shown:%H:%M:%S}",
            offset=_name_offset(offset_s),
        )

    def _age(self, fixed_at: Any) -> str:  # noqa: ANN401 - a value from a file
        try:
            age_ms = parse_instant(self._finding["at"]) - parse_instant(str(fixed_at))
        except InstantError:
            return "?"
        return ("-" if age_ms < 0 else "") + (self._duration(abs(age_ms) // 1000) or "?")

    def _duration(self, seconds: Any) -> str:  # noqa: ANN401 - a value from a file
        """Return a duration in its two largest units, such as `1 h 05 min`, or nothing."""
        if not _is_number(seconds) or not 0 <= seconds * 1000 <= _MAX_AGE_MS:
            return ""
        left = round(seconds)
        units = self._texts.units
        for name, next_name, length, next_length in (
            ("day", "hour", 86_400, 3_600),
            ("hour", "minute", 3_600, 60),
            ("minute", "second", 60, 1),
        ):
            if left >= length:
                rest = left % length // next_length
                return f"{left // length} {units[name]}" + (f" {rest:02d} {units[next_name]}" if rest else "")
        return f"{left} {units['second']}"


def name_zone(condition: str, *, texts: Texts) -> str:
    """Return a condition's id as a quoted name without its order's number; usual names are translated.

    `o12.school-3` is “school 3”; a name that somebody has given stays as it is.
    """
    key = _ORDER_OF_ZONE.sub("", condition, count=1)
    base = key.rstrip("0123456789").rstrip("-_ ")
    number = _NUMBER_OF_ZONE.fullmatch(key, len(base))
    if key in texts.zones:
        key = texts.zones[key]
    elif number and base in texts.zones:
        key = f"{texts.zones[base]} {number[1]}"
    return texts.quoted.format(name=_word(key))


def _name_offset(offset_s: int) -> str:
    sign, minutes = ("-" if offset_s < 0 else "+"), abs(offset_s) // 60
    if not minutes:
        return "UTC"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


@functools.cache  # the sentences are ours and few; each finding asks dozens of them
def placeholders(template: str) -> tuple[str, ...]:
    """Return the names that a sentence wants filled."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _distances(distance_m: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a value from a file
    """Yield a signed distance as metres inside or metres outside."""
    if _is_number(distance_m):
        yield ("inside_m" if distance_m >= 0 else "outside_m"), write_number(abs(distance_m))


def _is_number(value: Any) -> TypeGuard[int | float]:  # noqa: ANN401 - a value from a file
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MAX_NUMBER


def write_number(value: Any) -> str:  # noqa: ANN401 - a value from a file
    """Return a number without needless decimals, or nothing where the value is none."""
    if not _is_number(value):
        return ""
    return f"{value:d}" if isinstance(value, int) else f"{value:.1f}".removesuffix(".0")


def _word(text: str) -> str:
    """Return a foreign text in one line that a terminal can show without being steered by it."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= _MAX_WORD else shown[:_MAX_WORD] + "…"
