"""The bodies of journal rows are a format: what was written is read back, and bytes never change."""

import msgspec
import pytest

from korgoo.engine import rows
from korgoo.engine.plan import Disc, Frame, Plan, Zone, ZoneKind


def test_an_observation_survives_the_journal() -> None:
    seen = rows.Observation(
        fixed_at_ms=1_700_000_000_000,
        received_at_ms=1_700_000_001_000,
        lat_e7=428_700_000,
        lon_e7=746_000_000,
        source=rows.Source.GPS,
        extras=(("loc", "denied"),),
    )
    assert rows.decode_body(rows.Kind.OBSERVATION, rows.encode_body(seen)) == seen


def test_the_bytes_of_an_observation_are_fixed_for_ever() -> None:
    seen = rows.Observation(fixed_at_ms=1, received_at_ms=2, lat_e7=3, lon_e7=4, sos=True)
    assert rows.encode_body(seen).hex() == "dc00170102a0c00304c0c0c0c0c0c0c0c0c0c0c0c0c0c3c0c290"


def test_a_plan_survives_the_journal() -> None:
    frame = Frame(428_700_000, 746_000_000, 855_000, 1_165_000)
    zone = Zone("home", ZoneKind.INCLUSION, frame, Disc(0, 0, 5_000), Disc(0, 0, 5_000))
    plan = Plan("1", 0, 60_000, 60_000, ((0, 21_600),), (zone,))
    assert rows.decode_body("plan", rows.encode_body(plan)) == plan


def test_foreign_bytes_are_refused_with_the_field() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\[0\]"):
        rows.decode_body("observation", msgspec.msgpack.encode(["soon", 2]))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="rumour"):
        rows.decode_body("rumour", b"\x90")
