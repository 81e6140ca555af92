"""The extra that brings what a server is made of."""

from __future__ import annotations

from importlib import import_module

from pytest_flock_trace.errors import MissingExtra


def check_extra() -> None:
    """Raise `MissingExtra` unless all of it is installed."""
    try:
        for name in ("starlette", "uvicorn"):
            import_module(name)
    except ImportError as exc:
        raise MissingExtra(
            f'flock-trace serve needs an extra: pip install "pytest-flock-trace[viewer]" ({exc})'
        ) from exc
