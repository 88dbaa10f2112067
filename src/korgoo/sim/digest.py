"""One number for all that the simulator says of a day: equal digests, equal bytes."""

from __future__ import annotations

from hashlib import sha256

from korgoo.engine.rows import encode_body
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.observations import stream
from korgoo.sim.people import make_people
from korgoo.sim.town import Town
from korgoo.sim.truth import truth


def digest_of_day(seed: int, *, count: int, day: int) -> str:
    """Return the SHA-256 of the stream and the truth of `count` people on one simulated day."""
    town = Town(seed)
    people = make_people(town, count)
    begins, ends = day_begins_ms(day), day_begins_ms(day + 1)
    seen = sha256()
    for person, observation in stream(town, people, from_ms=begins, until_ms=ends):
        seen.update(person.id.encode())
        seen.update(encode_body(observation))
    for line in truth(town, people, from_ms=begins, until_ms=ends):
        for event in line.events:
            seen.update(f"{event.person} {event.kind} {event.begin_ms} {event.end_ms}\n".encode())
        for excursion in line.excursions:
            spans = [f"{span.from_ms}-{span.until_ms}" for span in (excursion.interval, *excursion.breaches)]
            seen.update(f"{excursion.person} {excursion.zone} {' '.join(spans)}\n".encode())
    return seen.hexdigest()
