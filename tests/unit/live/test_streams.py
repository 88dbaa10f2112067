from __future__ import annotations

import pytest

from korgoo.live.picture import PictureChanges
from korgoo.live.streams import MOST_BYTES, MOST_EVENTS, Stream, Streams, frame_event, frame_row
from korgoo.live.tables import FeedRow, PictureRow
from korgoo.live.ticket import Ticket


def make_stream(
    *, path: str = "1.4.", offices: tuple[int, ...] = (4, 17), topics: tuple[str, ...] = ("alert", "picture")
) -> Stream:
    return Stream(Ticket(7, path, offices, topics, 0))


def make_row(scope: str = "1.4.", topic: str = "alert", number: int = 1) -> FeedRow:
    return FeedRow(number, scope, topic, '{"alert": 5}')


def make_point(person_id: int, *, seq: int, office_id: int = 4) -> PictureRow:
    return PictureRow(person_id, office_id, seq, 428_700_000, 746_000_000, 900, 1_000, 1_200, None, "use")


@pytest.mark.parametrize(
    ("scope", "topic", "heard"),
    [
        ("1.4.", "alert", True),
        ("1.4.17.", "alert", True),  # an office below his own
        ("1.", "alert", False),  # above it
        ("1.40.", "alert", False),  # beside it: a path ends with a dot
        ("", "alert", False),  # nobody's office
        ("1.4.", "finding", False),  # a topic his ticket does not name
    ],
)
def test_a_reader_hears_his_topics_of_his_offices(scope: str, topic: str, heard: bool) -> None:  # noqa: FBT001 - a table
    assert make_stream().hears(make_row(scope, topic)) is heard


async def test_a_row_reaches_who_may_hear_it_and_nobody_else() -> None:
    streams, mine, other = Streams(), make_stream(), make_stream(path="1.5.")
    streams.add(mine)
    streams.add(other)
    streams.send_feed([make_row()], watermark=1)
    other.drop()
    assert await mine.take() == b'id: 1\nevent: alert\ndata: {"alert":5}\n\n'
    assert await other.take() is None


async def test_who_does_not_keep_up_is_dropped_and_the_others_are_served() -> None:
    streams, slow, quick = Streams(), make_stream(), make_stream()
    streams.add(slow)
    streams.add(quick)
    for number in range(1, MOST_EVENTS + 2):
        streams.send_feed([make_row(number=number)], watermark=number)
        assert await quick.take() == frame_row(make_row(number=number), watermark=number)
    assert slow.dropped
    assert not quick.dropped
    assert await slow.take() is None  # what had piled up is gone with it
    streams.remove(slow)
    assert streams.dropped == 1


def test_a_pile_is_bounded_in_bytes_too() -> None:
    stream = make_stream()
    stream.put(b"x" * (MOST_BYTES - 1))
    assert not stream.dropped
    stream.put(b"xx")
    assert stream.dropped


async def test_positions_are_cut_to_the_offices_of_the_ticket() -> None:
    streams, mine, other = Streams(), make_stream(offices=(4,)), make_stream(offices=(5,))
    deaf = make_stream(topics=("alert",))
    for stream in (mine, other, deaf):
        streams.add(stream)
    streams.send_picture({4: b"[1,2]", 6: b"[3,4]"})
    for stream in (other, deaf):
        stream.drop()
        assert await stream.take() is None
    assert await mine.take() == frame_event("picture", b"[[1,2]]")


def test_only_moved_people_are_told() -> None:
    changes = PictureChanges()
    changes.start([make_point(1, seq=10), make_point(2, seq=11)])
    told = changes.take([make_point(1, seq=10), make_point(2, seq=12), make_point(3, seq=13, office_id=5)])
    assert told == {
        4: b'[2,12,428700000,746000000,900,1000,1200,null,"use"]',
        5: b'[3,13,428700000,746000000,900,1000,1200,null,"use"]',
    }
    assert changes.take([make_point(2, seq=12)]) == {}


def test_a_payload_cannot_break_out_of_its_line() -> None:
    row = FeedRow(1, "1.", "alert", '{"note":\n"a\\n\\nevent: forged"}')
    assert frame_row(row, watermark=1).count(b"\n") == 4  # id, event, data, end
