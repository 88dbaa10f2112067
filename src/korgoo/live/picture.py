"""What changed in the picture since the last look, grouped by office; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.live.tables import PictureRow

_ENCODE = msgspec.json.Encoder().encode


class PictureChanges:
    """Remembers the seq of everybody's newest position; before `start` it knows nobody's."""

    def __init__(self) -> None:
        """Know nothing."""
        self._seqs: dict[int, int] | None = None

    @property
    def is_started(self) -> bool:
        """Whether there is something to compare with."""
        return self._seqs is not None

    def start(self, rows: Iterable[PictureRow]) -> None:
        """Take `rows` as known."""
        self._seqs = {row.person_id: row.seq for row in rows}

    def stop(self) -> None:
        """Forget: nobody listens."""
        self._seqs = None

    def take(self, rows: Iterable[PictureRow]) -> dict[int, bytes]:
        """Return for each office its changed points as JSON arrays, comma-separated.

        A point is [person, seq, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, received_at_ms, battery, verdict].
        """
        if self._seqs is None:
            self.start(rows)
            return {}
        changed: dict[int, list[bytes]] = {}
        for row in rows:
            if self._seqs.get(row.person_id) != row.seq:
                self._seqs[row.person_id] = row.seq
                changed.setdefault(row.office_id, []).append(_ENCODE((row.person_id, *row[2:])))
        return {office: b",".join(points) for office, points in changed.items()}
