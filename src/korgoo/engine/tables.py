"""Phi, decay and the logistic function as integer tables: exp and log differ between processors.

numpy's float64 exp and log give other last bits with and without AVX-512 and the C library's differ
again, so no judgement may call them. A unit test computes these tables anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

# fmt: off
LOG_ODDS: Final = (
    0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 501, 551, 602, 653, 704, 755, 807, 859, 911, 963, 1015,
    1068, 1121, 1174, 1227, 1281, 1335, 1390, 1445, 1500, 1556, 1612, 1668, 1725, 1782, 1840, 1898, 1957,
    2016, 2076, 2136, 2197, 2258, 2320, 2382, 2445, 2508, 2572, 2637, 2702, 2768, 2834, 2901, 2969, 3038,
    3107, 3177, 3247, 3318, 3390, 3463, 3536, 3610, 3685, 3760, 3836, 3913, 3991, 4070, 4149, 4229, 4310,
    4392, 4475, 4558, 4642, 4727, 4813, 4900, 4987, 5075, 5165, 5255, 5346, 5437, 5530, 5623, 5718, 5813,
    5909, 6006, 6104, 6203, 6302, 6403, 6504, 6606, 6710, 6814, 6919, 7024, 7131, 7239, 7348, 7457, 7567,
    7679, 7791, 7904, 8018, 8133, 8249, 8366, 8484, 8602, 8722, 8842, 8964, 9086, 9209, 9333, 9458, 9584,
    9711, 9839, 9968, 10098, 10228, 10360,
)
# fmt: on
"""ln(Phi(z) / Phi(-z)) in milli-nats for z = i / 32 error scales."""

# fmt: off
INDEPENDENCE: Final = (
    0, 31, 61, 89, 118, 145, 171, 196, 221, 245, 268, 291, 313, 334, 354, 374, 393, 412, 430, 448, 465, 481,
    497, 513, 528, 542, 556, 570, 583, 596, 608, 620, 632, 643, 654, 665, 675, 685, 695, 704, 713, 722, 731,
    739, 747, 755, 762, 770, 777, 784, 790, 797, 803, 809, 815, 821, 826, 832, 837, 842, 847, 851, 856, 860,
    865, 869, 873, 877, 881, 884, 888, 891, 895, 898, 901, 904, 907, 910, 913, 915, 918, 920, 923, 925, 928,
    930, 932, 934, 936, 938, 940, 942, 944, 945, 947, 949, 950, 952, 953, 955, 956, 957, 959, 960, 961, 962,
    964, 965, 966, 967, 968, 969, 970, 971, 972, 973, 973, 974, 975, 976, 976, 977, 978, 979, 979, 980, 981,
    981, 982, 982, 983, 983, 984, 984, 985, 985, 986, 986, 987, 987, 987, 988, 988, 989, 989, 989, 990, 990,
    990, 990, 991, 991, 991, 992, 992, 992, 992, 993, 993, 993, 993, 993, 994, 994, 994, 994, 994, 995, 995,
    995, 995, 995, 995, 996, 996, 996, 996, 996, 996, 996, 996, 997, 997, 997, 997, 997, 997, 997, 997, 997,
    997, 997, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 998, 999, 999,
    999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999,
    999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 999, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
    1000, 1000, 1000, 1000, 1000, 1000,
)
# fmt: on
"""1 - exp(-x) in thousandths for x = i / 32: how much of a new observation a fix is after x tau."""

# fmt: off
LOGISTIC: Final = (
    500, 531, 562, 593, 622, 651, 679, 706, 731, 755, 777, 798, 818, 835, 852, 867, 881, 893, 905, 915, 924,
    932, 940, 947, 953, 958, 963, 967, 971, 974, 977, 980, 982, 984, 986, 988, 989, 990, 991, 992, 993, 994,
    995, 995, 996, 996, 997, 997, 998, 998, 998, 998, 998, 999, 999, 999, 999, 999, 999, 999, 999, 1000,
    1000, 1000, 1000,
)
# fmt: on
"""1 / (1 + exp(-b)) in thousandths for b = i / 8 nats."""

STEPS: Final = 32
"""Table steps in one error scale and in one tau."""


def log_odds(distance_cm: int, sigma_cm: int) -> int:
    """Return the log-likelihood ratio, inside over outside, of a fix at this signed distance, milli-nats."""
    index = abs(distance_cm) * STEPS // sigma_cm
    odds = LOG_ODDS[index] if index < len(LOG_ODDS) else LOG_ODDS[-1]
    return odds if distance_cm >= 0 else -odds


def enough(sigma_cm: int) -> int:
    """Return the distance, cm, from which on `log_odds` no longer grows."""
    return -(-(len(LOG_ODDS) - 1) * sigma_cm // STEPS)


@lru_cache(maxsize=64)  # asked for each zone about one and the same fix
def independence(elapsed_ms: int, tau_ms: int) -> int:
    """Return how much of an independent observation a fix is this long after the last, thousandths.

    Between the table's steps it is interpolated: a device that speaks several times a second would
    otherwise never say anything.
    """
    step, rest = divmod(elapsed_ms * STEPS, tau_ms)
    if step >= len(INDEPENDENCE) - 1:
        return INDEPENDENCE[-1]
    return INDEPENDENCE[step] + (INDEPENDENCE[step + 1] - INDEPENDENCE[step]) * rest // tau_ms


def confidence(belief_mn: int) -> int:
    """Return the probability of the believed side, thousandths."""
    return LOGISTIC[min(abs(belief_mn) * 8 // 1000, len(LOGISTIC) - 1)]
