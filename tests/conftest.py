"""Makes `tests.<module>` importable from any folder, and loads the fixtures that several rooms share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

pytest_plugins = ["tests.postgres"]
