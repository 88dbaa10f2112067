from __future__ import annotations

import msgspec
import pytest

from korgoo.live.ticket import LIFE_MS, Ticket, TicketInvalidError, read_ticket, write_ticket

NOW = 1_795_000_000_000
SECRET = "a key for tests only"
TICKET = Ticket(7, "1.4.", (4, 17), ("alert", "picture"), NOW + LIFE_MS)


def test_a_ticket_comes_back_as_it_was_written() -> None:
    text = write_ticket(TICKET, secret=SECRET)
    assert read_ticket(text, secret=SECRET, now_ms=NOW + LIFE_MS - 1) == TICKET


@pytest.mark.parametrize("now_ms", [NOW + LIFE_MS, NOW + LIFE_MS + 1, NOW - 1])
def test_a_ticket_is_good_for_a_minute_and_not_for_longer(now_ms: int) -> None:
    text = write_ticket(TICKET, secret=SECRET)
    with pytest.raises(TicketInvalidError):
        read_ticket(text, secret=SECRET, now_ms=now_ms)


def test_another_key_signs_nothing_for_us() -> None:
    text = write_ticket(TICKET, secret="the key of somebody else")
    with pytest.raises(TicketInvalidError):
        read_ticket(text, secret=SECRET, now_ms=NOW)


def test_every_changed_character_breaks_a_ticket() -> None:
    text = write_ticket(TICKET, secret=SECRET)
    for place in range(len(text) - 1):  # the last one may hold only padding bits
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(TicketInvalidError):
            read_ticket(text[:place] + other + text[place + 1 :], secret=SECRET, now_ms=NOW)


@pytest.mark.parametrize("text", ["", "x", "ключ", "=" * 40, "A" * 20_000, "AA\nAA", "\x00"])
def test_what_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(TicketInvalidError):
        read_ticket(text, secret=SECRET, now_ms=NOW)


def test_a_signed_body_of_another_format_is_refused() -> None:
    class Stranger(msgspec.Struct, array_like=True):
        user_id: str
        office_path: str = "1."

    text = write_ticket(Stranger("seven"), secret=SECRET)  # type: ignore[arg-type]  # that is the story
    with pytest.raises(TicketInvalidError):
        read_ticket(text, secret=SECRET, now_ms=NOW)


def test_an_empty_scope_would_open_everything_and_is_never_written() -> None:
    with pytest.raises(ValueError, match="office"):
        write_ticket(msgspec.structs.replace(TICKET, office_path=""), secret=SECRET)
