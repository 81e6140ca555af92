"""One attempt at an export: of the SDK's exporters neither the log nor the waiting for another attempt."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from opentelemetry import context

_LOGGERS: Final = (
    "opentelemetry.exporter.otlp.common.http",
    "opentelemetry.exporter.otlp.proto.common._internal",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
    "opentelemetry.exporter.otlp.proto.http.metric_exporter",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
)
"""Where the exporters of OpenTelemetry 1.27 to 1.45 say what goes wrong during an export."""
_BEFORE_WAITING: Final = "Transient error"
"""How each of them begins what it says before it sleeps, for up to a minute, to try again."""


class Retryable(Exception):  # not an error of this package: it only leads out of an exporter
    """The exporter was about to wait for another attempt."""


class Attempt:
    """What an exporter has said of its failure."""

    def __init__(self) -> None:
        self.said: logging.LogRecord | None = None
        """The last that it would have logged."""

    def take(self, record: logging.LogRecord) -> None:
        """Keep the record from the log; raises `Retryable`, which is the one way out of an exporter's waiting."""
        self.said = record
        if str(record.msg).startswith(_BEFORE_WAITING):
            raise Retryable(record.getMessage())


class _Eavesdropper(logging.Filter):
    """Takes what is said during an attempt of ours; others, in other threads, are logged as ever."""

    def filter(self, record: logging.LogRecord) -> bool:
        attempt: Attempt | None = getattr(_here, "attempt", None)
        if attempt is None:
            return True
        attempt.take(record)
        return False


_here: Final = threading.local()
_eavesdropper: Final = _Eavesdropper()


@contextmanager
def attempted() -> Generator[Attempt, None, None]:
    """An export in this thread. It makes no spans of its own, whatever instruments its HTTP client."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_eavesdropper)  # adds it once
    _here.attempt = attempt = Attempt()
    token = context.attach(_without_instrumentation())
    try:
        yield attempt
    finally:
        context.detach(token)
        _here.attempt = None


def _without_instrumentation() -> context.Context:
    """A context that instrumentations of clients understand, the older ones by a plain name."""
    quiet = context.set_value("suppress_instrumentation", value=True)
    key: str | None = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", None)
    return quiet if key is None else context.set_value(key, value=True, context=quiet)
