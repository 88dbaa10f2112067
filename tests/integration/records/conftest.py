"""The records' own fixtures."""

from __future__ import annotations

import pytest
from tests.factories import compile_for_tests

from korgoo.orders import plan_compilation


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_compilation, "compile_subject", compile_for_tests)
