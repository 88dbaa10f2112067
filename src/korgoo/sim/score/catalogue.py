"""The rows of the score: their names, what each is counted in, and the targets of design section 9."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.score.tally import Statistic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.sim.score.tally import Estimate

LOWER, HIGHER = "lower", "higher"


class Row(NamedTuple):
    """One row. `source` names the tally that it is made of; several rows may share one."""

    name: str
    source: str
    statistic: Statistic
    unit: str
    better: str = LOWER
    target: float | None = None
    rival: str = ""
    """The target is a share of what this judge has in the row."""


def target_of(row: Row, of_judge: Mapping[str, Estimate]) -> float | None:
    """Return the target of a row; None where there is none, or no rival to measure it by."""
    if not row.rival or row.target is None:
        return row.target
    rival = of_judge.get(row.rival)
    return None if rival is None or rival.value is None else row.target * rival.value


RADII_M: Final = (25, 50, 100)
SPEEDS: Final = {"1_5": 1.5, "5": 5.0, "15": 15.0}
INTERVALS_S: Final = (30, 60, 120, 300)
DISTANCES_M: Final = (100, 200, 300, 500, 1000)
HONOURED_M: Final = (300, 500, 1000)
HONOURED_S: Final = 60
PLACES_M: Final = (300, 1000)
PLACES_S: Final = 60
MEDDLING: Final = ("spoofing", "mocking", "jamming", "shielding")
SURE_M: Final = 300
"""From this distance on a pair's targets hold."""
TELLING: Final = ("strap", "tether", "sos")
SECOND: Final = "second_noise_"
TRICKS: Final = (
    "back_5min", "back_2h", "back_1day", "forward_5min", "forward_2h", "forward_1day", "minutes", "drift",
)  # fmt: skip


def _delays(name: str, unit: str = "s", *, p50: float | None = None, p95: float | None = None) -> list[Row]:
    return [
        Row(f"{name}_p50", name, Statistic.P50, unit, target=p50),
        Row(f"{name}_p95", name, Statistic.P95, unit, target=p95),
    ]


def _zone_rows(prefix: str = "") -> list[Row]:
    rows = [_rate(f"{prefix}false_exits_still_{r}m", "a person-day") for r in RADII_M]
    rows[1] = rows[1]._replace(target=1 / 20, rival="one_point")  # at 50 m
    rows += [_rate(f"{prefix}false_exits_daily_{r}m", "a person-day") for r in RADII_M]
    rows += [_share(f"{prefix}exits_missed_daily_{r}m", target=0.0) for r in RADII_M]
    rows += [_share(f"{prefix}exits_uncalled_daily_{r}m", target=0.0) for r in RADII_M]
    for speed in SPEEDS:
        rows.append(_share(f"{prefix}exits_missed_{speed}ms", target=0.0))
        rows += _delays(f"{prefix}exit_delay_{speed}ms", p50=60.0)
        rows += _delays(f"{prefix}exit_delay_from_30m_{speed}ms")
    rows.append(_rate(f"{prefix}false_absences_night", "a night"))
    rows.append(_share(f"{prefix}absences_missed", target=0.0))
    rows.append(_share(f"{prefix}absences_uncalled", target=0.0))
    rows += _delays(f"{prefix}absence_delay")
    return rows


def _rate(name: str, unit: str, target: float | None = None) -> Row:
    return Row(name, name, Statistic.RATE, unit, target=target)


def _share(name: str, *, better: str = LOWER, target: float | None = None) -> Row:
    return Row(name, name, Statistic.SHARE, "share", better, target)


def _pair_rows(distance_m: int, interval_s: int, prefix: str = "") -> list[Row]:
    sure = distance_m >= SURE_M and interval_s <= 60  # noqa: PLR2004 - the targets are for 60 s fixes
    return _meeting_rows(f"{prefix}pairs_{{}}_{distance_m}m_{interval_s}s", sure=sure)


def _meeting_rows(place: str, *, sure: bool) -> list[Row]:
    left = place.format("metres_left")
    return [
        _share(place.format("found"), better=HIGHER),
        _share(place.format("found_deep"), better=HIGHER),
        _share(place.format("found_sure"), better=HIGHER, target=0.99 if sure else None),
        Row(f"{left}_p5", left, Statistic.P5, "m", HIGHER),
        Row(f"{left}_p50", left, Statistic.P50, "m", HIGHER),
        _share(place.format("false_near_misses")),
        _share(place.format("false_near_misses_sure"), target=0.01 if sure else None),
        _rate(place.format("alerts"), "a meeting", target=1.0 if sure else None),
    ]


