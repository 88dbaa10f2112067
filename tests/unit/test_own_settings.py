"""The unit tests have settings of their own, and are run as strictly as all others."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def test_the_units_are_run_as_all_tests_are_but_without_plugins_they_do_not_use() -> None:
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())
    whole = project["tool"]["pytest"]["ini_options"]
    own = tomllib.loads((HERE / "pytest.toml").read_text())["pytest"]
    options = " ".join(own["addopts"]).replace("-p no:django ", "").replace("-p no:hypothesispytest ", "")
    assert options == whole["addopts"]
    for name in ("filterwarnings", "asyncio_mode", "asyncio_default_fixture_loop_scope"):
        assert own[name] == whole[name], name
