"""How findings are put down: named by the row that opens them, numbered, of whoever they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.desk import Desk, Notes, iso
from korgoo.engine.findings import Event, Reason
from korgoo.engine.rows import Observation
from korgoo.engine.state import PersonState
from tests.stories import P1, P2, at, fix

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.state import Standing


def test_a_finding_is_told_from_its_opening_to_its_end() -> None:
    findings: list[Finding] = []
    standing: dict[str, Standing] = {}
    notes = Notes(P1, standing, at_ms=at(20), seq=7, findings=findings)
    notes.open("contact.lost", "contact", Reason.SILENT, since_ms=at(19))
    notes.update("contact.lost", "contact", Reason.CANNOT_TELL)
    notes.update("contact.lost", "contact", Reason.KNOWN_AGAIN)
    notes.close("contact.lost", "contact", Reason.HEARD_AGAIN, until_ms=at(19.5))
    assert standing == {}
    assert {(f.id, f.seq, f.at_ms, f.since_ms) for f in findings} == {
        (f"{P1}/contact/contact.lost/7", 7, at(20), at(19))
    }
    assert [(f.event, f.number, f.until_ms) for f in findings] == [
        (Event.OPENED, 0, None),
        (Event.UPDATED, 1, None),
        (Event.UPDATED, 2, None),
        (Event.CLOSED, 3, at(19.5)),
    ]
    assert {(f.subject, f.other, f.live, f.confidence) for f in findings} == {(P1, None, True, 1000)}
    assert not any(f.params or f.evidence for f in findings)


def test_two_of_one_kind_that_stand_at_once_are_told_apart_by_their_slots() -> None:
    findings: list[Finding] = []
    standing: dict[str, Standing] = {}
    notes = Notes(P1, standing, at_ms=at(20), seq=7, findings=findings, subject=P2, other=P1)
    notes.open("pair.silent", "pair", Reason.SILENT, since_ms=1, slot="his")
    notes.open("pair.silent", "pair", Reason.SILENT, since_ms=2, slot="hers", timer_ms=at(20))
    assert list(standing) == ["his", "hers"]
    notes.close("pair.silent", "pair", Reason.HEARD_AGAIN, until_ms=3, slot="his")
    assert list(standing) == ["hers"]
    assert [f.id for f in findings] == [f"{P1}/pair/his/7", f"{P1}/pair/hers/7.{at(20)}", f"{P1}/pair/his/7"]
    assert {(f.kind, f.subject, f.other) for f in findings} == {("pair.silent", P2, P1)}


def test_what_opens_again_at_one_row_is_counted() -> None:
    notes = Notes(P1, {}, at_ms=at(20), seq=7, findings=[])
    names = [notes.name("home", "zone.exit") for _ in range(3)]
    assert [name.rpartition("/")[2] for name in names] == ["7", "7+2", "7+3"]
    assert notes.name("home", "zone.exit", 5) == f"{P1}/home/zone.exit/7.5"


def test_a_row_points_at_itself_and_says_if_it_tells_no_place() -> None:
    desk = Desk(PersonState(P1), at_ms=at(20), seq=7, findings=[])
    (placed,), (placeless,) = desk.point_at(fix(at(19)), 5), desk.point_at(Observation(at(19), at(19)), 6)
    assert (placed.seq, placed.fixed_at_ms, placed.reason) == (7, 5, "")
    assert (placeless.seq, placeless.fixed_at_ms, placeless.reason) == (7, 6, "no_position")


def test_a_moment_is_told_in_utc_with_its_milliseconds() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(at(0) + 1_007) == "2026-05-27T18:00:01.007Z"
