"""Recording a program from the environment alone: `import pytest_flock_trace.auto`."""

from __future__ import annotations

from pytest_flock_trace.environment.auto_tracing import AutoTracing


def start() -> bool:
    """Trace the program's own classes, and record the process, as the environment says; False where it says nothing.

    FLOCK_AUTO_TRACE=true is what asks for it. Raises `BadSetting` for an environment that can't be followed.
    """
    if not AutoTracing.read().enabled:
        return False
    from pytest_flock_trace.recording.own_code import trace_own_code
    from pytest_flock_trace.recording.parent_process import follow_parent
    from pytest_flock_trace.recording.process import record_process_if_asked

    record_process_if_asked(exporting=True)
    follow_parent()
    trace_own_code()
    return True


start()
