"""What is admitted without looking at each, at every border of time."""

from __future__ import annotations

from itertools import product

import pytest

from korgoo.engine.rows import Suspension
from korgoo.gateway.admission import FUTURE_LIMIT_MS, TOLERANCE_MS, decide, find_open_range
from tests.gateway_fakes import DAY_MS, NOW_MS, assignment, credential, observation

EDGES = sorted(
    {
        NOW_MS + sign * edge + off
        for sign in (-1, 1)
        for edge in (0, TOLERANCE_MS, FUTURE_LIMIT_MS)
        for off in (-TOLERANCE_MS - 1, -TOLERANCE_MS, 0, 1, TOLERANCE_MS)
    }
)


@pytest.mark.parametrize(
    "out_of_order",
    ["", "revoked", "superseded", "faulty", "said_faulty", "sos", "protected", "suspended", "resumed"],
)
def test_what_is_admitted_without_looking_is_what_the_rows_would_admit_as_it_is(out_of_order: str) -> None:
    shown = credential(
        revoked=out_of_order == "revoked",
        superseded_at_ms=NOW_MS - DAY_MS // 2 if out_of_order == "superseded" else None,
    )
    suspensions: tuple[Suspension, ...] = ()
    if out_of_order in {"suspended", "resumed"}:
        suspensions = (Suspension(1, NOW_MS - DAY_MS, NOW_MS, revoked=out_of_order == "resumed"),)
    admitted = 0
    for at, begins, ends in product(EDGES, EDGES, (None, *EDGES)):
        given = assignment(
            collect_from_ms=begins,
            collect_until_ms=ends,
            clock_faulty=out_of_order == "faulty",
            protected=out_of_order == "protected",
        )
        seen = observation(
            fixed_at_ms=at, sos=out_of_order == "sos", clock_faulty=out_of_order == "said_faulty"
        )
        screen = find_open_range(given, shown, suspensions=suspensions)
        verdict = decide(seen, assignment=given, credential=shown, suspensions=suspensions)
        passes = screen is not None and screen.admits_all([seen])
        admitted += passes
        if passes or out_of_order in {"", "protected", "resumed"}:  # what is ordinary is not held up
            assert passes == (verdict.observation is seen), (at, begins, ends)
    assert bool(admitted) == (out_of_order in {"", "protected", "resumed"})
