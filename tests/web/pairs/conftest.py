"""An order that keeps two people apart, and a journal of their fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.people.models import Person
from korgoo.web.console import tracks
from tests.drafts import make_distance
from tests.factories import (
    make_person,
    make_signed_order,
)
from tests.web.test_maps import FakeJournal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.accounts.models import Office
    from korgoo.orders.models import Order


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJournal]:
    fake = FakeJournal()
    monkeypatch.setattr(tracks, "open_reader", lambda: fake)
    tracks.close_reader()
    yield fake
    tracks.close_reader()


@pytest.fixture
def protected(office: Office) -> Person:
    return make_person(office, kind=Person.Kind.PROTECTED)


@pytest.fixture
def order(office: Office, protected: Person) -> Order:
    return make_signed_order(
        make_person(office), protected_person=protected, distance=make_distance(), conditions=()
    )
