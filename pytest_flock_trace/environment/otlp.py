"""Sending to a collector, as OpenTelemetry's variables for exporters say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pytest_flock_trace.environment.tracing import Environment
from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.model.endpoint import (
    GRPC,
    HTTP,
    Endpoint,
    Protocol,
    Signal,
    checked_protocol,
    checked_url,
    shown_url,
    with_path,
)

_OTLP: Final = "OTEL_EXPORTER_OTLP_"
_OTLP_EXPORTERS: Final = {"otlp", "otlp_proto_http", "otlp_proto_grpc"}
"""What OTEL_TRACES_EXPORTER calls them: the standard's name, and those of OpenTelemetry's Python packages."""


@dataclass(frozen=True)
class OtlpExport:
    """What the environment says about sending to a collector what is recorded."""

    traces: Endpoint | None
    """None where spans are not to be sent."""
    metrics: Endpoint | None
    """None where metrics are not to be sent, as they are only where it is said of them."""
    metrics_every: float
    """OTEL_METRIC_EXPORT_INTERVAL, in seconds."""
    metrics_deltas: bool
    """OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: say what came since last time, not since the beginning."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> OtlpExport:
        """The environment as it is now, or as the mapping says; raise `BadSetting` for what can't be followed."""
        values = os.environ if variables is None else variables
        if Environment.read(values).sdk_disabled:
            return cls(None, None, 0, metrics_deltas=False)
        preferred = _otlp("METRICS_TEMPORALITY_PREFERENCE", values).lower()
        deltas = preferred in {"delta", "lowmemory"}
        return cls(_traces(values), _metrics(values), _interval(values), metrics_deltas=deltas)

    @classmethod
    def wanted(cls) -> bool:
        """True where anything is to be sent, or is said of it that can't be followed, which somebody has to tell."""
        try:
            settings = cls.read()
        except BadSetting:
            return True
        return settings.traces is not None or settings.metrics is not None


def endpoint_given(source: str, url: str, protocol: str | None) -> Endpoint:
    """Where spans go if a user names the collector; by the environment's protocol if none is given.

    The path of OTLP/HTTP may be left out. Raises `BadSetting` for what is no endpoint.
    """
    named = _protocol("traces", os.environ) if protocol is None else checked_protocol("--protocol", protocol)
    whole = checked_url(source, url.strip(), named)
    whole = with_path(whole, "traces") if named == HTTP else whole
    return Endpoint("traces", named, shown_url(whole), whole, _own_session("traces", os.environ))


def _traces(values: Mapping[str, str]) -> Endpoint | None:
    wanted = _exporters("traces", values)
    return _endpoint("traces", values) if not wanted or wanted & _OTLP_EXPORTERS else None


def _metrics(values: Mapping[str, str]) -> Endpoint | None:
    """Only where they are asked for: a collector of traces alone, such as Jaeger, would refuse them."""
    wanted = _exporters("metrics", values)
    asked = bool(wanted & _OTLP_EXPORTERS) if wanted else bool(_otlp("METRICS_ENDPOINT", values))
    return _endpoint("metrics", values) if asked else None


def _endpoint(signal: Signal, values: Mapping[str, str]) -> Endpoint | None:
    own = _otlp(f"{signal.upper()}_ENDPOINT", values)
    url = own or _otlp("ENDPOINT", values)
    if not url:
        return None
    protocol = _protocol(signal, values)
    checked_url(f"{_OTLP}{f'{signal.upper()}_' if own else ''}ENDPOINT", url, protocol)
    whole = url if own or protocol != HTTP else f"{url.rstrip('/')}/v1/{signal}"
    return Endpoint(signal, protocol, shown_url(whole), own_session=_own_session(signal, values))


def _protocol(signal: Signal, values: Mapping[str, str]) -> Protocol:
    for name in (f"{signal.upper()}_PROTOCOL", "PROTOCOL"):
        if said := _otlp(name, values):
            return checked_protocol(_OTLP + name, said)
    return GRPC if "otlp_proto_grpc" in _exporters(signal, values) else HTTP


def _interval(values: Mapping[str, str]) -> float:
    """A minute where the variable is unset or nonsense, as the SDK takes it."""
    try:
        seconds = float(values.get("OTEL_METRIC_EXPORT_INTERVAL", "")) / 1000
    except ValueError:
        return 60.0
    return seconds if seconds > 0 else 60.0


def _exporters(signal: Signal, values: Mapping[str, str]) -> set[str]:
    said = values.get(f"OTEL_{signal.upper()}_EXPORTER", "")
    return {name for part in said.split(",") if (name := part.strip().lower())}


def _own_session(signal: Signal, values: Mapping[str, str]) -> bool:
    names = (f"OTEL_PYTHON_EXPORTER_OTLP_HTTP_{kind}CREDENTIAL_PROVIDER" for kind in ("", f"{signal.upper()}_"))
    return any(map(values.get, names))


def _otlp(name: str, values: Mapping[str, str]) -> str:
    return values.get(_OTLP + name, "").strip()
