"""The lockfile of the browser's packages, and what may be served of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "src/korgoo/web/static/vendor"


def test_the_lockfile_names_packages_by_hash_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert "://" not in "".join(json.dumps(entry) for entry in packages.values() if "resolved" in entry)
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_versions_are_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(version[0].isdigit() for version in versions.values())


@pytest.mark.skipif(not VENDOR.exists(), reason="NOT RUN: assets/install.sh has not been run")
def test_what_is_served_loads_nothing_from_elsewhere() -> None:
    css = (VENDOR / "maplibre-gl/maplibre-gl.css").read_text(encoding="utf-8")
    assert "url(" in css
    assert "data:" not in css
    assert "http" not in css
    for module in VENDOR.rglob("*.js"):
        text = module.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text, module.name
    countries = json.loads((VENDOR / "base/countries.json").read_text(encoding="utf-8"))
    assert {f["properties"]["id"] for f in countries["features"] if f["properties"]["own"]} == {"417", "398"}
    places = json.loads((VENDOR / "base/places.json").read_text(encoding="utf-8"))
    assert {"Бишкек", "Алматы"} <= {place["properties"].get("ru") for place in places["features"]}
