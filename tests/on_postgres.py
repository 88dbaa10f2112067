"""Run tests of the records once more with PostgreSQL under them; the arguments are pytest's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.postgres import ABSENT, find_binaries, serve_postgres


def main() -> int:
    """Return pytest's status; 0 with a loud line where there is no server, unless it is required."""
    binaries = find_binaries()
    if binaries is None:
        sys.stderr.write(f"NOT RUN: {ABSENT}\n")
        return int("postgres" in os.environ.get("KORGOO_REQUIRE", "").split(","))
    with serve_postgres(binaries) as url:
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, "KORGOO_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
