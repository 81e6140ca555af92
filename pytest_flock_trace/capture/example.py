"""Which example of a Hypothesis test is running, and when it is over."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def running_example() -> object | None:
    """An object that lives as long as the example does, and another one for each; None outside a property test.

    Hypothesis is asked only where somebody else has loaded it. Its public functions say that an example is running and
    not which, so its build context is looked at; a version without it leaves all examples of a test together.
    """
    control = sys.modules.get("hypothesis.control")
    contexts = getattr(control, "_current_build_context", None)
    return getattr(contexts, "value", None)


def is_observed() -> bool:
    """Whether somebody follows each example through Hypothesis's observability, for which it has no public function."""
    observability = sys.modules.get("hypothesis.internal.observability")
    enabled = getattr(observability, "observability_enabled", None)
    return bool(getattr(observability, "TESTCASE_CALLBACKS", ()) if enabled is None else enabled())


def hint(label: str, number: float) -> None:
    """Tell Hypothesis a number of the running example, by which it may look for others; each label once an example."""
    hypothesis: Any = sys.modules["hypothesis"]
    hypothesis.event(label, number)
    hypothesis.target(number, label=label)


def when_over(act: Callable[[bool], None]) -> None:
    """Call this when the running example is over, with True if no error ends it; what it raises fails the example.

    It is called while that error is under way; one that was under way before has nothing to do with the example.
    """
    control: Any = sys.modules["hypothesis.control"]
    before = sys.exc_info()[1]

    def over() -> None:
        __tracebackhide__ = True
        error = sys.exc_info()[1]
        act(error is None or error is before)

    control.cleanup(over)
