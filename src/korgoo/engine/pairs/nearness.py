"""How near two sides are: both brought to one instant, each with the uncertainty that its age asks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from korgoo.engine.pairs.track import Spot, spot_at_rest, spot_between, spot_now

if TYPE_CHECKING:
    from korgoo.engine.geometry import Shape
    from korgoo.engine.pairs.track import Track
    from korgoo.engine.parameters import Parameters


class Sight(NamedTuple):
    """The distance of a pair at one instant. `age_ms` is that of the older of the two fixes.

    `common_cms` is how fast the two go the same way, cm/s; 0 where they do not.
    """

    at_ms: int
    distance_cm: int
    sigma_cm: int
    closing_cms: int
    age_ms: int
    common_cms: int = 0


def look_now(moved: Track, other: Track, parameters: Parameters, *, rests: bool = False) -> Sight:
    """Return the distance at the instant of the newest fix, the other side carried there by its course.

    Where the other side `rests`, it is where it was seen last.
    """
    origin = (moved.lat_e7, moved.lon_e7)
    at_ms = max(moved.at_ms, other.at_ms)
    place = spot_at_rest if rests else spot_now
    here, there = spot_now(moved, origin, at_ms, parameters), place(other, origin, at_ms, parameters)
    return _compare(here, there, at_ms, at_ms - min(moved.at_ms, other.at_ms))


def look_back(moved: Track, other: Track, parameters: Parameters, *, rests: bool = False) -> Sight | None:
    """Return the nearest approach between the last two fixes of the side that has just reported.

    Two people who cross between two fixes are near in none of them. None where nothing overlaps.
    """
    if not moved.before_ms or moved.at_ms - moved.before_ms > parameters.pair_segment_ms:
        return None
    end_ms, start_ms = min(other.rested_ms, moved.at_ms), moved.before_ms
    if not rests:
        end_ms = min(other.at_ms, moved.at_ms)
        start_ms = max(moved.before_ms, other.before_ms or end_ms)
        if end_ms - other.before_ms > parameters.pair_segment_ms:
            start_ms = end_ms
    if start_ms > end_ms or end_ms <= moved.before_ms:
        return None
    origin = (moved.lat_e7, moved.lon_e7)

    def both(at_ms: int) -> tuple[Spot, Spot]:
        place = spot_at_rest if rests else _on_the_way
        return _on_the_way(moved, origin, at_ms, parameters), place(other, origin, at_ms, parameters)

    first, last = both(start_ms), both(end_ms)
    from_e, from_n = first[1].east_cm - first[0].east_cm, first[1].north_cm - first[0].north_cm
    way_e = last[1].east_cm - last[0].east_cm - from_e
    way_n = last[1].north_cm - last[0].north_cm - from_n
    way2 = way_e * way_e + way_n * way_n
    gone_ms = 0
    if way2:
        gone_ms = -(from_e * way_e + from_n * way_n) * (end_ms - start_ms) // way2
    nearest_ms = start_ms + max(0, min(gone_ms, end_ms - start_ms))
    return _compare(*both(nearest_ms), nearest_ms, moved.at_ms - nearest_ms)


def _on_the_way(track: Track, origin: tuple[int, int], at_ms: int, parameters: Parameters) -> Spot:
    if at_ms >= track.at_ms or not track.before_ms:
        return spot_now(track, origin, max(at_ms, track.at_ms), parameters)
    return spot_between(track, origin, at_ms, parameters)


def look_at_place(track: Track, shape: Shape, parameters: Parameters) -> Sight:
    """Return the distance of the participant to the border of a place; 0 within it."""
    x_cm, y_cm = shape.locate(track.lat_e7, track.lon_e7)
    distance_cm = max(0, -shape.measure(x_cm, y_cm))
    spot = spot_now(track, (track.lat_e7, track.lon_e7), track.at_ms, parameters)
    centre_e, centre_n = shape.outer.x_cm - x_cm, shape.outer.y_cm - y_cm
    away_cm = max(1, math.isqrt(centre_e * centre_e + centre_n * centre_n))
    closing_cms = (centre_e * spot.east_cms + centre_n * spot.north_cms) // away_cm
    return Sight(track.at_ms, distance_cm, max(1, math.isqrt(spot.variance_cm2)), closing_cms, 0)


def _compare(here: Spot, there: Spot, at_ms: int, age_ms: int) -> Sight:
    east_cm, north_cm = there.east_cm - here.east_cm, there.north_cm - here.north_cm
    distance_cm = math.isqrt(east_cm * east_cm + north_cm * north_cm)
    sigma_cm = max(1, math.isqrt(here.variance_cm2 + there.variance_cm2))
    opening = east_cm * (there.east_cms - here.east_cms) + north_cm * (there.north_cms - here.north_cms)
    closing_cms = -opening // max(1, distance_cm)
    return Sight(at_ms, distance_cm, sigma_cm, closing_cms, age_ms, _go_together(here, there))


def _go_together(here: Spot, there: Spot) -> int:
    """Return the speed that both have in the same direction, give or take 45 degrees and half of it; cm/s."""
    along = here.east_cms * there.east_cms + here.north_cms * there.north_cms
    one2 = here.east_cms**2 + here.north_cms**2
    other2 = there.east_cms**2 + there.north_cms**2
    slow2, quick2 = min(one2, other2), max(one2, other2)
    if along <= 0 or 2 * along * along < one2 * other2 or 4 * slow2 < quick2:
        return 0
    return math.isqrt(slow2)
