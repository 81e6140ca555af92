"""A function that makes a span of each call and is its own self in everything else."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

import wrapt

from pytest_flock_trace.capture.call_filter import CallFilter
from pytest_flock_trace.capture.call_site import Binding, CallSite
from pytest_flock_trace.capture.drivers import driver_of

if TYPE_CHECKING:
    _Proxy = wrapt.CallableObjectProxy[FunctionType]
else:
    _Proxy = wrapt.CallableObjectProxy  # takes no parameters before wrapt 2


class TracedFunction(_Proxy):
    """A proxy that stands in a class's dictionary in the function's place.

    Looked up on the class it is itself, so that `Sub.run is Base.run` stays as true as it was; looked up on an object
    it becomes an ordinary bound method.
    """

    def __init__(
        self,
        function: FunctionType,
        name: str,
        home: type,
        original: object,
        binding: Binding,
        call_filter: CallFilter,
    ) -> None:
        super().__init__(function)
        self._self_site = CallSite(function, name, home.__name__, binding, call_filter)
        self._self_drive = driver_of(function, self._self_site)
        self._self_place = name, ref(home), original

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the function, in a span where that is wanted."""
        __tracebackhide__ = True
        return self._self_drive(args, kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __copy__(self) -> TracedFunction:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> TracedFunction:
        return self

    def __reduce__(self) -> str:
        return str(self.__wrapped__.__qualname__)  # functions are pickled by where they are found

    def __reduce_ex__(self, protocol: Any) -> str:
        return self.__reduce__()

    @property
    def site(self) -> CallSite:
        """What decides about its calls."""
        return self._self_site

    @property
    def placement(self) -> tuple[str, ref[type], object]:
        """The name it bears in a class, the class, and what stood there before it."""
        return self._self_place


def place(raw: object, name: str, home: type, call_filter: CallFilter) -> object | None:
    """What to put into a class's dictionary in place of this entry; None for an entry that is left alone."""
    binding = _BINDINGS.get(type(raw))
    function: object = getattr(raw, "__func__", None) if binding in ("class", "none") else raw
    if binding is None or type(function) is not FunctionType:
        return None
    traced = TracedFunction(function, name, home, raw, binding, call_filter)
    if binding == "object":
        return traced
    make: Any = type(raw)
    around: Any = make(traced)
    for key, value in vars(raw).items():
        around.__dict__.setdefault(key, value)
    return cast("object", around)


def traced_in(entry: object) -> TracedFunction | None:
    """The traced function that an entry of a class's dictionary is or has inside."""
    inner: Any = getattr(entry, "__func__", None) if type(entry) in _BINDINGS else entry
    return inner if type(inner) is TracedFunction else None


_BINDINGS: Mapping[type, Binding] = {FunctionType: "object", classmethod: "class", staticmethod: "none"}
