"""What another engine makes of the rows of a case: the same finding, the same one otherwise, or none.

An engine that opens a finding at another row gives it another id, as the row's number is part of it. So it is
looked for by whom and what it is about and by when it was, too.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from korgoo.engine.parameters import Parameters
from korgoo.replay.derivation import Job, derive_all, parameter_values, read_record
from korgoo.replay.findings_file import finding_line
from korgoo.replay.judging import override_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from korgoo.replay.derivation import Record

_SAID: Final = ("kind", "event", "at", "since", "live", "confidence")
"""Fields that are told with both their values."""
_ENDS: Final = ("closed", "annulled")
_FOR_EVER: Final = "9999"
"""After every instant, as text."""


def judge_today(records: Sequence[Record], then: Job, overrides: Mapping[str, int]) -> list[list[str]]:
    """Return the lines of each finding about the same condition that the engine installed here gives.

    Raises:
        ParameterError, msgspec.DecodeError, ValueError, KeyError: it cannot judge these rows.
    """
    parameters = parameter_values(override_parameters(Parameters(), dict(overrides)))
    job = Job(then.finding, then.clock, then.end_ms, parameters)
    about = _about(then.finding)
    found = [f for f in derive_all([read_record(record) for record in records], job) if _about(f.id) == about]
    found.sort(key=lambda finding: finding.id)  # stable: the events of each stay in their order
    return [[finding_line(f) for f in events] for _, events in groupby(found, key=lambda f: f.id)]


def tell_today(recorded: list[str], today: list[list[str]]) -> str:
    """Say what today's engine finds, given the lines that were recorded and those of `judge_today`."""
    if recorded in today:
        return "the same bytes"
    begun, ended = _span(recorded)
    spans = [(lines, *_span(lines)) for lines in today]
    same = [lines for lines, since, until in spans if since <= ended and begun <= until]
    if not same:
        others = ", ".join(sorted(since for _, since, _ in spans))
        return f"differs: it finds nothing at that time{f', but from {others}' if others else ''}"
    also = f"; and {len(same) - 1} more at that time" if len(same) > 1 else ""
    own = _id(recorded)
    return f"differs: {tell_difference(recorded, next((s for s in same if _id(s) == own), same[0]))}{also}"


def tell_difference(recorded: list[str], told: list[str]) -> str:
    """Say in what the lines of a finding differ from those recorded: the first event that does, and how."""
    if not told:
        return "it does not find this at all"
    for number, (old, new) in enumerate(zip(recorded, told, strict=False)):
        before, after = json.loads(old), json.loads(new)
        if (before | {"id": ""}) != (after | {"id": ""}):
            return f"event {number} in {_fields(before, after)}"
    if len(recorded) != len(told):
        return f"{len(told)} events instead of {len(recorded)}"
    if _id(recorded) != _id(told):
        return "nothing but its id"
    return "its writing" if recorded != told else "nothing"


def _fields(before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [name for name in before | after if name != "id" and before.get(name) != after.get(name)]
    told = {name: f"{name} ({after.get(name)} instead of {before.get(name)})" for name in _SAID}
    return ", ".join(told.get(name, name) for name in names)


def _about(finding: str) -> str:
    """Return the id without the number of the row that opened it: whom it is about, condition and kind."""
    return finding.rpartition("/")[0]


def _id(lines: list[str]) -> str:
    return str(json.loads(lines[0])["id"])


def _span(lines: list[str]) -> tuple[str, str]:
    """Return since when and until when a finding holds: instants of one form, what stands open for ever."""
    events = [json.loads(line) for line in lines]
    ends = events[-1]["event"] in _ENDS
    return min(event["since"] for event in events), max(e["at"] for e in events) if ends else _FOR_EVER
