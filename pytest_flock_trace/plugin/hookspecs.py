"""The hooks that a conftest or another plugin can implement to take part in the recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.recording.traced_run import TracedRun
    from pytest_flock_trace.render.summary import TestSummary


class Decision(Enum):
    """What a hook can decide about a span besides changing it."""

    DROP = "drop"


DROP: Final = Decision.DROP
"""Returned by `pytest_flock_trace_span` to leave a span out."""


@pytest.hookspec(firstresult=True)
def pytest_flock_trace_span(span: Span) -> Span | Decision | None:
    """Look at each recorded span before any test sees it.

    Called when a trace is read, for every span, in the order they were started; the first answer counts.

    :param span: the span as recorded; its agent and actor are not decided yet.
    :return: `None` keeps the span, a `Span` (such as `span.replace(name="x")`) stands in its place,
        `pytest_flock_trace.DROP` leaves it out. Children of a span that was left out become orphans.
    """


@pytest.hookspec
def pytest_flock_trace_artifacts(
    span: Span,
) -> tuple[Iterable[str], Iterable[str]] | None:
    """Say which artifacts a span took in and brought forth, for frameworks that pass data rather than calls.

    The answers of all implementations add up and become `span.consumed` and `span.produced`; the critical path
    follows them from a consumer to the producer that set it off.

    :param span: the span as recorded, after `pytest_flock_trace_span`.
    :return: ids of consumed and of produced artifacts, or `None` for a span that handles none.
    """


@pytest.hookspec(firstresult=True)
def pytest_flock_trace_redact(key: str, value: object) -> object | None:
    """Keep a value out of whatever leaves the process: files, reports, what is printed in a log.

    Called for each attribute and for each key inside JSON text that the usual rules leave alone; the first answer
    counts. Assertions see the value as it is.

    :param key: an attribute's name, a key of a JSON object, or a name before `=` or `:` in other text.
    :param value: what stands under it.
    :return: `None` keeps the value, anything else (such as `"[redacted]"`) stands in its place.
    """


@pytest.hookspec
def pytest_flock_trace_run_closed(item: pytest.Item, run: TracedRun) -> None:
    """Look at each run as it closes, before the test goes on.

    :param item: the test that is running.
    :param run: the closed run; spans that end later will still appear in it, marked `late`.
    """


@pytest.hookspec
def pytest_flock_trace_summary(config: pytest.Config, tests: Sequence[TestSummary]) -> Sequence[str] | None:
    """Add lines to the summary at the end of a session under `--flock-trace`.

    Called once, in the process that prints (under xdist the controller).

    :param config: pytest's configuration.
    :param tests: what each attempt at each test recorded, in the order the tests ended.
    :return: lines to print below the tables, or `None`.
    """
