from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from korgoo.cli.gateway import read_settings
from korgoo.conf.environment import EnvironmentInvalidError, load_secret_key, read_environment
from korgoo.conf.processes import list_processes

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_environment_listens_to_this_machine_only() -> None:
    environment = read_environment({})
    assert (environment.host, environment.web_port, environment.database) == ("127.0.0.1", 8000, None)
    assert not environment.demo
    assert not environment.tls


def test_a_database_address_keeps_what_a_password_may_hold() -> None:
    url = "postgresql://korgoo:p%40ss%2Fword@db.example:6432/records?sslmode=require"
    address = read_environment({"KORGOO_DATABASE_URL": url}).database
    assert address is not None
    assert (address.host, address.port, address.name) == ("db.example", "6432", "records")
    assert (address.user, address.password, address.options) == (
        "korgoo",
        "p@ss/word",
        {"sslmode": "require"},
    )


def test_a_socket_directory_can_be_the_host() -> None:
    address = read_environment({"KORGOO_DATABASE_URL": "postgresql:///records?host=/run/pg"}).database
    assert address is not None
    assert (address.host, address.name, address.options) == ("/run/pg", "records", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KORGOO_DATABASE_URL", "mysql://root@localhost/x"),
        ("KORGOO_DATABASE_URL", "postgresql://localhost"),
        ("KORGOO_DATABASE_URL", "postgresql://localhost:port/x"),
        ("KORGOO_WEB_PORT", "0"),
        ("KORGOO_WEB_PORT", "70000"),
        ("KORGOO_GATEWAY_PORT", "８０"),
        ("KORGOO_DEMO", "perhaps"),
        ("KORGOO_LANGUAGES", "ru,xx"),
        ("KORGOO_TLS_KEY", "key.pem"),
    ],
)
def test_what_cannot_be_understood_stops_the_process(name: str, value: str) -> None:
    with pytest.raises(EnvironmentInvalidError, match="KORGOO_"):
        read_environment({name: value})


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    environment = read_environment({"KORGOO_DATA": str(tmp_path / "data")})
    key = load_secret_key(environment)
    assert len(key) >= 50
    assert load_secret_key(environment) == key
    files = list((tmp_path / "data").iterdir())
    assert [file.name for file in files] == ["secret_key"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_key_from_the_environment_is_not_written_down(tmp_path: Path) -> None:
    environment = read_environment({"KORGOO_DATA": str(tmp_path / "data"), "KORGOO_SECRET_KEY": "given"})
    assert load_secret_key(environment) == "given"
    assert not (tmp_path / "data").exists()


def test_the_gateway_starts_last_and_drains_first_and_tls_reaches_the_pages() -> None:
    environment = read_environment({"KORGOO_TLS_CERTIFICATE": "/c.pem", "KORGOO_TLS_KEY": "/k.pem"})
    processes = list_processes(environment)
    assert [process.name for process in processes][-1] == "gateway"
    assert min(processes, key=lambda process: process.drain).name == "gateway"
    web = next(process for process in processes if process.name == "web")
    assert web.command[web.command.index("--ssl-certificate") + 1] == "/c.pem"
    assert "--blocking-threads" in web.command  # granian's own number is 512, told as a warning at each start


def test_proxies_that_are_believed_are_addresses_and_reach_the_gateway(tmp_path: Path) -> None:
    given = {"KORGOO_DATA": str(tmp_path), "KORGOO_TRUSTED_PROXIES": "10.0.0.5, 0:0:0:0:0:0:0:1"}
    assert read_settings(read_environment(given)).trusted_proxies == {"10.0.0.5", "::1"}
    with pytest.raises(EnvironmentInvalidError, match="KORGOO_TRUSTED_PROXIES"):
        read_environment({"KORGOO_TRUSTED_PROXIES": "proxy.example"})
