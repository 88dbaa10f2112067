"""FINDINGS.jsonl: one event of one finding a line, fields and their order fixed (docs/backtest.md)."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from korgoo.engine.findings import Evidence, Finding
from korgoo.planning.instants import format_instant

STDOUT: Final = "-"
FIELDS: Final = (
    "id", "kind", "event", "subject", "other", "condition", "at", "since", "live", "confidence", "evidence",
    "explanation",
)  # fmt: skip
_PERSON: Final = "person:"


class FindingsError(ValueError):
    """A file of findings cannot be read; the message names file and line."""


def finding_line(finding: Finding) -> str:
    """Return the line of one event, without its end; the same finding always gives the same bytes."""
    params: dict[str, Any] = {name: finding.params[name] for name in sorted(finding.params)}
    if finding.until_ms is not None:
        params["until"] = format_instant(finding.until_ms)
    values = {
        "id": finding.id,
        "kind": finding.kind,
        "event": finding.event.value,
        "subject": _person(finding.subject),
        "other": None if finding.other is None else _person(finding.other),
        "condition": finding.condition,
        "at": format_instant(finding.at_ms),
        "since": format_instant(finding.since_ms),
        "live": finding.live,
        "confidence": None,
        "evidence": [_evidence(item) for item in finding.evidence],
        "explanation": {"code": finding.code.value, "params": params},
    }
    texts = {name: _json(value) for name, value in values.items()}
    # Always three decimals: 0.970 and not 0.97, so that the bytes do not hang on how floats are printed.
    texts["confidence"] = f"{finding.confidence // 1000}.{finding.confidence % 1000:03d}"
    return "{" + ",".join(f'"{name}":{texts[name]}' for name in FIELDS) + "}"


def _person(key: str) -> str:
    return key.removeprefix(_PERSON)


def _evidence(item: Evidence) -> dict[str, Any]:
    """Return a fix as evidence; what is unknown or empty is left out."""
    fields: dict[str, Any] = {"seq": item.seq, "fixed_at": format_instant(item.fixed_at_ms), "use": item.use}
    if item.reason:
        fields["reason"] = item.reason
    known = (("distance_m", item.distance_m), ("sigma_m", item.sigma_m), ("belief", item.belief))
    fields |= {name: value for name, value in known if value is not None}
    if item.side:
        fields["side"] = item.side
    return fields


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_findings(findings: Iterable[Finding], out: str) -> int:
    """Write findings to a file, or to standard output for `-`; return how many.

    A file appears whole or not at all: it is written beside its place and then moved there.

    Raises:
        OSError: it cannot be written; an earlier file of that name is then as it was.
    """
    if out == STDOUT:
        return _write(findings, sys.stdout)
    target = Path(out)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as opened:
            count = _write(findings, opened)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).chmod(0o644 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return count


def _write(findings: Iterable[Finding], opened: IO[str]) -> int:
    count = 0
    for finding in findings:
        opened.write(finding_line(finding) + "\n")
        count += 1
    return count


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_findings(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file of findings as objects with the fields of the format.

    Raises:
        FindingsError: a line is no such object.
        OSError: the file cannot be read.
    """
    with path.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            if line.strip():
                yield _read_line(line, where=f"{path}, line {number}")


def _read_line(line: bytes, *, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise FindingsError(f"{where}: no JSON object in UTF-8") from error
    if not isinstance(found, dict) or sorted(found) != sorted(FIELDS):
        raise FindingsError(f"{where}: no finding; its fields must be {', '.join(FIELDS)}")
    explanation, evidence = found["explanation"], found["evidence"]
    if not (
        isinstance(explanation, dict)
        and isinstance(explanation.get("code"), str)
        and isinstance(explanation.get("params"), dict)
        and isinstance(evidence, list)
        and all(isinstance(item, dict) for item in evidence)
        and all(
            isinstance(found[name], str)
            for name in ("id", "kind", "event", "subject", "condition", "at", "since")
        )
        and isinstance(found["confidence"], int | float)
    ):
        raise FindingsError(f"{where}: no finding; a field has the wrong type")
    return found
