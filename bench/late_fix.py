"""What a fix that comes three hours late costs, by how long the person's history is.

One person on SQLite in a temporary directory, five zones, a fix a minute, a clock mark an hour (marks are
not read here). First the starting points are made as an idle engine makes them; then the late fix is
judged again as the engine does it: recall, and `settle` of the person's whole sorted lane up to now.
Processor time, once with the starting points and once with the whole history; both must say the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import settle_rows
from korgoo.engine.rows import Kind, person_key
from korgoo.engine.state import PersonState
from korgoo.engine.subject import Subject
from korgoo.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from bench.installed import draft
    from bench.restart import MINUTE_MS, START_MS, compile_template, observe
else:  # run as a script, this folder is where modules are looked for
    from installed import draft
    from restart import MINUTE_MS, START_MS, compile_template, observe

DAY_MINUTES: Final = 1_440
GROUP: Final = 240
AT_SCHOOL: Final = 20
KEY: Final = person_key(0)


def main() -> None:
    """Write the journal, make the starts, recall both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="korgoo-late-") as folder:
        os.environ |= {"KORGOO_DATA": folder, "DJANGO_SETTINGS_MODULE": "korgoo.conf.settings"}
        os.environ.pop("KORGOO_DATABASE_URL", None)
        figures = measure(Path(folder), args.days)
    lines = (
        f"history                    {figures['rows']:>10,} fixes, {args.days} days",
        f"starting points            {figures['points']:>10,} of {figures['point_bytes']:,} bytes each",
        f"making them all            {figures['making_s']:>10.2f} s processor time, beforehand",
        f"longest step of making     {figures['longest_step_s']:>10.3f} s",
        f"late fix, whole history    {figures['whole_s']:>10.3f} s processor time",
        f"late fix, from a start     {figures['start_s']:>10.3f} s processor time",
    )
    print("\n".join(lines))
    if args.json:
        print(json.dumps(figures))


def measure(folder: Path, days: int) -> dict[str, float]:
    """Return the figures of one history."""
    from korgoo.runtime.installation import prepare_installation, set_up_django  # noqa: PLC0415 - needs Django

    prepare_installation(set_up_django())
    from django.db.models import Sum  # noqa: PLC0415 - as above
    from django.db.models.functions import Length  # noqa: PLC0415 - as above

    from korgoo.monitoring.models import StartingPoint  # noqa: PLC0415 - as above
    from korgoo.monitoring.starting_points import DAY_MS  # noqa: PLC0415 - as above
    from korgoo.runtime.memory import Memory  # noqa: PLC0415 - as above
    from korgoo.runtime.starts import STRETCH_ROWS, Starts  # noqa: PLC0415 - as above

    journal = write_history(folder, days)
    try:
        head, starts = journal.head(), Starts(journal, Parameters())
        target_ms, limit, steps = head.log_at_ms // DAY_MS * DAY_MS, STRETCH_ROWS, []
        memory = Memory(starts, seq=0, marked_ms=0)
        whole_s, whole = settle(memory, head.seq, head.log_at_ms)
        while limit:
            began = time.process_time()
            limit = starts.make(KEY, until_seq=head.seq, target_ms=target_ms, limit=limit)
            steps.append(time.process_time() - began)
        start_s, short = settle(memory, head.seq, head.log_at_ms)
        if whole != short:
            raise SystemExit("the two differ")
        kept = StartingPoint.objects.aggregate(bytes=Sum(Length("blob")))["bytes"]
        count = StartingPoint.objects.count()
    finally:
        journal.close()
    return {
        "rows": days * DAY_MINUTES,
        "points": count,
        "point_bytes": kept // count,
        "making_s": sum(steps),
        "longest_step_s": max(steps),
        "whole_s": whole_s,
        "start_s": start_s,
    }


def write_history(folder: Path, days: int) -> SqliteJournal:
    """Write a fix a minute at home, twenty minutes a day in the school, and one fix three hours late."""
    journal, chance = SqliteJournal(folder), random.Random(1)
    journal.append([draft(Kind.PLAN, 0, compile_template(), START_MS)], now_ms=START_MS)
    minutes = days * DAY_MINUTES
    for first in range(0, minutes, GROUP):
        drafts = []
        for minute in range(first, first + GROUP):
            at_ms = START_MS + minute * MINUTE_MS
            east = 100_000 if minute % DAY_MINUTES < AT_SCHOOL else 0
            drafts.append(draft(Kind.OBSERVATION, 0, observe(0, at_ms, chance, east_e7=east), at_ms))
        journal.append(drafts, now_ms=START_MS + (first + GROUP) * MINUTE_MS)
    late_ms = START_MS + (minutes - 180) * MINUTE_MS + 30_000
    late = draft(Kind.OBSERVATION, 0, observe(0, late_ms, chance, east_e7=100_000), late_ms)
    journal.append([late], now_ms=START_MS + (minutes + 1) * MINUTE_MS)
    return journal


def settle(memory: object, until_seq: int, horizon_ms: int) -> tuple[float, object]:
    """Recall and judge again; return the processor time and what came out."""
    subject = Subject(PersonState(KEY), Parameters())
    began = time.process_time()
    recalled = memory.recall(KEY, until_seq)  # type: ignore[attr-defined]
    account = settle_rows(subject, recalled, horizon_ms)
    took = time.process_time() - began
    return took, (account.differences, subject.state)


if __name__ == "__main__":
    main()
