"""What else a finding could have been: innocent or technical causes that fit its kind and its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OLD_S: Final = 300
_FEW: Final = 3
_STEADY: Final = "steady"

_OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    "zone.enter": ("drift", "wifi_place", "passing"),
    "zone.exit": ("drift", "wifi_place", "not_worn"),
    "curfew.absent": ("drift", "wifi_place", "not_worn"),
    "proximity.warning": ("drift", "wifi_place", "passing", "other_moved"),
    "proximity.breach": ("drift", "wifi_place", "passing", "other_moved"),
    "proximity.emergency": ("drift", "wifi_place", "passing", "other_moved"),
    "pair.silent": ("empty_battery", "no_coverage", "device_fault"),
    "pair.probing": ("passing", "routine"),
    "pair.tamper": ("sensor_fault", "medical"),
    "sos": ("pressed_by_mistake",),
    "tamper.strap": ("sensor_fault", "medical"),
    "tamper.case": ("sensor_fault", "dropped"),
    "tamper.skin": ("sensor_fault", "loose"),
    "tamper.tether": ("radio_shadow", "empty_battery"),
    "removal.permitted": ("sensor_fault",),
    "clock.behind": ("clock_by_hand", "clock_lost"),
    "clock.ahead": ("clock_by_hand", "clock_lost"),
    "clock.minutes": ("app_setting",),
    "position.mock": ("app_setting",),
    "position.frozen": ("wifi_place", "device_fault"),
    "position.jumping": ("reflections", "wifi_place"),
    "position.spoofed": ("reflections", "interference", "device_fault"),
    "signal.jammed": ("interference", "indoors"),
    "signal.shielded": ("indoors", "no_coverage"),
    "phone.permission": ("phone_update",),
    "device.restarted": ("empty_battery", "phone_update"),
    "contact.lost": ("empty_battery", "no_coverage", "device_fault"),
    "position.lost": ("indoors", "device_fault"),
    "battery.low": ("sensor_fault",),
    "battery.critical": ("sensor_fault",),
    "battery.flat": ("no_coverage", "device_fault"),
    "system.outage": (),
    "system.refused": (),
}
"""Every kind has its line; an empty one says that nothing else is to be said."""

CODES: Final = frozenset(code for codes in _OF_KIND.values() for code in codes) | {
    "old_fix",
    "few_fixes",
    "near_border",
    "on_the_spot",
}


def list_alternatives(finding: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes of what else it could have been, the likeliest first."""
    params = finding["explanation"]["params"]
    distance, sigma = _number(params, "distance_m"), _number(params, "sigma_m")
    if distance is not None and sigma and abs(distance) < 3 * sigma:
        yield "near_border"
    age = _number(params, "age_s") or _number(params, "lag_s")
    if age is not None and age >= _OLD_S:
        yield "old_fix"
    fixes = _number(params, "fixes")
    if fixes is not None and fixes < _FEW:
        yield "few_fixes"
    if finding["explanation"]["code"] == _STEADY:
        yield "on_the_spot"
    yield from _OF_KIND.get(finding["kind"], ())


def _number(params: Mapping[str, Any], name: str) -> float | None:
    value = params.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
