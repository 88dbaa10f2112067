"""Pairs of PLAN.json: what may be wrong with one, and its compilation into the engine's plan of a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import PairPlan, Place, Together
from korgoo.engine.rows import person_key
from korgoo.planning.errors import PlanError
from korgoo.planning.geometry import compile_circle, compile_geometry
from korgoo.planning.naming import check_id, check_texts, instant_of, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.planning.document import PairDocument, PlaceDocument, SubjectDocument
    from korgoo.planning.geometry import Shape

SMALLEST_M: Final = 10
LARGEST_M: Final = 100_000
MAX_PLACES: Final = 32
MAX_REACTION_S: Final = 86_400
WARNING_TIMES: Final = 2
"""The warning ring where an order names none: twice the distance (requirements, class A2: France)."""


def check_pair(pair: PairDocument, *, people: Sequence[str], path: str) -> None:
    """Raise `PlanError` at the first thing in a pair that cannot be used; `people` are the subjects."""
    check_id(pair.id, path=f"{path}.id")
    for name, person in (("participant", pair.participant), ("protected", pair.protected)):
        if person not in people:
            raise PlanError(f"{path}.{name}", f"the plan has no subject {person!r}")
    if pair.participant == pair.protected:
        raise PlanError(f"{path}.protected", "a pair needs two people: this is the participant himself")
    _check_rings(pair, path=path)
    if not 0 <= pair.reaction_s <= MAX_REACTION_S:
        raise PlanError(f"{path}.reaction_s", f"must be within 0..{MAX_REACTION_S} seconds")
    if pair.effective_from is not None:
        instant_of(pair.effective_from, path=f"{path}.effective_from")
    _check_places(pair, path=path)
    _together(pair, path=path)
    refuse_twice(_together_ids(pair), path=f"{path}.together", field="id")
    _check_radios(pair, path=path)
    check_texts((("order", pair.order), ("clause", pair.clause)), path=path)


def _check_places(pair: PairDocument, *, path: str) -> None:
    if len(pair.places) > MAX_PLACES:
        raise PlanError(f"{path}.places", f"has more than {MAX_PLACES} places")
    refuse_twice([place.id for place in pair.places], path=f"{path}.places", field="id")
    for index, place in enumerate(pair.places):
        check_id(place.id, path=f"{path}.places[{index}].id")
        _shape(place, path=f"{path}.places[{index}]")


def _check_radios(pair: PairDocument, *, path: str) -> None:
    for name, radios in (("contacts", pair.contacts), ("worn", pair.worn)):
        refuse_twice(radios, path=f"{path}.{name}")
        for index, radio in enumerate(radios):
            check_id(radio, path=f"{path}.{name}[{index}]")
            if name == "worn" and radio in pair.contacts:
                raise PlanError(f"{path}.worn[{index}]", "stands in contacts: only one side can carry it")


def _check_rings(pair: PairDocument, *, path: str) -> None:
    if not SMALLEST_M <= pair.distance_m <= LARGEST_M:
        raise PlanError(f"{path}.distance_m", f"must be within {SMALLEST_M}..{LARGEST_M:,} m")
    if not pair.distance_m < _warning_m(pair) <= WARNING_TIMES * LARGEST_M:
        raise PlanError(f"{path}.warning_m", "must be more than distance_m and at most 200,000 m")
    if not 0 < _emergency_m(pair) < pair.distance_m:
        raise PlanError(f"{path}.emergency_m", "must be more than 0 and less than distance_m")


def compile_pair(
    pair: PairDocument, *, subjects: Sequence[SubjectDocument], version: str = "1", path: str = "$"
) -> PairPlan:
    """Return the plan of a pair that `check_pair` has accepted.

    Raises:
        PlanError: as `check_pair`, where the document was made by other means.
    """
    intervals = {subject.id: subject.expected_interval_s for subject in subjects}
    tethers = {subject.id: subject.tether_s or 0 for subject in subjects}
    graces = {subject.id: subject.silence_grace_s for subject in subjects}
    since = pair.effective_from
    both = (pair.participant, pair.protected)
    return PairPlan(
        version=version,
        pair=pair.id,
        participant=person_key(pair.participant),
        protected=person_key(pair.protected),
        effective_from_ms=0 if since is None else instant_of(since, path=f"{path}.effective_from"),
        distance_cm=round(pair.distance_m * 100),
        warning_cm=round(_warning_m(pair) * 100),
        emergency_cm=round(_emergency_m(pair) * 100),
        intervals_ms=(round(intervals[both[0]] * 1000), round(intervals[both[1]] * 1000)),
        silence_grace_ms=round(min(graces[person] for person in both) * 1000),
        places=tuple(
            _place(place, path=f"{path}.places[{index}]") for index, place in enumerate(pair.places)
        ),
        together=_together(pair, path=path),
        contacts=tuple(pair.contacts),
        reaction_ms=round(pair.reaction_s * 1000),
        disclosed=pair.disclosed,
        order=pair.order,
        clause=pair.clause,
        worn=tuple(pair.worn),
        tether_ms=round(tethers[both[0]] * 1000),
    )


def _warning_m(pair: PairDocument) -> float:
    return WARNING_TIMES * pair.distance_m if pair.warning_m is None else pair.warning_m


def _emergency_m(pair: PairDocument) -> float:
    return pair.distance_m / 2 if pair.emergency_m is None else pair.emergency_m


def _place(place: PlaceDocument, *, path: str) -> Place:
    shape = _shape(place, path=path)
    return Place(place.id, shape.frame, shape.outer, shape.inner, shape.polygons, place.disclosed)


def _shape(place: PlaceDocument, *, path: str) -> Shape:
    if place.circle is not None and place.geometry is None:
        return compile_circle(place.circle, path=f"{path}.circle")
    if place.geometry is not None and place.circle is None:
        return compile_geometry(place.geometry, path=f"{path}.geometry")
    raise PlanError(path, "needs either circle or geometry, and not both")


def _together(pair: PairDocument, *, path: str) -> tuple[Together, ...]:
    rows = []
    for index, (name, interval) in enumerate(zip(_together_ids(pair), pair.together, strict=True)):
        at = f"{path}.together[{index}]"
        from_ms, until_ms = (
            instant_of(interval.from_, path=f"{at}.from"),
            instant_of(interval.to, path=f"{at}.to"),
        )
        if from_ms >= until_ms:
            raise PlanError(f"{at}.from", "the interval is empty: from must lie before to")
        rows.append(Together(name, from_ms, until_ms))
    return tuple(rows)


def _together_ids(pair: PairDocument) -> list[str]:
    """Return every interval's id; one without is named after its place: together-1, together-2 …."""
    return [
        interval.id if interval.id is not None else f"together-{n}"
        for n, interval in enumerate(pair.together, start=1)
    ]
