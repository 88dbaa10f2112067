"""A second way in which positions err, of another structure than `noise` and `providers`; not for tuning.

Whoever tunes on one model learns its habits. This one shares only the measured sizes with the first: its slow
part is a walk at random that is folded back at two walls, its fast part is heavy-tailed (Student's t with 3
degrees of freedom) and held for spells of uneven length, as reflections are, and now and then a reading is
thrown out alone. A phone hops between the access points that it hears, each with a bias of its own, and a
wrong place lasts as long as the phone listens to the wrong one. Spikes come at single fixes.

Only + - * / sqrt on floats and sums of integers, so the bytes are the same everywhere (ADR 0050).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.chance import Quantiles, bits_array, key_of, normals, unit, units
from korgoo.sim.providers import (
    CELL,
    CELL_ACCURACY_M,
    CELL_OFFSET_M,
    GPS,
    GPS_ACCURACY_M,
    WIFI,
    WIFI_ACCURACY_M,
    Reading,
    outdoor_factor,
)

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats, Ints
    from korgoo.sim.providers import Setting

STEP_MS: Final = 20_000
"""Time between two steps of the walk."""
STEP_MM: Final = 2_600
WALL_MM: Final = 18_000
STRETCH_STEPS: Final = 4_320
"""A walk is made a stretch of 24 h at a time; both ends of each are drawn, so stretches join."""
SPELL_MS: Final = 45_000
HEAVY_M: Final = 5.0
HEAVY_LIMIT: Final = 14.0
MOMENT_MS: Final = 10_000
"""A reading that is thrown out alone is one of those within so long."""
LONE_SHARE: Final = 0.004
LONE_M: Final = Quantiles((0, 25), (0.6, 60), (0.95, 180), (1, 420))
PLACES: Final = Quantiles((0, 0.4), (0.3, 0.75), (0.6, 1.0), (0.9, 1.7), (1, 3.0))

POINTS: Final = 4
POINT_BIAS_M: Final = Quantiles((0, 0), (0.6, 6), (0.95, 22), (1, 45))
LISTEN_MS: Final = 1_500_000
MAST_LISTENS: Final = 4
WRONG_SHARE: Final = 0.02
WRONG_M: Final = Quantiles((0, 40), (0.7, 110), (1, 480))
CELL_INSIDE: Final = 0.67
"""Share of cell fixes that lie within the radius they claim (noise.md)."""
SPIKE_SHARE: Final = 0.0028
SPIKE_COVERED: Final = 0.36
SPIKE_M: Final = Quantiles((0, 501), (0.6, 1_000), (0.8, 3_000), (0.97, 15_000), (1, 60_000))
OUTDOORS: Final = 0.65
CELL_INDOORS, GPS_INDOORS = 0.015, 0.05
CELL_OUTDOORS, WIFI_OUTDOORS = 0.03, 0.25


def errors(key: int, times_ms: Ints) -> tuple[Floats, Floats]:
    """Return the errors east and north, in metres, of a receiver at a place with factor 1."""
    if not len(times_ms):
        return np.zeros(0), np.zeros(0)
    spells = _spells(key_of(key, "spells"), times_ms)
    moment = times_ms // MOMENT_MS
    lone = units(key_of(key, "lone"), moment) < LONE_SHARE
    thrown = np.where(lone, LONE_M.at_each(units(key_of(key, "thrown"), moment)), 0.0)
    lone_x, lone_y = towards(key_of(key, "lone where"), moment, thrown)
    axes = []
    for axis, far in (("east", lone_x), ("north", lone_y)):
        slow = _walk(key_of(key, "walk", axis), times_ms)
        axes.append(slow + HEAVY_M * student(key_of(key, "heavy", axis), spells) + far)
    return axes[0], axes[1]


def student(key: int, indices: Ints) -> Floats:
    """Return Student's t with 3 degrees of freedom, cut off at +-14."""
    squares = [normals(key_of(key, "chi", number), indices) for number in range(3)]
    chi = np.sqrt((squares[0] * squares[0] + squares[1] * squares[1] + squares[2] * squares[2]) / 3.0)
    heavy = normals(key, indices) / np.maximum(chi, 1e-3)
    return np.minimum(np.maximum(heavy, -HEAVY_LIMIT), HEAVY_LIMIT)


def place_factor(key: int) -> float:
    """Return how much worse than usual this place is."""
    return PLACES.at(unit(key_of(key, "place")))


def towards(key: int, indices: Ints, lengths: Floats) -> tuple[Floats, Floats]:
    """Return offsets of the given lengths, each in a random direction."""
    x, y = normals(key_of(key, "x"), indices), normals(key_of(key, "y"), indices)
    scale = lengths / np.maximum(np.sqrt(x * x + y * y), 1e-6)
    return x * scale, y * scale


def _spells(key: int, times_ms: Ints) -> Ints:
    """Number the spells: each 45 s one ends at a moment of its own, so they last from nothing to 90 s."""
    block = times_ms // SPELL_MS
    ends = np.floor(units(key, block) * SPELL_MS).astype(np.int64)
    return block + (times_ms - block * SPELL_MS >= ends)


