"""What a device says of itself beside its sensors: permissions taken away, restarts, its own jamming alarm.

Devices name these in the text beside a message: OwnTracks' status (`android.loc`,
`iOS.locationManagerAuthorizationStatus`) and the alarm words of bracelets (`alarm`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Event, Reason
from korgoo.engine.rules.suspicion import CONDITION, suspect, trust

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen

PERMISSION: Final = "phone.permission"
RESTARTED: Final = "device.restarted"
JAMMED: Final = "signal.jammed"
KINDS: Final = (PERMISSION,)

_RESTARTS: Final = ("poweron", "reboot", "restart")
_JAMMING: Final = "jamming"
_ALWAYS: Final = ("kclauthorizationstatusauthorizedalways", "authorizedalways", "always")


def tells(extras: tuple[tuple[str, str], ...]) -> bool:
    """Say whether the text beside a message holds anything that this rule reads."""
    return any(name in _READ for name, _ in extras)


_READ: Final = ("alarm", "android.loc", "iOS.locationManagerAuthorizationStatus", "permission.location")


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Judge what the device tells of itself."""
    if not seen.observation.extras or not force.watches(desk.at_ms):
        return
    told = dict(seen.observation.extras)
    words = {word.strip().lower() for word in told.get("alarm", "").split(",")}
    device = seen.observation.device
    if any(word in words for word in _RESTARTS):
        name = desk.name(CONDITION, RESTARTED)
        desk.put(
            Event.OPENED,
            name,
            0,
            kind=RESTARTED,
            condition=CONDITION,
            since_ms=seen.at_ms,
            until_ms=seen.at_ms,
            code=Reason.RESTARTED,
            params={"device": device},
        )
    if _JAMMING in words:
        suspect(desk, JAMMED, Reason.TOLD_BY_DEVICE, seen.at_ms, times=1, params={"device": device})
    granted = _granted(told)
    if granted is None or seen.at_ms < desk.state.tampered_ms.get(PERMISSION, 0):
        return  # what was stored says nothing of now
    desk.state.tampered_ms[PERMISSION] = seen.at_ms
    if granted:
        trust(desk, PERMISSION, Reason.GRANTED_AGAIN, seen.at_ms, times=1, of=device)
    else:
        suspect(desk, PERMISSION, Reason.REVOKED, seen.at_ms, times=1, of=device, params={"device": device})


def _granted(told: dict[str, str]) -> bool | None:
    """Say whether the phone may locate in the background; none where it does not say."""
    if "permission.location" in told:
        return told["permission.location"].lower() == "always"
    if "android.loc" in told:
        return told["android.loc"] in ("0", "0.0")  # 0: precise, in the background; below: less or nothing
    status = told.get("iOS.locationManagerAuthorizationStatus")
    return None if status is None else status.lower() in _ALWAYS
