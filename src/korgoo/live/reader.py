"""The one reader of feed and picture: polls for everybody, so a hundred pages cost what one costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from korgoo.live.picture import PictureChanges
from korgoo.live.streams import PICTURE, Stream, Streams, frame_event, frame_row
from korgoo.live.tables import TablesUnreadableError
from korgoo.live.watermark import Watermark

if TYPE_CHECKING:
    from korgoo.live.tables import Tables

Clock = Callable[[], int]
"""Returns now in ms since 1970 UTC."""

ROWS_AT_ONCE: Final = 1_000
STALE_MS: Final = 10_000


class Reader:
    """Reads the tables and feeds the streams. Its methods belong to one event loop."""

    def __init__(self, tables: Tables, *, streams: Streams, clock: Clock) -> None:
        """Wire a reader; `begin` must run before anything else."""
        self._tables = tables
        self._streams = streams
        self._clock = clock
        self._watermark: Watermark | None = None
        self._picture = PictureChanges()
        self._picture_lock = asyncio.Lock()
        self._read_at_ms = 0

    @property
    def is_well(self) -> bool:
        """Whether the tables were read within the last 10 s."""
        return self._clock() - self._read_at_ms < STALE_MS

    async def poll_feed(self) -> int:
        """Send what is new in the feed; returns how many rows. The first call only finds its end.

        Raises:
            TablesUnreadableError: not now; the next call goes on where this one stood.
        """
        if self._watermark is None:
            _, newest = await asyncio.to_thread(self._tables.find_ends)
            self._watermark = Watermark(newest)
        rows = await asyncio.to_thread(
            self._tables.read_feed, after_id=self._watermark.value, limit=ROWS_AT_ONCE
        )
        self._read_at_ms = self._clock()
        fresh = self._watermark.admit((row.id for row in rows), now_ms=self._read_at_ms)
        self._streams.send_feed((row for row in rows if row.id in fresh), watermark=self._watermark.value)
        return len(fresh)

    async def poll_picture(self) -> None:
        """Send changed positions, while anybody listens to them.

        Raises:
            TablesUnreadableError: not now.
        """
        if not self._streams.want_picture:
            self._picture.stop()
            return
        async with self._picture_lock:
            changed = self._picture.take(await asyncio.to_thread(self._tables.read_picture))
        self._streams.send_picture(changed)

    async def welcome(self, stream: Stream, *, last_id: int | None) -> None:
        """Let a stream begin: what it missed since `last_id` first, or word that too much was missed.

        The stream must already be among the open ones, so that nothing falls between. Positions are compared
        from here on: a page that loads its points after `hello` misses no change.

        Raises:
            TablesUnreadableError: not now.
        """
        if PICTURE in stream.ticket.topics and not self._picture.is_started:
            async with self._picture_lock:
                if not self._picture.is_started:
                    self._picture.start(await asyncio.to_thread(self._tables.read_picture))
        least, greatest = await asyncio.to_thread(self._tables.find_ends)
        here = self._watermark.value if self._watermark is not None else greatest
        stream.put(frame_event("hello", b"{}", event_id=here if last_id is None else None))
        if last_id is None:
            return
        if not least - 1 <= last_id <= greatest:
            stream.put(frame_event("reset", b"{}", event_id=here))
            return
        rows = await asyncio.to_thread(self._tables.read_feed, after_id=last_id, limit=ROWS_AT_ONCE)
        mine = [row for row in rows if stream.hears(row)]
        if len(rows) == ROWS_AT_ONCE:
            stream.put(frame_event("reset", b"{}", event_id=here))
            return
        for row in mine:
            stream.put(frame_row(row, watermark=min(row.id, here)))


async def poll_for_ever(
    reader: Reader, *, feed_s: float, picture_s: float, report: Callable[[str], None]
) -> None:
    """Poll the feed each `feed_s` and the picture each `picture_s`; a failure is reported when it begins."""
    failing = False
    ticks = 0
    every = max(1, round(picture_s / feed_s))
    while True:
        try:
            await reader.poll_feed()
            if ticks % every == 0:
                await reader.poll_picture()
        except TablesUnreadableError as wrong:
            if not failing:
                report(str(wrong))
            failing = True
        else:
            failing = False
        ticks += 1
        await asyncio.sleep(feed_s)
