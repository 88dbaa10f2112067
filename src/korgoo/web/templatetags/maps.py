"""The tag that puts the map island into a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from korgoo.outbox.instants import to_ms
from korgoo.web.console.maps.basemap import find_basemap
from korgoo.web.console.maps.words import list_words
from korgoo.web.kit.clock import read_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()


@register.inclusion_tag("kit/map_island.html")
def map_island(addresses: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Load the island once on a page, for `{% block head %}`. `addresses`: where its map asks."""
    return {
        "config": {
            "language": (get_language() or "ru")[:2],
            "time_zone": settings.KORGOO_TIME_ZONE,
            "now_ms": to_ms(read_clock()),
            "speed": getattr(getattr(settings.KORGOO_CLOCK, "demo", None), "speed", 1.0),
            "basemap": find_basemap(),
            "town": reverse("web:map-town") if settings.KORGOO_DEMO else None,
            "ticket": reverse("web:live-ticket"),
            "addresses": dict(addresses or {}),
            "words": list_words(),
        }
    }
