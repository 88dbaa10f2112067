"""A small demonstration is made in a process of its own: records, history, alerts, picture, chain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from korgoo.runtime.demo.making import HEAD_START_MS

ROOT = Path(__file__).parents[3]
# Midnight in the town. In the four hours before somebody came home late and somebody pressed SOS.
NOW_MS = 1_795_629_600_000
HOUR_MS = 3_600_000
MAKE = """
import json, sys
from korgoo.runtime.installation import set_up_django
environment = set_up_django()
from korgoo.runtime.demo.making import Maker
maker = Maker(environment, say=lambda text: print(text, file=sys.stderr), read_ms=lambda: int(sys.argv[1]))
card = maker.make(seed=1, people=12, history_ms=4 * 3_600_000)

from korgoo.alerts.models import Alert
from korgoo.devices.models import Assignment
from korgoo.journal.verification import verify_path
from korgoo.monitoring.models import Feed, FindingEvent, Picture, ShardCursor, Snapshot
from korgoo.orders.models import Order
verdict = verify_path(environment.data)
alerts = Alert.objects.unscoped("test").order_by("pk")
findings = FindingEvent.objects.unscoped("test")
print(json.dumps({
    "driven_ms": card.driven_ms,
    "devices": len(card.devices),
    "orders": Order.objects.unscoped("test").filter(state="signed").count(),
    "assignments": Assignment.objects.unscoped("test").count(),
    "alerts": [(a.protocol["kind"], a.state, a.delayed, a.cause) for a in alerts],
    "events": list(findings.values_list("finding__kind", "event")),
    "feed": Feed.objects.count(),
    "seen": Picture.objects.unscoped("test").count(),
    "cursor": ShardCursor.objects.get().seq,
    "snapshot": Snapshot.objects.latest("seq").seq,
    "verdict": [verdict.state, verdict.head.seq, verdict.head.log_at_ms],
    "picture_ms": max(Picture.objects.unscoped("test").values_list("received_at_ms", flat=True)),
}))
"""

MAKE_ALONE = """
import json, sys
from korgoo.runtime.installation import set_up_django
environment = set_up_django()
from korgoo.journal.verification import verify_path
from korgoo.runtime.demo.making import Maker
people, *reads = map(int, sys.argv[1:])  # the last is what the clock shows from then on
read_ms = lambda: reads.pop(0) if len(reads) > 1 else reads[0]
maker = Maker(environment, say=lambda text: None, read_ms=read_ms)
maker.make(seed=1, people=people, history_ms=0)
journal_ms = verify_path(environment.data).head.log_at_ms
print(json.dumps({"ahead_ms": journal_ms - maker.now_ms(), "behind_ms": reads[0] - maker.now_ms()}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run_making(MAKE, str(NOW_MS), data=tmp_path_factory.mktemp("demo"))


def run_making(text: str, *words: str, data: Path) -> dict[str, Any]:
    settings = {"KORGOO_DEMO": "1", "KORGOO_DATA": str(data), "KORGOO_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", text, *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_everybody_has_an_order_and_a_device(made: dict[str, Any]) -> None:
    assert (made["devices"], made["assignments"], made["orders"]) == (12, 12, 11)  # one of the pair protects


def test_what_happened_was_found_and_the_shift_has_worked(made: dict[str, Any]) -> None:
    alerts = {kind: (state, cause) for kind, state, _, cause in made["alerts"]}
    assert alerts["curfew.absent"] == ("closed", "real_breach")
    assert alerts["sos"] == ("closed", "operator_error")
    assert ["sos", "closed"] in made["events"]  # stood down in the journal
    assert not any(delayed for _, _, delayed, _ in made["alerts"])


def test_no_outage_is_found_in_a_history_without_one(made: dict[str, Any]) -> None:
    assert "system.outage" not in {kind for kind, _ in made["events"]}


def test_picture_and_feed_are_there(made: dict[str, Any]) -> None:
    assert made["seen"] == 12
    assert made["feed"] > 0
    assert made["driven_ms"] - made["picture_ms"] < 60_000


def test_the_journal_is_intact_judged_to_its_end_and_snapshotted(made: dict[str, Any]) -> None:
    state, seq, log_at_ms = made["verdict"]
    assert state == "intact"
    assert made["cursor"] == made["snapshot"] == seq
    assert log_at_ms == made["driven_ms"]


# The simulated day ends at four in the morning; from half past two until a quarter to five nobody may walk.
@pytest.mark.parametrize(
    ("people", "real_ms", "behind_ms"),
    [
        pytest.param(0, [NOW_MS + 3 * HOUR_MS], 0, id="nobody-lives-there"),
        pytest.param(2, [NOW_MS + 3 * HOUR_MS], HOUR_MS // 2, id="when-nobody-may-walk"),
        pytest.param(
            2,
            [*[NOW_MS + 19 * HOUR_MS // 4 - 1_000] * 4, NOW_MS + 19 * HOUR_MS // 4 + 1_000],
            9 * HOUR_MS // 4 - 1_000,
            id="when-they-may-again-since-it-was-made",
        ),
    ],
)
def test_the_clock_goes_on_where_the_history_ends_at_any_hour(
    tmp_path: Path, people: int, real_ms: list[int], behind_ms: int
) -> None:
    made = run_making(MAKE_ALONE, str(people), *map(str, real_ms), data=tmp_path)
    assert made["behind_ms"] == behind_ms
    assert 0 < made["ahead_ms"] <= HEAD_START_MS
