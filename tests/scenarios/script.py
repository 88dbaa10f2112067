"""Reads a `.story` file: a day told in plain lines, and what has to be found in it.

The format stands in `tests/scenarios/README.md`. Reading turns local wall times into instants by the
system's idea of the zone, so a story about DST also checks the plan's own offsets against it.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from korgoo.engine.coverage import Coverage, CoverageCell, Lost, cell_number
from korgoo.engine.plan import Permit, Together
from korgoo.engine.rows import Inspection, StandDown, Suspension, pair_key
from tests.scenarios.observing import Place, StoryError, find_place, read_observations
from tests.scenarios.pairing import PairStory, read_pair, read_place, read_together
from tests.stories import HOME_LAT, HOME_LON, P1, P2, fix

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.engine.rows import Body

PAIR = pair_key("apart")
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?(b?)(?:\+(\d))?")
_ZONE = re.compile(
    r"(?P<id>\w+) (?P<kind>inclusion|exclusion) (?P<radius>\d+) m(?P<place> at .+?)?"
    r"(?: daily (?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d))?(?: grace (?P<grace>\d+) s)?"
)


@dataclass
class PlanChange:
    """From here on this zone reads so, or is gone (`document` none). `effective_ms` none: at once."""

    zone: str
    document: dict[str, Any] | None
    effective_ms: int | None = None


@dataclass
class PairChange:
    """From here on the pair reads so."""

    pair: PairStory


@dataclass
class Entry:
    """Something that becomes a row at `log_ms`. An outage is two instants without a mark between."""

    log_ms: int
    body: Body | PlanChange | PairChange | tuple[int, int]
    key: str = P1


@dataclass
class Expected:
    """One line `expect`."""

    text: str
    at: str
    kind: str
    event: str
    code: str = ""
    since: str = ""
    until: str = ""
    retrospective: bool = False
    urgent: bool = False


@dataclass
class Script:
    """A story that has been read."""

    title: str = ""
    tz: str = "Asia/Bishkek"
    day: str = "2026-05-28"
    interval_s: int = 60
    zones: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    pair: PairStory | None = None
    expected: list[Expected] = field(default_factory=list)
    nothing: bool = False
    until_ms: int = 0
    tether_s: int = 0
    wander: Place = (0.0, 0.0)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def moment(self, text: str) -> int:
        """Return a wall time as an instant; `b` is the second time that autumn shows it."""
        match = _TIME.fullmatch(text)
        if match is None:
            raise StoryError(f"{text!r} is no time such as 22:10, 22:10:30 or 06:00+1")
        hour, minute, second, again, days = match.groups()
        date = datetime.fromisoformat(self.day) + timedelta(days=int(days or 0))
        local = date.replace(hour=int(hour), minute=int(minute), second=int(second or 0), fold=bool(again))
        return round(local.replace(tzinfo=ZoneInfo(self.tz)).astimezone(UTC).timestamp()) * 1000

    def iso(self, text: str) -> str:
        """Return a wall time as PLAN.json writes an instant."""
        return datetime.fromtimestamp(self.moment(text) // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def circle(self, where: str | Place, radius_m: int) -> dict[str, Any]:
        """Return a circle around a place as PLAN.json writes it."""
        east, north = find_place(where) if isinstance(where, str) else where
        centre = fix(0, east, north)
        degrees = (centre.lat_e7 or HOME_LAT) / 1e7, (centre.lon_e7 or HOME_LON) / 1e7
        return {"lat": degrees[0], "lon": degrees[1], "radius_m": radius_m}

    def wall(self, at_ms: int, *, like: str) -> str:
        """Show an instant the way `like` is written: to the minute or to the second, b and day included."""
        local = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(self.tz))
        days = (local.date() - datetime.fromisoformat(self.day).date()).days
        clock = (
            f"{local:%H:%M:%S}"
            if len(like.partition("+")[0].rstrip("b")) > len("22:10")
            else f"{local:%H:%M}"
        )
        return f"{clock}{'b' if local.fold else ''}{f'+{days}' if days else ''}"


def read_script(path: Path) -> Script:
    """Return the story of a file.

    Raises:
        StoryError: a line that cannot be read, named by its number.
    """
    script = Script()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.partition("#")[0].strip() if number > 1 else raw.lstrip("# ")
        try:
            if number == 1:
                script.title = line
            elif line:
                _read_line(script, line)
        except (ValueError, KeyError, IndexError) as error:
            raise StoryError(f"{path.name}:{number}: {raw!r}: {error}") from error
    if bool(script.expected) == script.nothing:
        raise StoryError(f"{path.name}: a story expects something, or says: expect nothing")
    script.entries.sort(key=lambda entry: entry.log_ms)
    script.until_ms = script.until_ms or script.entries[-1].log_ms
    return script


def _read_line(script: Script, line: str) -> None:  # noqa: C901 - one case a word
    word, _, rest = line.partition(" ")
    match word:
        case "tz" | "day":
            setattr(script, word, rest)
        case "interval":
            script.interval_s = int(rest.removesuffix(" s"))
        case "tether":
            script.tether_s = int(rest.removesuffix(" s"))
        case "zone":
            name, document = _zone(rest)
            script.zones[name] = document
        case "pair":
            script.pair = read_pair(rest, script.pair)
        case "place":
            script.pair = read_place(rest, script.pair)
        case "together":
            script.pair = read_together(rest, script.pair)
        case "until":
            script.until_ms = script.moment(rest)
        case "expect" if rest == "nothing":
            script.nothing = True
        case "expect":
            script.expected.append(_expected(rest))
        case _:
            start, _, end = word.partition("-")
            first_ms = script.moment(start)
            _read_event(script, rest, first_ms, script.moment(end) if end else first_ms)


def _read_event(script: Script, text: str, first_ms: int, last_ms: int) -> None:
    key, text = (P2, text.removeprefix("she ")) if text.startswith("she ") else (P1, text)
    verb, _, rest = text.replace("status,", "status").partition(" ")
    if verb in {"at", "walk", "status"}:
        heard = read_observations(script, verb, rest, (first_ms, last_ms))
        script.entries += [Entry(seen.received_at_ms, seen, key) for seen in heard]
    elif verb == "outage":
        script.entries.append(Entry(last_ms, (first_ms, last_ms)))
    elif verb in {"zone", "without", "pair", "place"}:
        script.entries.append(Entry(first_ms, _change_of_order(script, verb, rest)))
    else:
        body = _control(script, verb, rest.split(), first_ms)
        script.entries.append(Entry(first_ms, body, PAIR if isinstance(body, Together) else key))


def _change_of_order(script: Script, verb: str, text: str) -> PlanChange | PairChange:
    """Return the new version of the order that a line tells of."""
    match verb:
        case "zone":
            change, _, effective = text.partition(" effective ")
            name, document = _zone(change)
            return PlanChange(name, document, script.moment(effective) if effective else None)
        case "without":
            return PlanChange(text, None)
        case "pair":
            return PairChange(read_pair(text, script.pair))
        case _:
            newest = [e.body.pair for e in script.entries if isinstance(e.body, PairChange)]
            return PairChange(read_place(text, newest[-1] if newest else script.pair))


def _control(script: Script, verb: str, words: list[str], at_ms: int) -> Body:
    """Return the control row that a line tells of."""
    interval = next((word for word in words if "-" in word), "")
    since, _, until = interval.partition("-")
    match verb:
        case "inspect":
            return Inspection(1, script.moment(words[0]) if words else at_ms)
        case "stand-down":
            return StandDown("", at_ms)  # the runner names what stands
        case "permit":
            edges = script.moment(since), script.moment(until)
            zone = "" if words[0] == "removal" else words[0]
            return Permit(f"{words[0]}-{since}", zone, *edges, revoked="revoked" in words)
        case "coverage":  # coverage NAME placeless 3 silent 2 of 5000 [by 4 usually 60] [rate 150]
            numbers = {name: int(number) for name, number in itertools.pairwise(words) if number.isdigit()}
            counts = numbers["of"], numbers["placeless"], numbers["silent"]
            lost = Lost(numbers.get("by", 0), 60 * numbers.get("usually", 0))
            cell = CoverageCell(cell_number(HOME_LAT, HOME_LON), *counts, lost, lost)
            return Coverage(words[0], (cell,), *[numbers.get("rate", 0)] * 2)
        case "suspend":
            return Suspension(1, script.moment(since), script.moment(until))
        case "together":
            edges = script.moment(since), script.moment(until)
            return Together(f"together-{since}", *edges, revoked="revoked" in words)
        case _:
            raise StoryError(f"nobody knows {verb!r}")


def _zone(text: str) -> tuple[str, dict[str, Any]]:
    """Return a zone as PLAN.json writes it, its centre still in metres."""
    match = _ZONE.fullmatch(text)
    if match is None:
        raise StoryError("a zone reads: home inclusion 50 m at 0 m east daily 22:00-06:00 grace 300 s")
    document: dict[str, Any] = {"id": match["id"], "kind": match["kind"], "grace_s": int(match["grace"] or 0)}
    document["place"] = find_place((match["place"] or " at home").removeprefix(" at "))
    document["radius_m"] = int(match["radius"])
    if match["from"]:
        week = ["mo", "tu", "we", "th", "fr", "sa", "su"]
        document["windows"] = [{"days": week, "from": match["from"], "to": match["to"]}]
    return match["id"], document


def _expected(text: str) -> Expected:
    at, kind, event, *rest = text.split()
    expected = Expected(text, at, kind, event)
    while rest:
        word = rest.pop(0)
        if word in {"since", "until"}:
            setattr(expected, word, rest.pop(0))
        elif word == "retrospective":
            expected.retrospective = True
        elif word == "P1":
            expected.urgent = True
        else:
            expected.code = word
    return expected
