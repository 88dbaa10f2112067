"""Makes a demonstration: records, a day of history through the gateway, and the opening scene."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import transaction

from korgoo.engine.parameters import Parameters
from korgoo.journal.sqlite import SqliteJournal
from korgoo.outbox.instants import from_ms
from korgoo.runtime.chores import drop_old_feed
from korgoo.runtime.demo.card import Card, clear_demo, write_card
from korgoo.runtime.demo.cast import Terms, register_cast
from korgoo.runtime.demo.desk import work_shift
from korgoo.runtime.demo.history import History
from korgoo.runtime.demo.script import LONGEST_WAY_MS, choose_people, fit_start, write_script
from korgoo.runtime.demo.staff import hire_staff
from korgoo.runtime.demo.telling import Tale, tell_beside
from korgoo.runtime.installation import prepare_installation
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.conf.environment import Environment
    from korgoo.runtime.demo.staff import Staff

    Say = Callable[[str], None]
    ReadClock = Callable[[], int]

HISTORY_MS: Final = 24 * 3_600_000
HEAD_START_MS: Final = 8_000
"""The history ends so much after it is made: meanwhile the processes start, and no mark is missed."""
CROSSING_AFTER_MS: Final = 5_000
"""The first border is crossed so long after the history's end."""
LAST_SHIFT_MS: Final = 20 * 60_000
"""Alerts of the last minutes are left to whoever opens the pages."""
_SAY_EVERY_S: Final = 2.0


def read_real_clock() -> int:
    """Return now in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Maker:
    """Makes one demonstration; `read_ms` is the real clock, which tests replace."""

    def __init__(self, environment: Environment, *, say: Say, read_ms: ReadClock = read_real_clock) -> None:
        """Make nothing yet."""
        self.data = environment.data
        self._environment = environment
        self._say = say
        self._read_ms = read_ms
        self._behind_ms = 0

    def now_ms(self) -> int:
        """Return what the clock of the demonstration that was made is to show now.

        It runs on from where the history's end was fitted: whoever fitted it anew might leave a hole of hours
        between the journal's last mark and the first live one, which is an outage of ours.
        """
        return self._read_ms() - self._behind_ms

    def make(self, *, seed: int, people: int, history_ms: int = HISTORY_MS) -> Card:
        """Make it anew, in place of whatever demonstration is there; return its card.

        1. A card that is not finished, so that a start which is cut off is known. 2. Databases and records.
        3. The history, in two parts: the second begins when the moment of the first live minute is known,
        and holds the opening scene. 4. The finished card.

        Raises:
            NotADemoError: the directory belongs to something else.
            TellerLostError, MessageRefusedError: the history could not be made.
        """
        clear_demo(self.data)
        card = Card(seed=seed, people=people, password=f"korgoo-{secrets.token_hex(4)}")
        write_card(card, data=self.data)
        self._say("making the databases")
        prepare_installation(self._environment)
        begin_ms = self._fit_now(card) - history_ms
        card, staff = self._register(card, begin_ms=begin_ms)
        card = self._drive(card, staff, begin_ms=begin_ms)
        write_card(card, data=self.data)
        return card

    def _fit_now(self, card: Card) -> int:
        """Fit the present to the day of a town in which somebody lives; note how far behind it lies then."""
        real_ms = self._read_ms()
        fitted_ms = fit_start(real_ms) if card.people else real_ms
        self._behind_ms = real_ms - fitted_ms
        return fitted_ms

    def _register(self, card: Card, *, begin_ms: int) -> tuple[Card, Staff]:
        """Make staff and people, in one transaction: two thousand commits would take longer than the rest."""
        people = choose_people(Town(card.seed), card.people)
        self._say(f"registering {len(people)} made-up people, their orders and devices")
        now = from_ms(begin_ms)
        with transaction.atomic():
            staff = hire_staff(password=card.password, now=now)
            keys = register_cast(people, terms=Terms(staff.office, staff.officer, now))
        return msgspec.structs.replace(card, accounts=staff.accounts, devices=tuple(keys)), staff

    def _drive(self, card: Card, staff: Staff, *, begin_ms: int) -> Card:
        town = Town(card.seed)
        people = choose_people(town, card.people)
        journal = SqliteJournal(self.data, durable=False)
        try:
            journal.mark(now_ms=begin_ms)
            history = History(self.data, journal=journal, parameters=Parameters())
            history.engine.start()
            guess_ms = self._fit_now(card) + HEAD_START_MS
            middle_ms = max(guess_ms - LONGEST_WAY_MS, begin_ms)
            for last in (False, True):
                # The first part plays the scene's people as if it began now: until then nothing differs.
                end_ms = self._fit_now(card) + HEAD_START_MS
                script = write_script(town, people, crossing_ms=end_ms + CROSSING_AFTER_MS)
                card = msgspec.structs.replace(card, script=script, driven_ms=end_ms)
                until_ms = end_ms if last else middle_ms
                if until_ms > history.clock.now_ms:
                    self._play(history, card, staff, until_ms=until_ms, whole_ms=end_ms - begin_ms)
            drop_old_feed(from_ms(card.driven_ms))
        finally:
            journal.close()
        self._say(f"{history.sent:,} observations of the last day are stored and judged")
        return card

    def _play(self, history: History, card: Card, staff: Staff, *, until_ms: int, whole_ms: int) -> None:
        said = time.monotonic()

        def after(now_ms: int) -> None:
            nonlocal said
            if now_ms <= card.driven_ms - LAST_SHIFT_MS:
                work_shift(staff, now=from_ms(now_ms))
            if time.monotonic() - said >= _SAY_EVERY_S:
                said = time.monotonic()
                share = 1 - (card.driven_ms - now_ms) / whole_ms
                self._say(f"living through yesterday: {share:4.0%}")

        from_at = history.clock.now_ms
        tale = Tale(card.seed, card.people, from_at, until_ms, card.script, card.devices)
        with tell_beside(tale) as told:
            history.drive(told, until_ms=until_ms, after=after)
