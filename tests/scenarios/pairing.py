"""Reads what a story says of a pair: the order's distance, her places, and when they may be together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.scenarios.script import Script

_PAIR = re.compile(
    r"(?P<distance>\d+) m(?: warning (?P<warning>\d+) m)?(?: emergency (?P<emergency>\d+) m)?"
    r"(?: reaction (?P<reaction>\d+) s)?(?: contacts (?P<contacts>\S+))?(?: worn (?P<worn>\S+))?"
    r"(?: until (?P<until>\S+))?(?P<disclosed> disclosed)?"
)
_PLACE = re.compile(r"(?P<id>\w+) (?P<radius>\d+) m at (?P<where>.+?)(?P<disclosed> disclosed)?")


@dataclass(frozen=True)
class PairStory:
    """The pair of a story: its document but for the places, whose centres are still in metres."""

    document: dict[str, Any]
    until: str = ""
    places: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    together: tuple[tuple[str, str], ...] = ()


def read_pair(text: str, known: PairStory | None) -> PairStory:
    """Return the pair as a line says it; places and intervals together stay as they were."""
    match = _PAIR.fullmatch(text)
    if match is None:
        raise ValueError("a pair reads: 300 m warning 600 m emergency 150 m reaction 600 s contacts tag")
    document: dict[str, Any] = {"distance_m": int(match["distance"]), "disclosed": bool(match["disclosed"])}
    document |= {f"{name}_m": int(match[name]) for name in ("warning", "emergency") if match[name]}
    document |= {name: [match[name]] for name in ("contacts", "worn") if match[name]}
    if match["reaction"]:
        document["reaction_s"] = int(match["reaction"])
    return replace(known or PairStory({}), document=document, until=match["until"] or "")


def read_place(text: str, known: PairStory | None) -> PairStory:
    """Return the pair with a place of hers."""
    match = _PLACE.fullmatch(text)
    if match is None or known is None:
        raise ValueError("a place follows its pair and reads: school 50 m at 2 km east disclosed")
    place = (match["where"], int(match["radius"]), bool(match["disclosed"]))
    return replace(known, places={**known.places, match["id"]: place})


def read_together(text: str, known: PairStory | None) -> PairStory:
    """Return the pair with an interval that its order names."""
    since, _, until = text.partition("-")
    if known is None or not until:
        raise ValueError("an interval follows its pair and reads: together 15:00-16:00")
    return replace(known, together=(*known.together, (since, until)))


def document_of(script: Script, pair: PairStory, *, people: tuple[str, str]) -> dict[str, Any]:
    """Return the pair as PLAN.json writes it."""
    places = [
        {"id": name, "circle": script.circle(where, radius), "disclosed": disclosed}
        for name, (where, radius, disclosed) in pair.places.items()
    ]
    together = [{"from": script.iso(since), "to": script.iso(until)} for since, until in pair.together]
    both = {"id": "apart", "participant": people[0], "protected": people[1]}
    return {**both, **pair.document, "places": places, "together": together}
