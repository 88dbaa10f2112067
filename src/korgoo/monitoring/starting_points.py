"""Where judging a person's past again may begin: kept, found, thinned out and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction

from korgoo.monitoring.models import StartingPoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

DAY_MS: Final = 86_400_000


class Point(NamedTuple):
    """One starting point without its bytes."""

    pk: int
    clock_ms: int
    seq: int
    cases: frozenset[int]


def list_points(key: str, *, made_by: str) -> list[Point]:
    """Return a person's starting points that this engine can go on from, the newest moment first."""
    found = StartingPoint.objects.filter(key=key, made_by=made_by).order_by("-clock_ms")
    return [
        Point(*row[:3], _read_cases(row[3])) for row in found.values_list("pk", "clock_ms", "seq", "cases")
    ]


def read_point(pk: int) -> bytes:
    """Return the bytes of a starting point.

    Raises:
        StartingPoint.DoesNotExist: it was dropped.
    """
    return bytes(StartingPoint.objects.values_list("blob", flat=True).get(pk=pk))


def newest_clock(key: str, *, made_by: str) -> int:
    """Return the moment of a person's newest starting point; 0 = there is none."""
    found = StartingPoint.objects.filter(key=key, made_by=made_by).order_by("-clock_ms")
    return found.values_list("clock_ms", flat=True).first() or 0


def keep_point(key: str, *, clock_ms: int, seq: int, made_by: str, cases: Iterable[int], blob: bytes) -> None:
    """Keep a starting point and drop those of the person that are no longer wanted."""
    with transaction.atomic():
        StartingPoint.objects.update_or_create(
            key=key,
            clock_ms=clock_ms,
            defaults={"seq": seq, "made_by": made_by, "cases": _write_cases(cases), "blob": blob},
        )
        of_person = StartingPoint.objects.filter(key=key)
        of_person.exclude(made_by=made_by).delete()
        clocks = list(of_person.values_list("clock_ms", flat=True))
        of_person.exclude(clock_ms__in=choose_kept(clocks)).delete()


def choose_kept(clocks: Collection[int]) -> set[int]:
    """Return which moments to keep: a day that 2^k divides stays 2^(k+1) days.

    So some ten are kept of a year, and the newest one before any moment lies at most three times as far
    back as the moment itself.
    """
    newest_day = max(clocks, default=0) // DAY_MS
    days = {clock_ms: clock_ms // DAY_MS for clock_ms in clocks}
    return {clock_ms for clock_ms, day in days.items() if newest_day - day <= 2 * (day & -day)}


def drop_points(key: str, *, from_ms: int) -> None:
    """Drop a person's starting points at and after a moment of which later rows have spoken."""
    StartingPoint.objects.filter(key=key, clock_ms__gte=from_ms).delete()


def drop_points_of_case(case_id: int) -> None:
    """Drop every starting point that holds something of a case: it was erased."""
    StartingPoint.objects.filter(cases__contains=f",{case_id},").delete()


def _write_cases(cases: Iterable[int]) -> str:
    return "".join([",", *(f"{case}," for case in sorted(cases))])


def _read_cases(text: str) -> frozenset[int]:
    return frozenset(int(case) for case in text.split(",") if case)
