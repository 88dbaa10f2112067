"""`python -m korgoo.cli`, as the process list calls it."""

import sys

from korgoo.cli import main

sys.exit(main())
