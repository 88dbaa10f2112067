"""One approach of Anna to Bella, with their ways and the alarms about it."""

from korgoo.sim.facts import Meeting, Track
from korgoo.sim.score.alarms import Alarm

E7_PER_M = 10_000_000 / 111_092.06


def meeting(*, nearest_m: float = 50.0, breach: bool = True, pair: str = "p") -> Meeting:
    """Anna walks at 2 m/s towards Bella, 600 m away at 0; nearest after 275 s, back as she came."""
    return Meeting(
        pair, "anna", "bella", 300.0, 0, 600_000, nearest_m, 275_000, 0,
        150_000 if breach else None, None, int(breach), 250_000,
    )  # fmt: skip


TRACKS = [
    Track("anna", False, ((0, 0, 0), (275_000, round(550 * E7_PER_M), 0), (600_000, 0, 0))),  # noqa: FBT003
    Track("bella", False, ((0, round(600 * E7_PER_M), 0), (600_000, round(600 * E7_PER_M), 0))),  # noqa: FBT003
]


def near(at: int, kind: str = "proximity.breach", *, pair: str = "p", live: bool = True) -> Alarm:
    return Alarm(kind, "anna", pair, at, at, live=live)
