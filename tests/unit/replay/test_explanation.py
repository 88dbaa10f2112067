"""Explanations: both languages are whole, and every finding that can occur gives plain sentences."""

import itertools
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import korgoo.engine
from korgoo.engine import ring
from korgoo.engine.desk import Desk
from korgoo.engine.findings import KINDS, Event, Reason
from korgoo.engine.rows import SENSORS, Observation
from korgoo.engine.state import PersonState
from korgoo.replay.explanation import explain, name_zone, placeholders
from korgoo.replay.texts import LANGUAGES, Texts, load_texts
from korgoo.replay.verdicts import REPEATED

ALWAYS = {"subject", "since", "at", "zone", "kind", "event", "confidence"}
FULL_ONLY = {"outside_m", "inside_m"}
FULL: dict[str, Any] = {
    "zone": "home",
    "zone_kind": "inclusion",
    "distance_m": -130.24,
    "sigma_m": 12.0,
    "fixes": 4,
    "window_from": "2026-03-01T16:00:00.000Z",
    "window_to": "2026-03-02T00:00:00.000Z",
    "grace_s": 120,
    "last_seen": "2026-03-01T17:00:00.000Z",
    "silent_s": 4_000,
    "limit_s": 120,
    "level": 14,
    "quiet_s": 14_400,
    "usual_s": 5_460,
    "hours_left": 2.5,
    "empty_at": "2026-03-01T19:00:00.000Z",
    "not_met_s": 100_000,
    "cannot_tell_s": 60,
    "presses": 2,
    "device": "IMEI 1",
    "lag_s": 59,
    "order": "1-23/26",
    "clause": "4",
    "previous_since": "2026-03-01T16:30:00.000Z",
    "previous_until": "2026-03-01T16:40:00.000Z",
    "verdict": "not_met",
    "until": "2026-03-01T18:00:00.000Z",
}
PAIR: dict[str, Any] = {
    "apart_m": 412.5,
    "order_m": 500,
    "ring_m": 1000,
    "age_s": 61,
    "closing_kmh": 42,
    "times": 3,
    "way_m": 3100,
    "sensor": "strap",
    "sense": "radio",
    "coverage": "2026-w10",
    "reports": 400,
    "lost_permille": 5,
    "behind_s": 7200,
    "ahead_s": 300,
}
KNOWN = ALWAYS | FULL_ONLY | set(FULL) | set(PAIR)
EVIDENCE = [
    {
        "seq": 17,
        "fixed_at": "2026-03-01T17:29:00.000Z",
        "use": "used",
        "distance_m": -130.24,
        "sigma_m": 12.0,
        "belief": -4.21,
    },
    {
        "seq": 16,
        "fixed_at": "2026-03-01T16:00:00.000Z",
        "use": "ignored",
        "reason": "motion.still",
        "distance_m": 3.0,
        "belief": 1,
    },
]


def finding(kind: str, code: str, **changes: Any) -> dict[str, Any]:
    params = changes.pop("params", {})
    return {
        "id": "person:p1/home/x/17",
        "kind": kind,
        "event": "opened",
        "subject": "p1",
        "other": None,
        "condition": "home",
        "at": "2026-03-01T17:30:00.000Z",
        "since": "2026-03-01T17:20:05.000Z",
        "live": True,
        "confidence": 0.97,
        "evidence": [],
        "explanation": {"code": code, "params": params},
    } | changes


