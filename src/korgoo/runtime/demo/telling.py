"""What the made-up devices send, step by step: made in a process of its own, beside the gateway's."""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.runtime.demo.script import choose_people, scripted
from korgoo.runtime.demo.speech import speak
from korgoo.runtime.demo.thinning import thin_table
from korgoo.sim.observations import stream
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

    from korgoo.engine.rows import Observation
    from korgoo.runtime.demo.card import DeviceKey
    from korgoo.runtime.demo.speech import Message
    from korgoo.sim.incidents import Event
    from korgoo.sim.people import Person

STEP_MS: Final = 9_000
"""Made-up time that is sent at once: marks further than 10 s apart would be an outage of ours."""
STEPS_AT_ONCE: Final = 50

Told = tuple["Person", "Observation"]


class Tale(NamedTuple):
    """What is to be told: whose messages of which time, and the script that some of them follow."""

    seed: int
    people: int
    from_ms: int
    until_ms: int
    script: tuple[Event, ...]
    keys: tuple[DeviceKey, ...]
    thinned: bool = True


class Step(NamedTuple):
    """What is received by `end_ms`: each device's messages in their order."""

    end_ms: int
    messages: list[list[Message]]
    observations: int


def tell(tale: Tale) -> Iterator[Step]:
    """Yield the steps of a tale."""
    town = Town(tale.seed)
    people = choose_people(town, tale.people)
    told = stream(
        town,
        people,
        from_ms=tale.from_ms,
        until_ms=tale.until_ms,
        conduct=scripted(tale.script),
        thin=thin_table if tale.thinned else None,
    )
    keys = {key.person: key for key in tale.keys}
    for end_ms, batch in cut_steps(told, from_ms=tale.from_ms, until_ms=tale.until_ms):
        of_person: dict[str, list[Observation]] = {}
        for person, seen in batch:
            of_person.setdefault(person.id, []).append(seen)
        yield Step(end_ms, [speak(seen, key=keys[one]) for one, seen in of_person.items()], len(batch))


def cut_steps(told: Iterable[Told], *, from_ms: int, until_ms: int) -> Iterator[tuple[int, list[Told]]]:
    """Cut a stream into steps of `STEP_MS`: (the step's end, what was received before it)."""
    waiting = iter(told)
    ahead = next(waiting, None)
    end_ms = from_ms
    while end_ms < until_ms:
        end_ms = min(end_ms + STEP_MS, until_ms)
        batch = []
        while ahead is not None and ahead[1].received_at_ms < end_ms:
            batch.append(ahead)
            ahead = next(waiting, None)
        yield end_ms, batch


@contextmanager
def tell_beside(tale: Tale) -> Iterator[Iterator[Step]]:
    """Tell from a process of its own, which stops with the block."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    teller = context.Process(target=_tell_into, args=(its, tale), name="korgoo-teller", daemon=True)
    teller.start()
    its.close()
    try:
        yield _receive(mine)
    finally:
        mine.close()
        teller.join(5)
        if teller.is_alive():
            teller.kill()


def _tell_into(pipe: Connection, tale: Tale) -> None:
    steps: list[Step] = []
    try:
        for step in tell(tale):
            steps.append(step)
            if len(steps) >= STEPS_AT_ONCE:
                pipe.send(steps)
                steps = []
        pipe.send(steps)
    except (BrokenPipeError, KeyboardInterrupt):
        return  # nobody listens any more: Ctrl-C, or the history has failed and says so itself
    finally:
        pipe.close()


def _receive(pipe: Connection) -> Iterator[Step]:
    while True:
        try:
            yield from pipe.recv()
        except EOFError:
            return
