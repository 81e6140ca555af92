"""The HTTP session of an exporter, which remembers how the collector answered."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.model.text import cut_end, one_line

_AGAIN: Final = frozenset({408, 429, 502, 503, 504})
"""Answers after which OTLP/HTTP lets a client try again, and 408, which says it itself."""
_TOO_LARGE: Final = 413
_LONGEST: Final = 200
"""Characters of an answer's body that are shown."""


class Hearing:
    """What was heard of the last request."""

    def __init__(self) -> None:
        self.response: Any = None
        self.error: Exception | None = None

    def forget(self) -> None:
        """Nothing was heard."""
        self.response = self.error = None

    def trouble(self) -> Refusal | None:
        """Why the request did not do; None where the collector took all, or nothing was heard."""
        if self.error is not None:
            return Refusal(cause_of(self.error), again=True)
        if self.response is None:
            return None
        status = int(self.response.status_code)
        if status < 300:
            return _partial(self.response)
        return Refusal(_answer(self.response), again=status in _AGAIN, too_large=status == _TOO_LARGE)


def listening_session(hearing: Hearing) -> Any:
    """A session of requests whose every answer and failure is noted."""
    from requests import Session

    class ListeningSession(Session):
        """Notes what comes of each request."""

        def send(self, request: Any, **options: Any) -> Any:
            """Send it."""
            hearing.forget()
            try:
                hearing.response = super().send(request, **options)
            except Exception as exc:
                hearing.error = exc
                raise
            return hearing.response

    return ListeningSession()


def cause_of(error: BaseException) -> str:
    """What the system said, which HTTP clients wrap several times, with URLs in between that may hold secrets."""
    names = [type(one).__name__ for one in _chain(error)]
    if any("Timeout" in name for name in names):
        return "it did not answer in time"
    said = [one.strerror for one in _chain(error) if isinstance(one, OSError) and one.strerror]
    return one_line(cut_end(said[-1], _LONGEST)) if said else names[0]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those behind it."""
    seen: set[int] = set()
    behind: object = error
    while isinstance(behind, BaseException) and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        wrapped = behind.args[0] if behind.args and isinstance(behind.args[0], BaseException) else None
        behind = wrapped or getattr(behind, "reason", None) or behind.__cause__ or behind.__context__


def _answer(response: Any) -> str:
    """Status, and how the body begins."""
    body = bytes(response.content)[: _LONGEST * 4].decode("utf-8", "ignore").strip()
    shown = f": {cut_end(one_line(' '.join(body.split())), _LONGEST)}" if body else ""
    return f"it answered {response.status_code} {response.reason or ''}".rstrip() + shown


def _partial(response: Any) -> Refusal | None:
    """The collector took some and says so in an answer that is otherwise a success."""
    if not response.content:
        return None
    messages: Any = import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    unreadable: type[Exception] = import_module("google.protobuf.message").DecodeError
    try:
        partial = messages.ExportTraceServiceResponse.FromString(response.content).partial_success
    except unreadable:  # an answer in words, which many receivers give
        return None
    if not partial.rejected_spans:
        return None
    message = cut_end(one_line(partial.error_message), _LONGEST)
    return Refusal(f"it rejected some{f': {message}' if message else ''}", rejected=partial.rejected_spans)
