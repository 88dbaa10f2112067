"""The noise is like the measured one: loose bounds about the figures in docs/simulation.md."""

import numpy as np
import pytest

from korgoo.engine.rows import Source
from korgoo.sim import second_noise
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.fit import LAGS_S, autocorrelation, exits_per_hour, scatter
from korgoo.sim.incidents import COMPLIANT, FIELD
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.noise import STAYS, errors
from korgoo.sim.observations import stream
from korgoo.sim.people import Person
from korgoo.sim.samples import Column, sample_day
from korgoo.sim.stages.exits import exits
from korgoo.sim.town import Town
from korgoo.sim.tracks import Track, crossing_ms, still_track, walk_out_track

DAY = 20_454


@pytest.fixture(scope="module")
def stays() -> list[Track]:
    return [still_track(i, hours=1.34, interval_s=5) for i in range(200)]


@pytest.fixture(scope="module")
def lying() -> list[Track]:
    return [still_track(i, hours=6, interval_s=1, carrier=Carrier.RECEIVER) for i in range(6)]


def test_errors_of_stays_are_correlated_as_measured(stays: list[Track]) -> None:
    medians = [float(np.median([autocorrelation(track, lag) for track in stays])) for lag in LAGS_S]
    assert medians == pytest.approx([0.99, 0.93, 0.83, 0.67, 0.44, 0.23, 0.14], abs=0.1)


def test_errors_of_receivers_are_correlated_as_measured(lying: list[Track]) -> None:
    medians = [float(np.median([autocorrelation(track, lag) for track in lying])) for lag in LAGS_S]
    assert medians == pytest.approx([0.96, 0.79, 0.56, 0.36, 0.2, 0.15, 0], abs=0.15)


def test_errors_are_as_large_as_measured(stays: list[Track], lying: list[Track]) -> None:
    spread = np.array([scatter(track) for track in stays])
    worst = spread[np.argsort(spread[:, 0])[-20:]]
    assert np.median(spread, 0).tolist() == pytest.approx([9.4, 25.5, 30.9, 50.1, 64], rel=0.25)
    assert np.median(worst, 0)[:3].tolist() == pytest.approx([23, 58, 77], rel=0.25)
    still = np.median([scatter(track) for track in lying], 0)
    assert still[:4].tolist() == pytest.approx([10.3, 21.7, 26.2, 38.9], rel=0.25)


def test_counting_rules_err_as_often_as_measured(stays: list[Track], lying: list[Track]) -> None:
    assert exits_per_hour(stays, radius_m=50, every_s=60) == pytest.approx(0.97, rel=0.4)
    assert exits_per_hour(lying, radius_m=25, every_s=1) == pytest.approx(13.6, rel=0.4)
    assert exits_per_hour(lying, radius_m=25, every_s=60) == pytest.approx(3.5, rel=0.4)
    assert exits_per_hour(lying, radius_m=50, every_s=60, in_a_row=3) < 0.06


def test_noise_at_an_instant_does_not_depend_on_what_is_asked_beside_it() -> None:
    times = np.arange(0, 3_600_000, 1000)
    x, y = errors(5, times, STAYS)
    part_x, part_y = errors(5, times[1800:1900:7], STAYS)
    assert part_x.tolist() == x[1800:1900:7].tolist()
    assert part_y.tolist() == y[1800:1900:7].tolist()


def test_phones_have_spikes_sources_and_radii_as_measured(town: Town, people: list[Person]) -> None:
    phones = [person for person in people if not person.partner and person.device == "phone"]
    tables = [sample_day(town, person, day, COMPLIANT) for person in phones for day in range(DAY, DAY + 4)]
    joined = np.concatenate(tables, axis=1)
    wifi = joined[Column.SOURCE] == 1
    assert 0.85 < wifi.mean() < 0.96
    radii = np.percentile(joined[Column.ACCURACY_CM][wifi] / 100, (5, 50, 95))
    assert radii.tolist() == pytest.approx([17, 31, 78], rel=0.1)
    night = joined[:, joined[Column.FIXED] < 7_200_000]
    home = [
        np.median(t[:, t[Column.FIXED] < 7_200_000][[Column.LAT_E7, Column.LON_E7]], axis=1) for t in tables
    ]
    counts = [int((t[Column.FIXED] < 7_200_000).sum()) for t in tables]
    middle = np.repeat(np.array(home).T, counts, axis=1)
    off = (night[[Column.LAT_E7, Column.LON_E7]] - middle) * np.array([[0.0111], [0.00816]])
    assert 0.0005 < (np.hypot(off[0], off[1]) > 500).mean() < 0.006


