"""The modules and classes that ini `flock_trace_instrument` names, traced for as long as the session records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.plugin.imported import imported

if TYPE_CHECKING:
    from pathlib import Path


def instrument_lines(lines: Sequence[str], rootdir: Path) -> Callable[[], None]:
    """Trace what the lines name, and return how to undo it.

    Raises `BadSetting` for what can't be imported or is no class or module, and for variables that can't be understood.
    """
    from pytest_flock_trace.capture.instrument import Instrumentation

    instrumentation = Instrumentation.read()
    for target in [_target(line, rootdir) for line in lines]:
        instrumentation.add(target)
    return instrumentation.undo


def _target(line: str, rootdir: Path) -> type | ModuleType:
    module, colon, name = line.partition(":")
    try:
        found: object = imported(module.strip(), rootdir)
        if colon:
            found = attrgetter(name.strip())(found)
    except (Exception, SystemExit, pytest.skip.Exception) as exc:  # whatever the user's module may raise
        cause = str(exc) if isinstance(exc, (ImportError, AttributeError)) else f"{type(exc).__name__}: {exc}"
        raise BadSetting(f"ini flock_trace_instrument has the line {line!r}, which can't be loaded: {cause}") from exc
    if isinstance(found, (type, ModuleType)):
        return found
    raise BadSetting(f"ini flock_trace_instrument has the line {line!r}, which is no class: {found!r}")
