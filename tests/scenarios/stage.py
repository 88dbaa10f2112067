"""Plays a story: its rows through one shard with the clock between them, and what was found in words."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from korgoo.engine.coverage import Coverage
from korgoo.engine.findings import RECORDED, Event
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Kind, Mark, Row, StandDown
from korgoo.engine.shard import Shard
from korgoo.planning.compilation import compile_plan
from korgoo.planning.pairs import compile_pair
from korgoo.planning.reading import read_document
from tests.scenarios.pairing import document_of
from tests.scenarios.script import PAIR, PairChange, PlanChange
from tests.stories import P1, Ledger, kind_of

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.plan import PairPlan, Plan
    from tests.scenarios.pairing import PairStory
    from tests.scenarios.script import Expected, Script


def play(script: Script) -> list[Finding]:
    """Return all findings of a story, in the order told."""
    ledger, rows, seqs = Ledger(), list[Row](), count(3)

    def recall(key: str, until_seq: int) -> Recalled:
        return Recalled([r for r in rows if r.key == key and r.seq <= until_seq], ledger.recorded(key))

    shard = Shard(Parameters(), recall=recall)
    zones = dict(script.zones)
    start_ms = script.entries[0].log_ms
    rows.append(Row(1, start_ms, Kind.PLAN, P1, _compile(script, zones, start_ms, version=1)))
    if script.pair is not None:
        rows.append(Row(2, start_ms, Kind.PAIR, PAIR, _compile_pair(script, script.pair, start_ms)))
    ledger.write(shard.feed(rows))
    for entry in script.entries:
        body, key = entry.body, entry.key
        if isinstance(body, tuple):  # nobody was there: a mark, a hole, and the first mark after it
            ledger.write(shard.advance(body[0]))
            moments = range(shard.marked_ms or body[0], body[0], shard.parameters.outage_ms)
            marks = [Row(next(seqs), moment, Kind.MARK, SYSTEM_KEY, Mark()) for moment in (*moments, *body)]
            for mark in marks:
                ledger.write(shard.feed([mark]))
            continue
        ledger.write(shard.advance(entry.log_ms - 1))
        if isinstance(body, PlanChange):
            zones = {**zones, body.zone: body.document or {}}
            zones = {name: zone for name, zone in zones.items() if zone}
            effective_ms = entry.log_ms if body.effective_ms is None else body.effective_ms
            body = _compile(script, zones, effective_ms, version=len(rows))
        if isinstance(body, PairChange):
            body, key = _compile_pair(script, body.pair, entry.log_ms), PAIR
        if isinstance(body, StandDown):
            latched = ("sos", "pair.tamper")
            last = next(f for f in reversed(ledger.events) if f.kind in latched and f.event is Event.OPENED)
            body = StandDown(last.id, body.at_ms)
        key = SYSTEM_KEY if isinstance(body, Coverage) else key
        rows.append(Row(next(seqs), entry.log_ms, kind_of(body), key, body))
        ledger.write(shard.feed(rows[-1:]))
    ledger.write(shard.advance(script.until_ms))
    return ledger.events


def _compile(script: Script, zones: dict[str, dict[str, Any]], from_ms: int, *, version: int) -> Plan:
    """Compile the zones as a PLAN.json would be."""
    documents = []
    for zone in zones.values():
        circle = script.circle(zone["place"], zone["radius_m"])
        rest = {name: value for name, value in zone.items() if name not in {"place", "radius_m"}}
        documents.append({**rest, "circle": circle})
    subject = {"id": "p1", "expected_interval_s": script.interval_s, "zones": documents}
    document = read_document(json.dumps({"tz": script.tz, "subjects": [subject]}).encode())
    year = int(script.day[:4])
    plan = compile_plan(document.subjects[0], tz=script.tz, first_year=year - 1, last_year=year + 1)
    tether_ms = script.tether_s * 1000
    return msgspec.structs.replace(plan, version=str(version), effective_from_ms=from_ms, tether_ms=tether_ms)


def _compile_pair(script: Script, pair: PairStory, from_ms: int) -> PairPlan:
    """Compile the pair as a PLAN.json would be; the second person expects what the first does."""
    people = [{"id": name, "expected_interval_s": script.interval_s} for name in ("p1", "p2")]
    raw = {"tz": script.tz, "subjects": people, "pairs": [document_of(script, pair, people=("p1", "p2"))]}
    document = read_document(json.dumps(raw).encode())
    plan = compile_pair(document.pairs[0], subjects=document.subjects)
    until_ms = script.moment(pair.until) if pair.until else None
    within = {"effective_from_ms": from_ms, "effective_until_ms": until_ms}
    return msgspec.structs.replace(plan, **within, tether_ms=script.tether_s * 1000)


def tell(script: Script, finding: Finding, like: Expected | None = None) -> str:
    """Return a finding as a story would expect it, with as many words as `like` has."""
    words = [script.wall(finding.at_ms, like=like.at if like else "22:10"), finding.kind, finding.event.value]
    if like is None or like.code:
        words.append(finding.code.value)
    if like is None or like.since:
        words += ["since", script.wall(finding.since_ms, like=like.since if like else "22:10:00")]
    if finding.until_ms is not None and (like is None or like.until):
        words += ["until", script.wall(finding.until_ms, like=like.until if like else "22:10:00")]
    if finding.event is Event.OPENED and not finding.live:
        words.append("retrospective")
    priority = finding.params.get("priority")
    if priority is not None:
        words.append("quiet" if priority == RECORDED else f"P{priority}")
    return " ".join(words)
