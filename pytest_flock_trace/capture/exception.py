"""How an exception is written down on the span that it ended."""

from __future__ import annotations

from asyncio import CancelledError
from typing import TYPE_CHECKING

from opentelemetry.trace import Status, StatusCode

if TYPE_CHECKING:
    from opentelemetry.trace import Span


def record_exception(span: Span, error: BaseException) -> None:
    """Set the status to ERROR and add one exception event, even if the exception can't say what it is."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:  # noqa: BLE001  # the user's own `__str__` may raise anything
        span.set_status(Status(StatusCode.ERROR, name))
        span.add_event("exception", {"exception.type": name})
    else:
        span.set_status(Status(StatusCode.ERROR, f"{name}: {message}"))
        span.record_exception(error)


def is_cancellation(error: BaseException) -> bool:
    """True for what ends a task or a generator from outside, which is no failure of its own."""
    if isinstance(error, (CancelledError, GeneratorExit)):
        return True
    kind = type(error)
    return kind.__name__ == "Cancelled" and kind.__module__.partition(".")[0] == "trio"
