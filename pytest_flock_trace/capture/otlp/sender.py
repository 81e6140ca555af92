"""Sending one signal to one collector, by an exporter of the SDK that reads its own settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from pytest_flock_trace.capture.otlp.attempt import Attempt, Retryable, attempted
from pytest_flock_trace.capture.otlp.http_session import Hearing, cause_of, listening_session
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.errors import MissingExtra
from pytest_flock_trace.model.endpoint import GRPC, HTTP, Endpoint
from pytest_flock_trace.model.text import cut_end, one_line

_PACKAGES: Final = {HTTP: "opentelemetry.exporter.otlp.proto.http", GRPC: "opentelemetry.exporter.otlp.proto.grpc"}
_EXTRAS: Final = {HTTP: "otlp", GRPC: "otlp-grpc"}
_CLASSES: Final = {"traces": "trace_exporter.OTLPSpanExporter", "metrics": "metric_exporter.OTLPMetricExporter"}
_LONGEST: Final = 300


class Sender:
    """Sends to an endpoint, one attempt at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises `MissingExtra` where the exporter is not installed, `Refusal` for settings that it does not accept.

        The exporter is made at once: some versions use threads for it, which Python starts no more when it ends.
        """
        check_installed(endpoint)
        self.endpoint = endpoint
        self._hearing = Hearing()
        self._exporter = self._made()
        self._process = os.getpid()

    def __call__(self, data: Any) -> None:
        """Send what the exporter takes; raises `Refusal`."""
        if self._process != os.getpid():  # a forked child shares no connections with its parent
            self._exporter, self._process = self._made(), os.getpid()
        self._hearing.forget()
        with attempted() as attempt:
            try:
                result = self._exporter.export(data)
            except Retryable:
                raise self._refusal(attempt, again=True) from None
            except Exception as exc:
                raise self._hearing.trouble() or Refusal(cause_of(exc)) from exc
        if (trouble := self._hearing.trouble()) is not None:
            raise trouble
        if result.value != 0:  # SUCCESS, of spans and of metrics
            raise self._refusal(attempt, again=False)

    def _refusal(self, attempt: Attempt, *, again: bool) -> Refusal:
        """As HTTP was heard, else as the exporter has told it."""
        return self._hearing.trouble() or _as_told(attempt, again=again)

    def _made(self) -> Any:
        module, _, name = _CLASSES[self.endpoint.signal].partition(".")
        kind = getattr(import_module(f"{_PACKAGES[self.endpoint.protocol]}.{module}"), name)
        options: dict[str, Any] = {} if self.endpoint.given is None else {"endpoint": self.endpoint.given}
        if self.endpoint.protocol == HTTP and not self.endpoint.own_session:
            options["session"] = listening_session(self._hearing)
        try:
            return kind(**options)
        except Exception as exc:  # each version of each exporter has errors of its own for each variable
            raise Refusal(f"its exporter cannot be set up: {type(exc).__name__}: {one_line(str(exc))}") from exc


def check_installed(endpoint: Endpoint) -> None:
    """Raise `MissingExtra`, which says what to type, where the exporter for the protocol is not installed."""
    try:
        found = find_spec(_PACKAGES[endpoint.protocol])
    except ImportError:  # of a package above it
        found = None
    if found is None:
        raise MissingExtra(
            f"sending to a collector by {endpoint.protocol} needs an extra: "
            f'pip install "pytest-flock-trace[{_EXTRAS[endpoint.protocol]}]"'
        )


def _as_told(attempt: Attempt, *, again: bool) -> Refusal:
    """What gRPC's exporter says, which knows the status by an enumeration's name."""
    if attempt.said is None:
        return Refusal("the exporter does not say why", again=again)
    arguments = list(attempt.said.args) if isinstance(attempt.said.args, tuple) else []
    status = _status(arguments)
    if status is None:
        return Refusal(cut_end(one_line(attempt.said.getMessage()), _LONGEST), again=again)
    too_large = status == "RESOURCE_EXHAUSTED"
    details = cut_end(one_line(str(arguments[-1])), _LONGEST) if "details" in str(attempt.said.msg) else ""
    return Refusal(f"it answered {status}{f': {details}' if details else ''}", again=again, too_large=too_large)


def _status(arguments: Sequence[object]) -> str | None:
    return next((str(getattr(one, "name")) for one in arguments if type(one).__name__ == "StatusCode"), None)  # noqa: B009
