"""Run benches once more on a throw-away PostgreSQL: on_postgres.py NAME ...; loud where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.parts.postgres_server import find_binaries

ABSENT = "PostgreSQL is not installed: NO bench was run on PostgreSQL (make system-deps)"


def main(names: list[str]) -> int:
    """Return the first status that is not 0; without a server a loud line, and 1 if it is required."""
    if find_binaries() is None:
        sys.stderr.write(f"NOT MEASURED: {ABSENT}\n")
        return int("postgres" in os.environ.get("KORGOO_REQUIRE", "").split(","))
    for name in names:
        print(f"\n{name}, on PostgreSQL", flush=True)
        script = Path(__file__).parents[1] / f"{name}.py"
        status = subprocess.run((sys.executable, script, "--postgres"), check=False).returncode  # noqa: S603 - ours
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
