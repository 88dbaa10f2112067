"""Serves the installed base map by ranges, and the demonstration's synthetic town."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.urls import reverse

from korgoo.sim.town import town_geojson
from korgoo.web.kit.pmtiles import FILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

DEMO_SEED: Final = 1
_MOST_BYTES: Final = 8 << 20
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_KEEP: Final = "private, max-age=86400, immutable"


def find_basemap() -> str | None:
    """Return the address of the installed base map, None where there is none. It changes with the file."""
    try:
        stamp = _stamp(_path())
    except FileNotFoundError:
        return None
    return f"{reverse('web:basemap')}?v={stamp}"


def serve_basemap(request: HttpRequest) -> HttpResponseBase:
    """Answer one range of the base map, which is how its reader asks for tiles; whole without a range."""
    try:
        file = _path().open("rb")
    except FileNotFoundError as error:
        raise Http404("no base map is installed") from error
    size = _path().stat().st_size
    asked = request.headers.get("Range", "")
    if not asked:
        return _mark(FileResponse(file, content_type="application/octet-stream"))
    with file:
        found = _RANGE.fullmatch(asked.strip())
        first = int(found[1]) if found else size
        if found is None or first >= size:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        last = min(int(found[2] or size), size - 1, first + _MOST_BYTES - 1)
        if last < first:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(first)
        body = file.read(last - first + 1)
    response = HttpResponse(body, status=206, content_type="application/octet-stream")
    response.headers["Content-Range"] = f"bytes {first}-{first + len(body) - 1}/{size}"
    return _mark(response)


def show_town(request: HttpRequest) -> HttpResponse:
    """Answer the streets of the demonstration's town, every feature marked as synthetic."""
    del request
    if not settings.KORGOO_DEMO:
        raise Http404("only a demonstration has a town")
    return JsonResponse(_draw_town(), headers={"Cache-Control": _KEEP})


@functools.cache
def _draw_town() -> dict[str, Any]:
    return town_geojson(DEMO_SEED)


def _path() -> Path:
    return settings.ENVIRONMENT.data / FILE_NAME


def _stamp(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_size:x}-{facts.st_mtime_ns:x}"


def _mark(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{_stamp(_path())}"'
    response.headers["Cache-Control"] = _KEEP
    return response
