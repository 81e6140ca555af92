"""Whether what is recorded also leaves for a collector."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_flock_trace.environment.otlp import OtlpExport
from pytest_flock_trace.errors import BadSetting, MissingExtra, NotSent

if TYPE_CHECKING:
    from pytest_flock_trace.capture.otlp.span_export import SpanExport


def export_if_asked(
    tell: Callable[[str], None], *, tell_of_spans: Callable[[str], None] | None = None
) -> SpanExport | None:
    """The export that the environment asks for, if it does.

    Where it can't be done, that is told and no more: the variables are not ours alone, and the program goes on.
    What becomes of spans is told apart where somebody wants to know that in numbers.
    """
    try:
        settings = OtlpExport.read()
        if settings.traces is None and settings.metrics is None:
            return None
        from pytest_flock_trace.capture.otlp.span_export import SpanExport

        return SpanExport(settings, tell, tell_of_spans or tell)
    except (BadSetting, MissingExtra, NotSent) as exc:
        tell(f"spans are not sent: {exc}")
        return None
