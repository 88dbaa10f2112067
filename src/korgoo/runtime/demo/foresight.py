"""When a deed will be found: the engine's own answer, before the deed is put into the scene.

A motion sensor that says "still" for two minutes, or a bad ten minutes of Wi-Fi, can keep the engine from
believing an entry for some minutes. So it is asked beforehand who will be found out soon.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Event as FindingEvent
from korgoo.engine.rows import person_key
from korgoo.planning.reading import read_document
from korgoo.replay.backtest import DEFAULT_BATCH, judge_recording
from korgoo.replay.fixes import Fixes
from korgoo.replay.judging import EngineBench
from korgoo.replay.recording import make_recording
from korgoo.sim.files import plan_document
from korgoo.sim.incidents import Conduct
from korgoo.sim.observations import stream

if TYPE_CHECKING:
    from korgoo.sim.incidents import Event
    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

BEFORE_MS: Final = 40 * 60_000
"""How much of his past the engine is shown, so that its belief stands before he leaves."""


def foresee_entry(town: Town, person: Person, event: Event, *, after_ms: int, until_ms: int) -> int | None:
    """Return when the engine will find that he has entered a zone, or None if not before `until_ms`.

    None also where it is found before `after_ms`: then it is another entry than the one that is meant.
    """
    told = stream(
        town, [person], from_ms=after_ms - BEFORE_MS, until_ms=until_ms, conduct=Conduct({}, (event,))
    )
    observed = [(person_key(person.id), seen) for _, seen in told]
    document = read_document(json.dumps(plan_document([person])).encode())
    recording = make_recording(document, Fixes(observed, len(observed), {}))
    findings = judge_recording(
        recording, bench=EngineBench({}), until_ms=until_ms, batch=DEFAULT_BATCH, shards=1
    )
    opened = [one for one in findings if one.kind == "zone.enter" and one.event is FindingEvent.OPENED]
    return opened[0].at_ms if opened and opened[0].at_ms >= after_ms else None
