"""Where the participant was, for those who are sent to him: looked up by the rows that a finding names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.rows import Kind, person_key
from korgoo.planning.instants import format_instant
from korgoo.replay.fixes import read_fixes
from korgoo.replay.recording import make_recording
from korgoo.replay.telling import Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from korgoo.engine.rows import Row
    from korgoo.planning.document import PlanDocument


class Places:
    """The positions in some rows, by seq."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Keep the rows that hold a position."""
        seen = (row for row in rows if row.kind is Kind.OBSERVATION and row.body.lat_e7 is not None)
        self._rows = {row.seq: row for row in seen}

    @classmethod
    def read(cls, document: PlanDocument, fixes: Path) -> Places:
        """Return the positions of a recording.

        Raises:
            FixesError, OSError: it cannot be read.
        """
        read = read_fixes(fixes, persons=[subject.id for subject in document.subjects])
        return cls(make_recording(document, read).rows)

    def find(self, finding: Mapping[str, Any]) -> Where | None:
        """Return the newest used fix of the finding's own subject, never of the other side."""
        subject = person_key(finding["subject"])
        for item in reversed(finding["evidence"]):
            row = self._rows.get(item.get("seq"))
            if row is not None and row.key == subject and item.get("use") == "used":
                body = row.body
                return Where(body.lat_e7, body.lon_e7, body.accuracy_cm, format_instant(body.fixed_at_ms))
        return None
