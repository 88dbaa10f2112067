"""Every finding that can occur gives plain sentences, in every language."""

import itertools
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine.findings import KINDS, Event, Reason
from korgoo.replay.explanation import explain
from korgoo.replay.texts import LANGUAGES, load_texts
from tests.unit.replay.test_explanation import EVIDENCE, FULL, PAIR, finding


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("params", [{}, FULL | PAIR], ids=["bare", "full"])
def test_every_kind_and_reason_reads_as_sentences(lang: str, params: dict[str, Any]) -> None:
    """Every sentence of every reason, with kinds that have their own, and others and events in turn."""
    events, turn = cycle(Event), cycle(KINDS)
    for code in Reason:
        own = [kind for kind in load_texts(lang).reasons[code] if kind != "*"]
        for kind in (*own, *itertools.islice(turn, 3)):
            told = finding(kind, code, params=params, event=next(events), evidence=EVIDENCE)
            assert_reads_well(explain(told, lang=lang), kind=kind, lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_and_event_reads_as_sentences(lang: str) -> None:
    for kind in KINDS:
        for event in Event:
            told = finding(kind, Reason.LATE_DATA, params=FULL, event=event, evidence=EVIDENCE)
            assert_reads_well(explain(told, lang=lang), kind=kind, lang=lang)


def assert_reads_well(text: str, *, kind: str, lang: str) -> None:
    header, story, *_ = text.split("\n")
    assert load_texts(lang).kinds[kind] in header
    assert story.endswith(".")
    assert not {"{", "}"} & set(text)
    assert "None" not in text.split()


strange = st.sampled_from(
    [
        None,
        True,
        "",
        "x",
        "\x00",
        "9" * 400,
        10**400,
        -1,
        float("nan"),
        float("inf"),
        -1e308,
        1e14,
        [],
        {},
        [1],
        {"a": 1},
    ]
)


@given(
    st.dictionaries(st.sampled_from(sorted(FULL)), strange),
    st.lists(
        st.dictionaries(
            st.sampled_from(["seq", "fixed_at", "use", "reason", "belief", "distance_m", "sigma_m"]), strange
        ),
        max_size=2,
    ),
    st.sampled_from(list(Reason)),
)
def test_strange_values_leave_out_a_sentence_and_nothing_else(
    params: dict[str, Any], evidence: list[dict[str, Any]], code: str
) -> None:
    text = explain(finding("zone.exit", code, params=params, evidence=evidence, since="soon"), lang="en")
    assert text.startswith("Outside a zone that must not be left (opened). Subject p1; began soon;")
    assert len(text.split("\n")) == 3 + len(evidence)
