"""What we read of the SDK's traces and spans; their contents are named by kind and differ between its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class SourceTrace(Protocol):
    """One workflow, which may run agents several times."""

    @property
    def trace_id(self) -> str:
        """Begins with `trace_`."""
        ...

    @property
    def name(self) -> str:
        """The workflow's."""
        ...


class SourceSpan(Protocol):
    """One thing that happened in a workflow."""

    @property
    def trace_id(self) -> str:
        """That of its workflow."""
        ...

    @property
    def span_id(self) -> str:
        """Begins with `span_`."""
        ...

    @property
    def parent_id(self) -> str | None:
        """None right below the workflow."""
        ...

    @property
    def span_data(self) -> Any:
        """What happened: an object with a `type` and attributes that go with it, some of them set before the end."""
        ...

    @property
    def error(self) -> Mapping[str, Any] | None:
        """Its `message` says what went wrong."""
        ...
