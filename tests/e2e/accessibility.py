"""The check of a page by axe-core, which npm brings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def check_accessibility(page: Page) -> None:
    """Run axe over the page; every finding fails."""
    if not AXE.exists():
        if "axe" in os.environ.get("KORGOO_REQUIRE", ""):
            pytest.fail("KORGOO_REQUIRE asks for axe-core, which npm has not installed")
        sys.__stderr__.write("\nNOT RUN: the accessibility check needs axe-core in node_modules (npm ci)\n")  # type: ignore[union-attr]  # there is a terminal
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join(' | ')))"
    )
    assert found == []
