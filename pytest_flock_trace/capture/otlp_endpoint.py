"""An OTLP/HTTP endpoint: what is answered to a request, without the sockets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from queue import Full
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pytest_flock_trace.errors import BadArgument, FlockTraceError, MissingExtra
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of

Keep = Callable[[str, Sequence[Span]], None]
"""Keeps spans that came under a prefix of the path; raises `queue.Full` where that has to wait, `FlockTraceError`
where it can't be done. Once it returns the sender may forget them."""

JSON: Final = "application/json"
_TRACES: Final = "/v1/traces"
_OTHERS: Final = ("/v1/metrics", "/v1/logs")
_RETRY: Final = "1"
"""Seconds after which a sender may try again."""
_CODES: Final = {400: 3, 403: 7, 404: 5, 405: 12, 413: 8, 415: 3, 500: 13, 503: 14}
"""gRPC's codes, which `Status` uses, by HTTP's: INVALID_ARGUMENT, PERMISSION_DENIED, NOT_FOUND and so on."""
_log: Final = logging.getLogger("pytest_flock_trace")


@dataclass(frozen=True)
class Codec:
    """How requests are read and answers written."""

    kind: Callable[[str], str]
    """The one of OTLP's content types that a header means; raises `BadArgument` for any other."""
    decode: Callable[[bytes, str, list[str]], list[Span]]
    """The spans of a body of a content type; the list takes the reasons for those left out. Raises `FlockTraceError`,
    `MissingExtra` where the content type needs what is not installed."""
    accepted: Callable[[str, int, str], bytes]
    """A body that says how many spans were refused, and why."""
    status: Callable[[str, int, str], bytes]
    """A body that says why nothing was kept."""


class Answer(NamedTuple):
    """An HTTP response."""

    code: int
    body: bytes
    headers: Mapping[str, str]


class _Refusal(Exception):
    """Why a request is refused, with the HTTP status; the sender is told, no user sees it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Endpoint:
    """Answers requests. `note` is told once what whoever runs this should know."""

    codec: Codec
    keep: Keep
    note: Callable[[str], None] = _log.warning
    known: Callable[[str], bool] = lambda prefix: not prefix
    """Whether there is anything under a prefix of the path."""
    local: bool = True
    """Only this machine is to be served, so any other name for it in a request is one that a web page made up."""
    _noted: set[str] = field(default_factory=set[str])

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What to answer; never raises."""
        kind = JSON
        try:
            self._from_elsewhere(headers)
            prefix, signal = self._place(path)
            _must_be_posted(method, signal)
            kind = self._kind(headers)
            if signal in _OTHERS:
                return self._pass_over(signal, kind)
            return self._take(prefix, body, kind)
        except _Refusal as exc:
            return self.refusal(exc.code, str(exc), kind)
        except Exception as exc:  # noqa: BLE001  # a mistake of ours, which must not end the server
            _log.exception("a request to %s failed", path)
            return self.refusal(500, f"{type(exc).__name__} while the request was handled; see the log", kind)

    def refusal(self, code: int, message: str, content_type: str = JSON) -> Answer:
        """The answer that keeps nothing."""
        more = {"Allow": "POST"} if code == 405 else {"Retry-After": _RETRY} if code == 503 else {}
        body = self.codec.status(content_type, _CODES.get(code, 2), message)
        return Answer(code, body, {"Content-Type": content_type, **more})

    def _from_elsewhere(self, headers: Mapping[str, str]) -> None:
        """Refuse what a web page of another site has a browser send."""
        origin, host = headers.get("Origin"), headers.get("Host")
        if origin is not None and not is_loopback(_name(origin)):
            raise _Refusal(403, f"requests of web pages are not taken, here of {origin!r}")
        if self.local and host is not None and not is_loopback(_name(f"//{host}")):
            raise _Refusal(403, f"this is no server of {host!r}; address it as 127.0.0.1 or localhost")

    def _place(self, path: str) -> tuple[str, str]:
        """What stands before the path of a signal, and that path."""
        plain = path.partition("?")[0].rstrip("/")
        for signal in (_TRACES, *_OTHERS):
            prefix = plain.removesuffix(signal)
            if prefix != plain and self.known(prefix.strip("/")):
                return prefix.strip("/"), signal
        raise _Refusal(404, f"there is nothing at {path!r}; valid: {', '.join((_TRACES, *_OTHERS))}")

    def _kind(self, headers: Mapping[str, str]) -> str:
        try:
            return self.codec.kind(headers.get("Content-Type") or "")
        except BadArgument as exc:
            raise _Refusal(415, str(exc)) from exc

    def _pass_over(self, signal: str, kind: str) -> Answer:
        what = signal.rpartition("/")[2]
        self._note_once(f"{what} are not kept; set OTEL_{what.upper()}_EXPORTER=none to have none sent")
        return Answer(200, self.codec.accepted(kind, 0, ""), {"Content-Type": kind})

    def _take(self, prefix: str, body: bytes, kind: str) -> Answer:
        refused: list[str] = []
        try:
            spans = self.codec.decode(body, kind, refused)
        except MissingExtra as exc:
            self._note_once(f"{exc}; until then spans are taken as {JSON} only")
            raise _Refusal(415, str(exc)) from exc
        except FlockTraceError as exc:
            raise _Refusal(400, str(exc)) from exc
        reason = refused[0] if refused else ""
        if refused and not spans:
            raise _Refusal(400, f"none of {count_of(len(refused), 'span')} can be kept: {reason}")
        self._hand_over(prefix, spans)
        return Answer(200, self.codec.accepted(kind, len(refused), reason), {"Content-Type": kind})

    def _hand_over(self, prefix: str, spans: Sequence[Span]) -> None:
        if not spans:
            return
        try:
            self.keep(prefix, spans)
        except Full as exc:
            raise _Refusal(503, "too many spans wait to be written; try again") from exc
        except FlockTraceError as exc:
            self._note_once(str(exc))
            raise _Refusal(503, str(exc)) from exc

    def _note_once(self, message: str) -> None:
        if message not in self._noted:
            self._noted.add(message)
            self.note(message)


def _must_be_posted(method: str, signal: str) -> None:
    if method != "POST":
        raise _Refusal(405, f"{method} is not for {signal}; POST an export request")


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # half an IPv6 address
        return ""


def is_loopback(host: str) -> bool:
    """True for a name or address of the machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return False
