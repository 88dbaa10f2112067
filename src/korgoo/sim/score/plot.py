"""Delay against false exits as an SVG, drawn by hand: two panels, a logarithmic scale of false exits."""

from __future__ import annotations

from html import escape
from math import log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.score.sweep import Curves, Point

WIDTH, HEIGHT = 940, 420
PANEL_W, PANEL_H, LEFT, TOP = 390, 300, 60, 50
FLOOR: Final = 0.01
"""No false exit at all is drawn here: a logarithm has no nought."""
CEILING: Final = 200.0
SLOWEST_S: Final = 240.0
PANELS: Final = (("still_a_day", "lying still"), ("daily_a_day", "daily life"))
OURS_INK, RIVAL_INK, GRID_INK = "#0b5394", "#a61c00", "#cccccc"


def svg_of(curves: Curves) -> str:
    """Return the drawing."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">50 m zone, a fix each 15 s, walking out at 1.5 m/s</text>',
    ]
    for index, (where, title) in enumerate(PANELS):
        parts += _panel(curves, where, title, LEFT + index * (PANEL_W + LEFT + 10))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(curves: Curves, where: str, title: str, left: int) -> Iterator[str]:
    yield f'<text x="{left}" y="{TOP - 8}" font-weight="bold">False exits a person-day, {title}</text>'
    for decade in (0.01, 0.1, 1, 10, 100):
        y = _y(decade)
        text = "0" if decade == FLOOR else f"{decade:g}"
        yield f'<line x1="{left}" x2="{left + PANEL_W}" y1="{y}" y2="{y}" stroke="{GRID_INK}"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{text}</text>'
    for delay in range(0, int(SLOWEST_S) + 1, 60):
        x = _x(delay, left)
        yield f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{TOP + PANEL_H}" stroke="{GRID_INK}"/>'
        yield f'<text x="{x}" y="{TOP + PANEL_H + 16}" text-anchor="middle">{delay} s</text>'
    middle, foot, right = left + PANEL_W / 2, TOP + PANEL_H + 34, left + PANEL_W - 4
    yield f'<text x="{middle}" y="{foot}" text-anchor="middle">median delay from the crossing</text>'
    yield from _curve(
        curves.rivals, where, left, RIVAL_INK, [p.judge.rsplit("_", 1)[1] for p in curves.rivals]
    )
    yield from _curve(curves.ours, where, left, OURS_INK, [""] * len(curves.ours))
    yield f'<text x="{right}" y="{TOP + 14}" text-anchor="end" fill="{RIVAL_INK}">N in a row</text>'
    yield f'<text x="{right}" y="{TOP + 28}" text-anchor="end" fill="{OURS_INK}">ours</text>'


def _curve(points: Sequence[Point], where: str, left: int, ink: str, labels: Sequence[str]) -> Iterator[str]:
    places = [(_x(p.delay_s, left), _y(float(getattr(p, where)))) for p in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{ink}"/>'
    for (x, y), label, point in zip(places, labels, points, strict=True):
        yield f'<circle cx="{x}" cy="{y}" r="3.5" fill="{ink}"><title>{escape(point.judge)}</title></circle>'
        if label:
            yield f'<text x="{x + 5}" y="{y - 5}" fill="{ink}">{label}</text>'


def _x(delay_s: float, left: int) -> float:
    return round(left + PANEL_W * min(max(delay_s, 0.0), SLOWEST_S) / SLOWEST_S, 1)


def _y(rate: float) -> float:
    share = log10(min(max(rate, FLOOR), CEILING) / FLOOR) / log10(CEILING / FLOOR)
    return round(TOP + PANEL_H * (1 - share), 1)