def _walk(key: int, times_ms: Ints) -> Floats:
    """Return the folded walk at the given times, in metres, joined linearly between its steps."""
    steps = times_ms // STEP_MS
    walked = np.zeros(len(times_ms))
    for stretch in range(int(steps.min()) // STRETCH_STEPS, int(steps.max()) // STRETCH_STEPS + 1):
        here = steps // STRETCH_STEPS == stretch
        if not here.any():
            continue
        knots = _stretch(key, stretch)
        number = steps[here] - stretch * STRETCH_STEPS
        share = (times_ms[here] - steps[here] * STEP_MS) / STEP_MS
        walked[here] = knots[number] + (knots[number + 1] - knots[number]) * share
    return walked


def _stretch(key: int, stretch: int) -> Floats:
    """Return one day's knots: a bridge between two drawn ends, folded at the walls, in metres."""
    first, last = (int((unit(key, n) - 0.5) * 2 * WALL_MM) for n in (stretch, stretch + 1))
    number = np.arange(STRETCH_STEPS + 1, dtype=np.int64)
    drawn = bits_array(key_of(key, "steps", stretch), number)
    steps = (drawn >> np.uint64(48)).astype(np.int64) * (2 * STEP_MM) // 65_536 - STEP_MM
    steps[0] = 0
    path = np.cumsum(steps)
    bridge = first + path + (number * (last - first - int(path[-1]))) // STRETCH_STEPS
    turned = (bridge + WALL_MM) % (4 * WALL_MM)
    folded: Floats = np.where(turned > 2 * WALL_MM, 4 * WALL_MM - turned, turned) - float(WALL_MM)
    return folded / 1000.0


def read(key: int, setting: Setting) -> Reading:
    """Return what a device reports in the given circumstances."""
    times = setting.times_ms
    listening = _listening(key_of(key, "listen"), times)
    source = _source(key, listening, setting)
    east, north = errors(key_of(key, "gps"), times)
    factor = np.where(setting.indoor, setting.place_factor, OUTDOORS * outdoor_factor(setting))
    claimed = GPS_ACCURACY_M.at_each(units(key_of(key, "gps radius"), times // 20_000))
    dx, dy, accuracy = east * factor, north * factor, np.where(setting.indoor, claimed, claimed * 0.6)
    for code, offsets in (
        (WIFI, _wifi(key, listening, setting)),
        (CELL, _cell(key, listening // MAST_LISTENS)),
    ):
        chosen = source == code
        dx, dy, accuracy = (
            np.where(chosen, new, old) for new, old in zip(offsets, (dx, dy, accuracy), strict=True)
        )
    moment = times // MOMENT_MS
    spiked = units(key_of(key, "spike"), moment) < SPIKE_SHARE
    far = SPIKE_M.at_each(units(key_of(key, "spike far"), moment))
    far_x, far_y = towards(key_of(key, "spike where"), moment, far)
    covered = spiked & (units(key_of(key, "spike covered"), moment) < SPIKE_COVERED)
    accuracy = np.where(covered, np.minimum(far * 1.25, 5_000.0), accuracy)
    x = setting.x + np.where(spiked, far_x, dx)
    y = setting.y + np.where(spiked, far_y, dy)
    return Reading(x, y, accuracy, source)


def _listening(key: int, times_ms: Ints) -> Ints:
    """Number the times for which a phone keeps to one provider and one access point: up to 50 minutes."""
    block = times_ms // LISTEN_MS
    ends = np.floor(units(key, block) * LISTEN_MS).astype(np.int64)
    return block + (times_ms - block * LISTEN_MS >= ends)


def _source(key: int, listening: Ints, setting: Setting) -> Ints:
    drawn = units(key_of(key, "source"), listening)
    if setting.only_gps:
        return np.where(units(key_of(key, "mast"), listening // MAST_LISTENS) < CELL_INDOORS, CELL, GPS)
    cell = np.where(setting.indoor, CELL_INDOORS, CELL_OUTDOORS)
    other = np.where(setting.indoor, GPS_INDOORS, WIFI_OUTDOORS)
    mast = units(key_of(key, "mast"), listening // MAST_LISTENS)
    return np.where(
        mast < cell,
        CELL,
        np.where(drawn < other, np.where(setting.indoor, GPS, WIFI), np.where(setting.indoor, WIFI, GPS)),
    )


def _wifi(key: int, listening: Ints, setting: Setting) -> tuple[Floats, Floats, Floats]:
    """One of the four access points of the place, its own bias, a heavy-tailed unrest, or a wrong place."""
    chosen = (bits_array(key_of(key, "point"), listening) % np.uint64(POINTS)).astype(np.int64)
    point = setting.place // POINTS * POINTS + chosen
    bias = POINT_BIAS_M.at_each(units(key_of(key, "point bias"), point))
    bias_x, bias_y = towards(key_of(key, "point where"), point, bias)
    scan = setting.times_ms // 60_000
    unrest = np.where(setting.indoor, 1.6, 9.0)
    wrong = units(key_of(key, "wrong"), listening) < WRONG_SHARE
    far = np.where(wrong, WRONG_M.at_each(units(key_of(key, "wrong far"), listening)), 0.0)
    far_x, far_y = towards(key_of(key, "wrong where"), listening, far)
    x = bias_x + unrest * student(key_of(key, "scan x"), scan) + far_x
    y = bias_y + unrest * student(key_of(key, "scan y"), scan) + far_y
    return x, y, WIFI_ACCURACY_M.at_each(units(key_of(key, "wifi radius"), scan))


def _cell(key: int, listening: Ints) -> tuple[Floats, Floats, Floats]:
    """A mast's place, a third of them farther off than the radius they claim."""
    drawn = units(key_of(key, "cell far"), listening)
    accuracy = CELL_ACCURACY_M.at_each(units(key_of(key, "cell radius"), listening))
    inside = drawn < CELL_INSIDE
    near = CELL_OFFSET_M.at_each(np.where(inside, drawn / CELL_INSIDE, 0.0))
    far = np.where(inside, near, accuracy * (1.0 + 6.0 * (drawn - CELL_INSIDE)))
    x, y = towards(key_of(key, "cell where"), listening, far)
    return x, y, accuracy
