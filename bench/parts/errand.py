"""What one connection of bench/gateway.py sends, and what became of it: each failure by its name."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from korgoo.sim.traffic import Request

STORED: Final = 200
NOT_CONNECTED: Final = "no connection"


@dataclass
class Errand:
    """One connection's requests, in a circle, until the time is over."""

    requests: list[Request]
    ends: float
    at: int = 0
    seconds: list[float] = field(default_factory=list)
    fixes: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def take(self) -> Request | None:
        """Return the next request."""
        if time.perf_counter() > self.ends:
            return None
        self.at += 1
        return self.requests[self.at % len(self.requests)]

    def answered(self, request: Request, *, status: int, seconds: float, refusal: bytes = b"") -> None:
        """Count it; a refusal by its status and the gateway's word for it."""
        self.seconds.append(seconds)
        if status == STORED:
            self.fixes += len(request.numbers)
        else:
            self.failures[f"{status} {read_word(refusal)}".strip()] += 1

    def unanswered(self, request: Request, *, why: str) -> None:
        """Count it as failed."""
        del request
        self.failures[why] += 1


def read_word(refusal: bytes) -> str:
    """Return the label in the body of a refusal, "" where there is none."""
    try:
        said = json.loads(refusal)
    except ValueError:
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def describe_failures(failures: Counter[str]) -> str:
    """Return what failed and how often, the most frequent first."""
    return ", ".join(f"{why}: {count:,}" for why, count in failures.most_common())
