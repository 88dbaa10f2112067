"""The score of anyone's findings about a city that `korgoo sim` wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.facts import Crossing, Deed, Meeting, Night, Track
from korgoo.sim.score import deeds, meetings, zones
from korgoo.sim.score.catalogue import HIGHER, LOWER, Row
from korgoo.sim.score.city import TRUE_BY, verdicts, without_repeats
from korgoo.sim.score.tally import Statistic, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.facts import Fact
    from korgoo.sim.score.alarms import Alarm

DAY_MS: Final = 86_400_000
NOTICE: Final = 4
SHOWN_BY: Final = {"position.lost": ("jamming", "permission.denied")}
"""What a kind must find, where that is less than what makes it true."""


class Report(NamedTuple):
    """Rows with their tallies, and how many alarms of which kinds no truth speaks of."""

    rows: tuple[Row, ...]
    tallies: dict[str, Tally]
    not_judged: dict[str, int]


def report_on(facts: Sequence[Fact], alarms: Sequence[Alarm]) -> Report:
    """Return the score of alarms about people whose whole truth is known.

    Alarms about others, those raised after the end of a person's track, and what has called nobody, are left
    out.
    """
    ends = {fact.person: fact.points[-1][0] for fact in facts if isinstance(fact, Track) and not fact.device}
    told = [alarm for alarm in alarms if alarm.at_ms <= ends.get(alarm.subject, -1) and not alarm.quiet]
    tracks = [fact for fact in facts if isinstance(fact, Track) and not fact.device]
    monitored_ms = sum(track.points[-1][0] - track.points[0][0] for track in tracks)
    tallies = _zones(facts, told, monitored_ms) | _pairs(facts, tracks, told) | _devices(facts, told)
    judged = verdicts(facts, without_repeats(told))
    known = [one for one in judged if one.true is not None]
    tallies["city_alert_load"] = Tally(len(told), monitored_ms / DAY_MS)
    acts = sum(alarm.level < NOTICE for alarm in told)
    tallies["city_alert_load_act"] = Tally(acts, monitored_ms / DAY_MS)
    tallies["city_alerts_true"] = Tally(sum(bool(one.true) for one in known), len(known))
    tallies["city_alerts_needed"] = Tally(sum(one.needed for one in known), len(known))
    rest = Counter(one.alarm.kind for one in judged if one.true is None)
    tallies = {source: tally for source, tally in tallies.items() if tally.exposure or tally.samples}
    return Report(tuple(_rows(tallies)), tallies, dict(sorted(rest.items())))


def _zones(facts: Sequence[Fact], told: Sequence[Alarm], monitored_ms: int) -> dict[str, Tally]:
    crossings = [fact for fact in facts if isinstance(fact, Crossing)]
    nights = [fact for fact in facts if isinstance(fact, Night)]
    matched = zones.match_crossings(crossings, told)
    chosen = zones.demanded(matched, crossings)
    absences = zones.match_nights(nights, told)
    return {
        "city_false_exits": zones.false_exits(matched, monitored_ms),
        "city_exits_missed": zones.missed(chosen),
        "city_exit_delay": zones.delays(chosen),
        "city_absences_missed": zones.missed_absences(absences),
    }


def _pairs(facts: Sequence[Fact], tracks: Sequence[Track], told: Sequence[Alarm]) -> dict[str, Tally]:
    met = [fact for fact in facts if isinstance(fact, Meeting) and not fact.place]
    seen = meetings.see(met, tracks, told)
    near = [one for one in seen if meetings.is_approach(one.meeting)]
    passed = [one for one in seen if meetings.is_near_miss(one.meeting)]
    return {
        "city_pairs_found": meetings.approaches_found(near),
        "city_pairs_metres_left": meetings.metres_left(near),
        "city_pairs_false_near_misses": meetings.false_near_misses(passed),
        "city_pairs_alerts": meetings.alerts_a_meeting(near),
    }


def _devices(facts: Sequence[Fact], told: Sequence[Alarm]) -> dict[str, Tally]:
    done = [fact for fact in facts if isinstance(fact, Deed)]
    tallies: dict[str, Tally] = {}
    for kind, events in TRUE_BY.items():
        own = [deed for deed in done if deeds.is_kind(deed.event, SHOWN_BY.get(kind, events))]
        answered = deeds.answer(own, told, (kind,))
        name = f"city_{kind.strip('.').replace('.', '_')}"
        tallies[f"{name}_found"] = deeds.found(answered)
        tallies[f"{name}_delay"] = deeds.delays(answered)
    return tallies


def _rows(tallies: dict[str, Tally]) -> list[Row]:
    rows: list[Row] = []
    for source in tallies:
        if source.endswith(("_delay", "_left")):
            unit, better = ("m", HIGHER) if source.endswith("_left") else ("s", LOWER)
            quantiles = (Statistic.P5, Statistic.P50) if unit == "m" else (Statistic.P50, Statistic.P95)
            rows += [Row(f"{source}_{q}", source, q, unit, better) for q in quantiles]
        elif source in {"city_false_exits", "city_alert_load", "city_alert_load_act"}:
            rows.append(Row(source, source, Statistic.RATE, "a person-day"))
        elif source == "city_pairs_alerts":
            rows.append(Row(source, source, Statistic.RATE, "a meeting"))
        else:
            better = HIGHER if source.endswith(("_found", "_true", "_needed")) else LOWER
            rows.append(Row(source, source, Statistic.SHARE, "share", better))
    return rows
