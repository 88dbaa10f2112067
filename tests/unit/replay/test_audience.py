"""Who may be told what: nothing of hers reaches the participant's side, whatever a finding holds."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from korgoo.engine.findings import KINDS, Event
from korgoo.engine.pairs.audience import NEVER, shown_as
from korgoo.replay.alternatives import CODES, list_alternatives
from korgoo.replay.audience import Audience, Band, Parties, arrange, band_of, view
from korgoo.replay.telling import Basis, Where, tell
from korgoo.replay.texts import LANGUAGES, load_texts
from tests.pairs import order, place

HERS = "hers-7391"
PAIR_KINDS = [kind for kind in KINDS if kind.startswith(("proximity.", "pair."))]
CHARGED = ("opened", "annulled")
BASIS = Basis("plan-1", "abcd", "0.1.0")


def finding(kind: str = "proximity.breach", **changes: Any) -> dict[str, Any]:
    """A finding of a pair in which everything that is hers has a number or a name of its own."""
    params = {
        "order": "7-P/26",
        "clause": "2",
        "order_m": 300.0,
        "apart_m": 217.75,
        "sigma_m": 7391.25,
        "age_s": 73_917,
        "last_seen": "2026-03-01T08:39:07.391Z",
        "closing_kmh": 739_184,
        "target": f"{HERS} school",
        "disclosed": False,
        "way_m": 73_917,
        "times": 739_184,
    }
    return {
        "id": f"pair:{HERS}/{HERS}/{kind}/7391",
        "kind": kind,
        "event": "opened",
        "subject": "his",
        "other": HERS,
        "condition": HERS,
        "at": "2026-03-01T08:39:00.000Z",
        "since": "2026-03-01T08:38:00.000Z",
        "live": True,
        "confidence": 0.984,
        "evidence": [
            {"seq": 7391, "fixed_at": "2026-03-01T07:39:10.000Z", "use": "used", "side": "protected"},
            {"seq": 82, "fixed_at": "2026-03-01T08:39:00.000Z", "use": "used", "side": "participant"}
            | {"distance_m": 7391.25, "sigma_m": 73_917, "belief": 7.391},
        ],
        "explanation": {"code": "approached", "params": params | changes.pop("params", {})},
    } | changes


def read(found: dict[str, Any], audience: Audience, parties: Parties | None = None) -> str | None:
    """All languages one after the other."""
    told = [
        tell(found, audience, lang=lang, parties=parties or Parties(frozenset({HERS})), basis=BASIS)
        for lang in LANGUAGES
    ]
    assert len({text is None for text in told}) == 1
    return None if told[0] is None else "\n".join(str(text) for text in told)


open_to_him = Parties(frozenset({HERS}), frozenset({HERS}), {HERS: ("home", f"{HERS} school")})


def test_he_learns_nothing_of_a_warning_around_what_he_does_not_know() -> None:
    for event in Event:
        assert read(finding("proximity.warning", event=event.value), Audience.PARTICIPANT) is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if shown_as(kind) == NEVER])
def test_what_is_never_shown_has_no_words_for_him(kind: str) -> None:
    assert read(finding(kind), Audience.PARTICIPANT) is None
    assert read(finding(kind), Audience.PARTICIPANT, open_to_him) is None


def test_of_a_breach_near_what_he_does_not_know_he_reads_the_bare_charge() -> None:
    text = read(finding(), Audience.PARTICIPANT)
    assert text is not None
    assert "clause 2 of order 7-P/26" in text
    assert "You may contest it" in text
    for telling in ("2026", "14:3", "08:3", "217", "98", "8:39", "row", "nearer than half"):
        assert telling not in text, telling


def test_an_inner_ring_is_no_finer_than_the_order() -> None:
    assert read(finding("proximity.emergency"), Audience.PARTICIPANT) == read(finding(), Audience.PARTICIPANT)


def test_a_ring_around_a_hidden_place_reads_like_the_one_around_herself() -> None:
    """Else two texts of one meeting would say that there were two rings."""
    hidden = Parties(frozenset({HERS}), frozenset(), {HERS: ("home", f"{HERS} school")})
    place, person = finding(), finding("proximity.emergency", params={"target": None})
    assert read(place, Audience.PARTICIPANT, hidden) == read(person, Audience.PARTICIPANT, hidden)


def test_a_charge_without_a_time_does_not_stand_between_two_times_of_his() -> None:
    """Neither of his own nor of the same pair, of which this plan says that it hides nothing."""
    noon, near, one = finding("zone.exit"), finding(), finding("contact.lost")
    noon |= {"id": "noon", "other": None, "condition": "home"}
    one |= {"id": "one", "other": None, "condition": ""}
    dated = finding(params={"disclosed": True})
    charged = finding(event="annulled")
    as_they_came = [charged, noon, near, dated, one, dated]
    assert arrange(as_they_came, Audience.COURT, open_to_him) == as_they_came
    read_by_him = [noon, one, dated, dated, charged, near]
    assert arrange(as_they_came, Audience.PARTICIPANT, open_to_him) == read_by_him
    assert arrange([near, *as_they_came], Audience.PARTICIPANT, open_to_him) == [*read_by_him, near]


def test_the_order_of_charges_follows_from_their_words_alone() -> None:
    charges = [
        finding(event=event, params={"disclosed": shown}) for event in CHARGED for shown in (True, False)
    ]
    told = [
        [
            view(found, Audience.PARTICIPANT, Parties())
            for found in arrange(came, Audience.PARTICIPANT, Parties())
        ]
        for came in itertools.permutations(charges)
    ]
    assert all(one == told[0] for one in told)


def test_what_happens_between_charge_and_annulment_is_not_told() -> None:
    told = {event: read(finding(event=event.value), Audience.PARTICIPANT) is not None for event in Event}
    assert [event for event, shown in told.items() if shown] == [Event.OPENED, Event.ANNULLED]


def test_where_the_order_hides_nothing_he_reads_a_band_a_number_and_his_own_fixes() -> None:
    text = read(finding(params={"disclosed": True}), Audience.PARTICIPANT, open_to_him)
    assert text is not None
    assert "Distance: nearer than the distance that the order sets." in text
    assert "protected place 2" in text
    assert HERS not in text
    assert "217" not in text
    seen = view(finding(params={"disclosed": True}), Audience.PARTICIPANT, open_to_him)
    assert seen is not None
    assert seen["evidence"] == [{"seq": 82, "fixed_at": "2026-03-01T08:39:00.000Z", "use": "used"}]


def test_a_pair_is_open_only_where_every_version_of_its_order_hides_nothing() -> None:
    shown = order(places=(place(disclosed=True),), disclosed=True)
    hiding = order(places=(place("school"),), disclosed=True)
    assert Parties.of_plans([shown]).open_pairs == {"apart"}
    assert Parties.of_plans([shown, hiding]).open_pairs == frozenset()
    assert Parties.of_plans([shown, hiding]).places == {"apart": ("work", "school")}
    assert Parties.of_plans([shown]).protected == {"p2"}


def test_findings_of_her_own_person_are_not_his() -> None:
    for kind in KINDS:
        if kind not in PAIR_KINDS:
            hers = finding(kind, subject=HERS, other=None, id=f"person:{HERS}/-/{kind}/1")
            assert read(hers, Audience.PARTICIPANT) is None


def test_she_reads_what_is_about_her_and_nothing_of_him() -> None:
    text = read(finding(), Audience.PROTECTED)
    assert text is not None
    assert "believed to be nearer to you than the order allows" in text
    assert "коргоо ордери" in text
    assert "камкордугундасыз" in text
    for word in ("his", "217", "row 82"):
        assert word not in text.split("\n")[0].split()
        assert f" {word} " not in text.replace("may see your own", ""), word
    curfew = finding("curfew.absent", subject="his", other=None, id="person:his/home/curfew.absent/1")
    assert read(curfew, Audience.PROTECTED) is None


def test_the_police_read_where_how_far_how_old_and_how_sure() -> None:
    where = Where(428_712_345, 746_123_456, 1_200, "2026-03-01T08:38:20.000Z")
    text = tell(finding(), Audience.POLICE, lang="en", where=where)
    assert text is not None
    for told in ("42.87123, 74.61235 (± 12 m), 40 s old", "217.8 m apart", "Very likely (98.4 %)"):
        assert told in text
    assert "row" not in text
    assert "clause" not in text


def test_the_court_reads_the_whole_chain_of_reasons() -> None:
    text = tell(finding(), Audience.COURT, lang="en", basis=BASIS)
    assert text is not None
    for told in (
        "clause 2 of order 7-P/26",
        "row 7391",
        "row 82",
        "Plan version plan-1",
        "parameter set abcd",
    ):
        assert told in text
    assert "the court decides" in text


def test_what_was_not_used_is_counted_by_its_reason() -> None:
    evidence = [
        {"seq": n, "fixed_at": "2026-03-01T08:39:00.000Z", "use": "ignored", "reason": "source.cell"}
        for n in range(3)
    ]
    text = tell(finding("curfew.absent", other=None, id="", evidence=evidence), Audience.CENTRE, lang="en")
    assert text is not None
    assert "3 × ignored: a position from a cell tower only: too coarse." in text


@pytest.mark.parametrize(
    ("apart", "band"),
    [(0, "half"), (149.9, "half"), (150, "within"), (299, "within"), (300, "twice"), (600, "beyond")],
)
def test_bands_follow_the_distance_of_the_order(apart: float, band: str) -> None:
    assert band_of({"apart_m": apart, "order_m": 300}) == band


def test_there_is_no_band_without_numbers() -> None:
    for params in ({}, {"apart_m": 1}, {"apart_m": "1", "order_m": 300}, {"apart_m": 1, "order_m": 0}):
        assert band_of(params) is None


def test_every_kind_has_its_alternatives_and_every_alternative_its_words() -> None:
    told = {kind: list(list_alternatives(finding(kind))) for kind in KINDS}
    assert {code for codes in told.values() for code in codes} <= CODES
    assert "empty_battery" in told["contact.lost"]
    for lang in LANGUAGES:
        assert set(load_texts(lang).telling.alternatives) == CODES
        assert set(load_texts(lang).telling.bands) == set(Band)
        assert set(load_texts(lang).telling.protected) == set(PAIR_KINDS)
        assert set(load_texts(lang).telling.protected_now) == {"receded", "cannot_tell"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"event": "updated", "code": "receded"}, "farther from you again"),
        ({"event": "updated", "code": "cannot_tell"}, "cannot say where one of you is"),
        ({"event": "opened", "live": False}, "This is over"),
        ({"event": "updated", "code": "reentered"}, "nearer to you than the order allows"),
    ],
)
def test_she_is_not_told_that_he_is_near_where_he_is_no_more(changes: dict[str, Any], words: str) -> None:
    found = finding(**{name: value for name, value in changes.items() if name != "code"})
    found["explanation"]["code"] = changes.get("code", "approached")
    text = tell(found, Audience.PROTECTED, lang="en") or ""
    assert words in text
    assert ("nearer to you than" in text) is (changes.get("code") == "reentered")


@pytest.mark.parametrize("kind", ["zone.exit", "zone.enter"])
def test_he_is_not_told_that_his_device_heard_a_radio_of_nobodys(kind: str) -> None:
    """It may be hers: the fix that was left out for it is left out of what he reads."""
    foreign = {"seq": 8, "fixed_at": "2026-03-01T08:38:00.000Z", "use": "ignored", "reason": "beacon.unknown"}
    jump = {**foreign, "seq": 9, "use": "held", "reason": "jump"}
    own = finding(kind, evidence=[foreign, jump], id="person:his/home/x/9", other=None, condition="home")
    seen = view(own, Audience.PARTICIPANT, Parties())
    assert seen is not None
    assert [item["reason"] for item in seen["evidence"]] == ["jump"]
    assert view(own, Audience.COURT, Parties()) == own
