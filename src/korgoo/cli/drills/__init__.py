"""Drills: a private installation, load, and processes that are killed. One module for each process to kill.

A drill is `run(seconds, *, seed, tell) -> Report`: it runs for about so many seconds in a temporary folder
that is gone afterwards. `tell` takes lines about what is going on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.cli.drills import gateway, judging

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.cli.drills.report import Report

DRILLS: Final[dict[str, Callable[..., Report]]] = {
    "gateway": gateway.run,
    "engine": judging.run_engine,
    "worker": judging.run_worker,
}
"""What can be killed, by name. A new one is a module here and a line in this table."""
