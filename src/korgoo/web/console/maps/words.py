"""The words that the map island writes: translated here, because its script knows no catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from korgoo.replay.texts import load_texts
from korgoo.web.console.alerts.findings import reader_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_WORDS: Final[dict[str, _StrPromise]] = {
    "map": _("Map"),
    "zoom_in": _("Zoom in"),
    "zoom_out": _("Zoom out"),
    "synthetic": _("Synthetic streets: no such town exists"),
    "no_webgl": _(
        "This browser cannot draw maps (WebGL is missing). What it would show stands beside it as text."
    ),
    "not_loaded": _("The positions could not be loaded. Try again."),
    "live": _("Live"),
    "reconnecting": _("No connection: what you see is getting old."),
    "second_ago": _("{n} s ago"),
    "minute_ago": _("{n} min ago"),
    "hour_ago": _("{n} h ago"),
    "day_ago": _("{n} d ago"),
    "never": _("no position yet"),
    "p1": _("P1, life at risk"),
    "p2": _("P2, urgent"),
    "p3": _("P3, this hour"),
    "p4": _("P4, notice"),
    "fresh": _("no alert"),
    "old": _("no alert, position older than 15 min"),
    "participant": _("participant"),
    "protected": _("protected person"),
    "show": _("Show on the map"),
    "shown": _("{n} of {total} people; search to see others"),
    "day": _("Day"),
    "used": _("used"),
    "held": _("held back"),
    "ignored": _("ignored"),
    "accuracy": _("accuracy {n} m"),
    "speed": _("{n} km/h"),
    "battery": _("battery {n} %"),
    "received_late": _("received {time}"),
    "sos": _("SOS pressed"),
    "no_fix": _("No position was known at {time}."),
    "is_cut": _("This day has more positions than can be shown; the last ones are missing."),
    "no_fixes": _("No positions are stored for this day."),
    "play": _("Play"),
    "pause": _("Pause"),
    "inclusion": _("has to be inside"),
    "exclusion": _("must stay out"),
    "distance": _("{n} m to the border"),
    "apart": _("{n} m apart"),
    "ring.warning": _("warning ring, {n} m"),
    "ring.breach": _("distance of the order, {n} m"),
    "ring.emergency": _("inner ring, {n} m"),
    "ring.place": _("her place"),
    "moved.participant": _("the participant moved"),
    "moved.protected": _("the protected person moved"),
    "moved.both": _("both moved"),
    "moved.neither": _("neither moved, as far as can be told"),
    "radius": _("Radius {n} m"),
    "pick": _("Click on the map to set the centre; drag the edge to set the radius."),
    "centre": _("Centre of the zone; arrow keys move it"),
    "edge": _("Edge of the zone; arrow keys change the radius"),
    "unjudged": _("not judged: no zone bound then"),
    "counted": _(
        "Positions: {total}. Used {used}, held back {held}, ignored {ignored}, not judged {unjudged}."
    ),
    "unused": _("Positions that were not used ({n})"),
    "beyond": _("{n} positions that were not used lie outside this picture"),
    "source.gps": _("satellites"),
    "source.network": _("network"),
    "source.wifi": _("Wi-Fi"),
    "source.cell": _("cell tower"),
    "source.fused": _("several sources"),
}


def list_words() -> dict[str, str]:
    """Return every word in the language of the page; reasons of fixes are those of the explanations."""
    reasons = load_texts(reader_language()).evidence_reasons
    words = {name: str(word) for name, word in _WORDS.items()}
    return words | {f"reason.{code}": text for code, text in reasons.items()}
