"""Who may be told what of a finding: one pure table, for explanations, bundles and pages.

A finding is cut down to what its reader may know before a single sentence is made of it: what does not pass
`view` cannot be told by mistake. What the participant's side may perceive at all is decided in
`engine.pairs.audience`; here its findings get their words.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine.findings import KINDS
from korgoo.engine.pairs.audience import DISCLOSED, NEVER, may_show, shown_as
from korgoo.engine.plan import PairPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from korgoo.engine.rows import Row


class Audience(StrEnum):
    """Who reads an explanation."""

    CENTRE = "centre"
    POLICE = "police"
    COURT = "court"
    PARTICIPANT = "participant"
    PROTECTED = "protected"


class Band(StrEnum):
    """How far two persons were apart, as people of either side are told it."""

    HALF = "half"  # nearer than half of the distance that the order sets
    WITHIN = "within"
    TWICE = "twice"  # farther than the distance, nearer than twice it
    BEYOND = "beyond"


class Parties(msgspec.Struct, frozen=True):
    """Ids of protected persons, of pairs whose orders hide nothing, and of places by pair, in order."""

    protected: frozenset[str] = frozenset()
    open_pairs: frozenset[str] = frozenset()
    places: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of_plans(cls, plans: Iterable[PairPlan], *, protected: Iterable[str] = ()) -> Parties:
        """Return the parties of these plans; a pair is open only where every version of its plan is."""
        found, hiding, known = {_name(key) for key in protected}, set[str](), set[str]()
        places: dict[str, tuple[str, ...]] = {}
        for plan in plans:
            found.add(_name(plan.protected))
            known.add(plan.pair)
            fresh = (place.id for place in plan.places if place.id not in places.get(plan.pair, ()))
            places[plan.pair] = (*places.get(plan.pair, ()), *fresh)
            if not may_show(plan, "proximity.breach"):
                hiding.add(plan.pair)
        return cls(frozenset(found), frozenset(known - hiding), places)

    @classmethod
    def of_rows(cls, rows: Iterable[Row], *, protected: Iterable[str] = ()) -> Parties:
        """Return the parties of the pair plans among these rows."""
        plans = (row.body for row in rows if isinstance(row.body, PairPlan))
        return cls.of_plans(plans, protected=protected)


_ORDER: Final = frozenset({"order", "clause", "zone", "zone_kind", "grace_s", "window_from", "window_to"})
_OWN: Final = _ORDER | {
    "silent_s", "limit_s", "not_met_s", "cannot_tell_s", "lag_s", "fixes", "level", "hours_left", "empty_at",
    "presses", "device", "last_seen", "previous_since", "previous_until", "verdict", "until", "sensor",
    "sense", "behind_s", "ahead_s", "distance_m", "sigma_m", "reports", "lost_permille", "coverage",
}  # fmt: skip
_OF_PAIR: Final = frozenset({"order", "clause", "order_m"})
_POLICE: Final = frozenset({
    "zone", "distance_m", "sigma_m", "apart_m", "order_m", "ring_m", "age_s", "closing_kmh", "sensor",
    "sense", "last_seen", "silent_s", "limit_s", "until", "times", "order",
})  # fmt: skip
_BARE_FIX: Final = ("seq", "fixed_at", "use", "reason")
_FOREIGN_RADIO: Final = "beacon.unknown"
_BARE_REASON: Final = "approached"
_CHARGED: Final = frozenset({"opened", "annulled"})
"""Events of which a bare charge tells: what comes between them would tell how he moved about her."""


def view(finding: Mapping[str, Any], audience: Audience, parties: Parties) -> dict[str, Any] | None:
    """Return a finding as that audience may read it, or None where it may read nothing of it.

    The lines of FINDINGS.jsonl go in and come out. Centre and court get all of it.
    """
    match audience:
        case Audience.CENTRE | Audience.COURT:
            return dict(finding)
        case Audience.POLICE:
            return _for_police(finding)
        case Audience.PARTICIPANT:
            return _for_participant(finding, parties)
        case Audience.PROTECTED:
            return _for_protected(finding, parties)


def arrange(
    findings: Iterable[Mapping[str, Any]], audience: Audience | None, parties: Parties
) -> Iterable[Mapping[str, Any]]:
    """Return the findings as that audience reads them: as they came, but for the participant.

    He reads what is of him alone first, then what has a time, then the bare charges, in an order that follows
    from their own words: a charge that stands between two times is one with a time.
    """
    if audience is not Audience.PARTICIPANT:
        return findings

    def place(finding: Mapping[str, Any]) -> tuple[bool, bool, str]:
        seen = view(finding, audience, parties)
        params = seen["explanation"]["params"] if seen is not None else {}
        if params.get("bare") is not True:
            return is_of_pair(finding), False, ""
        return True, True, repr((sorted(params.items()), finding["event"]))

    return sorted(findings, key=place)


_MEASURED_AGAINST: Final = frozenset({"apart_m", "sigma_m", "age_s", "closing_kmh", "target", "last_seen"})


def hide_other(
    params: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return params and evidence of a pair's finding for staff who may see him and not her.

    Where he was stands on his map: three distances from there would place her within some metres.
    """
    kept = {name: value for name, value in params.items() if name not in _MEASURED_AGAINST}
    his = (item for item in evidence if item.get("side") == "participant")
    hidden = {"distance_m", "sigma_m", "belief"}
    return kept, [{name: value for name, value in item.items() if name not in hidden} for item in his]


