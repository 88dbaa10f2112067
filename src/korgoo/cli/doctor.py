"""Examine an installation: clock, disk, gateway, how far the engine is behind, and both chains."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from korgoo.runtime.installation import NotReadyError, open_reader, set_up_django

if TYPE_CHECKING:
    import argparse

    from korgoo.journal.protocol import JournalReader
    from korgoo.runtime.examination import Symptom


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whether to walk the chain."""
    parser.add_argument("--no-chain", action="store_true", help="skip walking the whole journal")


def run(args: argparse.Namespace) -> int:
    """Print one line a part; 0 when nothing failed, 1 when something did, 2 when there is no installation."""
    from korgoo.cli import complain
    from korgoo.runtime.court_keys import list_broken_keys
    from korgoo.runtime.examination import Health, examine_court_keys, examine_disk

    environment = set_up_django()
    if not environment.data.is_dir():
        return complain(
            "doctor", f"there is no installation in {environment.data}; make one with `korgoo init`"
        )
    symptoms = [examine_disk(free_bytes=shutil.disk_usage(environment.data).free)]
    symptoms.append(examine_court_keys(problems=list_broken_keys(environment)))
    try:
        reader = open_reader(environment)
    except NotReadyError as error:
        return complain("doctor", str(error))
    try:
        symptoms += _examine_journal(reader)
        if not args.no_chain:
            symptoms += [_examine_chain(reader), _examine_audit()]
    finally:
        reader.close()
    for symptom in sorted(symptoms, key=lambda symptom: -symptom.health):
        advice = f"; {symptom.advice}" if symptom.advice else ""
        sys.stdout.write(f"{symptom.health.name.lower():8} {symptom.part}: {symptom.seen}{advice}\n")
    return int(any(symptom.health is Health.FAILURE for symptom in symptoms))


def _examine_journal(reader: JournalReader) -> list[Symptom]:
    from django.conf import settings
    from django.db.models import Min

    from korgoo.monitoring.models import ShardCursor
    from korgoo.runtime.engine import StoresApartError, check_stores
    from korgoo.runtime.examination import examine_clock, examine_gateway, examine_lag, examine_stores

    head = reader.head()
    now_ms = settings.KORGOO_CLOCK.now_ms()
    cursor = ShardCursor.objects.aggregate(seq=Min("seq"))["seq"] or 0
    waiting = reader.rows(after_seq=cursor, limit=1)
    behind_ms = max(0, now_ms - waiting[0].log_at_ms) if waiting else 0
    try:
        check_stores(reader)
        apart = ""
    except StoresApartError as error:
        apart = str(error)
    return [
        examine_stores(apart=apart),
        examine_clock(now_ms=now_ms, log_at_ms=head.log_at_ms),
        examine_gateway(now_ms=now_ms, log_at_ms=head.log_at_ms),
        examine_lag(behind_rows=max(0, head.seq - cursor), behind_ms=behind_ms),
    ]


def _examine_chain(reader: JournalReader) -> Symptom:
    from korgoo.journal.verification import verify
    from korgoo.runtime.anchoring import find_anchor
    from korgoo.runtime.examination import Health, Symptom

    verdict = verify(reader, expected_link=find_anchor())
    if verdict.state == "broken":
        seen = f"broken at seq {verdict.broken_at}: {verdict.fault}"
        return Symptom("chain", Health.FAILURE, seen, "stop, keep the files as they are, and call for help")
    return Symptom("chain", Health.GOOD, f"{verdict.state}, {verdict.rows} rows")


def _examine_audit() -> Symptom:
    from korgoo.audit.verification import verify_audit_chain
    from korgoo.runtime.examination import Health, Symptom

    verdict = verify_audit_chain()
    if verdict.broken_at is not None:
        advice = "stop, keep the files as they are, and call for help"
        return Symptom("audit", Health.FAILURE, f"broken at line {verdict.broken_at}", advice)
    return Symptom("audit", Health.GOOD, f"intact, {verdict.lines} lines")
