"""Reads recordings to be played: FIXES.csv, the OwnTracks recorder's .rec, GPX, NMEA. All or nothing.

A file with a bad line is refused with the line's number: a recording that plays in part would mislead.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import gpxpy
import msgspec
import pynmea2

from korgoo.engine.rows import Observation, Source
from korgoo.gateway.formats import owntracks
from korgoo.gateway.formats.message import Message, UndecodableError
from korgoo.outbox.instants import to_ms
from korgoo.replay.fixes import FixesError, read_fixes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Recordings = dict[str, list[Observation]]
"""Person's name in the recording: what was observed, ascending in time received."""

LARGEST: Final = 512 << 20
MOST_PERSONS: Final = 500
_KNOT_CMS: Final = 51.4444
_REC_FIELDS: Final = 3
_RMC: Final = re.compile(r"\$[A-Z]{2}RMC,")
_SENTENCE: Final = re.compile(r"\$[A-Z]{2}RMC,[^*$]*\*[0-9A-Fa-f]{2}")
"""Loggers write around it: GnssLogger a word before and the time after."""
_THINNEST_MS: Final = 1_000


class RecordingInvalidError(ValueError):
    """The file cannot be played; the message says which line and why."""


def read_recordings(path: Path) -> Recordings:
    """Return who was recorded in a file; its name's ending says in which format.

    Raises:
        RecordingInvalidError: unknown format, unreadable, empty, or a bad line.
    """
    read = _FORMATS.get(path.suffix.lower())
    if read is None:
        raise RecordingInvalidError(f"{path.name}: a recording is one of {', '.join(_FORMATS)}")
    try:
        if path.stat().st_size > LARGEST:
            raise RecordingInvalidError(f"{path.name} is larger than {LARGEST >> 20} MB")
        recordings = {name: _thin(seen) for name, seen in read(path).items() if seen}
    except OSError as error:
        raise RecordingInvalidError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RecordingInvalidError(f"{path.name} is not UTF-8") from error
    if not any(one.lat_e7 is not None for seen in recordings.values() for one in seen):
        raise RecordingInvalidError(f"{path.name} holds no position")
    if len(recordings) > MOST_PERSONS:
        raise RecordingInvalidError(f"{path.name} holds {len(recordings)} persons; {MOST_PERSONS} at most")
    return recordings


def _thin(seen: list[Observation]) -> list[Observation]:
    """Sort by reception and keep one bare position a second: no device may send more for long."""
    kept: list[Observation] = []
    last_ms = -_THINNEST_MS
    for one in sorted(seen, key=lambda one: one.received_at_ms):
        bare = not one.sos and one.strap is None and one.case is None
        if bare and 0 <= one.fixed_at_ms - last_ms < _THINNEST_MS:
            continue
        kept.append(one)
        last_ms = one.fixed_at_ms
    return kept


def _read_csv(path: Path) -> Recordings:
    try:
        fixes = read_fixes(path)
    except FixesError as error:
        raise RecordingInvalidError(f"{path.name}: {error}") from error
    found: Recordings = {}
    for key, seen in fixes.observations:
        found.setdefault(key.removeprefix("person:"), []).append(seen)
    return found


def _read_rec(path: Path) -> Recordings:
    """Read lines of time received, kind and JSON, parted by tabs, as `ocat` and the recorder write them."""
    seen: list[Observation] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        fields = line.split("\t", _REC_FIELDS - 1)
        if len(fields) != _REC_FIELDS:
            raise RecordingInvalidError(f"{path.name}, line {number}: not time, kind and JSON parted by tabs")
        if not fields[1].strip().startswith(("*", "t")):
            continue  # a last will, a card, a waypoint: no observation
        received_at_ms = _read_time(fields[0], where=f"{path.name}, line {number}")
        try:
            decoded = owntracks.decode(
                Message(fields[2].encode(), "application/json", received_at_ms=received_at_ms)
            )
        except UndecodableError as error:
            raise RecordingInvalidError(f"{path.name}, line {number}: {error}") from error
        seen += decoded.observations
    return {path.stem: seen}


def _read_time(text: str, *, where: str) -> int:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise RecordingInvalidError(f"{where}: {text[:30]!r} is no time") from error
    return to_ms(at if at.tzinfo else at.replace(tzinfo=UTC))


def _read_gpx(path: Path) -> Recordings:
    try:
        document = gpxpy.parse(path.read_text(encoding="utf-8"))
    except gpxpy.gpx.GPXException as error:
        raise RecordingInvalidError(f"{path.name} is no GPX: {error}") from error
    found: Recordings = {}
    for track in document.tracks:
        for segment in track.segments:
            for point in segment.points:
                if point.time is None:
                    raise RecordingInvalidError(f"{path.name}: a point without its time cannot be played")
                at = point.time if point.time.tzinfo else point.time.replace(tzinfo=UTC)
                found.setdefault(track.name or path.stem, []).append(
                    _fix(to_ms(at), point.latitude, point.longitude, altitude=point.elevation)
                )
    return found


def _read_nmea(path: Path) -> Recordings:
    """Read RMC sentences that say that they hold; the others repeat or refine them."""
    seen: list[Observation] = []
    for number, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        if not _RMC.search(line):
            continue
        sentence = _SENTENCE.search(line)
        try:
            said = pynmea2.parse(sentence[0] if sentence else line, check=True)
        except pynmea2.ParseError as error:
            raise RecordingInvalidError(f"{path.name}, line {number}: no NMEA sentence") from error
        if said.status != "A":
            continue
        try:
            at = datetime.combine(said.datestamp, said.timestamp).replace(tzinfo=UTC)
            speed = None if said.spd_over_grnd is None else float(said.spd_over_grnd) * _KNOT_CMS
            seen.append(_fix(to_ms(at), said.latitude, said.longitude, speed_cms=speed))
        except (TypeError, ValueError) as error:
            raise RecordingInvalidError(f"{path.name}, line {number}: a value is missing") from error
    return {path.stem: seen}


def _fix(
    at_ms: int, lat: float, lon: float, *, altitude: float | None = None, speed_cms: float | None = None
) -> Observation:
    if not -90 <= lat <= 90 or not -180 <= lon <= 180:  # noqa: PLR2004 - degrees
        raise RecordingInvalidError("a position lies outside the earth")
    return Observation(
        at_ms,
        at_ms,
        lat_e7=round(lat * 1e7),
        lon_e7=round(lon * 1e7),
        source=Source.GPS,
        speed_cms=None if speed_cms is None else round(speed_cms),
        altitude_cm=None if altitude is None else round(altitude * 100),
    )


def shift(seen: Observation, *, by_ms: int) -> Observation:
    """Return the observation as if it were made so much later."""
    return msgspec.structs.replace(
        seen, fixed_at_ms=seen.fixed_at_ms + by_ms, received_at_ms=seen.received_at_ms + by_ms
    )


_FORMATS: Final[dict[str, Callable[[Path], Recordings]]] = {
    ".csv": _read_csv,
    ".rec": _read_rec,
    ".gpx": _read_gpx,
    ".nmea": _read_nmea,
}
