"""Recording a program from the environment alone: `import pytest_flock_trace.auto`."""

from __future__ import annotations

from pytest_flock_trace.environment import Environment
from pytest_flock_trace.recording.process import record_process


def start(environment: Environment) -> bool:
    """Record the process as the environment says; False where FLOCK_AUTO_TRACE does not ask for it.

    Raises `BadSetting` for an environment that can't be followed.
    """
    if not environment.wants_auto_trace:
        return False
    if environment.trace_file:
        record_process()
    return True


start(Environment.read())
