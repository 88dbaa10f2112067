"""Open streams and the fan-out to them: one bounded queue a reader, and who cannot keep up is let go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from korgoo.live.tables import FeedRow
    from korgoo.live.ticket import Ticket

PICTURE: Final = "picture"
MOST_EVENTS: Final = 256
MOST_BYTES: Final = 8 << 20

_JSON: Final = msgspec.json.Decoder()
_ENCODE: Final = msgspec.json.Encoder().encode


def frame_event(topic: str, data: bytes, *, event_id: int | None = None) -> bytes:
    """Return one server-sent event. `data` must be one line, which JSON of an encoder is."""
    head = b"" if event_id is None else b"id: %d\n" % event_id
    return b"%bevent: %b\ndata: %b\n\n" % (head, topic.encode("ascii"), data)


class Stream:
    """What waits for one reader. `dropped` is set when it waited too long: the stream then ends."""

    def __init__(self, ticket: Ticket) -> None:
        """Begin with nothing waiting."""
        self.ticket = ticket
        self.dropped = False
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._bytes = 0
        self._offices = frozenset(ticket.offices)

    def hears(self, row: FeedRow) -> bool:
        """Whether a row of the feed is for this reader: its topic, and an office at or below his own."""
        return row.topic in self.ticket.topics and row.scope.startswith(self.ticket.office_path)

    def picture_of(self, offices: Mapping[int, bytes]) -> bytes:
        """Return the points of the reader's offices, empty where there are none."""
        return b",".join(points for office, points in offices.items() if office in self._offices)

    def put(self, frame: bytes) -> None:
        """Let a frame wait; too many or too large a pile drops the reader, never the others."""
        if self.dropped:
            return
        if self._waiting.qsize() >= MOST_EVENTS or self._bytes + len(frame) > MOST_BYTES:
            self.drop()
            return
        self._bytes += len(frame)
        self._waiting.put_nowait(frame)

    def drop(self) -> None:
        """End this stream; the page comes back by itself and says what it heard last."""
        self.dropped = True
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._bytes = 0
        self._waiting.put_nowait(None)

    async def take(self) -> bytes | None:
        """Return the next frame, or None when the stream ends."""
        frame = await self._waiting.get()
        if frame is not None:
            self._bytes -= len(frame)
        return frame


class Streams:
    """All open streams of this process; used by one event loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: set[Stream] = set()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def want_picture(self) -> bool:
        """Whether anybody listens to positions."""
        return any(PICTURE in stream.ticket.topics for stream in self._open)

    def add(self, stream: Stream) -> None:
        """Begin to serve a stream."""
        self._open.add(stream)

    def remove(self, stream: Stream) -> None:
        """Stop serving it."""
        self._open.discard(stream)
        self.dropped += stream.dropped

    def send_feed(self, rows: Iterable[FeedRow], *, watermark: int) -> None:
        """Send rows to whom they are for. The event's id is the watermark: from there a page resumes.

        A page that resumes may hear a row twice and misses none; a payload names a version: no harm.
        """
        for row in rows:
            frame = frame_row(row, watermark=watermark)
            for stream in self._open:
                if stream.hears(row):
                    stream.put(frame)

    def send_picture(self, offices: Mapping[int, bytes]) -> None:
        """Send changed positions to whom they are for."""
        frames: dict[bytes, bytes] = {}  # readers of one office share the bytes
        for stream in self._open:
            if PICTURE in stream.ticket.topics and (points := stream.picture_of(offices)):
                if points not in frames:
                    frames[points] = frame_event(PICTURE, b"[" + points + b"]")
                stream.put(frames[points])

    def close_all(self) -> None:
        """End every stream: the process stops."""
        for stream in self._open:
            stream.drop()


def frame_row(row: FeedRow, *, watermark: int) -> bytes:
    """Return a feed row as an event; its JSON is written anew, so that it is one line."""
    return frame_event(row.topic, _ENCODE(_JSON.decode(row.payload)), event_id=watermark)