def _asked_rows() -> list[Row]:
    rows: list[Row] = []
    for distance_m in HONOURED_M:
        place = f"pairs_honoured_{{}}_{distance_m}m"
        rows += [*_meeting_rows(place, sure=True), _rate(place.format("messages"), "a device-hour")]
    for distance_m in PLACES_M:
        rows += _meeting_rows(f"places_{{}}_{distance_m}m", sure=True)
    return rows


def _meddling_rows() -> list[Row]:
    rows: list[Row] = []
    for kind in MEDDLING:
        rows.append(_share(f"interference_{kind}_named", better=HIGHER))
        rows.append(_share(f"interference_{kind}_called", better=HIGHER))
        rows += _delays(f"interference_{kind}_delay")
        rows.append(_rate(f"interference_{kind}_false", "a person-day"))
    rows.append(_share("benign_loss_named"))
    rows.append(_share("benign_loss_called"))
    return rows


def _device_rows() -> list[Row]:
    rows: list[Row] = []
    for name in TELLING:
        limit_s = 60.0 if name == "tether" else 5.0
        for way in ("live", "late"):
            rows.append(_share(f"{name}_{way}_found", better=HIGHER, target=1.0))
            rows += _delays(f"{name}_{way}_delay", p95=limit_s)
            rows.append(_rate(f"{name}_{way}_alerts", "a deed", target=1.0))
        rows.append(_rate(f"{name}_false", "a person-day", target=0.0))
    rows.append(_share("strap_flicker_alarms"))
    rows.append(_share("silence_found", better=HIGHER, target=1.0))
    rows += _delays("silence_delay")
    rows.append(_rate("silence_false", "a person-day", target=0.0))
    rows.append(_share("pair_silence_found", better=HIGHER, target=1.0))
    rows.append(_share("pair_silence_within_limit", better=HIGHER, target=0.99))
    rows += _delays("pair_silence_delay")
    for trick in TRICKS:
        rows.append(_share(f"clock_{trick}_found", better=HIGHER))
        rows.append(_share(f"clock_{trick}_approach_live", better=HIGHER, target=1.0))
    return rows


def _load_rows() -> list[Row]:
    return [
        _rate("alert_load", "a compliant person-day", target=0.1),
        _rate("alert_load_act", "P1 to P3 a compliant person-day", target=5 / 300),
        _rate("alert_load_first_day", "a compliant person-day, devices not known before"),
        _rate("alert_load_act_first_day", "P1 to P3 of them"),
        _rate("alert_load_kept", "kept, nobody called; a compliant person-day"),
        _rate("alert_load_field", "a person-day, devices neglected"),
        _share("alerts_true", better=HIGHER),
        _share("alerts_needed", better=HIGHER),
        _rate("alert_load_pairs", "a compliant person-day, one of a pair"),
        _rate("alert_load_pairs_act", "P1 to P3 a compliant person-day, one of a pair"),
        _rate(
            "alert_load_pairs_false",
            "not so, one a meeting; a compliant person-day, one of a pair",
            target=0.1,
        ),
        _rate("alert_load_pairs_met", "so it was, one a meeting; a compliant person-day, one of a pair"),
        _share("alert_load_pairs_true", better=HIGHER),
        _share("alerts_true_pairs", better=HIGHER),
        _share("alerts_needed_pairs", better=HIGHER),
        _share("cell_fix_alone_opens_breach", target=0.0),
    ]


RECORDINGS: Final = (
    _rate("recording_car_partings", "a pair of receivers", target=0.0),
    _rate("recording_car_partings_lagging", "a pair with one that lags 15 s"),
    _rate("recording_frozen_network_exits", "a recording", target=0.0),
    _rate("recording_canyon_exits", "a recording", target=0.0),
)

ROWS: Final[tuple[Row, ...]] = (
    *_zone_rows(),
    _rate("false_exits_still_phone_50m", "a person-day"),
    _rate("false_exits_still_bracelet_50m", "a person-day"),
    _rate("false_exits_still_mute_50m", "a person-day"),
    _share("exits_missed_mute_1_5ms", target=0.0),
    *_delays("exit_delay_mute_1_5ms", p50=60.0),
    *_delays("exit_delay_from_30m_mute_1_5ms"),
    *(row for d in DISTANCES_M for i in INTERVALS_S for row in _pair_rows(d, i)),
    *_asked_rows(),
    *_device_rows(),
    *_meddling_rows(),
    *_load_rows(),
    *RECORDINGS,
    *_zone_rows(SECOND),
    *_pair_rows(SURE_M, 60, SECOND),
)
