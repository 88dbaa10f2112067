"""What the law lets us keep, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine.rows import Suspension
from korgoo.gateway.admission import Refusal, decide, find_open_range
from tests.gateway_fakes import DAY_MS, NOW_MS, assignment, credential, observation

MINUTE_MS = 60_000


def refusal(seen: dict[str, Any], **rows: Any) -> Refusal | None:
    verdict = decide(
        observation(**seen),
        assignment=assignment(**rows.get("assignment", {})),
        credential=credential(**rows.get("credential", {})),
        suspensions=rows.get("suspensions", ()),
    )
    assert (verdict.observation is None) == (verdict.refusal is not None)
    return verdict.refusal


def test_a_fix_inside_the_interval_is_kept_as_it_is() -> None:
    seen = observation()
    assert decide(seen, assignment=assignment(), credential=credential()).observation is seen


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (NOW_MS - DAY_MS - MINUTE_MS, True),
        (NOW_MS - DAY_MS - MINUTE_MS - 1, False),
        (NOW_MS - 3_600_000 + MINUTE_MS, True),
        (NOW_MS - 3_600_000 + MINUTE_MS + 1, False),
    ],
)
def test_the_interval_holds_by_the_time_of_the_fix_give_or_take_a_minute(at: int, *, kept: bool) -> None:
    ends = {"collect_until_ms": NOW_MS - 3_600_000}
    assert (refusal({"fixed_at_ms": at}, assignment=ends) is None) == kept


def test_a_late_upload_of_a_lawful_fix_is_kept() -> None:
    ended = {"collect_from_ms": NOW_MS - 20 * DAY_MS, "collect_until_ms": NOW_MS - 10 * DAY_MS}
    assert refusal({"fixed_at_ms": NOW_MS - 11 * DAY_MS}, assignment=ended) is None


def test_a_fast_clock_does_not_reach_into_an_interval_to_come() -> None:
    begins = {"collect_from_ms": NOW_MS + 3_600_000}
    assert refusal({"fixed_at_ms": NOW_MS + 2 * 3_600_000}, assignment=begins) == Refusal.OUTSIDE_INTERVAL


def test_a_clock_known_faulty_is_judged_by_ours_and_marked() -> None:
    given = assignment(clock_faulty=True)
    verdict = decide(observation(fixed_at_ms=0), assignment=given, credential=credential())
    assert verdict.observation is not None
    assert verdict.observation.clock_faulty


def test_a_fix_more_than_a_day_ahead_says_nothing() -> None:
    assert refusal({"fixed_at_ms": NOW_MS + DAY_MS}) is None
    assert refusal({"fixed_at_ms": NOW_MS + DAY_MS + 1}) == Refusal.FUTURE


def test_a_superseded_credential_delivers_its_own_interval() -> None:
    old = {"valid_from_ms": NOW_MS - 3_600_000, "superseded_at_ms": NOW_MS - 1_800_000}
    assert refusal({"fixed_at_ms": NOW_MS - 2_000_000}, credential=old) is None
    assert refusal({"fixed_at_ms": NOW_MS - 1_700_000}, credential=old) == Refusal.SUPERSEDED
    assert refusal({"fixed_at_ms": NOW_MS - 3_700_000}, credential=old) == Refusal.SUPERSEDED


def test_and_for_thirty_days_only() -> None:
    rows = {"assignment": {"collect_from_ms": 0}, "credential": {"valid_from_ms": 0}}
    for age, kept in ((30 * DAY_MS, True), (30 * DAY_MS + 1, False)):
        rows["credential"]["superseded_at_ms"] = NOW_MS - age
        assert (refusal({"fixed_at_ms": NOW_MS - 31 * DAY_MS}, **rows) is None) == kept


def test_a_new_credential_delivers_what_the_phone_recorded_under_the_old_one() -> None:
    assert refusal({"fixed_at_ms": NOW_MS - 3_600_000}, credential={"valid_from_ms": NOW_MS}) is None


def test_a_suspension_keeps_nothing_until_it_is_revoked() -> None:
    for revoked, expected in ((False, Refusal.SUSPENDED), (True, None)):
        suspension = Suspension(1, NOW_MS - 2_000, NOW_MS, revoked=revoked)
        assert refusal({}, suspensions=(suspension,)) == expected
    over = Suspension(1, NOW_MS - 3_000, NOW_MS - 1_000)
    assert refusal({}, suspensions=(over,)) is None  # its end is not in it


def test_a_revoked_credential_is_refused() -> None:
    assert refusal({}, credential={"revoked": True}) == Refusal.REVOKED


def test_a_participants_sos_follows_the_law_like_any_fix() -> None:
    assert refusal({"sos": True}, credential={"revoked": True}) == Refusal.REVOKED


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_observation_out_of_order_calls_for_a_look_at_each(place: int) -> None:
    screen = find_open_range(assignment(), credential(), suspensions=())
    assert screen is not None
    seen = [observation(counter=number) for number in range(3)]
    assert screen.admits_all(seen)
    seen[place] = observation(sos=True)
    assert not screen.admits_all(seen)
