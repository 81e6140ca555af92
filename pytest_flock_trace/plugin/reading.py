"""The hooks through which a user's conftest changes spans as they are read."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.model.span import WAIT_NAMES, Span, with_artifacts
from pytest_flock_trace.plugin.hookspecs import DROP
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.recording.recorded_trace import Reading


def reading_for(item: pytest.Item, settings: Settings) -> Reading:
    """How this test's rows are read; the hooks cost nothing where nobody implements them."""
    wait_names = settings.wait_names or WAIT_NAMES
    changes, names = _implemented(item.config.hook)
    if not (changes or names):
        return Reading(wait_names)
    hook = item.ihook
    changes, names = _implemented(hook)

    def transform(span: Span) -> Span | None:
        kept = _changed(span, hook.pytest_flock_trace_span(span=span)) if changes else span
        return _with_artifacts(kept, hook.pytest_flock_trace_artifacts(span=kept)) if names and kept else kept

    return Reading(wait_names, transform)


def _implemented(hook: Any) -> tuple[bool, bool]:
    """Whether anybody, or anybody who is asked of this test, changes spans or names their artifacts."""
    return bool(hook.pytest_flock_trace_span.get_hookimpls()), bool(hook.pytest_flock_trace_artifacts.get_hookimpls())


def _changed(span: Span, answer: object) -> Span | None:
    if answer is None:
        return span
    if answer is DROP:
        return None
    if isinstance(answer, Span):
        return answer
    raise BadSetting(f"pytest_flock_trace_span returned {answer!r}; return None, a Span or pytest_flock_trace.DROP")


def _with_artifacts(span: Span, answers: list[Any]) -> Span:
    for answer in answers:
        try:
            consumed, produced = ([*map(_text, ids)] for ids in answer)
        except (TypeError, ValueError) as exc:
            raise BadSetting(
                f"pytest_flock_trace_artifacts returned {answer!r}; return (consumed ids, produced ids) or None"
            ) from exc
        span = with_artifacts(span, consumed, produced)
    return span


def _text(identifier: object) -> str:
    if not isinstance(identifier, str):
        raise TypeError(f"{identifier!r} is no string")
    return identifier
