"""The quick readings of formats against the plain ones."""

from __future__ import annotations

from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from korgoo.gateway.formats import osmand


@given(st.lists(st.sampled_from(["a", "lat", "", "=", "%41", "+", "ж", ";", "b="]), max_size=6).map("&".join))
def test_osmand_reads_plain_pairs_as_it_reads_encoded_ones(text: str) -> None:
    for said in (text, text.replace("&", "=1&"), text.replace("&", "")):
        known = parse_qs(said, keep_blank_values=True)
        assert osmand._pairs(said) == {name: values[0] for name, values in known.items()}
