"""Judges the rows of a file in a process of its own: `python judging_process.py ROWS FINDINGS`.

Prints what its surroundings are, so that a test can see that they differ from its own.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Kind, Row, decode_body
from korgoo.engine.shard import Shard
from tests.stories import Ledger

BATCH = 400


def main(rows_path: Path, findings_path: Path) -> None:
    """Judge and tell."""
    packed = msgspec.msgpack.decode(rows_path.read_bytes())
    rows = [Row(seq, log, Kind(kind), key, decode_body(kind, body)) for seq, log, kind, key, body in packed]
    ledger = Ledger()
    shard = Shard(
        Parameters(),
        recall=lambda key, seq: Recalled(
            [r for r in rows if r.key == key and r.seq <= seq], ledger.recorded(key)
        ),
    )
    for start in range(0, len(rows), BATCH):
        ledger.write(shard.feed(rows[start : start + BATCH]))
    findings_path.write_bytes(b"\n".join(msgspec.json.encode(finding) for finding in ledger.events))
    machine = importlib.import_module("numpy._core._multiarray_umath")  # the only place that tells
    features = [name for name, there in machine.__cpu_features__.items() if there]
    dispatched = [name for name in machine.__cpu_dispatch__ if name in features]
    about = {
        "numpy": np.__version__,
        "hash": hash("korgoo"),
        "zone": time.tzname[0],
        "dispatched": dispatched,
    }
    print(json.dumps(about))  # noqa: T201 - this is how the process answers


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
