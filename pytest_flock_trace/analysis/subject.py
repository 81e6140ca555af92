"""What a trace's spans are grouped by: agent, service, operation or whatever else a table has a row for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import attrgetter
from typing import Union

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

Reader = Callable[[Span], Hashable | None]
"""The subject that a span belongs to; None for a span that belongs to none."""
Field = Union[str, Reader]
"""One of `FIELDS`, `attributes.KEY`, or a function of a span."""
By = Union[Field, tuple[Field, ...]]
"""One field, or several whose values together are the subject."""

WITHOUT = "(without)"
"""The subject of spans that lack the attribute by which they are grouped."""

FIELDS: Mapping[str, Reader] = {field: attrgetter(field) for field in ("agent", "service", "operation", "name")}

_ATTRIBUTE = "attributes."


def noun_of(by: By) -> str:
    """What a subject is called in a sentence."""
    if isinstance(by, str):
        return by
    if callable(by):
        return getattr(by, "__qualname__", repr(by))
    return " and ".join(noun_of(field) for field in by)


def reader_of(by: By) -> Reader:
    """How to read a span's subject; raise `BadArgument` for a field that does not exist.

    An agent's subjects are its invocations. Under anything else run roots belong to no subject: they are the frame in
    which the work shows.
    """
    if callable(by):
        return _below_run_roots(by)
    if not isinstance(by, str):
        return _together([reader_of(field) for field in by])
    if by.startswith(_ATTRIBUTE):
        return _below_run_roots(_attribute(by.removeprefix(_ATTRIBUTE)))
    if by not in FIELDS:
        raise BadArgument(f"by={by!r} is no field of a span; valid: {', '.join(FIELDS)}, attributes.KEY, a function")
    return FIELDS[by] if by == "agent" else _below_run_roots(FIELDS[by])


def grouped(tree: SpanTree, read: Reader) -> dict[Hashable, list[int]]:
    """Positions of the spans by subject: the subject with the most spans first, then by name."""
    groups: dict[Hashable, list[int]] = {}
    for position, span in enumerate(tree.spans):
        if (subject := read(span)) is not None:
            groups.setdefault(subject, []).append(position)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0]))))


def _below_run_roots(read: Reader) -> Reader:
    return lambda span: None if span.run is not None else read(span)


def _together(readers: Sequence[Reader]) -> Reader:
    def read(span: Span) -> Hashable | None:
        subject = tuple(one(span) for one in readers)
        return None if None in subject else subject

    return read


def _attribute(key: str) -> Reader:
    def read(span: Span) -> str:
        value = span.attributes.get(key)
        if value is None:
            return WITHOUT
        return value if isinstance(value, str) else to_json(value)  # a list is no key, its text is

    return read
