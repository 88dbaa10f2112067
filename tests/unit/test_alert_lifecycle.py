from __future__ import annotations

import pytest

from korgoo.alerts.lifecycle import Cause, State, Step, StepRefusedError, check_closing, next_state
from korgoo.alerts.protocol import find_level, freeze_protocol, group_of
from korgoo.engine.findings import KINDS


@pytest.mark.parametrize("state", [State.NEW, State.REOPENED])
def test_a_life_threat_is_never_closed_before_somebody_has_it(state: State) -> None:
    with pytest.raises(StepRefusedError, match="acknowledged"):
        next_state(state, Step.CLOSE, level=1)
    assert next_state(state, Step.CLOSE, level=2) is State.CLOSED


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("level", [1, 2, 3])
def test_only_a_notice_ends_by_itself(state: State, level: int) -> None:
    with pytest.raises(StepRefusedError):
        next_state(state, Step.END_NOTICE, level=level)


@pytest.mark.parametrize("state", list(State))
def test_news_make_every_alert_unattended_again(state: State) -> None:
    wanted = State.REOPENED if state is State.CLOSED else State.NEW
    assert next_state(state, Step.RAISE, level=1) is wanted


def test_a_closed_alert_moves_by_news_only() -> None:
    for step in set(Step) - {Step.RAISE, Step.RETURN}:
        with pytest.raises(StepRefusedError):
            next_state(State.CLOSED, step, level=4)


def test_closing_needs_cause_note_and_inspection() -> None:
    check_closing(level=1, cause=Cause.REAL_BREACH, note="at home again", latched=())
    check_closing(level=4, cause=Cause.CHARGING, note="", latched=())
    for cause, note, latched in (
        ("", "note", ()),
        ("whatever", "note", ()),
        (Cause.ENDED, "note", ()),
        (Cause.UNKNOWN, "  ", ()),
        (Cause.UNKNOWN, "note", ("tamper.strap",)),
    ):
        with pytest.raises(StepRefusedError):
            check_closing(level=3, cause=cause, note=note, latched=latched)


def test_every_kind_of_finding_has_a_level_and_deadlines() -> None:
    for kind in KINDS:
        level = find_level(kind, protecting=False, live=True)
        protocol = freeze_protocol(kind, level=level)
        assert level == KINDS[kind].level
        assert 0 < protocol["acknowledge_s"] <= protocol["handle_s"]
        assert find_level(kind, protecting=True, live=True) <= level


def test_where_somebody_is_protected_the_same_weighs_more() -> None:
    assert find_level("zone.enter", protecting=True, live=True) == 1
    assert find_level("tamper.strap", protecting=True, live=True) == 1
    assert find_level("contact.lost", protecting=True, live=True) == 2
    assert freeze_protocol("sos", level=1)["acknowledge_s"] == 30
    assert freeze_protocol("tamper.strap", level=2)["acknowledge_s"] == 60


def test_a_breach_that_is_over_is_looked_at_without_haste_but_an_sos_is_always_now() -> None:
    assert find_level("zone.enter", protecting=True, live=False) == 3
    assert find_level("sos", protecting=False, live=False) == 1


def test_findings_of_one_cause_share_an_alert() -> None:
    assert group_of("curfew.absent", "o1.home") == group_of("zone.exit", "o1.home") == "o1.home"
    assert group_of("contact.lost", "") == group_of("position.lost", "") == "contact"
    assert group_of("signal.jammed", "") == group_of("signal.shielded", "") == "contact", (
        "one loss, one alert"
    )
    assert group_of("removal.permitted", "") == group_of("tamper.strap", "") == "tamper"
    doubted = ("clock.behind", "position.spoofed", "phone.permission", "device.restarted")
    assert [group_of(kind, "device") for kind in doubted] == ["clock", "position", "phone", "device"]
    assert group_of("tamper.strap", "") != group_of("sos", "")


@pytest.mark.parametrize(
    ("kind", "plain", "protecting"),
    [
        *((kind, 2, 2) for kind in ("clock.behind", "position.mock", "position.spoofed")),
        *((kind, 2, 2) for kind in ("signal.jammed", "signal.shielded")),
        *((kind, 3, 2) for kind in ("phone.permission", "clock.ahead")),
        *((kind, 4, 3) for kind in ("position.frozen", "position.jumping", "device.restarted")),
        *((kind, 4, 4) for kind in ("clock.minutes", "removal.permitted")),
    ],
)
def test_circumvention_is_seen_within_five_minutes_and_sooner_where_somebody_is_protected(
    kind: str, plain: int, protecting: int
) -> None:
    assert find_level(kind, protecting=False, live=True) == plain
    assert find_level(kind, protecting=True, live=True) == protecting
    if protecting == 2:
        assert freeze_protocol(kind, level=protecting)["acknowledge_s"] <= 300
