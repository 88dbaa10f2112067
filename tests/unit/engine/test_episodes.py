"""Two accounts of one stretch: what has to be said."""

from __future__ import annotations

import msgspec

from korgoo.engine.episodes import Episode, Recorded, amend, compare, fold, touched
from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.judged import Change

KIND = "zone.exit"


def recorded(since: int, until: int = 0, name: str = "r", condition: str = "home") -> Recorded:
    return Recorded(name, condition, KIND, since, until)


def change(what: str, since: int, condition: str = "home", code: Reason = Reason.RETURNED) -> Change:
    return Change(what, condition, KIND, since, since, code)


def episode(since: int, until: int = 0, condition: str = "home") -> Episode:
    closed = change("close", until, condition) if until else None
    return Episode(condition, KIND, since, change("open", since, condition), closed)


def said(old: list[Recorded], new: list[Episode]) -> list[tuple[str, str | None]]:
    return [(d.what, d.recorded.id if d.recorded else None) for d in compare(old, new)]


def test_equal_accounts_say_nothing() -> None:
    assert said([recorded(10, 20), recorded(30, name="s")], [episode(10, 20), episode(30)]) == []


def test_what_nobody_recorded_opens() -> None:
    assert said([], [episode(10)]) == [("open", None)]


def test_what_is_over_opens_and_closes() -> None:
    assert said([], [episode(10, 20)]) == [("open", None), ("close", None)]


def test_an_open_one_closes() -> None:
    assert said([recorded(10)], [episode(10, 20)]) == [("close", "r")]


def test_another_beginning_or_end_corrects() -> None:
    assert said([recorded(10)], [episode(8)]) == [("correct", "r")]
    assert said([recorded(10, 20)], [episode(10, 25)]) == [("correct", "r")]
    assert said([recorded(10)], [episode(8, 20)]) == [("correct", "r"), ("close", "r")]


def test_one_that_ended_stands_open_again() -> None:
    differences = compare([recorded(10, 20)], [episode(10)])
    assert [(d.what, d.episode.closed if d.episode else 0) for d in differences] == [("correct", None)]


def test_what_never_was_is_annulled() -> None:
    assert said([recorded(10, 20)], []) == [("annul", "r")]
    assert said([recorded(10)], []) == [("annul", "r")]


def test_what_does_not_touch_is_another_finding() -> None:
    assert said([recorded(10, 20)], [episode(21, 30)]) == [("open", None), ("close", None), ("annul", "r")]
    assert said([recorded(30)], [episode(10, 20)]) == [("open", None), ("close", None), ("annul", "r")]
    assert said([recorded(10, 20)], [episode(20, 30)]) == [("correct", "r")], "an edge in common touches"
    assert said([recorded(20, 30)], [episode(10, 20)]) == [("correct", "r")]


def test_one_that_splits_and_two_that_join() -> None:
    assert said([recorded(10, 40)], [episode(10, 20), episode(30, 40)]) == [
        ("correct", "r"),
        ("open", None),
        ("close", None),
    ]
    assert said([recorded(10, 20, "a"), recorded(30, 40, "b")], [episode(10, 40)]) == [
        ("correct", "a"),
        ("annul", "b"),
    ]


def test_conditions_do_not_mix() -> None:
    old = [recorded(10, name="w", condition="work"), recorded(10, name="h")]
    assert said(old, [episode(10, condition="work")]) == [("annul", "h")]


def test_changes_fold_to_episodes() -> None:
    before = Episode("home", KIND, 5)
    told = [change("close", 20), change("open", 30), change("doubt", 35), change("open", 31, "work")]
    folded = fold([before], told)
    assert [(e.condition, e.since_ms, e.closed and e.closed.since_ms, e.doubt) for e in folded] == [
        ("home", 5, 20, False),
        ("home", 30, None, True),
        ("work", 31, None, False),
    ]
    assert not fold([], [change("open", 1), change("doubt", 2), change("known", 3)])[0].doubt


