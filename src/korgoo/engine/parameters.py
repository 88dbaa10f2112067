"""Every number that the engine judges by, in one place, each with the evidence for its value.

A parameter set is frozen, all integers, and named by the digest of its canonical bytes; a journal row
says from when it holds. `korgoo backtest --set NAME=VALUE` tries another value.
"""

from __future__ import annotations

import hashlib

import msgspec


class Parameters(msgspec.Struct, array_like=True, frozen=True):
    """Integers only: ms, cm, cm/s, milli-nats (1/1000 of a natural log unit), percent."""

    # Belief. Values of design section 5.2, measured there on 92 h of real stays (50 m zone, 15 s fixes).
    tau_ms: int = 20_000  # errors within about a minute are one observation (autocorrelation, noise.md)
    cap_mn: int = 8_000  # one independent fix moves belief by no more
    lone_mn: int = 2_000  # how far one fix alone carries belief to the other side: two must agree
    saturation_mn: int = 6_000  # certainty that two independent observations can turn
    threshold_mn: int = 4_000  # from here on a side is believed
    still_divisor: int = 4  # a sensor that says "still" weakens evidence of having moved

    # Motion and reported speed as evidence for leaving: errors of a receiver that moves are forgotten sooner.
    moving_tau_ms: int = 10_000
    moving_cms: int = 100  # half of all walking steps are faster than 1.3 m/s (noise.md)
    moving_step_cm: int = 1_500  # outward means so much farther out than the fix before: 10 s of walking
    resting_cms: int = 50  # a receiver's own speed is good to some 0.3 m/s; nobody leaves more slowly
    resting_jump_cm: int = 5_000  # a jump of more, with a speed of nought, is a spike or made up

    # Learned error scale of a place: the device's own scatter about its slow anchor.
    scale_percent: int = (
        200  # "scale x 2" of design 5.2: 11 false exits at 70 s against 26 with a fixed scale
    )
    return_percent: int = 100  # on the way back the plain scatter: a false exit must not hide a true one
    scatter_memory_ms: int = 1_800_000  # design 5.2: about 30 min
    scatter_prior_cm: int = 800  # per axis; stays scatter by 9.4 m in the median (noise.md)
    winsor_percent: int = 300  # beyond three sigma a spike must teach no more than three
    learn_radius_cm: int = 50_000  # larger zones are districts, in which people travel

    # Error scale per axis from what the device reports.
    gps_half_percent: int = 85  # a gps radius is a 50 % radius: sigma = r / 1.18 (noise.md)
    gps_default_cm: int = 1_200  # half of all gps radii are up to 12 m (noise.md)
    gps_floor_cm: int = 400  # one in twenty claims less than 4 m; at best it is 4 m off, open road (noise.md)
    wifi_percent: int = 50  # a Wi-Fi radius holds 97 %: about 2 sigma with heavier tails (noise.md)
    wifi_default_cm: int = 2_000  # half of the radius that three in four stay within, 44 m (noise.md)
    wifi_floor_cm: int = 800  # half of the least that is claimed, 17 m (noise.md)
    network_percent: int = 100  # a network radius is Wi-Fi at best and a cell at worst
    network_default_cm: int = 50_000  # without a radius it may be a cell: kilometres (noise.md)
    network_floor_cm: int = 2_000  # no better than Wi-Fi without a radius
    coarse_cm: int = 100_000  # a radius above 1 km says nothing about a zone

    # Jumps. 59 of 67 real walks hold a step above 5 m/s, so the gate is far above (noise.md).
    jump_speed_cms: int = 10_000
    jump_slack_cm: int = 10_000
    reach_speed_cms: int = 5_000  # nobody comes home faster than 180 km/h

    # How long the last fix speaks for the present: intervals x expected + extra, then it fades.
    hold_intervals: int = 3
    hold_extra_ms: int = 300_000
    fade_ms: int = 1_800_000  # a third of the gaps over 10 min end within 30 (noise.md)

    # Silence. Two expected intervals and the order's grace (design section 9); positions get ten minutes more
    # indoors: shorter losses are what cellars and lifts do (noise.md counts gaps from 10 min on).
    silence_intervals: int = 2
    position_extra_ms: int = 600_000

    # Battery, percent and time to empty (alert class D3 of the requirements).
    battery_low: int = 20
    battery_critical: int = 10
    battery_empty: int = 3
    battery_recovered: int = 5  # this many points above a limit end its finding
    forecast_low_ms: int = 4 * 3_600_000
    forecast_critical_ms: int = 3_600_000
    forecast_span_ms: int = 1_200_000  # a slope needs 20 min and
    forecast_points: int = 3  # three points of charge

    scatter_floor_cm: int = 200  # a frozen position must not teach that a place has no scatter

    # How long evidence must last before a side may be believed: half of an observation is new after 14 s
    # (1 - exp(-14/20)). At a fix each 14 s and slower the second fix is enough, as it was before.
    agree_ms: int = 14_000

    # A still device is where it was, whatever place a network tells (18 of 20 false exits of daily life).
    still_reach_cm: int = 10_000
    still_hold_ms: int = 1_800_000  # longer than wrong Wi-Fi places last

    # Clocks of devices: stale by more than this is not "now" by itself. A clock set back by 5 min has to be
    # found at every reporting interval, so no interval is counted in.
    clock_fresh_ms: int = 180_000
    clock_gap_ms: int = 10_000  # a stored message follows the one before within seconds
    clock_slack_ms: int = 5_000  # two messages of a clock that runs are as far apart as they arrive
    clock_kept_ms: int = 864_000_000  # devices store ten days out of coverage (NIJ 1004.00)
    clock_ahead_ms: int = 60_000  # a device cannot know the future; less is a clock not yet set

    # What is odd once is noise, what stays odd is a finding.
    doubt_times: int = 3
    calm_times: int = 5  # signs of the contrary in a row that end it
    frozen_ms: int = 600_000  # wrong Wi-Fi places last minutes; a frozen one lasts the drive (noise.md)
    spoof_ms: int = 300_000  # bursts of wrong positions last minutes (noise.md)
    spoof_motion_ms: int = 300_000  # a smooth ride reads as still for minutes
    spoof_ride_ms: int = 1_800_000  # no jam and no waiting engine keeps a vehicle in one place so long
    spoof_parked_e7: int = 6_000  # |lat| + |lon|: some 60 m
    spoof_slack_cm: int = 30_000  # beyond any radio of a home and any drift of a receiver at rest
    cell_age_ms: int = 300_000
    cell_slack_cm: int = 500_000  # a third of cell positions lie outside their own radius (noise.md)
    cell_times: int = 5

    # The coverage memory: odd is a loss where fewer than 2 % of at least 200 reports were lost.
    coverage_reports: int = 200
    coverage_permille: int = 20
    coverage_rate: int = 50  # and where a device loses it, anywhere, less than once in 20 days

    # A loss that explains itself calls nobody for a time: class D of the requirements (section 4) has 30 to
    # 240 min for orders that protect nobody. The shorter end for who moves, the longer for a device at rest.
    loss_moved_ms: int = 1_800_000
    loss_rest_ms: int = 14_400_000
    loss_stir_ms: int = 300_000  # longer than a sensor misreads rest; on foot some 400 m
    loss_wear: int = 8  # so much rest wears off one part of motion: the sensor misreads 4 % of the time
    loss_near_cm: int = 100_000  # a forbidden zone is so near that a walk of the limit of silence reaches it
    # A place is deaf where a fifth of the reports of several devices are lost: nobody trains it alone.
    deaf_permille: int = 200
    deaf_devices: int = 3
    deaf_percent: int = 150  # of how long nine in ten losses last there

    # Pairs. A side's place between fixes: extrapolated, with an error that grows.
    pair_extrapolate_ms: int = 60_000  # no course holds longer in a town
    pair_drift_cms: int = 120  # somebody seen at rest may have begun to walk
    pair_still_cms: int = 30  # the sensor says that he lies still
    pair_turn_percent: int = 35  # of the way that was extrapolated or interpolated
    pair_lag_ms: int = 10_000  # a receiver may lie so far behind its ride: 9 and 15 s on recordings
    pair_lone_sigmas: int = 3  # one fix may decide only where its whole error lies inside the ring
    pair_weak_sigmas: int = 2  # a side whose own error reaches so near the ring must speak twice
    meeting_end_ms: int = 300_000  # a meeting ends after 5 min outside the warning ring
    pair_silence_margin_ms: int = 5_000  # a timer fires at the next mark: within the limit all the same
    pair_settle_ms: int = 300_000  # rows older than the ring are judged again so often, not at every mark
    probing_times: int = 3  # entries of the warning ring
    probing_ms: int = 7_200_000  # within two hours
    search_way_cm: int = 300_000  # a path that searches: 3 km of way
    search_ms: int = 3_600_000  # within an hour
    search_ratio: int = 5  # on ground whose diagonal is a fifth of it
    search_reach: int = 4  # within so many warning rings of her
    closing_cms: int = 200  # slower closing is no approach: less than the noise of two fixes
    closing_times: int = 2  # looks in a row at which she could be reached before the police
    closing_limit_cm: int = 1_000_000  # farther away, streets decide and not the course

    # Nobody leaves without moving (ADR 0200).
    still_lead_ms: int = 180_000  # who is seen outside now began to move at most so long ago
    moving_percent: int = 100  # `scale_percent` of a fix with which the device speaks of movement
    leap_cm: int = 7_000  # drift pulls back: of rides 100 m deep, 83 m of two were seen (ADR 430)
    leap_hold_ms: int = 165_000  # a ride between two fixes, of three minutes; wrong leaps last 20 to 100 s
    foot_cms: int = 200  # people walk at 1.5 m/s (noise.md)
    foot_hold_ms: int = 600_000
    witness_ms: int = 604_800_000  # a sensor that has told no movement for a week is not a witness
    stride_cm: int = 3_000  # a walk goes on; a wrong Wi-Fi place stays within some metres of itself (ADR 340)

    # A side at rest is where it was seen (ADR 0330): two sigma of what it may have gone while it stirred.
    pair_rest_proof_ms: int = 420_000  # so long one place: spikes last 5 min at most, 32 fixes of 15 s 7 min
    pair_rest_stir_ms: int = 600_000  # the sensor misreads 4 % of the time, two minutes at once
    pair_rest_ms: int = 14_400_000  # a device at rest is known to be there no longer (class D, 240 min)

    # What was told at the edge of a zone rises once he is truly away (ADR 0395).
    edge_cm: int = 6_000  # drift at rest that opens anything lies within
    edge_ms: int = 60_000  # whoever walks on, at 0.8 m/s too, is beyond the edge a minute after he was told
    afar_cm: int = 10_000  # an exit so deep must never be missed (design section 9)

    # Satellites that stand still, as they never do at this home, while the wearer walks (ADR 0380).
    steady_cm: int = 400  # a transmitter's places scatter by a metre; half of all homes by 11 m (noise.md)
    steady_percent: int = 40  # of the scatter that the home has shown
    steady_step_e7: int = 800  # |lat| + |lon|: some 8 m, so that a walk through the town is not looked at
    steady_ms: int = 600_000  # at a home places stay within 4 m for six minutes now and then, not for ten
    spoof_apart_e7: int = 24_000  # |lat| + |lon|: less than `spoof_slack_cm` on any ground (ADR 0381)

    # Devices that tell neither motion nor speed (ADR 0385).
    course_cm: int = 6_000  # 40 s of walking; wandering receivers creep, bursts leap and stand (noise.md)
    course_ms: int = 90_000  # slower than 0.7 m/s is wandering
    course_hold_ms: int = 90_000  # most wrong leaps of satellites are over by then; a ride waits so long

    # Wished intervals of reports: clamp((distance - D) / (2 x 25 m/s), 15 s, 300 s), design section 5.4.
    rate_shortest_s: int = 15
    rate_longest_s: int = 300
    rate_closing_cms: int = 5_000  # two cars that drive at each other in a town, 25 m/s each
    rate_again_ms: int = 600_000  # a wish is repeated while it holds: a command nobody fetched has expired

    # More of pairs: steps and paths.
    pair_walk_cms: int = 300  # nobody walks faster: a longer step is a ride or a spike
    pair_walk_slack_cm: int = 10_000  # and so much beside it, with five errors of both ends
    pair_segment_ms: int = 600_000  # two fixes farther apart say nothing of the way between them
    search_step_cm: int = 3_000  # a shorter step is standing still, as is one within three errors
    search_points: int = 64  # of a path; 3 km of way in steps of 47 m
    search_look: int = 4  # a path is looked at with every so many points

    # What creeps outward while the device denies that it left: a quarter of the false exits (ADR 430).
    denied_divisor: int = 16
    pair_leap_cm: int = 10_000  # of a side of a pair, whose distance shorter leaps do not decide (ADR 430)

    outage_ms: int = 10_000  # the journal marks each second: a longer hole is our own outage
    put_out_ms: int = 3_600_000  # held for `still_hold_ms`, then taken back for as long again (ADR 441)


def digest(parameters: Parameters) -> str:
    """Name a parameter set by its canonical bytes (first 16 hex digits of SHA-256)."""
    return hashlib.sha256(msgspec.msgpack.encode(parameters)).hexdigest()[:16]
