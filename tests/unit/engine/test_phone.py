"""What a device says of itself: permissions taken away, restarts, its own jamming alarm."""

from __future__ import annotations

import pytest

from tests.stories import MINUTE
from tests.unit.engine.doubts import START, found, kinds, minutes, said, status, told


@pytest.mark.parametrize(
    ("word", "text", "granted"),
    [
        ("android.loc", "0", True),
        ("android.loc", "-1", False),
        ("permission.location", "Always", True),
        ("permission.location", "never", False),
        ("iOS.locationManagerAuthorizationStatus", "kCLAuthorizationStatusAuthorizedAlways", True),
        ("iOS.locationManagerAuthorizationStatus", "kCLAuthorizationStatusAuthorizedWhenInUse", False),
        ("battery", "low", None),
        ("alarm", "", None),
    ],
)
def test_a_permission_is_read_from_what_the_phone_says(word: str, text: str, granted: bool | None) -> None:  # noqa: FBT001
    story = [*minutes(0, 3), status(4, **said("android.loc", "-2")), status(5, **said(word, text))]
    events = kinds(told(*story), "phone.permission")
    assert events == ["phone.permission opened", *(["phone.permission closed"] if granted else [])]
    alone = kinds(told(*minutes(0, 3), status(4, **said(word, text))), "phone.permission")
    assert alone == (["phone.permission opened"] if granted is False else [])


def test_a_permission_of_before_says_nothing_of_now() -> None:
    story = [
        status(10, **said("android.loc", "0")),
        status(5, late_ms=6 * MINUTE, **said("android.loc", "-1")),
    ]
    assert kinds(told(*minutes(0, 12), *story), "phone.permission") == []


def test_a_restart_is_told_once_however_often_it_is_sent() -> None:
    story = [status(1, late_ms=n * 20_000, **said("alarm", "low_battery, PowerOn")) for n in range(4)]
    assert kinds(told(*story, status(3, **said("alarm", "reboot")))) == ["device.restarted opened"] * 2


def test_a_jamming_alarm_ends_by_five_positions() -> None:
    story = [*minutes(0, 3), status(3, **said("alarm", "jamming")), *minutes(4, 8)]
    assert kinds(told(*story)) == ["signal.jammed opened"]
    assert kinds(told(*story, *minutes(8, 9))) == ["signal.jammed opened", "signal.jammed closed"]


def test_a_permission_is_read_among_other_words() -> None:
    told_too = status(4, extras=(("battery", "low"), ("android.loc", "-1")))
    assert kinds(told(*minutes(0, 3), told_too)) == ["phone.permission opened"]


def test_of_two_messages_of_one_instant_the_one_that_came_last_tells_the_permission() -> None:
    story = [status(4, **said("android.loc", "-1")), status(4, late_ms=1000, **said("android.loc", "0"))]
    assert kinds(told(*minutes(0, 3), *story)) == ["phone.permission opened", "phone.permission closed"]


def test_a_restart_is_a_finding_of_its_own_that_ends_as_it_begins() -> None:
    (restart,) = found(status(1, **said("alarm", "reboot")))
    assert (restart.number, restart.since_ms, restart.until_ms) == (0, START + MINUTE, START + MINUTE)
