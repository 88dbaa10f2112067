"""Who may be told what, of every finding that can occur."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine.findings import KINDS, Event, Reason
from korgoo.engine.pairs.audience import DISCLOSED, shown_as
from korgoo.replay.audience import Audience, Parties, view
from tests.unit.replay.test_audience import HERS, PAIR_KINDS, finding, open_to_him, read

SECRET_NUMBERS = (7391.25, 73_917, 739_184)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_reader_of_every_kind_reads_whole_sentences(audience: Audience) -> None:
    events, codes = itertools.cycle(Event), itertools.cycle(Reason)
    for kind, code in zip((*KINDS, *KINDS), codes, strict=False):
        text = read(
            finding(kind, event=next(events).value, explanation={"code": code.value, "params": {}}), audience
        )
        if text is not None:
            assert not {"{", "}"} & set(text)
            assert "None" not in text.split()


leaky = st.one_of(
    st.just(HERS),
    st.sampled_from(SECRET_NUMBERS),
    st.just("2026-03-01T07:39:10.000Z"),
)


NAMES = (
    *(
        "apart_m",
        "sigma_m",
        "age_s",
        "last_seen",
        "closing_kmh",
        "target",
        "way_m",
        "times",
        "sensor",
        "sense",
    ),
    *(
        "zone",
        "until",
        "device",
        "silent_s",
        "distance_m",
        "lag_s",
        "previous_since",
        "coverage",
        "ring",
        "x",
    ),
)


@given(
    kind=st.sampled_from(PAIR_KINDS),
    code=st.sampled_from(list(Reason)),
    event=st.sampled_from(list(Event)),
    params=st.dictionaries(st.sampled_from(NAMES), leaky),
    hers=st.lists(
        st.fixed_dictionaries(
            {"use": st.sampled_from(["used", "held", "ignored"]), "side": st.just("protected")},
            optional={"seq": st.just(73_917), "fixed_at": st.just("2026-03-01T07:39:10.000Z")}
            | {"reason": leaky, "distance_m": leaky, "sigma_m": leaky, "belief": leaky},
        ),
        max_size=3,
    ),
    disclosed=st.booleans(),
    parties=st.sampled_from([Parties(frozenset({HERS})), open_to_him]),
)
def test_nothing_of_hers_is_in_anything_that_he_reads(
    *,
    kind: str,
    code: Reason,
    event: Event,
    params: dict[str, Any],
    hers: list[dict[str, Any]],
    disclosed: bool,
    parties: Parties,
) -> None:
    found = finding(
        kind,
        event=event.value,
        evidence=hers,
        explanation={"code": code.value, "params": {"order_m": 300, **params, "disclosed": disclosed}},
    )
    seen = view(found, Audience.PARTICIPANT, parties)
    if shown_as(kind) != DISCLOSED or (
        kind == "proximity.warning" and not (disclosed and parties is open_to_him)
    ):
        assert seen is None
    if seen is None:
        return
    told = json.dumps(seen) + str(read(found, Audience.PARTICIPANT, parties))
    for secret in (HERS, "7391", "73917", "73 917", "739184", "07:39", "7.39", "20 h", "8 d"):
        assert secret not in told, secret
