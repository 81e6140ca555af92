"""One span: what ran, when, how it ended and what it said of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Literal, NoReturn, Union

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.label import make_label, model_name, split_name, tool_name

Status = Literal["unset", "ok", "error"]
Kind = Literal["internal", "server", "client", "producer", "consumer"]
STATUSES: Final = ("unset", "ok", "error")
KINDS: Final = ("internal", "server", "client", "producer", "consumer")

RUN_ATTRIBUTE: Final = "flock_trace.run"
"""Set on the root span of every `traced_run`; holds the run's name."""
TEST_ATTRIBUTE: Final = "flock_trace.test"
"""Set beside it when a test is running; holds the test's id."""
WAIT_ATTRIBUTE: Final = "flock.wait"
"""True on a span that only waits for others."""
WAIT_NAMES: Final = ("*.run_until_idle", "*.join")
"""Names of spans that only wait for others, as globs; ini `flock_trace_wait` replaces them."""

SpanKey = tuple[str, str]
"""Trace id and span id."""


@dataclass(frozen=True)
class Event:
    """Something that happened at one moment of a span."""

    name: str
    time_ns: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Link:
    """A causal reference to another span, such as the one that produced an input."""

    span_id: str
    trace_id: str | None = None
    """None means the trace of the span that holds the link."""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Scope:
    """The instrumentation library that made a span."""

    name: str = ""
    version: str | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Origin:
    """Where a span was started: what orders siblings and tells fixture work from the test's own."""

    ordinal: int = 0
    """How many spans the recorder had seen started before this one."""
    thread: str | None = None
    """Name of the starting thread."""
    task: int | None = None
    """Serial number of the starting asyncio task."""
    phase: str | None = None
    """`setup`, `call` or `teardown` for a span outside every run."""


UNKNOWN_ORIGIN: Final = Origin()

LinkLike = Union[str, Link]


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_set = object.__setattr__


class Span:
    """One operation of a trace, immutable. Times are Unix nanoseconds; ids are strings (hexadecimal when recorded)."""

    __slots__ = (
        "__weakref__",
        "_actor",
        "_agent",
        "_operation",
        "_service",
        "_waits",
        "attributes",
        "consumed",
        "detached",
        "dropped",
        "end_ns",
        "events",
        "kind",
        "late",
        "links",
        "name",
        "origin",
        "parent_id",
        "produced",
        "resource",
        "scope",
        "span_id",
        "start_ns",
        "status",
        "status_description",
        "trace_id",
        "unfinished",
    )

    name: str
    span_id: str
    parent_id: str | None
    """None for a span that was started without a parent."""
    trace_id: str
    start_ns: int
    end_ns: int
    """For an unfinished span, the last moment its recording knew of."""
    status: Status
    status_description: str | None
    kind: Kind
    attributes: Mapping[str, Any]
    events: tuple[Event, ...]
    links: tuple[Link, ...]
    resource: Mapping[str, Any]
    scope: Scope
    consumed: tuple[str, ...]
    """Ids of the artifacts the span took in."""
    produced: tuple[str, ...]
    """Ids of the artifacts the span brought forth."""
    late: bool
    """Started or ended after its run had closed or its test had ended."""
    unfinished: bool
    """Not ended when it was looked at."""
    detached: bool
    """Started in a thread or executor that was not handed the context."""
    dropped: int
    """Attributes, events and links that the SDK's limits threw away."""
    origin: Origin
    _service: str | None
    _operation: str | None
    _waits: bool | tuple[str, ...]
    _agent: str | None
    _actor: str | None

    def __init__(  # noqa: PLR0913  # a span has this many fields
        self,
        name: str,
        *,
        span_id: str,
        parent_id: str | None = None,
        trace_id: str = "t",
        start_ns: int = 0,
        end_ns: int = 0,
        status: str = "unset",
        kind: str = "internal",
        attributes: Mapping[str, Any] | None = None,
        events: Iterable[Event] = (),
        links: Iterable[LinkLike] = (),
        resource: Mapping[str, Any] | None = None,
        status_description: str | None = None,
        scope: Scope | str = "",
        consumed: Iterable[str] = (),
        produced: Iterable[str] = (),
        late: bool = False,
        unfinished: bool = False,
        detached: bool = False,
        dropped: int = 0,
        origin: Origin = UNKNOWN_ORIGIN,
        service: str | None = None,
        operation: str | None = None,
        waits: bool | Sequence[str] = WAIT_NAMES,
    ) -> None:
        _set(self, "name", name)
        _set(self, "span_id", span_id)
        _set(self, "parent_id", parent_id or None)
        _set(self, "trace_id", trace_id)
        _set(self, "start_ns", start_ns)
        _set(self, "end_ns", end_ns)
        _set(self, "status", _one_of("status", status, STATUSES))
        _set(self, "status_description", status_description)
        _set(self, "kind", _one_of("kind", kind, KINDS))
        _set(self, "attributes", _NOTHING if attributes is None else attributes)
        _set(self, "events", tuple(events))
        _set(self, "links", tuple(map(_link, links)) if links else ())
        _set(self, "resource", _NOTHING if resource is None else resource)
        _set(self, "scope", scope if isinstance(scope, Scope) else Scope(scope))
        _set(self, "consumed", tuple(consumed))
        _set(self, "produced", tuple(produced))
        _set(self, "late", late)
        _set(self, "unfinished", unfinished)
        _set(self, "detached", detached)
        _set(self, "dropped", dropped)
        _set(self, "origin", origin)
        _set(self, "_service", service)
        _set(self, "_operation", operation)
        _set(self, "_waits", waits if isinstance(waits, bool) else tuple(waits))
        _set(self, "_agent", None)
        _set(self, "_actor", None)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"spans are immutable; cannot set {name!r} of {self!r}")

    __delattr__ = __setattr__  # type: ignore[assignment]  # refuses alike

    @property
    def key(self) -> SpanKey:
        """Trace id and span id."""
        return self.trace_id, self.span_id

    @property
    def service(self) -> str | None:
        """The part before the dot of a `Service.operation` name, else the resource's `service.name`."""
        return self._service if self._service is not None else split_name(self.name, self.resource)[0]

    @property
    def operation(self) -> str:
        """The part after the dot of a `Service.operation` name, else the whole name."""
        return self._operation if self._operation is not None else split_name(self.name, self.resource)[1]

    @property
    def agent(self) -> str | None:
        """The agent whose invocation this span is; None on every other span."""
        return self._agent

    @property
    def actor(self) -> str | None:
        """The nearest enclosing agent, this span included."""
        return self._actor

    @property
    def tool(self) -> str | None:
        """The tool that this span calls."""
        return tool_name(self.attributes)

    @property
    def label(self) -> str:
        """The name, with `[tool, agent or model]` unless the name says it: `Agent.execute[writer]`."""
        return make_label(self.name, self.tool or self.agent or model_name(self.attributes))

    @property
    def duration(self) -> Duration:
        """From start to end, never negative."""
        return Duration(max(0, self.end_ns - self.start_ns))

    @property
    def failed(self) -> bool:
        """True where the status is `error`."""
        return self.status == "error"

    @property
    def waits(self) -> bool:
        """True for a span that only waits for others: `flock.wait=true`, or a name such as `Flock.run_until_idle`."""
        if isinstance(self._waits, bool):
            return self._waits
        said = self.attributes.get(WAIT_ATTRIBUTE)
        return said if isinstance(said, bool) else _names_a_wait(self.name, self._waits)

    @property
    def run(self) -> str | None:
        """The run's name on the root span of a `traced_run`; None on every other span."""
        name = self.attributes.get(RUN_ATTRIBUTE)
        return name if isinstance(name, str) else None

    def replace(self, **fields: Any) -> Span:
        """A copy with some of the constructor's fields changed, as a `pytest_flock_trace_span` hook may return."""
        known = {slot: getattr(self, slot) for slot in _SLOTS if not slot.startswith("_")}
        known |= {"service": self._service, "operation": self._operation, "waits": self._waits}
        return Span(**{**known, **fields})

    def __reduce__(self) -> tuple[Any, tuple[dict[str, object]]]:
        values = {slot: getattr(self, slot) for slot in _SLOTS}
        return _restored, ({**values, "attributes": dict(self.attributes), "resource": dict(self.resource)},)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self is other or all(getattr(self, slot) == getattr(other, slot) for slot in _COMPARED)

    def __hash__(self) -> int:
        return hash((self.trace_id, self.span_id))

    def __repr__(self) -> str:
        return f"<Span {self.label!r} {self.status} {self.duration}>"


