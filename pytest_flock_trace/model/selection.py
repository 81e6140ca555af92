"""The spans that a pattern found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast, overload

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.check_log import by_a_test

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace


class Selection(Sequence["Span"]):
    """Spans in start order, with the pattern that chose them and the trace they come from."""

    def __init__(self, spans: Sequence[Span], pattern: Pattern, trace: Trace) -> None:
        self.spans = tuple(spans)
        self.pattern = pattern
        self.trace = trace

    def __len__(self) -> int:
        self._read()
        return len(self.spans)

    def __iter__(self) -> Iterator[Span]:
        self._read()
        return iter(self.spans)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> Selection: ...
    def __getitem__(self, index: int | slice) -> Span | Selection:
        self._read()
        if isinstance(index, slice):
            return Selection(self.spans[index], self.pattern, self.trace)
        return self.spans[index]

    def __contains__(self, item: object) -> bool:
        __tracebackhide__ = True
        if isinstance(item, str):
            raise BadPattern(f"{item!r} is no span; look for it in a trace or with trace.find(…), not in a list")
        return item in self.spans

    def __bool__(self) -> bool:
        self._taken_down(f"any {self.pattern!r}", bool)
        if not self.spans:
            self.trace.accept(self.pattern.names())
        return bool(self.spans)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Selection):
            return self.spans == other.spans
        if isinstance(other, (list, tuple)):
            others = list(cast("Sequence[object]", other))
            self._taken_down(f"{self.pattern!r} == {others!r}", lambda found: list(found.spans) == others)
            return list(self.spans) == others if others else not self  # which is noted where it is what a test wants
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.spans)

    def _taken_down(self, text: str, holds: Callable[[Selection], bool]) -> None:
        log, pattern = self.trace.check_log, self.pattern
        if log is not None and by_a_test(above=2):
            log.add(f"{text} in {self.trace.title}", [self.trace], lambda traces: holds(traces[0].find(pattern)))

    def _read(self) -> None:
        if self.trace.check_log is not None and by_a_test(above=2):
            self.trace.check_log.read("find()")

    def __repr__(self) -> str:
        return f"<Selection of {len(self)} for {self.pattern!r}: {', '.join(span.label for span in self.spans)}>"
