"""One side of a pair: where it was last, where it may be now, and how unsure that is. Integers only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.ground import is_within, offset
from korgoo.engine.pairs.rest import error_at_rest, follow_place

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix

FAR_CM = 20_000_000
"""200 km: beyond that no two places are compared by a plane."""


class Track(msgspec.Struct, array_like=True):
    """The last two used positions of one side and a position that jumped and waits; 0 ms = none."""

    at_ms: int = 0
    lat_e7: int = 0
    lon_e7: int = 0
    sigma_cm: int = 0
    still: bool = False
    before_ms: int = 0
    before_lat: int = 0
    before_lon: int = 0
    before_sigma: int = 0
    held_ms: int = 0
    held_lat: int = 0
    held_lon: int = 0
    held_sigma: int = 0
    doubtful: bool = False  # a ride away from the one before, and the device does not say that it moves
    rest_ms: int = 0  # since when its places have been one place, at rest; 0 = they have not (`pairs.rest`)
    rest_lat: int = 0
    rest_lon: int = 0
    rested_ms: int = (
        0  # when a message without a usable place confirmed the rest last, after `at_ms`; 0 = none
    )
    stirred_ms: int = 0  # how long the device spoke of movement since its last place
    stirs: bool = False  # it did so last
    sensed_ms: int = 0  # when its sensor spoke of movement last
    moved_ms: int = 0  # when its sensor or its speed did, where the other does not deny it
    leapt_ms: int = 0  # when satellites last told one great step


class Spot(NamedTuple):
    """A place at an instant: cm east and north of a common origin, its variance and its speed, cm/s."""

    east_cm: int
    north_cm: int
    variance_cm2: int
    east_cms: int = 0
    north_cms: int = 0


def admit(track: Track, fix: Fix, parameters: Parameters) -> str:
    """Take a fix into the track; return "" or why it was not used, as evidence says it."""
    if fix.code & rings.IGNORED:
        return "ignored:" + rings.reason(fix.code)
    used = (track.at_ms, track.lat_e7, track.lon_e7, track.sigma_cm)
    held = (track.held_ms, track.held_lat, track.held_lon, track.held_sigma)
    if track.at_ms and not _reachable(used, fix, parameters):
        if not track.held_ms or not _reachable(held, fix, parameters):
            track.held_ms, track.held_lat, track.held_lon = fix.at_ms, fix.lat_e7, fix.lon_e7
            track.held_sigma = fix.sigma_cm
            return "held:jump"
        track.at_ms, track.lat_e7, track.lon_e7, track.sigma_cm = held  # it is there, and came from there
    track.held_ms = 0
    if fix.at_ms > track.at_ms:
        track.before_ms, track.before_lat = track.at_ms, track.lat_e7
        track.before_lon, track.before_sigma = track.lon_e7, track.sigma_cm
    track.at_ms, track.lat_e7, track.lon_e7 = fix.at_ms, fix.lat_e7, fix.lon_e7
    track.sigma_cm, track.still = fix.sigma_cm, bool(fix.code & rings.STILL)
    track.doubtful = bool(track.before_ms) and not fix.code & rings.MOVING and _rode(track, parameters)
    follow_place(track, fix, parameters)
    return ""


def _rode(track: Track, parameters: Parameters) -> bool:
    """Say whether the last step is longer than a walk: a ride, or a spike."""
    walk_cm = (track.at_ms - track.before_ms) * parameters.pair_walk_cms // 1000
    walk_cm += parameters.pair_walk_slack_cm + 5 * (track.sigma_cm + track.before_sigma)
    return not is_within(track.before_lat, track.before_lon, track.lat_e7, track.lon_e7, walk_cm)


def _reachable(since: tuple[int, int, int, int], fix: Fix, parameters: Parameters) -> bool:
    since_ms, lat_e7, lon_e7, sigma_cm = since
    reach_cm = (fix.at_ms - since_ms) * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm
    reach_cm += (fix.sigma_cm + sigma_cm) * 3
    return is_within(lat_e7, lon_e7, fix.lat_e7, fix.lon_e7, reach_cm)


def far_apart(one: Track, other: Track) -> bool:
    """Say whether two tracks are so far apart that a plane says nothing; nor do they meet."""
    east_cm, north_cm = offset(one.lat_e7, one.lon_e7, other.lat_e7, other.lon_e7)
    return abs(east_cm) > FAR_CM or abs(north_cm) > FAR_CM


def spot_now(track: Track, origin: tuple[int, int], at_ms: int, parameters: Parameters) -> Spot:
    """Return where a side is at `at_ms`, at or after its last fix, by its course, unsure of turns."""
    east_cm, north_cm = offset(*origin, track.lat_e7, track.lon_e7)
    age_ms = at_ms - track.at_ms
    east_cms, north_cms = velocity(track, parameters)
    ahead_ms = min(age_ms, parameters.pair_extrapolate_ms)
    moved_e, moved_n = east_cms * ahead_ms // 1000, north_cms * ahead_ms // 1000
    speed_cms = math.isqrt(east_cms * east_cms + north_cms * north_cms)
    drift_cms = parameters.pair_still_cms if track.still else parameters.pair_drift_cms
    loose_cm = drift_cms * age_ms // 1000 + speed_cms * (age_ms - ahead_ms) // 1000
    turned_cm = speed_cms * ahead_ms // 1000 * parameters.pair_turn_percent // 100
    variance = track.sigma_cm**2 + loose_cm**2 + turned_cm**2
    return Spot(east_cm + moved_e, north_cm + moved_n, variance, east_cms, north_cms)


def spot_at_rest(track: Track, origin: tuple[int, int], at_ms: int, parameters: Parameters) -> Spot:
    """Return where a side is at `at_ms` whose device has denied since its last place that it moved."""
    east_cm, north_cm = offset(*origin, track.lat_e7, track.lon_e7)
    return Spot(east_cm, north_cm, error_at_rest(track, at_ms, parameters) ** 2)


def spot_between(track: Track, origin: tuple[int, int], at_ms: int, parameters: Parameters) -> Spot:
    """Return where a side was between its last two fixes, unsure of the way it took."""
    east_cm, north_cm = offset(*origin, track.lat_e7, track.lon_e7)
    from_e, from_n = offset(*origin, track.before_lat, track.before_lon)
    span_ms = track.at_ms - track.before_ms
    gone_ms = at_ms - track.before_ms
    way_e, way_n = east_cm - from_e, north_cm - from_n
    near_ms = min(gone_ms, span_ms - gone_ms)
    way_cm = math.isqrt(way_e * way_e + way_n * way_n) * near_ms // span_ms
    drift_cms = parameters.pair_still_cms if track.still else parameters.pair_drift_cms
    loose_cm = drift_cms * near_ms // 2000 + way_cm * parameters.pair_turn_percent // 100
    variance = max(track.sigma_cm, track.before_sigma) ** 2 + loose_cm**2
    return Spot(from_e + way_e * gone_ms // span_ms, from_n + way_n * gone_ms // span_ms, variance)


def velocity(track: Track, parameters: Parameters) -> tuple[int, int]:
    """Return the speed over the last two fixes, cm/s; nothing where they are noise or too old to tell."""
    span_ms = track.at_ms - track.before_ms
    if track.still or not track.before_ms or span_ms > 10 * parameters.pair_extrapolate_ms:
        return 0, 0
    east_cm, north_cm = offset(track.before_lat, track.before_lon, track.lat_e7, track.lon_e7)
    noise2 = track.sigma_cm**2 + track.before_sigma**2
    if span_ms <= 0 or east_cm * east_cm + north_cm * north_cm <= 2 * noise2:
        return 0, 0
    return east_cm * 1000 // span_ms, north_cm * 1000 // span_ms
