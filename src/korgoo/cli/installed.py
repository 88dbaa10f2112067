"""`korgoo explain` of a finding of this installation: read for a reason, which the audit log keeps."""

from __future__ import annotations

import contextlib
import getpass
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.replay.audience import Audience, arrange
from korgoo.replay.texts import load_texts

if TYPE_CHECKING:
    import argparse


def explain_installed(args: argparse.Namespace) -> int:
    """Print the explanation of every event of a recorded finding."""
    from korgoo.conf.environment import EnvironmentInvalidError
    from korgoo.runtime.installation import NotReadyError, open_reader, set_up_django

    if not args.reason.strip():
        return complain("explain", "--reason is needed: why this person's data are read")
    try:
        environment = set_up_django()
        reader = open_reader(environment)
    except (EnvironmentInvalidError, NotReadyError) as error:
        return complain("explain", str(error))
    from korgoo.audit.services import Subject, log_read
    from korgoo.cli.explain import print_all
    from korgoo.journal.errors import StorageError
    from korgoo.replay.evidence.bundles import basis_of
    from korgoo.replay.evidence.cases import CaseError
    from korgoo.replay.places import Places
    from korgoo.replay.telling import tell
    from korgoo.runtime.evidence import take_from_journal

    audience = args.audience or Audience.CENTRE
    try:
        with contextlib.closing(reader):
            case = take_from_journal(reader, args.findings, environment=environment)
    except (CaseError, StorageError) as error:
        return complain("explain", str(error))
    reason = f"explained to {audience}: {args.reason.strip()}"
    log_read(
        Subject("finding", args.findings),
        actor=f"shell:{getpass.getuser()}",
        reason=reason,
        now=datetime.now(UTC),
    )
    places, parties, basis = Places(case.rows), case.parties, basis_of(case)
    tz = args.tz or environment.time_zone
    told = print_all(
        arrange(map(json.loads, case.lines.splitlines()), audience, parties),
        lambda finding: tell(
            finding,
            audience,
            lang=args.lang,
            tz=tz,
            parties=parties,
            basis=basis,
            where=places.find(finding),
        ),
        audience=audience,
    )
    return 0 if told else complain("explain", load_texts(args.lang).telling.nothing)
