"""The whole score in small: deterministic, and bad judges come out worst."""

import msgspec
import pytest

from korgoo.engine.findings import NOTICE, RECORDED
from korgoo.replay.backtest import judge_recording
from korgoo.replay.findings_file import finding_line
from korgoo.replay.judging import EngineBench
from korgoo.sim.carriers import Noise
from korgoo.sim.facts import Crossing
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.lines import fact_line
from korgoo.sim.score import zones
from korgoo.sim.score.alarms import Alarm, alarms_of, read_alarms
from korgoo.sim.score.catalogue import ROWS
from korgoo.sim.score.judges import FENCES, Engine, raised
from korgoo.sim.score.programme import PARTS, as_object, count, jobs, summarise
from korgoo.sim.score.report import report_on
from korgoo.sim.score.rows import devices
from korgoo.sim.score.rows.sizes import Size
from korgoo.sim.score.table import table_of
from korgoo.sim.score.truth_lines import read_facts
from korgoo.sim.stages.daily import FIRST_DAY
from korgoo.sim.stages.exits import exits
from korgoo.sim.stages.scenario import Scenario

TINY = Size(2, 3, 3, 2, 1, 2, 1, 1, 2, 1, 3)


class Always:
    """Raises an alarm at every message."""

    name = "always"

    def judge(self, scenario: Scenario) -> list[Alarm]:
        return [
            Alarm("zone.exit", one.person, "home", at_ms, at_ms, at_ms)
            for one in scenario.signals
            for at_ms in one.received_ms.tolist()
        ]


class Never:
    """Raises none."""

    name = "never"

    def judge(self, scenario: Scenario) -> list[Alarm]:
        assert scenario.signals
        return []


def test_a_judge_that_always_or_never_alarms_gets_the_worst_score() -> None:
    gone = exits(3, trials=8, home_s=1_800)
    crossings = gone.facts_of(Crossing)
    missed, false = {}, {}
    for name, alarms in raised([Engine(), *FENCES, Always(), Never()], gone).items():
        matched = zones.match_crossings(crossings, alarms)
        missed[name] = zones.missed(zones.demanded(matched, crossings)).count
        false[name] = len(matched.false)
    assert missed["never"] == 8 > max(count for name, count in missed.items() if name != "never")
    assert false["always"] > 10 * max(count for name, count in false.items() if name != "always")
    assert missed["always"] == false["never"] == 0


def test_every_row_is_counted_and_a_seed_says_the_same_twice() -> None:
    asked = [job for job in jobs([101], TINY) if PARTS[job.part].name not in {"pairs", "tricks"}]
    once = [(job.seed, count(job)) for job in asked]
    again = [(job.seed, count(job)) for job in asked]
    assert once == again
    told = as_object(summarise(once))
    assert not [
        row for row in ("alert_load", "false_exits_still_50m", "sos_late_delay_p95") if row not in told
    ]
    assert set(told["exits_missed_5ms"]) >= {"ours", "one_point", "in_a_row_3", "hysteresis_50m", "target"}
    assert msgspec.json.decode(msgspec.json.encode(told)) == msgspec.json.decode(
        msgspec.json.encode(as_object(summarise(again)))
    )


class Thrice:
    """Raises three alarms about the first person: before the counted day, with it, and one kept after."""

    name = "ours"

    def judge(self, scenario: Scenario) -> list[Alarm]:
        """Return them."""
        known_ms, person = day_begins_ms(FIRST_DAY), scenario.signals[0].person
        told = ((known_ms - 1, 0), (known_ms, NOTICE), (known_ms + 1, RECORDED))
        return [Alarm("position.lost", person, "contact", at, at, priority=priority) for at, priority in told]


def test_the_load_of_a_day_is_that_of_devices_known_the_day_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "SERVING", (Thrice(),))
    counts = devices.count_load(101, TINY, Noise.FIRST)
    counted = {row: counts[row]["ours"] for row in counts if row.startswith("alert_load")}
    assert {row: tally.count for row, tally in counted.items()} == {
        "alert_load": 1,
        "alert_load_act": 0,
        "alert_load_kept": 1,
        "alert_load_first_day": 1,
        "alert_load_act_first_day": 1,
        "alert_load_field": 1,
    }
    assert {tally.exposure for tally in counted.values()} == {TINY.load_people}


def test_pairs_and_tricks_have_their_rows() -> None:
    part = next(i for i, own in enumerate(PARTS) if own.name == "pairs")
    job = next(job for job in jobs([101], TINY) if job.part == part and job.noise is Noise.SECOND)
    estimates = summarise([(101, count(job))])
    assert set(estimates) == {row.name for row in ROWS if row.name.startswith("second_noise_pairs_")}
    assert "| second_noise_pairs_found_300m_60s |" in table_of(estimates, ROWS)


@pytest.fixture(scope="module")
def gone() -> Scenario:
    return exits(5, trials=4, home_s=900)


def test_findings_of_anybody_score_as_our_own_alarms_do(gone: Scenario) -> None:
    findings = list(
        judge_recording(gone.recording(), bench=EngineBench({}), until_ms=None, batch=500, shards=1)
    )
    lines = (msgspec.json.decode(finding_line(f)) for f in findings)
    facts = list(read_facts(map(fact_line, gone.facts)))
    assert facts == list(gone.facts)
    read = report_on(facts, read_alarms(lines))
    assert read == report_on(gone.facts, alarms_of(findings))
    assert read.tallies["city_exits_missed"].exposure == 4
    assert read.tallies["city_exits_missed"].count == 0


def test_a_stranger_s_kinds_are_named_and_not_judged(gone: Scenario) -> None:
    begins_ms = int(gone.signals[0].received_ms[3])
    alarms = [Alarm("moon.full", gone.signals[0].person, "", begins_ms, begins_ms)]
    assert report_on(gone.facts, alarms).not_judged == {"moon.full": 1}
