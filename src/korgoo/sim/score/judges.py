"""Who judges a staging: our engine, and rivals put together from their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from korgoo.replay.backtest import DEFAULT_BATCH, judge_recording
from korgoo.replay.judging import EngineBench
from korgoo.sim.score.alarms import Alarm, alarms_of, recorded
from korgoo.sim.score.rivals import devices, zones
from korgoo.sim.score.rivals import pairs as proximity
from korgoo.sim.score.rivals.fences import fence_alarms
from korgoo.sim.score.rivals.pairs import pair_alarms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from korgoo.sim.score.rivals.pairs import PairRule
    from korgoo.sim.score.rivals.zones import ZoneRule
    from korgoo.sim.stages.scenario import Scenario

OURS: Final = "ours"


class Judge(Protocol):
    """Raises alarms for a staging; sees signals and plan, never the facts."""

    @property
    def name(self) -> str:
        """Its name in the tables."""

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Return its alarms in order of time."""


class Engine:
    """Ours: the real engine, fed with rows in the order of the log and its clock marks."""

    def __init__(self, overrides: Mapping[str, int] | None = None, *, name: str = OURS) -> None:
        """Take parameters that are overridden.

        Raises:
            korgoo.replay.judging.ParameterError: the engine does not know one of them.
        """
        self.name = name
        self._bench = EngineBench(overrides or {})

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Run the engine over the whole staging."""
        recording = scenario.recording(with_pairs=True)
        findings = judge_recording(recording, bench=self._bench, until_ms=None, batch=DEFAULT_BATCH, shards=1)
        paired = {person for pair in scenario.pairs for person in (pair.participant, pair.protected)}
        return alarms_of(findings, protecting=paired)


class Fence:
    """A rival's rule for zones."""

    def __init__(self, rule: ZoneRule) -> None:
        self.name, self._rule = rule.name, rule

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Judge every zone of the plan."""
        return fence_alarms(self._rule, scenario.plan_document(), scenario.signals)


class Proximity:
    """A rival's rule for pairs."""

    def __init__(self, rule: PairRule) -> None:
        self.name, self._rule = rule.name, rule

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Judge every pair of two devices."""
        return pair_alarms(self._rule, scenario.pairs, scenario.signals)


class Sensors:
    """A rival's rule for what devices say of themselves, or do not say."""

    def __init__(self, rule: devices.DecodedAlarms | devices.OfflineScan | devices.FixedTimeout) -> None:
        self.name, self._rule = rule.name, rule

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Judge every device."""
        return self._rule.alarms(scenario.signals)


class TrackingServer:
    """A tracking server as a whole: one point, decoded alarms, a scan for silence, one-sided proximity."""

    name: Final = "tracking_server"

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Put its alarms together."""
        alarms = fence_alarms(zones.OnePoint(), scenario.plan_document(), scenario.signals)
        alarms += pair_alarms(proximity.OneSided(), scenario.pairs, scenario.signals)
        alarms += devices.DecodedAlarms().alarms(scenario.signals)
        alarms += devices.OfflineScan().alarms(scenario.signals)
        return sorted(alarms, key=lambda alarm: alarm.at_ms)


FENCES: Final[tuple[Judge, ...]] = tuple(Fence(rule) for rule in zones.RULES)
PROXIMITIES: Final[tuple[Judge, ...]] = tuple(Proximity(rule) for rule in proximity.RULES)
TELLERS: Final[tuple[Judge, ...]] = (Sensors(devices.DecodedAlarms()),)
LISTENERS: Final[tuple[Judge, ...]] = (Sensors(devices.OfflineScan()), Sensors(devices.FixedTimeout()))


def raised(judges: Sequence[Judge], scenario: Scenario) -> dict[str, list[Alarm]]:
    """Return every judge's alarms while devices were recorded, by its name."""
    return {
        name: [alarm for alarm in alarms if not alarm.quiet]
        for name, alarms in concluded(judges, scenario).items()
    }


def concluded(judges: Sequence[Judge], scenario: Scenario) -> dict[str, list[Alarm]]:
    """Return what `raised` does, with what was kept and called nobody."""
    return {judge.name: recorded_of(judge.judge(scenario), scenario) for judge in judges}


def recorded_of(alarms: Sequence[Alarm], scenario: Scenario) -> list[Alarm]:
    """Return those that were raised while the devices of their person and pair were recorded."""
    second = {pair.id: pair.protected for pair in scenario.pairs if not pair.place}
    return recorded(alarms, scenario.signals, of_pair=second)
