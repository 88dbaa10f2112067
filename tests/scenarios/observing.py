"""Reads what a line of a story says a device tells: where it was, with which error, when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.rows import Motion, Observation, Source
from tests.stories import fix

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenarios.script import Script

Place = tuple[float, float]
"""Metres east and north of home."""

_WORDS: dict[str, Callable[[str], Any]] = {"source": Source, "motion": Motion, "beacon": str, "device": str}
_COMPASS = {"east": (1, 0), "west": (-1, 0), "north": (0, 1), "south": (0, -1)}
_NOISE_MEMORY_S = 45
"""Errors of a receiver that lies still keep about half of their size so long (reference: noise model)."""


class StoryError(ValueError):
    """A line that the format does not know, with its number."""


def find_place(text: str) -> Place:
    """Return where `home` or `300 m east` is."""
    if text == "home":
        return 0.0, 0.0
    number, _, rest = text.partition(" ")
    unit, _, way = rest.partition(" ")
    if unit not in {"m", "km"}:
        raise StoryError(f"{text!r} is no place such as home or 300 m east")
    metres = float(number) * (1000 if unit == "km" else 1)
    return _COMPASS[way][0] * metres, _COMPASS[way][1] * metres


def read_observations(script: Script, verb: str, text: str, when: tuple[int, int]) -> list[Observation]:
    """Return what a device tells in an interval of a line: fixes (`at`, `walk`) or messages (`status`)."""
    first_ms, last_ms = when
    where, *options = text.split(", ") if verb != "status" else ("", *text.split(", "))
    given: dict[str, Any] = {}
    every_ms, noise_m, arrives_ms, clock, lag_ms = script.interval_s * 1000, 0.0, 0, "", 0
    for option in options:
        name, _, value = option.partition(" ")
        if name == "every":
            every_ms = int(value.removesuffix(" s")) * 1000
        elif name == "noise":
            noise_m = float(value.removesuffix(" m"))
        elif name == "arrives":
            arrives_ms = script.moment(value)
        elif name == "late":
            lag_ms = int(value.removesuffix(" s")) * 1000
        elif name == "clock":
            clock = value
        else:
            given |= _told(name, value)
    begin, _, end = where.partition(" to ")
    heard = []
    for at_ms in range(first_ms, max(last_ms, first_ms + 1), every_ms):
        place: Place = (0.0, 0.0)
        if verb != "status":
            start, goal = find_place(begin), find_place(end or begin)
            share = (at_ms - first_ms) / max(1, last_ms - first_ms)
            _wander(script, noise_m, every_ms / 1000)
            place = (
                start[0] + (goal[0] - start[0]) * share + script.wander[0],
                start[1] + (goal[1] - start[1]) * share + script.wander[1],
            )
        late_ms = max(0, arrives_ms - at_ms) if arrives_ms else lag_ms
        stamp_ms = _stamp(clock, at_ms, first_ms)
        seen = fix(stamp_ms, *place, late_ms=late_ms + at_ms - stamp_ms, **given)
        if verb == "status":
            bare = {"lat_e7": None, "lon_e7": None, "accuracy_cm": None, "source": None}
            seen = Observation(**{f: bare.get(f, getattr(seen, f)) for f in seen.__struct_fields__})
        heard.append(seen)
    return heard


def _stamp(clock: str, at_ms: int, first_ms: int) -> int:
    """Return what a device's clock shows: `7200 s back`, `5 % slow` since `first_ms`, or whole `minutes`."""
    if not clock:
        return at_ms
    if clock == "minutes":
        return at_ms // 60_000 * 60_000
    number, unit, _ = clock.split()
    if unit in {"s", "min"}:
        return at_ms - int(number) * (1000 if unit == "s" else 60_000)
    return at_ms - (at_ms - first_ms) * int(number) // 100


def _told(name: str, value: str) -> dict[str, Any]:
    """Return what one option says of the device."""
    if name in {"strap", "case", "skin", "tether"}:
        return {name: {"intact": True, "open": False}[value]}
    if name in {"charging", "sos", "mock", "clock_faulty"}:
        return {name: value != "off"}
    if name == "accuracy":
        return {"accuracy_cm": int(value.removesuffix(" m")) * 100}
    if name == "battery":
        return {"battery_percent": int(value.removesuffix(" %"))}
    if name in _WORDS:
        return {name: _WORDS[name](value)}
    if name == "says":
        word, _, text = value.partition("=")
        return {"extras": ((word, text),)}
    raise StoryError(f"an observation tells no {name!r}")


def _wander(script: Script, noise_m: float, seconds: float) -> None:
    """Let the position error go on from the last one: what is near in time errs alike."""
    keep = 0.5 ** (seconds / _NOISE_MEMORY_S)
    fresh = noise_m * (1 - keep * keep) ** 0.5
    east, north = (keep * error + script.chance.gauss(0, fresh) for error in script.wander)
    script.wander = (east, north) if noise_m else (0.0, 0.0)
