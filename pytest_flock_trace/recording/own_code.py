"""Tracing a program's own classes, those that exist and those to come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def trace_own_code() -> Callable[[], None]:
    """Trace the classes of modules under the working directory, outside installed packages; how to undo it.

    FLOCK_TRACE_SERVICES and FLOCK_TRACE_IGNORE narrow what is traced, and nothing is where FLOCK_AUTO_TRACE is false.
    Raises `BadSetting` for variables that can't be understood.
    """
    from pytest_flock_trace.capture.class_watch import ClassWatch, classes_of
    from pytest_flock_trace.capture.instrument import Instrumentation
    from pytest_flock_trace.capture.own_code import OwnCode

    own_code = OwnCode(Path.cwd())
    instrumentation = Instrumentation.read()
    instrumentation.add(classes_of(own_code))
    watch = ClassWatch(own_code, instrumentation.add)
    watch.start()

    def undo() -> None:
        watch.stop()
        instrumentation.undo()

    return undo
