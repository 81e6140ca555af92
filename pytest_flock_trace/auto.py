"""Recording a program from the environment alone: `import pytest_flock_trace.auto`."""

from __future__ import annotations

from pathlib import Path

from pytest_flock_trace.environment import AutoTracing


def start() -> bool:
    """Trace the program's own classes, and record the process, as the environment says; False where it says nothing.

    FLOCK_AUTO_TRACE=true is what asks for it. Classes are those of modules under the working directory, outside
    installed packages. Raises `BadSetting` for an environment that can't be followed.
    """
    if not AutoTracing.read().enabled:
        return False
    from pytest_flock_trace.capture.class_watch import ClassWatch, classes_of
    from pytest_flock_trace.capture.instrument import Instrumentation
    from pytest_flock_trace.capture.own_code import OwnCode
    from pytest_flock_trace.recording.process import record_process_if_asked

    record_process_if_asked()
    own_code = OwnCode(Path.cwd())
    instrumentation = Instrumentation.read()
    instrumentation.add(classes_of(own_code))
    ClassWatch(own_code, instrumentation.add).start()
    return True


start()
