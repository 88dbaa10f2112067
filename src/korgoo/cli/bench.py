"""Measure how fast a part is: runs bench/NAME.py of the source checkout and prints its table.

What follows NAME goes to the bench: --json makes one object the last line, --help lists the rest.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import korgoo
from korgoo.cli import complain

# A reader who has seen enough (`| head`) ends the bench and its processes, without a traceback.
_RUN = """
import os, runpy, sys
del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
    sys.stdout.flush()
except BrokenPipeError:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("name", metavar="NAME", help="such as engine, gateway or journal")
    parser.add_argument("options", nargs=argparse.REMAINDER, metavar="...", help="options of that bench")


def run(args: argparse.Namespace) -> int:
    """Run the bench in a process of its own, as it starts parts of itself and finds its neighbours."""
    folder = Path(korgoo.__file__).parents[2] / "bench"
    if not folder.is_dir():
        return complain("bench", f"needs a source checkout: there is no folder {folder}")
    names = sorted(path.stem for path in folder.glob("*.py") if "__main__" in path.read_text("utf-8"))
    if args.name not in names:
        return complain("bench", f"there is no bench {args.name!r}; there are {', '.join(names)}")
    command = (sys.executable, "-c", _RUN, str(folder / f"{args.name}.py"), *args.options)
    return subprocess.run(command, check=False).returncode  # noqa: S603 - a script of this checkout