_SLOTS = tuple(slot for slot in Span.__slots__ if slot != "__weakref__")
_read_all = attrgetter(*_SLOTS)
_WRITERS = [vars(Span)[slot].__set__ for slot in _SLOTS]
_COMPARED = tuple(slot for slot in _SLOTS if slot != "origin")


def with_agent(span: Span, agent: str | None, actor: str | None, *, owned: bool = False) -> Span:
    """Say who ran a span; a copy, unless that is what the span says already or it is nobody else's yet."""
    if span.agent == agent and span.actor == actor:
        return span
    if owned:
        _set(span, "_agent", agent)
        _set(span, "_actor", actor)
        return span
    copied = object.__new__(Span)
    for write, value in zip(_WRITERS, _read_all(span)):
        write(copied, value)
    _set(copied, "_agent", agent)
    _set(copied, "_actor", actor)
    return copied


def with_artifacts(span: Span, consumed: Iterable[str], produced: Iterable[str]) -> Span:
    """The span with these artifact ids beside those it has."""
    return _changed(span, {"consumed": (*span.consumed, *consumed), "produced": (*span.produced, *produced)})


def with_waits(span: Span, names: Sequence[str]) -> Span:
    """The span with globs of the names of spans that only wait, unless it says of itself whether it does."""
    said = span._waits  # pyright: ignore[reportPrivateUsage]  # of this module
    return span if isinstance(said, bool) else _changed(span, {"_waits": tuple(names)})


def with_contents(span: Span, **contents: object) -> Span:
    """The span with other attributes, events, links, resource or status description; who ran it stays as it is."""
    return _changed(span, contents)


def _restored(values: Mapping[str, object]) -> Span:
    span = object.__new__(Span)
    for slot, value in values.items():
        _set(span, slot, value)
    return span


def _changed(span: Span, changes: Mapping[str, object]) -> Span:
    return _restored({slot: changes[slot] if slot in changes else getattr(span, slot) for slot in _SLOTS})


@lru_cache(maxsize=4096)
def _names_a_wait(name: str, globs: tuple[str, ...]) -> bool:
    """Names are few, and asked about over and over."""
    return any(fnmatchcase(name, glob) for glob in globs)


def _one_of(what: str, value: str, valid: tuple[str, ...]) -> str:
    if value in valid:
        return value
    lowered = value.lower() if isinstance(value, str) else value
    if lowered in valid:
        return lowered
    raise BadArgument(f"{value!r} is no span {what}; valid: {', '.join(valid)}")


def _link(link: LinkLike) -> Link:
    return Link(link) if isinstance(link, str) else link
