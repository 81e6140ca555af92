"""Auto-tracing: every call of the public methods of chosen classes becomes a span, with no change to their code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Union, cast

from pytest_flock_trace.capture.call_filter import CallFilter
from pytest_flock_trace.environment.auto_tracing import AutoTracing
from pytest_flock_trace.errors import BadArgument

if TYPE_CHECKING:
    from pytest_flock_trace.capture.wrapping import Wrapping

Target = Union[type, ModuleType, Iterable[Union[type, ModuleType]]]


def instrument(target: Target, *, services: Iterable[str] | None = None, ignore: Iterable[str] = ()) -> None:
    """Trace each call of the public methods of a class, of a module's own classes, or of several of these.

    `services` limits tracing to classes of these names, in whatever case; `ignore` names methods that are not traced,
    as `Class.method`, and wins. Where one is not given, FLOCK_TRACE_SERVICES and FLOCK_TRACE_IGNORE count. Nothing is
    traced where FLOCK_AUTO_TRACE is false. The name of a class is that of the object's class at the time of the call.
    Tracing what is traced already only changes the filter.

    Raises `BadArgument` for what is no class or module, and `BadSetting` for a variable that can't be understood.
    """
    Instrumentation.read(services, ignore).add(target)


def uninstrument() -> None:
    """Trace no longer, and leave each class as it was. What others have put over a traced method stays."""
    if _the_wrapping.cache_info().currsize:
        _the_wrapping().unwrap()


@dataclass(frozen=True)
class Instrumentation:
    """A filter, and the classes that are traced with it, which can be undone by themselves."""

    enabled: bool
    """False where FLOCK_AUTO_TRACE is: nothing is traced then."""
    call_filter: CallFilter
    _keys: list[int] = field(default_factory=list[int], init=False)

    @classmethod
    def read(cls, services: Iterable[str] | None = None, ignore: Iterable[str] = ()) -> Instrumentation:
        """What the arguments of `instrument` say, and the environment; raise what `instrument` raises."""
        settings = AutoTracing.read()
        return cls(settings.enabled is not False, CallFilter.of(settings, services, ignore))

    def add(self, target: Target) -> None:
        """Trace what `instrument` would."""
        classes = list(dict.fromkeys(_classes(target)))
        if self.enabled:
            for each in classes:
                self._keys.extend(_the_wrapping().wrap(each, self.call_filter))

    def undo(self) -> None:
        """Leave these classes as they were."""
        if self._keys:
            _the_wrapping().unwrap(self._keys)
            self._keys.clear()


@cache
def _the_wrapping() -> Wrapping:
    """What is traced in this process; wrapt and OpenTelemetry are imported when it is first asked for."""
    from pytest_flock_trace.capture.wrapping import Wrapping

    return Wrapping()


def own_classes(module: ModuleType) -> Iterator[type]:
    """The classes that a module defines, those inside other classes included."""
    pending = [value for value in list(vars(module).values()) if _is_defined_in(value, module.__name__)]
    seen: set[int] = set()
    while pending:
        cls = cast("type", pending.pop(0))
        if id(cls) in seen:
            continue
        seen.add(id(cls))
        yield cls
        pending.extend(value for value in list(vars(cls).values()) if _is_nested_in(value, cls))


def _classes(target: object) -> Iterator[type]:
    if isinstance(target, ModuleType):
        yield from own_classes(target)
    elif issubclass(type(target), type):
        yield cast("type", target)
    elif isinstance(target, Iterable) and not isinstance(target, (str, bytes)):
        for each in cast("Iterable[object]", target):
            yield from _classes(each)
    else:
        raise BadArgument(f"{target!r} can't be traced; give a class, a module, or a list of these")


def _is_defined_in(value: object, module: str) -> bool:
    return issubclass(type(value), type) and type.__getattribute__(cast("type", value), "__module__") == module


def _is_nested_in(value: object, cls: type) -> bool:
    if not _is_defined_in(value, cls.__module__):
        return False
    return cast("type", value).__qualname__.startswith(f"{cls.__qualname__}.")
