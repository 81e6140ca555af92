"""Where the server listens: on this machine, for nobody else."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.viewer.server.application import application
from pytest_flock_trace.viewer.server.extra import check_extra
from pytest_flock_trace.viewer.server.live import LiveFile
from pytest_flock_trace.viewer.server.walls import Walls

HOST: Final = "127.0.0.1"
_LOCALHOST: Final = "localhost"
_ENDING: Final = 2
"""Seconds that requests have to come to an end."""
_PORTS: Final = range(65_536)


@dataclass(frozen=True)
class Address:
    """Where to find a server, and what it takes to be let in."""

    host: str
    port: int
    token: str
    folder: Path
    """Nobody else may read it, and it goes when the server ends."""

    @property
    def url(self) -> str:
        """For a browser, which keeps what stands behind # to itself and the page."""
        return f"http://{_bracketed(self.host)}:{self.port}/#token={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """The names and ports by which the server may be called."""
        return frozenset(f"{_bracketed(name)}:{self.port}" for name in (self.host, _LOCALHOST))


def serve(path: Path, *, host: str = HOST, port: int = 0, ready: Callable[[Address], None]) -> None:
    """Show a trace file until Ctrl-C; `ready` is told where once it can be asked.

    Raises `BadSetting` for a host that others can reach and for a port that can't be had, `BadTraceFile` for what is
    no trace file, and `MissingExtra`.
    """
    check_extra()
    with closing(_listening(checked_host(host), port)) as listening:
        live = LiveFile(path)
        try:
            live.begin()
            name, number = listening.getsockname()[:2]
            address = Address(name, number, secrets.token_urlsafe(32), live.folder)
            _run(live, listening, address, ready)
        finally:
            live.close()


def checked_host(host: str) -> str:
    """The address of this machine that is meant; raises `BadSetting` for any that others can reach."""
    if host.lower() == _LOCALHOST:
        return HOST
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise BadSetting(
        f"host {host!r} could be reached from other machines, and traces hold what agents were told; use {HOST}, and "
        f"from elsewhere a tunnel: ssh -L 8000:{HOST}:PORT"
    )


def _listening(host: str, port: int) -> socket.socket:
    if port not in _PORTS:
        raise BadSetting(f"port {port!r} is none; use 1 to {_PORTS[-1]}, or 0 for any that is free")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        raise BadSetting(f"port {port} of {host} can't be had: {exc}; use --port 0 for any that is free") from exc


def _run(live: LiveFile, listening: socket.socket, address: Address, ready: Callable[[Address], None]) -> None:
    import uvicorn

    app = Walls(application(live), address.token, address.hosts)
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="on",
        log_level="error",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_ENDING,
        ws="none",
    )
    ready(address)  # who asks now has to wait a moment: the socket listens already
    uvicorn.Server(config).run(sockets=[listening])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
