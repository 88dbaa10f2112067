"""`python -m korgoo.cli`: how `korgoo up` starts its processes, with its own interpreter."""

import sys

from korgoo.cli import main

if __name__ == "__main__":
    sys.exit(main())
