"""The korgoo command."""

import sys


def main() -> int:
    """Run the korgoo command; the process exits with what it returns."""
    sys.stderr.write("korgoo: no command is built yet\n")
    return 2
