"""The extra that brings OTLP's protobuf messages."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from pytest_flock_trace.errors import MissingExtra


@cache
def messages() -> Any:
    """The module of OTLP's messages of traces, imported when it is first needed."""
    return _imported("opentelemetry.proto.trace.v1.trace_pb2")


@cache
def decode_error() -> type[Exception]:
    """What protobuf raises for bytes that are no such message."""
    error: type[Exception] = _imported("google.protobuf.message").DecodeError
    return error


def _imported(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as exc:
        raise MissingExtra(f'OTLP as protobuf needs an extra: pip install "pytest-flock-trace[otlp]" ({exc})') from exc
