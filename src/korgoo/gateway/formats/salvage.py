"""The last reading of a message that could not be decoded: does it call for help?

An SOS is never dropped because of another field in its message. What is found is kept with the
position, if one can be read, and with our own time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from korgoo.engine.rows import Observation
from korgoo.gateway.formats.alarms import read_alarms
from korgoo.gateway.formats.measures import ImplausibleError, position_e7

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from korgoo.gateway.formats.message import Message

_MAX_NODES: Final = 2_000
_NAMES: Final = (("lat", "lon"), ("latitude", "longitude"))


def salvage_sos(message: Message) -> Observation | None:
    """Return an SOS observation if the message says SOS anywhere, else None. Never raises."""
    nodes = list(_walk(_parse(message)))
    return rescue_sos(nodes, message=message) if any(_calls(node) for node in nodes) else None


def rescue_sos(
    nodes: Iterable[dict[str, Any]], *, message: Message, counter: int | None = None
) -> Observation:
    """Return an SOS at our own time, with the first position that can be read from the nodes."""
    lat_e7, lon_e7 = next(filter(None, map(_place, nodes)), (None, None))
    return Observation(
        fixed_at_ms=message.received_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        counter=counter,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        sos=True,
        clock_faulty=True,
        extras=(("salvaged", "true"),),
    )


def _parse(message: Message) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(message.body)
    except (ValueError, RecursionError):
        pairs = message.query or message.body.decode("latin-1")
    try:
        return {name: values[0] for name, values in parse_qs(pairs, max_num_fields=100).items()}
    except ValueError:
        return None


def _walk(parsed: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    waiting = [parsed]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _calls(node: dict[str, Any]) -> bool:
    words = (node.get("alarm"), node.get("poi"), node.get("tag"))
    return node.get("sos") is True or any(read_alarms(word).sos for word in words)


def _place(node: dict[str, Any]) -> tuple[int, int] | None:
    for north, east in _NAMES:
        try:
            lat_e7, lon_e7 = position_e7(float(node[north]), float(node[east]))
        except (KeyError, TypeError, ValueError, ImplausibleError):
            continue
        if lat_e7 is not None and lon_e7 is not None:
            return lat_e7, lon_e7
    return None