def test_a_rise_that_nobody_recorded_is_told_while_the_finding_stands() -> None:
    rise = change("rise", 15, code=Reason.DEPARTED)
    (risen,) = fold([], [change("open", 10), rise])
    assert (risen.risen, risen.doubt) == (rise, False)
    assert said([recorded(10)], [risen]) == [("rise", "r")]
    assert said([recorded(8)], [risen]) == [("correct", "r"), ("rise", "r")]
    known = recorded(10)
    known.risen = True
    assert said([known], [risen]) == []
    (ended,) = fold([], [change("open", 10), rise, change("close", 20)])
    assert said([recorded(10)], [ended]) == [("close", "r")], "he is back: his end is news enough"
    assert said([recorded(10)], [episode(10)]) == []


def test_a_rise_that_is_written_is_recorded() -> None:
    opened, updated = told("a", 0, Event.OPENED, 10), told("a", 1, Event.UPDATED, 10)
    departed = msgspec.structs.replace(updated, number=2, code=Reason.DEPARTED)
    assert [one.risen for one in amend([], [opened, updated], "p")] == [False]
    assert [one.risen for one in amend([], [opened, departed, told("a", 3, Event.UPDATED, 10)], "p")] == [
        True
    ]


def test_a_stretch_speaks_of_what_is_open_or_ended_in_it() -> None:
    rows = [recorded(1, 10, "before"), recorded(1, 11, "in"), recorded(1, 0, "open"), recorded(4, 9, "kept")]
    assert [r.id for r in touched(rows, [Episode("home", KIND, 4)], 10)] == ["in", "open", "kept"]


def told(name: str, number: int, event: Event, since: int, until: int | None = None) -> Finding:
    reason, live = Reason.OUTSIDE, True
    return Finding(f"p/{name}", number, KIND, event, "p", "home", 0, since, live, 0, reason, 1, until)


def test_findings_are_written_onto_what_is_recorded_once() -> None:
    story = [
        told("a", 0, Event.OPENED, 10),
        told("a", 1, Event.UPDATED, 10),
        told("a", 2, Event.CLOSED, 10, 20),
        told("b", 0, Event.OPENED, 30),
        told("b", 1, Event.ANNULLED, 30),
        told("c", 0, Event.OPENED, 40),
        told("c", 1, Event.CORRECTED, 38),
    ]
    expected = [Recorded("p/a", "home", KIND, 10, 20, 3), Recorded("p/c", "home", KIND, 38, 0, 2)]
    assert amend([], story, "p") == expected
    assert amend(expected, story, "p") == expected, "written twice is written once"
    assert amend([], story, "another") == []


def amended(*findings: Finding, number: int = 3) -> tuple[int, int, int]:
    """Return (since, until, number) of one from 10 to 20 after these findings are written too."""
    (one,) = amend([Recorded("p/a", "home", KIND, 10, 20, number)], findings, "p")
    return one.since_ms, one.until_ms, one.number


def test_an_opening_that_is_read_again_does_not_open_what_has_ended() -> None:
    assert amended(told("a", 0, Event.OPENED, 10)) == (10, 20, 3)


def test_an_event_of_before_does_not_undo_a_later_one() -> None:
    assert amended(told("a", 2, Event.CORRECTED, 8, 15)) == (10, 20, 3)
    assert amended(told("a", 3, Event.CORRECTED, 8, 15)) == (8, 15, 4)
    assert amended(told("a", 7, Event.CORRECTED, 8, 15)) == (8, 15, 8), "some were lost on the way"


def test_an_update_moves_neither_beginning_nor_end() -> None:
    assert amended(told("a", 3, Event.UPDATED, 9, 30)) == (10, 20, 4)


def test_what_was_never_opened_is_not_written() -> None:
    assert amend([], [told("a", 1, Event.CLOSED, 10, 20), told("b", 1, Event.UPDATED, 10)], "p") == []
