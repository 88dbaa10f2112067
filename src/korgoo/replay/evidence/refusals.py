"""What means that a bundle cannot be made as asked; each message says why, to whoever asked."""

from __future__ import annotations

from typing import Final

from korgoo.replay.evidence.archive import ArchiveError
from korgoo.replay.evidence.bundles import ProfileError
from korgoo.replay.evidence.cases import CaseError
from korgoo.replay.evidence.chains import ProofError
from korgoo.replay.evidence.keys import KeyFileError
from korgoo.replay.evidence.stamps import StampError

REFUSALS: Final[tuple[type[Exception], ...]] = (
    ArchiveError, CaseError, KeyFileError, ProfileError, ProofError, StampError,
)  # fmt: skip
