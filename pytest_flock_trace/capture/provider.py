"""Reaching every tracer provider of the process without taking its place."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final
from weakref import WeakSet, ref

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace import Tracer as SdkTracer
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from pytest_flock_trace.capture.ids import PrivateIdGenerator
from pytest_flock_trace.capture.light_span import NO_LIMITS
from pytest_flock_trace.capture.light_tracer import lightened
from pytest_flock_trace.environment.tracing import Environment

_GLOBAL = "_TRACER_PROVIDER"
"""Where the OpenTelemetry API keeps the global provider. Writing it here leaves the set-once guard unused, so that
the application can still install its own provider, without a warning."""
_REMEMBERED: Final = 128
"""Tracers that are handed out again to whoever asks for the same."""


class FollowingProvider(TracerProvider):
    """The global provider for as long as the application has none: records everything, drops nothing."""

    def __init__(self, router: SpanProcessor) -> None:
        super().__init__(
            sampler=ALWAYS_ON,
            id_generator=PrivateIdGenerator(),
            shutdown_on_exit=False,
            span_limits=NO_LIMITS,
        )
        self.add_span_processor(router)
        self._made_before = lru_cache(_REMEMBERED)(self._made)

    def get_tracer(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        """A tracer that moves to the application's provider once there is one.

        Most tests ask for theirs again, as does each run, and making one takes as long as several spans.
        """
        plain = not kwargs and all(arg is None or type(arg) is str for arg in args)
        return self._made_before(*args) if plain else self._made(*args, **kwargs)

    def _made(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        own = lightened(super().get_tracer(*args, **kwargs))
        return FollowingTracer(self, own, lambda provider: provider.get_tracer(*args, **kwargs))


class FollowingTracer(trace.Tracer):
    """A tracer of our provider until the application installs its own, then a tracer of that."""

    def __init__(
        self, home: FollowingProvider, own: trace.Tracer, remake: Callable[[trace.TracerProvider], trace.Tracer]
    ) -> None:
        self._home = home
        self._remake = remake
        self._provider: trace.TracerProvider = home
        self._tracer = own
        self._own = own

    def start_span(self, *args: Any, **kwargs: Any) -> trace.Span:
        """As the tracer that is followed would."""
        return self._followed().start_span(*args, **kwargs)

    start_as_current_span = SdkTracer.start_as_current_span  # asks nothing of `self` but `start_span`

    def _followed(self) -> trace.Tracer:
        provider = installed_provider()
        if provider is None or provider is self._home:
            return self._own
        if provider is not self._provider:
            self._provider, self._tracer = provider, self._remake(provider)
        return self._tracer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._followed(), name)


class Providers:
    """Puts one span processor on every provider of the process: those that exist and those still to come."""

    def __init__(self, router: SpanProcessor) -> None:
        self._router = router
        self._reached: WeakSet[Any] = WeakSet()
        self._made: list[ref[Any]] = []
        """The same in a list, which one thread may read while another adds to it."""
        self._ours: FollowingProvider | None = None
        self._original_init: Any = None
        self.unreachable: str | None = None
        """The class of a global provider that takes no span processor."""

    @property
    def ours(self) -> FollowingProvider | None:
        """Our provider, once one was needed."""
        return self._ours

    def watch(self) -> None:
        """From now on every SDK provider is reached when it is made; those made before are reached at once."""
        for provider in _existing_providers():
            self._reach(provider)
        self._original_init = original = TracerProvider.__init__

        def init(provider: TracerProvider, *args: Any, **kwargs: Any) -> None:
            original(provider, *args, **kwargs)
            self._reach(provider)

        init.__wrapped__ = original  # type: ignore[attr-defined]  # the convention of functools.wraps
        _set_init(init)

    def unwatch(self) -> None:
        """Leave the process as it was: no watching, and no provider of ours in the global place."""
        original = self._original_init
        wrapper: Any = TracerProvider.__init__
        if original is not None and getattr(wrapper, "__wrapped__", None) is original:
            _set_init(original)
        self._original_init = None
        if self._ours is not None and installed_provider() is self._ours:
            setattr(trace, _GLOBAL, None)

    def ensure(self) -> None:
        """See to it that the global provider exists and is reached."""
        self.unreachable = None
        provider = installed_provider()
        if provider is None and Environment.read().names_provider:
            provider = trace.get_tracer_provider()  # loads the one that the environment names
        if provider is None:
            self._install()
        elif provider is not self._ours:
            self._reach(provider)

    def export_themselves(self, resource: object) -> bool:
        """True for the resource of spans that are the application's to export.

        Their provider has a span processor of its own, which is likely to export them: whoever sends them as well
        sends them twice. One that only keeps them in memory does not count.
        """
        alive = [self._ours, *(provider() for provider in self._made)]
        known = [provider for provider in alive if getattr(provider, "resource", None) is resource]
        return not known or any(map(self._exports, known))

    def _exports(self, provider: Any) -> bool:
        inner = getattr(provider, "_active_span_processor", None)
        processors: Iterable[Any] = getattr(inner, "_span_processors", ())
        return any(one is not self._router and not _keeps_in_memory(one) for one in processors)

    def _install(self) -> None:
        if self._ours is None:
            self._ours = FollowingProvider(self._router)
        if hasattr(trace, _GLOBAL):
            setattr(trace, _GLOBAL, self._ours)
        else:
            trace.set_tracer_provider(self._ours)

    def _reach(self, provider: Any) -> None:
        if isinstance(provider, FollowingProvider) or provider in self._reached:
            return
        if isinstance(getattr(provider, "_active_span_processor", None), SpanProcessor):
            # the base class's method: a subclass may override it and not be ready this early
            TracerProvider.add_span_processor(provider, self._router)
        elif callable(add := getattr(provider, "add_span_processor", None)):
            add(self._router)
        else:
            self.unreachable = f"{type(provider).__module__}.{type(provider).__qualname__}"
            return
        self._reached.add(provider)
        self._made = [*(one for one in self._made if one() is not None), ref(provider)]


def _keeps_in_memory(processor: Any) -> bool:
    return isinstance(getattr(processor, "span_exporter", None), InMemorySpanExporter)


def _set_init(init: Any) -> None:
    """The one place that every SDK provider passes through."""
    setattr(TracerProvider, "__init__", init)  # noqa: B010  # type checkers refuse the plain assignment


def installed_provider() -> trace.TracerProvider | None:
    """The global provider; None as long as the API only has its proxy."""
    provider: trace.TracerProvider | None = getattr(trace, _GLOBAL, None)
    if provider is None and not hasattr(trace, _GLOBAL):
        provider = trace.get_tracer_provider()
        return None if isinstance(provider, trace.ProxyTracerProvider) else provider
    return provider


def _existing_providers() -> Iterator[TracerProvider]:
    """SDK providers made before anybody watched, whether global or not."""
    kinds: list[type] = [TracerProvider]
    for kind in kinds:  # which grows meanwhile
        kinds.extend(kind.__subclasses__())
    # an object refers to its class; to ask each object of a large program what it is takes four times as long
    for candidate in gc.get_referrers(*kinds):
        if issubclass(type(candidate), TracerProvider) and not isinstance(candidate, FollowingProvider):
            yield candidate