def is_of_pair(finding: Mapping[str, Any]) -> bool:
    """Say whether a finding is about two persons."""
    pair_kind = finding["kind"].startswith(("proximity.", "pair."))
    return pair_kind or finding.get("other") is not None or str(finding.get("id", "")).startswith("pair:")


def band_of(params: Mapping[str, Any]) -> Band | None:
    """Return the band of a distance, none where either number is missing."""
    apart, order = _length(params, "apart_m"), _length(params, "order_m")
    if apart is None or not order:
        return None
    if apart < order / 2:
        return Band.HALF
    if apart < order:
        return Band.WITHIN
    return Band.TWICE if apart < 2 * order else Band.BEYOND


def _for_police(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is needed to act: who, what, how far, how old, how sure; of the evidence its newest fix."""
    used = [item for item in finding["evidence"] if item.get("use") == "used"]
    return _cut(finding, _POLICE, evidence=used[-1:])


def _for_participant(finding: Mapping[str, Any], parties: Parties) -> dict[str, Any] | None:
    if finding["kind"] not in KINDS or finding["subject"] in parties.protected:
        return None
    shown = shown_as(finding["kind"])
    if shown == NEVER or (is_of_pair(finding) and shown != DISCLOSED):
        return None
    if not is_of_pair(finding):
        return _of_himself(finding)
    params = finding["explanation"]["params"]
    if finding["condition"] in parties.open_pairs and params.get("disclosed") is True:
        own = [_bare_fix(item) for item in finding["evidence"] if item.get("side") == "participant"]
        told = _cut(finding, _OF_PAIR, evidence=own)
        told["explanation"]["params"] |= _banded(params) | _place_of(finding, parties)
        return _unnamed(told)
    if finding["kind"] == "proximity.warning" or finding["event"] not in _CHARGED:
        return None  # no radar: the warning ring of what he does not know sends him nothing
    return _charge(finding)


def _of_himself(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return all of a finding of his own person, but for how far inside a forbidden zone he was.

    Nor a fix that was left out for a radio of nobody's: it may be hers that his device heard.
    """
    evidence = [item for item in finding["evidence"] if item.get("reason") != _FOREIGN_RADIO]
    if finding["kind"] != "zone.enter":
        return _cut(finding, _OWN, evidence=evidence)
    evidence = [{n: v for n, v in item.items() if n in _BARE_FIX} for item in evidence]
    return _cut(finding, _OWN - {"distance_m", "sigma_m"}, evidence=evidence)


def _charge(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bare charge of a breach near what he does not know: no time, no place, no distance, no fix.

    Where he was at a known moment is known to him: a time would be a circle around her. Nor the number of a
    place: the ring around a place and the one around herself would be two texts, and so be told apart.
    """
    params = {name: finding["explanation"]["params"].get(name) for name in _OF_PAIR}
    params = {name: value for name, value in params.items() if value is not None}
    return _unnamed(
        {
            **finding,
            "kind": "proximity.breach",  # the inner ring would be a distance
            "at": "",
            "since": "",
            "live": True,
            "confidence": None,
            "evidence": [],
            "explanation": {"code": _BARE_REASON, "params": params | {"bare": True}},
        }
    )


def _for_protected(finding: Mapping[str, Any], parties: Parties) -> dict[str, Any] | None:
    """Tell her what is about her: her own device, and that he is near, as a band."""
    if not is_of_pair(finding):
        if finding["subject"] not in parties.protected:
            return None
        return _cut(finding, _OWN, evidence=finding["evidence"])
    if finding["kind"] not in KINDS:
        return None
    told = _cut(finding, _OF_PAIR, evidence=[])
    told["explanation"]["params"] |= _banded(finding["explanation"]["params"])
    return _unnamed(told)


def _cut(
    finding: Mapping[str, Any], names: frozenset[str], *, evidence: list[dict[str, Any]]
) -> dict[str, Any]:
    params = {name: value for name, value in finding["explanation"]["params"].items() if name in names}
    explanation = {"code": finding["explanation"]["code"], "params": params}
    return {**finding, "evidence": list(evidence), "explanation": explanation}


def _unnamed(told: dict[str, Any]) -> dict[str, Any]:
    """Take ids of the pair and of the other person away: a name of hers may stand in them."""
    return {**told, "id": "", "other": None, "condition": ""}


def _banded(params: Mapping[str, Any]) -> dict[str, Any]:
    band = band_of(params)
    return {} if band is None else {"band": band.value}


def _place_of(finding: Mapping[str, Any], parties: Parties) -> dict[str, Any]:
    """Return the number of her place, counted in the order of the plan, in stead of its name."""
    target = finding["explanation"]["params"].get("target")
    places = parties.places.get(finding["condition"], ())
    if isinstance(target, str) and target in places:
        return {"place": places.index(target) + 1}
    return {}


def _bare_fix(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return his own fix without what was measured against her."""
    kept = {name: item[name] for name in _BARE_FIX if name in item}
    if kept.get("reason") == "contact":
        del kept["reason"]
    return kept


def _name(key: str) -> str:
    return key.removeprefix("person:")


def _length(params: Mapping[str, Any], name: str) -> float | None:
    value = params.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        return None
    return value
