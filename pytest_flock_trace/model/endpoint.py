"""Endpoints of collectors: where spans and metrics go as OTLP, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from pytest_flock_trace.errors import BadSetting

Signal = Literal["traces", "metrics"]
Protocol = Literal["http/protobuf", "grpc"]
HTTP: Final[Protocol] = "http/protobuf"
GRPC: Final[Protocol] = "grpc"
PROTOCOLS: Final[tuple[Protocol, ...]] = (HTTP, GRPC)


@dataclass(frozen=True)
class Endpoint:
    """Where one signal goes."""

    signal: Signal
    protocol: Protocol
    shown: str
    """Its URL as anybody may see it: without user, password and query."""
    given: str | None = None
    """The whole URL, where it is not to be taken from the environment."""
    own_session: bool = False
    """A variable names a credential provider, which brings the HTTP session that is to be used."""

    def __str__(self) -> str:
        return f"{self.shown} ({self.protocol})"


def checked_url(source: str, url: str, protocol: Protocol) -> str:
    """The URL, if the protocol can use it; else `BadSetting` says so without the URL's secrets.

    gRPC also takes a host and a port alone.
    """
    try:
        parts = urlsplit(url)
        valid = (parts.scheme in {"http", "https"} and bool(parts.hostname)) or protocol == GRPC
        valid = valid and (parts.port is None or protocol in PROTOCOLS)  # asking for the port raises for what is none
    except ValueError as exc:
        raise BadSetting(f"{source}={shown_url(url)!r} is no URL: {exc}; write http://localhost:4318") from exc
    if not valid:
        raise BadSetting(f"{source}={shown_url(url)!r} is no URL of HTTP; write http://localhost:4318")
    return url


def with_path(url: str, signal: Signal) -> str:
    """The URL of a collector with the path at which OTLP/HTTP takes the signal; nothing is added twice."""
    base, mark, query = url.partition("?")
    path = f"/v1/{signal}"
    return base.rstrip("/").removesuffix(path) + path + mark + query


def shown_url(url: str) -> str:
    """The URL without user, password, query and fragment."""
    scheme, slashes, rest = url.rpartition("://")
    return scheme + slashes + re.split("[?#]", rest)[0].rpartition("@")[2]


def checked_protocol(source: str, said: str) -> Protocol:
    """The protocol of this name; raises `BadSetting` for any but those that are supported."""
    for known in PROTOCOLS:
        if said.strip().lower() == known:
            return known
    raise BadSetting(f"{source}={said!r} is no protocol that spans can be sent by; supported: {', '.join(PROTOCOLS)}")