def test_neglected_devices_are_silent_as_often_as_measured(town: Town, people: list[Person]) -> None:
    alone = [person for person in people if not person.partner]
    gaps = [
        gap
        for person in alone
        for day in range(DAY, DAY + 3)
        for gap in np.diff(sample_day(town, person, day, FIELD)[Column.RECEIVED])
        if gap > 600_000
    ]
    assert len(gaps) / (len(alone) * 3) == pytest.approx(2.17, rel=0.2)


def test_a_walk_out_crosses_the_circle_when_it_says() -> None:
    for seed in range(5):
        track = walk_out_track(seed, interval_s=1, depth_m=150, away_s=300)
        far = np.sqrt(track.true_x * track.true_x + track.true_y * track.true_y)
        first = int(track.times_ms[np.argmax(far > 50)])
        assert 0 <= first - crossing_ms(seed, radius_m=50, interval_s=1) <= 1_000
        assert far.max() == pytest.approx(150)
        assert far[0] == far[-1] == 0


def test_a_track_tells_its_fixes_as_observations() -> None:
    track = still_track(3, hours=2, interval_s=60, carrier=Carrier.PHONE)
    told = list(track.observations())
    assert [o.fixed_at_ms for o in told] == track.times_ms.tolist()
    assert all(500 <= o.received_at_ms - o.fixed_at_ms <= 3_000 for o in told)
    assert {o.source for o in told} <= {Source.GPS, Source.WIFI, Source.CELL}
    assert told != list(still_track(4, hours=2, interval_s=60, carrier=Carrier.PHONE).observations())


def test_two_neighbouring_places_do_not_share_their_noise(town: Town, people: list[Person]) -> None:
    begins = day_begins_ms(DAY)
    pair = [people[1], people[2]]
    offsets: dict[str, list[int]] = {person.id: [] for person in pair}
    for person, seen in stream(town, pair, from_ms=begins, until_ms=begins + 7_200_000, conduct=COMPLIANT):
        offsets[person.id].append(seen.lat_e7 or 0)
    one, other = (np.array(offsets[person.id], dtype=float) for person in pair)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.5


def test_the_second_noise_at_an_instant_is_a_function_of_the_instant() -> None:
    times = np.arange(86_000_000, 90_000_000, 5_000)  # over the seam of two days' walks
    x, y = second_noise.errors(5, times)
    part_x, part_y = second_noise.errors(5, times[100:700:7])
    assert part_x.tolist() == x[100:700:7].tolist()
    assert part_y.tolist() == y[100:700:7].tolist()


def test_the_walk_of_the_second_noise_joins_over_days_and_stays_between_its_walls() -> None:
    seam = second_noise.STRETCH_STEPS * second_noise.STEP_MS
    walked = second_noise._walk(9, np.arange(seam - 3_600_000, seam + 3_600_000, 20_000))
    assert np.abs(walked).max() <= second_noise.WALL_MM / 1000
    assert np.abs(np.diff(walked)).max() < 4 * second_noise.STEP_MM / 1000
    assert walked.std() > 1


@pytest.mark.parametrize("noise", list(Noise))
def test_errors_are_larger_between_high_houses_than_under_the_sky(noise: Noise) -> None:
    open_sky, canyon = (
        exits(1, trials=20, canyon=narrow, carrier=Carrier.BRACELET, noise=noise) for narrow in (False, True)
    )
    north = [
        np.concatenate([told.table[Column.LAT_E7] for told in scenario.signals]).astype(np.int64)
        for scenario in (open_sky, canyon)
    ]
    apart = np.abs(north[0] - north[1]) * 0.0111
    outdoors = apart[apart > 0]
    assert 0.05 < len(outdoors) / len(apart) < 0.5
    assert np.percentile(outdoors, 50) > 6
