"""Walking on the spot: how often the sensor says so, and that nothing else of a day changes."""

import numpy as np

from korgoo.sim.chance import key_of
from korgoo.sim.incidents import ACTIVE, COMPLIANT
from korgoo.sim.meddling import Interference, interfere
from korgoo.sim.pacing import HOUR_MS, PACES_A_DAY, paces, works_on_feet
from korgoo.sim.people import make_people
from korgoo.sim.plane import to_e7
from korgoo.sim.samples import Column, Motion, sample_day
from korgoo.sim.stages.actor import BEGINS_MS, INDOORS, Kit, Walker, tell
from korgoo.sim.town import Town

DAY = 20_454
MINUTES = np.arange(0, 2_000 * 86_400_000, 60_000, dtype=np.int64)


def stretches(flags: np.ndarray) -> np.ndarray:
    """Return the lengths of what is told in a row, minutes."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(int), [0]))))
    return edges[1::2] - edges[::2]


def test_half_a_stretch_a_day_of_five_minutes_to_three_quarters_of_an_hour() -> None:
    flags = paces(7, MINUTES, PACES_A_DAY)
    lasts = stretches(flags)
    assert 900 <= len(lasts) <= 1_080  # of 2,000 days; a few meet
    assert lasts.min() >= 4
    assert 18 <= np.median(lasts) <= 22
    assert lasts.max() <= 2 * 45
    before_h = (MINUTES[:-1][~flags[:-1] & flags[1:]] // HOUR_MS + 6) % 24
    assert {*before_h.tolist()} - {5} == {*range(6, 23)}, "local hours: nobody sets out in his sleep"
    assert not paces(7, MINUTES, 0.0).any()


def test_a_moment_is_the_same_in_whatever_company_it_is_asked_for() -> None:
    assert np.array_equal(paces(7, MINUTES, 3.0)[1::7], paces(7, MINUTES[1::7], 3.0))


def test_a_fifth_works_on_its_feet_half_of_the_time() -> None:
    week = MINUTES[: 7 * 1440]
    shares = [works_on_feet(key_of(1, number), week).mean() for number in range(500)]
    afoot = [share for share in shares if share]
    assert 75 <= len(afoot) <= 125
    assert min(afoot) >= 0.4
    assert max(afoot) <= 0.6


def test_only_the_motion_of_who_stays_is_told_otherwise() -> None:
    town, changed = Town(1), 0
    for person in make_people(town, 12):
        plain, active = (sample_day(town, person, DAY, conduct) for conduct in (COMPLIANT, ACTIVE))
        others = [column for column in Column if column is not Column.MOTION]
        assert np.array_equal(plain[others], active[others])
        differs = plain[Column.MOTION] != active[Column.MOTION]
        assert not (plain[Column.MOTION][differs] == Motion.VEHICLE).any()
        changed += int(differs.sum())
    assert changed


def test_a_third_of_the_transmitters_repeat_the_sky_over_his_home() -> None:
    walker = Walker(BEGINS_MS, (0.0, 0.0))
    walker.stay(BEGINS_MS + 3_600_000, INDOORS)
    table = tell(5, walker.end(), Kit(), person="p").table
    middle = to_e7((0.0, 0.0))
    spread = []
    for number in range(300):
        false = interfere(
            table, Interference.SPOOFING, key_of(3, number), home=(0.0, 0.0), begin=0, end=3_600_000
        )
        gps = false[Column.SOURCE] == 0
        spread.append(float(np.abs(false[Column.LAT_E7, gps] - middle[0]).mean()) * 0.0111)
        mocked = interfere(
            table, Interference.MOCKING, key_of(3, number), home=(0.0, 0.0), begin=0, end=3_600_000
        )
        assert np.abs(mocked[Column.LAT_E7] - middle[0]).max() * 0.0111 < 5
    wander = [metres for metres in spread if metres > 1]
    assert 75 <= len(wander) <= 125
    assert 0.4 <= np.median([metres for metres in spread if metres <= 1]) <= 0.9
