"""Where a server listens, and how it is found."""

from __future__ import annotations

import socket
import stat
import sys
import webbrowser
from pathlib import Path

import pytest

from pytest_flock_trace.errors import BadSetting, MissingExtra
from pytest_flock_trace.viewer.server.listening import Address, checked_host, serve
from pytest_flock_trace.viewer.server.opening import open_in_browser


def nobody(address: Address) -> None:
    raise AssertionError(address)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com", "", "127.0.0.1.example.com"])  # noqa: S104
def test_a_host_that_others_could_reach_is_refused_and_told_why(store: Path, host: str):
    with pytest.raises(BadSetting, match="could be reached from other machines.*ssh -L"):
        serve(store, host=host, ready=nobody)


@pytest.mark.parametrize(
    ("host", "meant"),
    [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.9", "127.0.0.9"), ("::1", "::1")],
)
def test_a_host_that_is_this_machine_is_taken(host: str, meant: str):
    assert checked_host(host) == meant


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_is_refused(store: Path, port: int):
    with pytest.raises(BadSetting, match=f"port {port} is none"):
        serve(store, port=port, ready=nobody)


def test_a_port_that_is_taken_is_refused(store: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadSetting, match="--port 0 for any"):
        serve(store, port=taken.getsockname()[1], ready=nobody)


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_an_extra_that_is_missing_is_named(store: Path, monkeypatch: pytest.MonkeyPatch, package: str):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtra, match=r'pip install "pytest-flock-trace\[viewer\]"'):
        serve(store, ready=nobody)


def test_an_address_keeps_its_token_from_servers_and_has_the_names_of_this_machine(tmp_path: Path):
    address = Address("::1", 8000, "secret", tmp_path)

    assert address.url == "http://[::1]:8000/#token=secret"
    assert address.hosts == {"[::1]:8000", "localhost:8000"}


def test_a_browser_is_not_told_the_token_by_its_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(opened.append(url)) or True)

    assert open_in_browser("http://127.0.0.1:8000/#token=secret", tmp_path)

    (door,) = tmp_path.iterdir()
    assert opened == [door.as_uri()]
    assert "url=http://127.0.0.1:8000/#token=secret" in door.read_text(encoding="utf-8")
    assert stat.S_IMODE(door.stat().st_mode) == 0o600


def test_no_browser_is_no_mishap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(url: str) -> bool:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "open", fail)

    assert not open_in_browser("http://127.0.0.1:8000/", tmp_path)
