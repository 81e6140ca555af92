"""What `st.from_type` draws for the types of this package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace


def register() -> None:
    """Teach Hypothesis to draw a `Trace` and a `Span`, as soon as both it and these are loaded.

    Called by Hypothesis once it has been imported, and by this package when one of the types is first asked for:
    whichever comes first loads nothing on account of the other.
    """
    if "pytest_flock_trace.model.trace" not in sys.modules or "hypothesis" not in sys.modules:
        return
    from hypothesis import strategies as st

    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace

    st.register_type_strategy(Trace, lambda _: _traces())
    st.register_type_strategy(Span, lambda _: _spans())


def _traces() -> SearchStrategy[Trace]:
    from pytest_flock_trace.strategies.any_shape import traces

    return traces()


def _spans() -> SearchStrategy[Span]:
    from pytest_flock_trace.strategies.any_shape import spans

    return spans()