def sentences(texts: Texts) -> dict[str, str]:
    found = {"header": texts.header, "not_live": texts.not_live}
    for group in ("kinds", "events", "verdicts", "evidence", "uses", "evidence_reasons", "units", "zones"):
        found |= {f"{group}.{name}": text for name, text in getattr(texts, group).items()}
    for name, value in msgspec.structs.asdict(texts.telling).items():
        found |= (
            {f"telling.{name}.{n}": text for n, text in value.items()}
            if isinstance(value, dict)
            else {f"telling.{name}": value}
        )
    for reason, by_kind in texts.reasons.items():
        for kind, options in by_kind.items():
            found |= {f"reasons.{reason}.{kind}.{n}": text for n, text in enumerate(options)}
    for fact, options in texts.facts.items():
        found |= {f"facts.{fact}.{n}": text for n, text in enumerate(options)}
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_covers_every_kind_event_and_reason(lang: str) -> None:
    texts = load_texts(lang)
    assert set(texts.kinds) == set(KINDS)
    assert set(texts.events) == set(Event)
    assert set(texts.reasons) == set(Reason)
    for by_kind in texts.reasons.values():
        assert "*" in by_kind
        assert set(by_kind) <= {"*", *KINDS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_words_for_every_reason_of_a_fix_and_for_no_other(lang: str) -> None:
    """What the engine says of a fix stands in its sources as `use:reason`; a new reason needs its words."""
    engine = Path(korgoo.engine.__file__).parent
    sources = "\n".join(path.read_text(encoding="utf-8") for path in engine.rglob("*.py"))
    said = set(re.findall(r'"(?:used|held|ignored):([a-z_.]+)"', sources))
    assert {"jump", "beacon"} <= said
    observed = desk_of_nobody().point_at(Observation(1, 1), 1)[0].reason
    assert set(load_texts(lang).evidence_reasons) == {*said, *ring.REASONS[1:], REPEATED.reason, observed}


def desk_of_nobody() -> Desk:
    return Desk(PersonState("person:1"), at_ms=1, seq=1, findings=[])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_languages_hold_the_same_sentences_with_the_same_placeholders(lang: str) -> None:
    english, other = (sentences(load_texts(name)) for name in ("en", lang))
    assert list(english) == list(other)
    for name, text in english.items():
        assert other[name].strip(), name
        assert sorted(placeholders(text)) == sorted(placeholders(other[name])), name
        if not name.startswith(("evidence.", "telling.")):
            assert set(placeholders(text)) <= KNOWN, name


def test_every_last_sentence_of_a_reason_can_always_be_filled() -> None:
    for lang in LANGUAGES:
        for reason, by_kind in load_texts(lang).reasons.items():
            for options in by_kind.values():
                assert set(placeholders(options[-1])) <= ALWAYS, reason


@pytest.mark.parametrize("written", ["2", "п. 2", "пункт 2", "П.2", "clause 2"])
def test_the_word_for_a_clause_is_said_once(written: str) -> None:
    absent = finding("curfew.absent", "left_during", params={**FULL, "clause": written})
    assert "The condition is clause 2 of order 1-23/26." in explain(absent, lang="en")


@pytest.mark.parametrize("written", ["ст. 5 п. 2", "пункты 2, 3", "incl. 3", "т."])
def test_a_clause_that_is_called_otherwise_stays_as_it_was_written(written: str) -> None:
    """Cut in the middle a sentence for a court would name no article at all: "с5 п. 2"."""
    absent = finding("curfew.absent", "left_during", params={**FULL, "clause": written})
    assert f"clause {written} of order" in explain(absent, lang="en")


def test_a_curfew_breach_in_english() -> None:
    absent = finding("curfew.absent", "left_during", params=FULL, evidence=EVIDENCE)
    story = (
        "p1 left the zone “home” at 1 Mar 2026 23:20:05 (UTC+6), while it was binding.",
        "The condition is clause 4 of order 1-23/26.",
        "The order asks it from 1 Mar 2026 22:00:00 (UTC+6) to 2 Mar 2026 06:00:00 (UTC+6).",
        "A grace of 2 min is allowed.",
        "The newest fix used lay 130.2 m outside the border, with an error scale of 12 m.",
        "Fixes behind this conclusion: 4.",
        "Not met for 1 d 03 h; of that, 1 min cannot be told.",
        "Silent for 1 h 06 min; allowed are 2 min.",
        "Last heard 1 Mar 2026 23:00:00 (UTC+6).",
        "Nobody was called: nothing was at stake, and losses like this are mostly harmless.",
        "It calls 4 h after it began, or as soon as anything is odd.",
        "Battery 14 %, about 2.5 h left, empty at 2 Mar 2026 01:00:00 (UTC+6).",
        "Times pressed: 2.",
        "Device IMEI 1.",
        "We learned of it 59 s after it happened.",
        "Before, it was taken to have lasted",
        "from 1 Mar 2026 22:30:00 (UTC+6) to 1 Mar 2026 22:40:00 (UTC+6).",
        "The condition's verdict: not met.",
    )
    header = (
        "Absent during curfew (opened).",
        "Subject p1; began 1 Mar 2026 23:20:05 (UTC+6);",
        "known 1 Mar 2026 23:30:00 (UTC+6); confidence 97.0 %.",
    )
    used = (
        "- row 17, fix of 1 Mar 2026 23:29:00 (UTC+6), 1 min old: used",
        "130.2 m outside",
        "error scale 12 m",
        "belief 4.2 nats for outside",
    )
    ignored = (
        "- row 16, fix of 1 Mar 2026 22:00:00 (UTC+6), 1 h 30 min old: ignored",
        "the motion sensor says still",
        "3 m inside",
        "belief 1.0 nats for inside",
    )
    told = explain(absent, lang="en", tz="Asia/Bishkek").split("\n")
    assert told[:2] == [" ".join(header), " ".join(story)]
    assert told[2:] == ["What was seen:", "; ".join(used), "; ".join(ignored)]


def test_a_return_in_russian_without_any_parameter() -> None:
    text = explain(finding("curfew.absent", "returned", event="closed", live=False), lang="ru")
    assert "По имеющимся данным, p1 снова в зоне «дом». Это установлено за прошлое время" in text
    assert text.endswith("За этим выводом нет ни одной отметки.")


@pytest.mark.parametrize(
    ("condition", "english", "russian"),
    [
        ("home", "“home”", "«дом»"),
        ("o12.home", "“home”", "«дом»"),
        ("o12.school-3", "“school 3”", "«школа 3»"),
        ("keep-out", "“area to keep out of”", "«запретная зона»"),
        ("Жерге-Тал 7", "“Жерге-Тал 7”", "«Жерге-Тал 7»"),
        ("home-a1", "“home-a1”", "«home-a1»"),
        ("o12.", "“o12.”", "«o12.»"),
        ("", "“”", "«»"),
        ("7", "“7”", "«7»"),
        ("\x1b[2J{0}", "“�[2J{0}”", "«�[2J{0}»"),
    ],
)
def test_a_zone_has_its_name_and_no_number_of_ours(condition: str, english: str, russian: str) -> None:
    told = [name_zone(condition, texts=load_texts(lang)) for lang in ("en", "ru")]
    assert told == [english, russian]


def test_times_are_local_in_the_form_of_the_language() -> None:
    pressed = finding("sos", "pressed")
    assert "began 1 Mar 2026 22:50:05 (UTC+5:30);" in explain(pressed, lang="en", tz="Asia/Kolkata")
    assert "начало: 01.03.2026 13:50:05 (UTC-3:30);" in explain(pressed, lang="ru", tz="America/St_Johns")


def test_texts_from_outside_cannot_steer_a_terminal() -> None:
    text = explain(finding("sos", "pressed", subject="\x1b[2Jp1\nkorgoo"), lang="en")
    assert "\x1b" not in text
    assert "p1�korgoo" in text


def test_an_unknown_language_or_time_zone_is_an_error() -> None:
    with pytest.raises(KeyError):
        explain(finding("sos", "pressed"), lang="xx")
    with pytest.raises(KeyError):
        explain(finding("sos", "pressed"), lang="en", tz="Mars/Olympus")


def test_no_language_is_left_in_another() -> None:
    """A sentence that was forgotten would stand in two tables with the same words."""
    tables = {lang: sentences(load_texts(lang)) for lang in LANGUAGES}
    shared = {"kinds.sos", "events.", "zones.park", "zones.hall", "units.", "evidence_reasons."}
    for one, other in itertools.combinations(LANGUAGES, 2):
        same = {
            name
            for name, text in tables[one].items()
            if text == tables[other][name] and len(text) > 24 and not name.startswith(tuple(shared))
        }
        assert same <= {"telling.ignored.line"}, (one, other)


SPOKEN = {"strap", "case", "skin", "tether", "motion", "radio", "network", "wifi"}


def test_every_sensor_and_sense_is_named_in_the_readers_language() -> None:
    """A court reads "датчик движения", not the code under which the engine keeps it."""
    assert set(SENSORS) < SPOKEN
    for lang in LANGUAGES:
        assert load_texts(lang).senses.keys() == SPOKEN
    words = {name: load_texts("ru").senses[name] for name in ("motion", "strap")}
    for kind, code, params in (
        ("position.spoofed", "spoofed", {"sense": "motion"}),
        ("pair.tamper", "tamper_near", {"sensor": "strap"}),
    ):
        found = finding(kind=kind, code=code, params=params)
        told = explain(found, lang="ru", tz="UTC")
        assert words[next(iter(params.values()))] in told
        assert next(iter(params.values())) not in told
