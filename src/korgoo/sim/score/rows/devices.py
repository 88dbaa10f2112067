"""What befalls devices, the load of alerts, and how many of them are true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from korgoo.sim.facts import Deed
from korgoo.sim.incidents import ACTIVE, CITY, COMPLIANT, FIELD
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.score import deeds
from korgoo.sim.score.city import one_a_meeting, verdicts, without_repeats
from korgoo.sim.score.judges import LISTENERS, TELLERS, Engine, TrackingServer, concluded, raised
from korgoo.sim.score.tally import Tally
from korgoo.sim.stages.daily import FIRST_DAY, daily
from korgoo.sim.stages.devices import Mishap, devices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.carriers import Noise
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.score.judges import Judge
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.stages.scenario import Scenario

DAY_MS: Final = 86_400_000
NOTICE: Final = 4
LATE_S: Final = 1_800
PAIRED_S: Final = 60
MISHAPS: Final = {
    "strap": (Mishap.STRAP_CUT, ("tamper.strap",)),
    "tether": (Mishap.TETHER_LOST, ("tamper.tether",)),
    "sos": (Mishap.SOS, ("sos",)),
}
SILENT: Final = ("contact.lost",)
TELLING: Final[tuple[Judge, ...]] = (Engine(), *TELLERS)
LISTENING: Final[tuple[Judge, ...]] = (Engine(), *LISTENERS)
SERVING: Final[tuple[Judge, ...]] = (Engine(), TrackingServer())


def count_mishaps(seed: int, size: Size, noise: Noise) -> Counts:
    """Strap, tether and button, live and uploaded half an hour late; and healthy devices beside them."""
    counts: Counts = {}
    healthy = devices(seed, mishap=Mishap.NOTHING, trials=size.devices, noise=noise)
    quiet = raised(TELLING, healthy)
    for text, (mishap, kinds) in MISHAPS.items():
        for way, late_s in (("live", 0), ("late", LATE_S)):
            staged = devices(seed, mishap=mishap, trials=size.devices, late_s=late_s, noise=noise)
            for name, alarms in raised(TELLING, staged).items():
                answered = deeds.answer(staged.facts_of(Deed), alarms, kinds)
                counts.setdefault(f"{text}_{way}_found", {})[name] = deeds.found(answered)
                counts.setdefault(f"{text}_{way}_delay", {})[name] = deeds.delays(answered)
                counts.setdefault(f"{text}_{way}_alerts", {})[name] = deeds.alerts_a_deed(answered)
        for name, alarms in quiet.items():
            false = deeds.false_a_day(deeds.answer((), alarms, kinds), healthy.monitored_ms)
            counts.setdefault(f"{text}_false", {})[name] = false
    flicker = devices(seed, mishap=Mishap.STRAP_FLICKER, trials=size.devices, noise=noise)
    counts["strap_flicker_alarms"] = {
        name: deeds.found(deeds.answer(flicker.facts_of(Deed), alarms, ("tamper.strap",)))
        for name, alarms in raised(TELLING, flicker).items()
    }
    return counts


def count_silences(seed: int, size: Size, noise: Noise) -> Counts:
    """Phones switched off for 20 to 90 min; and healthy devices beside them."""
    counts: Counts = {}
    staged = devices(seed, mishap=Mishap.PHONE_OFF, trials=size.devices, noise=noise)
    healthy = devices(seed, mishap=Mishap.NOTHING, trials=size.devices, noise=noise)
    for name, alarms in raised(LISTENING, staged).items():
        answered = deeds.answer(staged.facts_of(Deed), alarms, SILENT)
        counts.setdefault("silence_found", {})[name] = deeds.found(answered)
        counts.setdefault("silence_delay", {})[name] = deeds.delays(answered)
    for name, alarms in raised(LISTENING, healthy).items():
        false = deeds.false_a_day(deeds.answer((), alarms, SILENT), healthy.monitored_ms)
        counts.setdefault("silence_false", {})[name] = false
    return counts


def count_load(seed: int, size: Size, noise: Noise) -> Counts:
    """Alerts about people who comply, about neglected devices, and in a city where everything happens.

    A programme's day is one on which the devices are known: the day before it is judged and counted apart.
    """
    counts: Counts = {}
    known_ms, days = day_begins_ms(FIRST_DAY), float(size.load_people)
    for source, conduct in (("alert_load", ACTIVE), ("alert_load_field", FIELD)):
        staged = _remembered(seed, size, conduct, noise, lead_days=1)
        for name, found in concluded(SERVING, staged).items():
            alarms = [alarm for alarm in found if not alarm.quiet]
            called = [alarm for alarm in alarms if alarm.at_ms >= known_ms]
            counts.setdefault(source, {})[name] = Tally(len(called), days)
            if conduct is ACTIVE:
                kept = sum(alarm.quiet and alarm.at_ms >= known_ms for alarm in found)
                first = [alarm for alarm in alarms if alarm.at_ms < known_ms]
                counts.setdefault("alert_load_act", {})[name] = Tally(_acts(called), days)
                counts.setdefault("alert_load_kept", {})[name] = Tally(kept, days)
                counts.setdefault("alert_load_first_day", {})[name] = Tally(len(first), days)
                counts.setdefault("alert_load_act_first_day", {})[name] = Tally(_acts(first), days)
    staged = _remembered(seed, size, CITY, noise)
    for name, alarms in raised(SERVING, staged).items():
        counts.setdefault("alerts_true", {})[name], needed = worth(staged, alarms)
        counts.setdefault("alerts_needed", {})[name] = needed
    return counts


def count_pair_load(seed: int, size: Size, noise: Noise) -> Counts:
    """As `count_load`, of people who are a pair: alarms of all kinds, also of each other. No memory.

    Who meets is not compliant while they do: alarms that say what was so are counted apart from the rest.
    """
    counts: Counts = {}
    people, known_ms, days = size.paired_people, day_begins_ms(FIRST_DAY), float(size.paired_people)
    staged = _paired(seed, people, COMPLIANT, noise, lead_days=1)
    for name, found in raised(SERVING, staged).items():
        alarms = [alarm for alarm in found if alarm.at_ms >= known_ms]
        counts.setdefault("alert_load_pairs", {})[name] = Tally(len(alarms), days)
        counts.setdefault("alert_load_pairs_act", {})[name] = Tally(_acts(alarms), days)
        judged = verdicts(staged.facts, one_a_meeting(alarms))
        true = sum(bool(one.true) for one in judged)
        counts.setdefault("alert_load_pairs_met", {})[name] = Tally(true, days)
        counts.setdefault("alert_load_pairs_false", {})[name] = Tally(len(judged) - true, days)
        counts.setdefault("alert_load_pairs_true", {})[name], _ = worth(staged, alarms)
    city = _paired(seed, people, CITY, noise)
    for name, alarms in raised(SERVING, city).items():
        counts.setdefault("alerts_true_pairs", {})[name], needed = worth(city, alarms)
        counts.setdefault("alerts_needed_pairs", {})[name] = needed
    return counts


def worth(staged: Scenario, alarms: Sequence[Alarm]) -> tuple[Tally, Tally]:
    """Return the shares of alarms that are true, and that are needed, of those that a truth speaks of."""
    judged = [one for one in verdicts(staged.facts, without_repeats(alarms)) if one.true is not None]
    true, needed = sum(bool(one.true) for one in judged), sum(one.needed for one in judged)
    return Tally(true, len(judged)), Tally(needed, len(judged))


def _acts(alarms: Sequence[Alarm]) -> int:
    return sum(alarm.level < NOTICE for alarm in alarms)


def _paired(seed: int, people: int, conduct: Conduct, noise: Noise, *, lead_days: int = 0) -> Scenario:
    """Return a day of pairs in the town, and so many before it."""
    days, begins = 1 + lead_days, FIRST_DAY - lead_days
    return daily(
        seed, people=people, days=days, first_day=begins, only_pairs=True, interval_s=PAIRED_S,
        conduct=conduct, noise=noise,
    )  # fmt: skip


def _remembered(seed: int, size: Size, conduct: Conduct, noise: Noise, *, lead_days: int = 0) -> Scenario:
    """Return a day of the town, and so many before it; ours knows what the days before those have taught."""
    people, days, begins = size.load_people, size.remembered_days, FIRST_DAY - lead_days
    before = daily(seed, people=people, days=days, first_day=begins - days, conduct=conduct, noise=noise)
    staged = daily(seed, people=people, days=1 + lead_days, first_day=begins, conduct=conduct, noise=noise)
    return replace(staged, coverage=before.learn_coverage(f"{days} days of seed {seed}"))
