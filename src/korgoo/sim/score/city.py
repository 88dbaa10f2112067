"""Alarms about a whole city beside its truth: which are true, by kind, and which truths nobody told.

Used for the share of alerts that are true and for anyone's FINDINGS.jsonl. What makes a kind of alarm true
stands in `TRUE_BY`; kinds that no truth speaks of are not judged, and named.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.facts import Coverage, Crossing, Deed, Meeting, Track
from korgoo.sim.plane import LAT_E7_PER_M, LON_E7_PER_M
from korgoo.sim.score import deeds, meetings, zones
from korgoo.sim.score.matching import SLACK_MS
from korgoo.sim.score.meetings import place_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.sim.facts import Fact
    from korgoo.sim.score.alarms import Alarm

SILENCES: Final = (
    "phone.off", "power.lost", "dead.zone", "shuffled.upload", "battery.flat", "restart", "shielding",
)  # fmt: skip
PLACELESS: Final = (*SILENCES, "jamming", "permission.denied", "mocking", "frozen")
TRUE_BY: Final[dict[str, tuple[str, ...]]] = {
    "tamper.strap": ("strap.cut",),
    "tamper.skin": ("strap.cut", "skin.lost"),
    "tamper.case": ("case.open",),
    "tamper.tether": ("tether.loss", "tether.lost"),
    "sos": ("sos",),
    "contact.lost": SILENCES,
    "pair.silent": SILENCES,
    "position.lost": PLACELESS,
    "clock.": ("clock.",),
}
"""Kinds of alarm, and the events that make one true. Zones and pairs are held against where people were."""
LOST_KINDS: Final = frozenset({"contact.lost", "position.lost", "pair.silent"})
NEAR_PLACE_M: Final = 60.0
REPEAT_MS: Final = 3_600_000
PROXIMITY, WARNING, SOS, BENIGN = "proximity.", "proximity.warning", "sos", "benign"


class Verdict(NamedTuple):
    """An alarm with what is true of it; None where no truth speaks of its kind."""

    alarm: Alarm
    true: bool | None
    needed: bool = False
    """Whether it tells of a breach, a deed or a fault: a true silence where nobody did anything is none."""


def verdicts(facts: Sequence[Fact], alarms: Iterable[Alarm]) -> list[Verdict]:
    """Return what is true of every alarm, in their order."""
    told = list(alarms)
    crossings = [fact for fact in facts if isinstance(fact, Crossing)]
    met = [fact for fact in facts if isinstance(fact, Meeting)]
    false_exits = {id(alarm) for alarm in zones.match_crossings(crossings, told).false}
    tracks = {fact.person: fact for fact in facts if isinstance(fact, Track) and not fact.device}
    done = [fact for fact in facts if isinstance(fact, Deed)]
    places = [fact for fact in facts if isinstance(fact, Coverage)]
    answer: list[Verdict] = []
    for alarm in told:
        if alarm.kind in zones.EXIT_KINDS:
            true = id(alarm) not in false_exits
            answer.append(Verdict(alarm, true, true))
        elif alarm.kind in meetings.BREACH_KINDS or alarm.kind == WARNING:
            true = _is_met(alarm, met)
            answer.append(Verdict(alarm, true, true))
        else:
            answer.append(_of_deeds(alarm, done, tracks.get(alarm.subject), places))
    return answer


def without_repeats(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return alarms without those of the same kind, person and condition as one less than an hour before.

    A rule that raises an alarm with each message of a cut strap would else look truer than one that says it
    once, and one that flaps at a border falser.
    """
    last: dict[tuple[str, str, str], int] = {}
    kept = []
    for alarm in alarms:
        name = (alarm.kind, alarm.subject, alarm.condition)
        if alarm.at_ms - last.get(name, alarm.at_ms - REPEAT_MS) >= REPEAT_MS:
            kept.append(alarm)
        last[name] = alarm.at_ms
    return kept


def one_a_meeting(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return alarms with one for each meeting, the first: all rings of one share an alert (ADR 152).

    A ring that is entered while an alarm of that pair about a ring still stands belongs to the same meeting.
    """
    stands_until: dict[str, float] = {}
    kept = []
    for alarm in alarms:
        if alarm.kind.startswith(PROXIMITY):
            until = stands_until.get(alarm.condition, 0.0)
            ended = math.inf if alarm.ended_ms is None else alarm.ended_ms
            stands_until[alarm.condition] = max(until, ended)
            if alarm.at_ms <= until:
                continue
        kept.append(alarm)
    return kept


def _of_deeds(alarm: Alarm, done: Sequence[Deed], track: Track | None, places: Sequence[Coverage]) -> Verdict:
    names = _events_of(alarm.kind)
    if not names:
        return Verdict(alarm, None)
    own = [d for d in done if deeds.is_kind(d.event, names) and deeds.fits(alarm, d)]
    if own:
        return Verdict(alarm, true=True, needed=any(d.cause != BENIGN or d.event == SOS for d in own))
    deaf = alarm.kind in LOST_KINDS and track is not None and _is_deaf(alarm, track, places)
    return Verdict(alarm, deaf)


def _events_of(kind: str) -> tuple[str, ...]:
    return next((names for own, names in TRUE_BY.items() if deeds.is_kind(kind, (own,))), ())


def _is_met(alarm: Alarm, met: Sequence[Meeting]) -> bool:
    for meeting in met:
        begins = meeting.from_ms - SLACK_MS
        if meeting.pair == alarm.condition and begins <= alarm.at_ms <= meeting.until_ms + meetings.AFTER_MS:
            return alarm.kind not in meetings.BREACH_KINDS or meeting.breach_at_ms is not None
    return False


def _is_deaf(alarm: Alarm, track: Track, places: Sequence[Coverage]) -> bool:
    """Tell whether the person was, when it began or when it was raised, at a place that loses signals."""
    for at_ms in (alarm.since_ms, alarm.at_ms):
        lat, lon = place_at(track, at_ms)
        for place in places:
            dy, dx = (lat - place.lat_e7) / LAT_E7_PER_M, (lon - place.lon_e7) / LON_E7_PER_M
            if dx * dx + dy * dy <= (place.radius_m + NEAR_PLACE_M) ** 2:
                return True
    return False
