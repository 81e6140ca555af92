"""Who may ask: pages of this server, in the hands of whoever was given its address.

Other pages in the same browser can reach a local server, too. They are kept out several times over: they don't know
the token, they can't set its header (no CORS), browsers say where requests come from, and the names under which this
server may be asked are few, so that no foreign name can be made to mean it (DNS rebinding).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN_HEADER: Final = "X-Flock-Trace-Token"  # noqa: S105  # the name of a header
API: Final = "/api/"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""What every response carries."""


@dataclass(frozen=True)
class Walls:
    """Lets through to the application what may come through."""

    application: Application
    token: str
    hosts: frozenset[str]
    """Names and ports under which this server may be asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to others."""
        if scope["type"] == "http":
            await self._http(scope, receive, _fortified(send))
        elif scope["type"] == "lifespan":
            await self.application(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self.refusal(scope["method"], scope["path"], scope["headers"])
        if refusal is None:
            await self.application(scope, receive, send)
            return
        body = json.dumps({"error": refusal}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def refusal(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Why a request is not let through; None where it is."""
        said = _Said(headers)
        if len(said["host"]) != 1 or said["host"][0].lower() not in self.hosts:
            return "This server answers only to its own address; open the one that flock-trace serve has printed."
        if any(origin not in {f"http://{host}" for host in self.hosts} for origin in said["origin"]):
            return "This server answers only to its own page, and the request comes from another one."
        asks_for_page = method in {"GET", "HEAD"} and path == "/"
        if not asks_for_page and any(site not in {"same-origin", "none"} for site in said["sec-fetch-site"]):
            return "This server answers only to its own page, and the request comes from another site."
        if path.startswith(API) and not self._knows_token(said[TOKEN_HEADER.lower()]):
            return "The token is missing or wrong; open the address that flock-trace serve has printed, all of it."
        return None

    def _knows_token(self, said: list[str]) -> bool:
        return len(said) == 1 and secrets.compare_digest(said[0].encode("latin-1"), self.token.encode())


class _Said:
    """Headers by their names; each may stand there several times."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]

    def __getitem__(self, name: str) -> list[str]:
        return [value for known, value in self._headers if known == name]


def _fortified(send: Send) -> Send:
    """The same with the headers that keep a browser from being talked into something."""
    extra = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]

    async def fortified(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name for name, _ in extra}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in there]
            message = {**message, "headers": [*kept, *extra]}
        await send(message)

    return fortified
