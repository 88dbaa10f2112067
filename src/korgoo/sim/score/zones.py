"""Counting what a judge said of zones: false exits, exits missed, delays, false and missed absences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from korgoo.sim.score.matching import Match, Matched, Stretch, belongs, match
from korgoo.sim.score.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.sim.facts import Crossing, Night
    from korgoo.sim.score.alarms import Alarm

DAY_MS: Final = 86_400_000
EXIT_KINDS: Final = frozenset({"zone.exit", "curfew.absent", "zone.enter"})
LOSSES: Final = frozenset({"position.lost", "contact.lost"})
"""Kinds that say that nobody knows where he is: all that may be said of who tells places of masts alone."""
DEEP_M: Final = 100.0
LONG_MS: Final = 180_000
ABSENCE_MS: Final = 600_000
"""An absence that must be found lasts ten minutes or more; a shorter one may be found, and is not false."""


def match_crossings(crossings: Sequence[Crossing], alarms: Iterable[Alarm]) -> Matched:
    """Return the binding parts of crossings with the alarms of their person and zone.

    Leaving a zone while it does not bind is allowed, so an alarm of it is false. A crossing without the
    device cannot be seen in positions: an alarm of it is not false, but it need not be found.
    """
    stretches = [Stretch((c.person, c.zone), *span) for c in crossings for span in c.binding]
    return match(stretches, [((a.subject, a.condition), a) for a in alarms if a.kind in EXIT_KINDS])


def false_exits(matched: Matched, monitored_ms: int) -> Tally:
    """Return false exits per person-day."""
    return Tally(len(matched.false), monitored_ms / DAY_MS)


def demanded(matched: Matched, crossings: Sequence[Crossing]) -> list[tuple[Crossing, Match]]:
    """Return the crossings that must be noticed: 100 m deep, three minutes long, with the device."""
    parts = [crossing for crossing in crossings for _ in crossing.binding]
    return [
        (crossing, found)
        for crossing, found in zip(parts, matched.matches, strict=True)
        if crossing.tethered
        and crossing.depth_m >= DEEP_M
        and found.stretch.until_ms - found.stretch.from_ms >= LONG_MS
    ]


def missed(chosen: Sequence[tuple[Crossing, Match]]) -> Tally:
    """Return the share that nobody noticed."""
    return Tally(sum(not found.found for _, found in chosen), len(chosen))


def uncalled(chosen: Iterable[Match], alarms: Sequence[Alarm]) -> Tally:
    """Return the share that nobody noticed and during which nobody was told either that he is lost."""
    silent = [not (found.found or _is_lost(found.stretch, alarms)) for found in chosen]
    return Tally(sum(silent), len(silent))


def _is_lost(stretch: Stretch, alarms: Iterable[Alarm]) -> bool:
    person, _zone = cast("tuple[str, str]", stretch.key)
    return any(a.kind in LOSSES and a.subject == person and belongs(a, stretch) for a in alarms)


def delays(chosen: Sequence[tuple[Crossing, Match]]) -> Tally:
    """Return seconds from the crossing to the alarm; what was missed counts with its whole length."""
    return Tally(samples=tuple(found.delay_ms / 1000 for _, found in chosen))


def delays_from_30_m(chosen: Sequence[tuple[Crossing, Match]]) -> Tally:
    """Return seconds from being 30 m deep to the alarm, negative where it was raised before."""
    return Tally(
        samples=tuple(
            (found.stretch.from_ms + found.delay_ms - crossing.at_30_m_ms) / 1000
            for crossing, found in chosen
            if crossing.at_30_m_ms is not None
        )
    )


def match_nights(nights: Sequence[Night], alarms: Iterable[Alarm]) -> Matched:
    """Return the absences of all nights with the alarms of their person and zone."""
    stretches = [Stretch((night.person, night.zone), *span) for night in nights for span in night.absences]
    return match(stretches, [((a.subject, a.condition), a) for a in alarms if a.kind in EXIT_KINDS])


def false_absences(matched: Matched, nights: Sequence[Night]) -> Tally:
    """Return false absences per night."""
    return Tally(len(matched.false), len(nights))


def missed_absences(matched: Matched) -> Tally:
    """Return the share of absences of ten minutes and more that nobody noticed."""
    chosen = long_absences(matched)
    return Tally(sum(not m.found for m in chosen), len(chosen))


def long_absences(matched: Matched) -> list[Match]:
    """Return the absences that must be found."""
    return [m for m in matched.matches if m.stretch.until_ms - m.stretch.from_ms >= ABSENCE_MS]


def absence_delays(matched: Matched) -> Tally:
    """Return seconds from the beginning of an absence to its alarm, as `delays`."""
    return Tally(samples=tuple(m.delay_ms / 1000 for m in long_absences(matched)))
