"""The unit tests have settings of their own, and are run as strictly as all others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def options(words: str) -> list[str]:
    """Return the options, each with its value."""
    return re.findall(r"-p \S+|\S+", words)


def test_the_units_are_run_as_all_tests_are_but_without_plugins_and_hosts_they_do_not_use() -> None:
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())
    whole = project["tool"]["pytest"]["ini_options"]
    own = tomllib.loads((HERE / "pytest.toml").read_text())["pytest"]
    left_out, hosts = {"-p no:django", "-p no:hypothesispytest"}, "--allow-hosts=127.0.0.1,localhost,::1"
    assert set(options(" ".join(own["addopts"]))) - left_out == set(options(whole["addopts"])) - {hosts}
    assert "--disable-socket" in own["addopts"]
    for name in ("filterwarnings", "asyncio_mode", "asyncio_default_fixture_loop_scope"):
        assert own[name] == whole[name], name
