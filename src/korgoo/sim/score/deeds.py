"""Counting what a judge said of devices: found, how soon, and what was raised for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.score.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from korgoo.sim.facts import Deed
    from korgoo.sim.score.alarms import Alarm

DAY_MS: Final = 86_400_000
AFTER_MS: Final = 3_600_000
"""An alarm up to an hour after the deed was over, or after its last message arrived, still belongs to it."""


class Answer(NamedTuple):
    """A deed with the alarms of its person that tell of it."""

    deed: Deed
    alarms: tuple[Alarm, ...]

    @property
    def begins_ms(self) -> int:
        """When it could first be known: when its message arrived, or when the device fell silent."""
        return self.deed.from_ms if self.deed.arrives_ms is None else self.deed.arrives_ms

    @property
    def delay_s(self) -> float | None:
        """Seconds until the first alarm, at least 0."""
        return max(0, self.alarms[0].at_ms - self.begins_ms) / 1000 if self.alarms else None


class Answered(NamedTuple):
    """Every deed with its alarms, and the alarms that tell of none."""

    answers: list[Answer]
    false: list[Alarm]


def answer(deeds: Sequence[Deed], alarms: Iterable[Alarm], kinds: Collection[str]) -> Answered:
    """Return which alarms of these kinds belong to which deed: the first of the same person that fits.

    A kind that ends with a dot stands for all kinds that begin so.
    """
    own: list[list[Alarm]] = [[] for _ in deeds]
    false: list[Alarm] = []
    for alarm in alarms:
        if not is_kind(alarm.kind, kinds):
            continue
        index = next((i for i, deed in enumerate(deeds) if fits(alarm, deed)), None)
        (false if index is None else own[index]).append(alarm)
    return Answered([Answer(deed, tuple(told)) for deed, told in zip(deeds, own, strict=True)], false)


def is_kind(kind: str, kinds: Collection[str]) -> bool:
    """Tell whether a kind is among some, or begins as one that ends with a dot."""
    return kind in kinds or any(kind.startswith(one) for one in kinds if one.endswith("."))


def fits(alarm: Alarm, deed: Deed) -> bool:
    """Tell whether an alarm was raised by the same person's device while a deed lasted, or soon after."""
    ends = max(deed.until_ms, deed.arrives_ms or 0) + AFTER_MS
    return alarm.subject == deed.person and deed.from_ms <= alarm.at_ms <= ends


def found(answered: Answered) -> Tally:
    """Return the share of deeds that raised an alarm."""
    return Tally(sum(bool(one.alarms) for one in answered.answers), len(answered.answers))


def found_within(answered: Answered, limit_s: float) -> Tally:
    """Return the share of deeds whose alarm came within a time."""
    delays = [one.delay_s for one in answered.answers]
    return Tally(sum(delay is not None and delay <= limit_s for delay in delays), len(delays))


def delays(answered: Answered) -> Tally:
    """Return the delays of what was found, seconds."""
    return Tally(samples=tuple(one.delay_s for one in answered.answers if one.delay_s is not None))


def false_a_day(answered: Answered, monitored_ms: int) -> Tally:
    """Return alarms that tell of no deed per person-day."""
    return Tally(len(answered.false), monitored_ms / DAY_MS)


def alerts_a_deed(answered: Answered) -> Tally:
    """Return how many alarms each deed raised that raised any."""
    told = [len(one.alarms) for one in answered.answers if one.alarms]
    return Tally(sum(told), len(told))
