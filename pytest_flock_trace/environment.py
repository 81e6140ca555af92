"""The environment variables that decide about tracing and its output, read in one place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

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

AUTO_TRACE = "FLOCK_AUTO_TRACE"
TRACE_FILE = "FLOCK_TRACE_FILE"
DEFAULT_FILE = Path(".flock", "traces.duckdb")
"""Where Flock puts its traces, in the working directory."""
TRACE_DAYS = "FLOCK_TRACE_TTL_DAYS"
_YES = {"true", "1", "yes", "on"}
_NO = {"false", "0", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """What the environment says about tracing, at one moment."""

    sdk_disabled: bool
    """OTEL_SDK_DISABLED: OpenTelemetry hands out tracers that record nothing."""
    names_provider: bool
    """OTEL_PYTHON_TRACER_PROVIDER: OpenTelemetry loads a provider by itself."""
    auto_trace: str | None
    """FLOCK_AUTO_TRACE as it stands; None if it is unset."""
    trace_file: bool
    """FLOCK_TRACE_FILE: spans go into `.flock/traces.duckdb` of the working directory."""
    trace_days: str | None
    """FLOCK_TRACE_TTL_DAYS as it stands: for how many days a trace file keeps traces; None if it is unset."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        return cls(
            sdk_disabled=values.get("OTEL_SDK_DISABLED", "").strip().lower() in _YES,
            names_provider=bool(values.get("OTEL_PYTHON_TRACER_PROVIDER")),
            auto_trace=values.get(AUTO_TRACE),
            trace_file=values.get(TRACE_FILE, "").strip().lower() in _YES,
            trace_days=values.get(TRACE_DAYS, "").strip() or None,
        )


@dataclass(frozen=True)
class SamplingSettings:
    """What the environment says about which traces of a process are kept; each is empty where it is unset."""

    sampler: str
    """OTEL_TRACES_SAMPLER."""
    argument: str
    """OTEL_TRACES_SAMPLER_ARG."""
    slow: str
    """FLOCK_TRACE_SLOW: how long a trace takes that is kept whatever the sampler says."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> SamplingSettings:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        names = ("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "FLOCK_TRACE_SLOW")
        return cls(*(values.get(name, "").strip() for name in names))


@dataclass(frozen=True)
class AutoTracing:
    """What the environment says about tracing without changes to the code."""

    enabled: bool | None
    """FLOCK_AUTO_TRACE; None if it is unset or empty."""
    services: frozenset[str] | None
    """FLOCK_TRACE_SERVICES: names of the classes to trace, in lower case; None for all."""
    ignore: frozenset[str]
    """FLOCK_TRACE_IGNORE: `Class.method` of what is not to be traced."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> AutoTracing:
        """The environment as it is now, or as the mapping says; raise `BadSetting` for what can't be understood."""
        values = os.environ if variables is None else variables
        services = _names("FLOCK_TRACE_SERVICES", values)
        return cls(
            enabled=_switch(AUTO_TRACE, values),
            services=frozenset(name.lower() for name in services) or None,
            ignore=frozenset(_names("FLOCK_TRACE_IGNORE", values)),
        )


@dataclass(frozen=True)
class ParentSpan:
    """The span of another process below which this one works, as W3C and OpenTelemetry hand it down."""

    carrier: Mapping[str, str]
    """TRACEPARENT, TRACESTATE and BAGGAGE by their names in HTTP headers; empty where there is no parent."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> ParentSpan:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        found = {name: values.get(name.upper(), "") for name in ("traceparent", "tracestate", "baggage")}
        return cls({name: value for name, value in found.items() if value} if found["traceparent"] else {})


def _switch(variable: str, values: Mapping[str, str]) -> bool | None:
    text = values.get(variable, "").strip().lower()
    if not text:
        return None
    if text not in _YES | _NO:
        raise BadSetting(f"{variable}={values[variable]!r} is neither true nor false; write true or false")
    return text in _YES


def _names(variable: str, values: Mapping[str, str]) -> list[str]:
    """The names in a JSON list, or between commas."""
    text = values.get(variable, "").strip()
    if not text.startswith(("[", "{", '"')):
        return [name.strip() for name in text.split(",") if name.strip()]
    try:
        found: object = json.loads(text)
    except ValueError as exc:
        raise _no_names(variable, text) from exc
    entries = cast("list[object]", found) if isinstance(found, list) else [None]
    names = [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()]
    if len(names) != len(entries):
        raise _no_names(variable, text)
    return names


def _no_names(variable: str, text: str) -> BadSetting:
    return BadSetting(f'{variable}={text!r} is no list of names; write ["Agent", "Tool"] or Agent,Tool')


@dataclass(frozen=True)
class GitHubActions:
    """What GitHub Actions tells the steps of its jobs; other forges that understand its commands do so too."""

    running: bool
    """GITHUB_ACTIONS: the log is read for workflow commands."""
    step_summary: Path | None
    """GITHUB_STEP_SUMMARY: the file that Markdown is appended to; None outside GitHub Actions."""
    workspace: Path | None
    """GITHUB_WORKSPACE: the folder that the paths of annotations are relative to."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> GitHubActions:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        running = values.get("GITHUB_ACTIONS", "").strip().lower() == "true"
        summary, workspace = values.get("GITHUB_STEP_SUMMARY"), values.get("GITHUB_WORKSPACE")
        return cls(
            running=running,
            step_summary=Path(summary) if running and summary else None,
            workspace=Path(workspace) if running and workspace else None,
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


def set_auto_trace(value: str | None) -> None:
    """Set FLOCK_AUTO_TRACE, which Flock reads when it is imported; None unsets it."""
    if value is None:
        os.environ.pop(AUTO_TRACE, None)
    else:
        os.environ[AUTO_TRACE] = value
