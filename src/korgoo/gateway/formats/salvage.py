"""The last reading of a message that could not be decoded: does it call for help, is the device cut open?

Neither is dropped because of another field in its message: trackers without a fix send 0, 0 beside their
alarm. What is found is kept with the position, if one can be read, and with our own time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import msgspec

from korgoo.engine.rows import Observation
from korgoo.gateway.formats.alarms import Alarms, read_alarms
from korgoo.gateway.formats.measures import ImplausibleError, position_e7

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from korgoo.gateway.formats.message import Message

_MAX_NODES: Final = 2_000
_NAMES: Final = (("lat", "lon"), ("latitude", "longitude"))


def salvage_alarm(message: Message, *, device: str = "") -> Observation | None:
    """Return an observation of what the message cries out anywhere in it, else None. Never raises.

    `device` is the one that a forwarder speaks for, where the message has not told its own.
    """
    nodes = list(_walk(_parse(message)))
    found = [alarms for node in nodes for alarms in _cries(node)]
    if not any(alarms.sos or alarms.strap is False or alarms.case is False for alarms in found):
        return None
    rescued = rescue(nodes, message=message, sos=any(alarms.sos for alarms in found))
    return msgspec.structs.replace(
        rescued,
        device=message.device or device,
        strap=False if any(alarms.strap is False for alarms in found) else None,
        case=False if any(alarms.case is False for alarms in found) else None,
    )


def rescue(
    nodes: Iterable[dict[str, Any]], *, message: Message, counter: int | None = None, sos: bool
) -> Observation:
    """Return an observation at our own time, with the first position that can be read from the nodes."""
    lat_e7, lon_e7 = next(filter(None, map(_place, nodes)), (None, None))
    return Observation(
        fixed_at_ms=message.received_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        counter=counter,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        sos=sos,
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


def _cries(node: dict[str, Any]) -> Iterator[Alarms]:
    """Yield what a node says: an SOS by whatever word of any format, a sensor by an alarm's alone."""
    yield read_alarms(node.get("alarm"))
    yield Alarms(
        sos=node.get("sos") is True or any(read_alarms(node.get(name)).sos for name in ("poi", "tag"))
    )


def _place(node: dict[str, Any]) -> tuple[int, int] | None:
    for north, east in _NAMES:
        try:
            lat_e7, lon_e7 = position_e7(float(node[north]), float(node[east]))
        except (KeyError, TypeError, ValueError, OverflowError, ImplausibleError):
            continue
        if lat_e7 is not None and lon_e7 is not None:
            return lat_e7, lon_e7
    return None
