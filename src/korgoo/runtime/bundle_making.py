"""Making the bundles that pages have asked for: a chore of the worker, a process for each.

A case of months is judged anew, which takes minutes; meanwhile deadlines have to be kept and pages served.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.journal.errors import StorageError
from korgoo.monitoring import evidence_bundles
from korgoo.monitoring.models import EvidenceBundle
from korgoo.replay.evidence import keys
from korgoo.replay.evidence.bundles import make_bundle
from korgoo.replay.evidence.refusals import REFUSALS
from korgoo.replay.evidence.stamps import find_stamper
from korgoo.replay.evidence.writing import write_beside
from korgoo.runtime.court_keys import find_court_key
from korgoo.runtime.evidence import take_from_journal
from korgoo.runtime.installation import NotReadyError, open_reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from korgoo.conf.environment import Environment

log = logging.getLogger("korgoo.runtime")

FOLDER: Final = "evidence"
_REFUSALS: Final[tuple[type[Exception], ...]] = (*REFUSALS, NotReadyError, StorageError)
_TEND_EVERY: Final = 60  # turns of the worker, about a second each
_STOP_S: Final = 5.0


def locate_bundle(environment: Environment, bundle_id: int) -> Path:
    """Return where the file of a bundle lies."""
    return environment.data / FOLDER / f"{bundle_id}.zip"


def make_asked_bundle(bundle_id: int, *, token: str, environment: Environment, now: datetime) -> None:
    """Make one bundle whose lease is `token`, put its file in place and say so; or say why there is none."""
    bundle = EvidenceBundle.objects.unscoped("the worker makes what was asked for").get(pk=bundle_id)
    try:
        content, stamped = _make(bundle, environment=environment, now=now)
        _publish(bundle_id, content, token=token, environment=environment, stamped=stamped, now=now)
    except _REFUSALS as error:
        evidence_bundles.fail_bundle(bundle_id, token=token, problem=str(error))
    except OSError as error:
        problem = f"the file cannot be written: {error.strerror}"
        evidence_bundles.fail_bundle(bundle_id, token=token, problem=problem)


def _publish(
    bundle_id: int, content: bytes, *, token: str, environment: Environment, stamped: bool, now: datetime
) -> None:
    """Put the file in place and say that it lies ready: both, or neither.

    1. It is written beside its place. 2. In one transaction the row is taken by its lease, which locks it,
    and the file is moved. Who has lost the lease touches nothing: what lies there is another maker's.
    """
    path = locate_bundle(environment, bundle_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    with write_beside(path, content) as part, transaction.atomic():
        if evidence_bundles.finish_bundle(
            bundle_id, token=token, sha256=digest, size=len(content), stamped=stamped, now=now
        ):
            part.replace(path)


def _make(bundle: EvidenceBundle, *, environment: Environment, now: datetime) -> tuple[bytes, bool]:
    """Return the bytes of a bundle, as `korgoo evidence` makes them, and whether they are time-stamped."""
    signer = keys.load_signing_key(environment.data / keys.KEY_FILE, make=True)
    court = None
    if bundle.profile == EvidenceBundle.Profile.SEALED:
        court = find_court_key(environment, name=bundle.court, wanted=bundle.court_fingerprint)
    stamp, _why = find_stamper(environment.tsa_url, environment.tsa_ca)
    with closing(open_reader(environment)) as reader:
        case = take_from_journal(reader, bundle.finding_id, environment=environment)
    content = make_bundle(
        case,
        bundle.profile,
        signer=signer,
        court=court,
        tz=environment.time_zone,
        made_ms=int(now.timestamp() * 1000),
        stamp=stamp,
    )
    return content, stamp is not None


class BundleMaking:
    """The chore: one process at a time, below everything else; files that are no longer kept are deleted."""

    def __init__(self, environment: Environment, command: Sequence[str] = ()) -> None:
        """Run nothing yet. `command` takes the id of a bundle; its lease comes on standard input."""
        self._environment = environment
        self._command = tuple(command) or (sys.executable, "-m", "korgoo.cli", "worker", "--bundle")
        self._running: subprocess.Popen[bytes] | None = None
        self._lease = (0, "")
        self._turns = 0

    def __call__(self, now: datetime) -> int:
        """Look after the process, or start the next; never waits, so that deadlines are kept."""
        tends = self._turns % _TEND_EVERY == 0
        self._turns += 1
        if tends:
            evidence_bundles.expire_bundles(now=now)
            self._sweep()
        if self._running is not None:
            status = self._running.poll()
            if status is None:
                if tends:
                    bundle_id, token = self._lease
                    evidence_bundles.renew_lease(bundle_id, token=token, now=now)
                return 0
            self._end(status)
        claimed = evidence_bundles.claim_bundle(now=now)
        if claimed is not None:
            self._start(claimed.pk, claimed.lease_token)
        return 0

    def close(self) -> None:
        """End the process; what it had begun is made after the next start."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._end(self._running.wait(_STOP_S))
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._end(self._running.wait())

    def _start(self, bundle_id: int, token: str) -> None:
        command = (*self._command, str(bundle_id))
        self._running = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own program
        self._lease = (bundle_id, token)
        with suppress(BrokenPipeError):  # it died at once: `_end` says so
            self._give(token)

    def _give(self, token: str) -> None:
        """Tell the lease where no list of processes shows it."""
        if self._running is not None and self._running.stdin is not None:
            with self._running.stdin as opened:
                opened.write(token.encode())

    def _end(self, status: int) -> None:
        self._running = None
        bundle_id, token = self._lease
        if status:
            log.error("making evidence bundle %d ended with status %d", bundle_id, status)
        evidence_bundles.release_bundle(bundle_id, token=token)  # nothing to release where it was finished

    def _sweep(self) -> None:
        """Delete files of bundles that are no longer kept, also of a maker that was killed."""
        folder = self._environment.data / FOLDER
        with suppress(FileNotFoundError):
            names = {path: path.stem for path in folder.iterdir() if path.suffix == ".zip"}
            ids = {int(stem): path for path, stem in names.items() if stem.isascii() and stem.isdigit()}
            kept = evidence_bundles.list_kept(sorted(ids))
            for bundle_id in sorted(set(ids) - kept):
                ids[bundle_id].unlink(missing_ok=True)
            if self._running is None:
                for half in sorted(folder.glob(".*.part")):
                    half.unlink(missing_ok=True)


def lower_priority() -> None:
    """Let everything else go first: gateway, engine and pages do not wait for evidence."""
    os.nice(10)
