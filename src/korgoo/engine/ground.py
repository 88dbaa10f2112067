"""Distances between two places anywhere on the ground, in whole centimetres, without trigonometry.

A zone brings its own local plane; two people who may meet anywhere cannot. The length of a degree is read
from a table by latitude: WGS84's radii of curvature, one row a degree, interpolated between (at 500 m the
error is below 2 cm). A unit test computes the table anew.
"""

from __future__ import annotations

from typing import Final

from korgoo.engine.geometry import FULL_TURN_E7, HALF_TURN_E7
from korgoo.engine.plan import FRAME_SHIFT

_DEGREE_E7: Final = 10_000_000
_POLE_E7: Final = 90 * _DEGREE_E7

# fmt: off
EAST: Final = (
    1_167_269, 1_167_093, 1_166_563, 1_165_680, 1_164_445, 1_162_857, 1_160_917, 1_158_626, 1_155_985,
    1_152_993, 1_149_652, 1_145_963, 1_141_927, 1_137_545, 1_132_819, 1_127_749, 1_122_337, 1_116_585,
    1_110_494, 1_104_067, 1_097_304, 1_090_209, 1_082_782, 1_075_027, 1_066_945, 1_058_538, 1_049_810,
    1_040_763, 1_031_399, 1_021_721, 1_011_732, 1_001_435, 990_832, 979_928, 968_725, 957_226, 945_435,
    933_355, 920_990, 908_344, 895_419, 882_221, 868_753, 855_019, 841_023, 826_769, 812_262, 797_505,
    782_504, 767_262, 751_784, 736_076, 720_141, 703_985, 687_612, 671_027, 654_236, 637_243, 620_053,
    602_672, 585_105, 567_358, 549_435, 531_343, 513_087, 494_671, 476_103, 457_388, 438_531, 419_538,
    400_415, 381_168, 361_803, 342_326, 322_743, 303_059, 283_282, 263_417, 243_470, 223_447, 203_355,
    183_200, 162_988, 142_726, 122_419, 102_074, 81_697, 61_295, 40_874, 20_440, 0,
)
"""Centimetres per 1e-7 degree of longitude, times 2**20, at each whole degree of latitude."""

NORTH: Final = (
    1_159_455, 1_159_459, 1_159_469, 1_159_487, 1_159_512, 1_159_544, 1_159_583, 1_159_628, 1_159_681,
    1_159_740, 1_159_806, 1_159_879, 1_159_959, 1_160_045, 1_160_137, 1_160_236, 1_160_340, 1_160_451,
    1_160_568, 1_160_690, 1_160_819, 1_160_952, 1_161_091, 1_161_235, 1_161_384, 1_161_538, 1_161_696,
    1_161_859, 1_162_026, 1_162_197, 1_162_372, 1_162_551, 1_162_732, 1_162_918, 1_163_106, 1_163_296,
    1_163_489, 1_163_685, 1_163_882, 1_164_082, 1_164_283, 1_164_485, 1_164_688, 1_164_892, 1_165_096,
    1_165_301, 1_165_506, 1_165_711, 1_165_915, 1_166_119, 1_166_321, 1_166_523, 1_166_723, 1_166_921,
    1_167_118, 1_167_312, 1_167_504, 1_167_693, 1_167_879, 1_168_063, 1_168_243, 1_168_419, 1_168_592,
    1_168_760, 1_168_925, 1_169_085, 1_169_240, 1_169_391, 1_169_537, 1_169_677, 1_169_813, 1_169_942,
    1_170_067, 1_170_185, 1_170_297, 1_170_404, 1_170_504, 1_170_597, 1_170_685, 1_170_765, 1_170_839,
    1_170_907, 1_170_967, 1_171_020, 1_171_067, 1_171_106, 1_171_139, 1_171_164, 1_171_182, 1_171_193,
    1_171_196,
)
"""Centimetres per 1e-7 degree of latitude, times 2**20, at each whole degree of latitude."""
# fmt: on


def offset(lat_e7: int, lon_e7: int, to_lat_e7: int, to_lon_e7: int) -> tuple[int, int]:
    """Return (east_cm, north_cm) from one place to another, by the scales of the latitude between them.

    The shorter way round is taken, over the antimeridian too. Good to 0.1 % up to some hundred kilometres.
    """
    middle_e7 = abs(lat_e7 + to_lat_e7) >> 1
    if middle_e7 >= _POLE_E7:
        middle_e7 = _POLE_E7 - 1
    degree, rest = divmod(middle_e7, _DEGREE_E7)
    east = EAST[degree] + (EAST[degree + 1] - EAST[degree]) * rest // _DEGREE_E7
    north = NORTH[degree] + (NORTH[degree + 1] - NORTH[degree]) * rest // _DEGREE_E7
    turn_e7 = (to_lon_e7 - lon_e7 + HALF_TURN_E7) % FULL_TURN_E7 - HALF_TURN_E7
    return turn_e7 * east >> FRAME_SHIFT, (to_lat_e7 - lat_e7) * north >> FRAME_SHIFT


def is_within(lat_e7: int, lon_e7: int, to_lat_e7: int, to_lon_e7: int, limit_cm: int) -> bool:
    """Say whether one place is no farther from another than that."""
    east_cm, north_cm = offset(lat_e7, lon_e7, to_lat_e7, to_lon_e7)
    return east_cm * east_cm + north_cm * north_cm <= limit_cm * limit_cm
