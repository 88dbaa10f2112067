"""Structured logs that cannot tell where anybody was: names of events and a closed set of fields.

Texts of exceptions and arguments of foreign log calls may hold what a device sent, so neither is ever
written: of an exception the type and the lines it passed through, of a foreign call its template.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Final

FIELDS: Final = frozenset(
    {
        "assignment",
        "bytes",
        "command",
        "count",
        "error",
        "field",
        "format",
        "inbox_id",
        "kind",
        "port",
        "reason",
        "rows",
        "seconds",
        "status",
        "where",
    }
)
_SCALARS: Final = (str, int, float, bool)

log = logging.getLogger("korgoo.gateway")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. `record.fields` is what the caller passed as `extra={"fields": {...}}`."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= {k: v for k, v in fields.items() if k in FIELDS and isinstance(v, _SCALARS)}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def write_logs(*, level: int = logging.INFO) -> None:
    """Send every logger of the process to stderr in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def warn(event: str, **fields: object) -> None:
    """Log a warning; `event` is a constant."""
    log.warning(event, extra={"fields": fields})


def report_error(event: str, **fields: object) -> None:
    """Log an error with the lines of the exception in hand, never its text."""
    log.error(event, exc_info=True, extra={"fields": fields})  # noqa: LOG014 - called from except blocks only


def note(event: str, **fields: object) -> None:
    """Log something worth knowing."""
    log.info(event, extra={"fields": fields})
