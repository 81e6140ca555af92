"""Snapshots that syrupy keeps: of what a workflow did, and of who depended on whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from syrupy.assertion import AssertionResult, SnapshotAssertion
from syrupy.exceptions import TaintedSnapshotError
from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pytest_flock_trace.analysis.dependencies import DependencyGraph, dependencies
from pytest_flock_trace.errors import BadArgument, BadSetting, NothingCaptured
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.diagram_difference import diagram_difference
from pytest_flock_trace.render.difference import Difference, Differing, tree_difference
from pytest_flock_trace.render.rerun import must_not_change
from pytest_flock_trace.render.shown import Patterns, several
from pytest_flock_trace.render.silence import NO_SPANS
from pytest_flock_trace.render.skeleton import Texts, skeleton


@runtime_checkable
class Diagram(Protocol):
    """What Mermaid can draw, such as a dependency graph."""

    def mermaid(self) -> str:
        """The diagram's text."""
        ...


@dataclass(frozen=True)
class View:
    """What a snapshot shows of a trace; the arguments of `skeleton`."""

    attributes: Texts = ()
    hide: Patterns = ()
    collapse: Patterns = ()

    def __call__(self, trace: Trace) -> str:
        """The trace as text; raise `NothingCaptured` where there is nothing to show."""
        __tracebackhide__ = True
        trace.must_hold_spans("a snapshot of it would prove nothing")
        text = skeleton(trace, attributes=self.attributes, hide=self.hide, collapse=self.collapse)
        if text == NO_SPANS:
            raise NothingCaptured(f"nothing of {trace.title} is shown, so a snapshot of it would prove nothing")
        return text


class _Drawing(str):
    """A text that goes into the file as it stands."""

    __slots__ = ()


class SpanTreeExtension(AmberSnapshotExtension):
    """Amber files in which a trace is its skeleton and a graph its diagram; all else stands there as it always does.

    The default extension of syrupy's own fixture where tests are recorded.
    """

    def serialize(self, data: Any, **options: Any) -> str:
        """The text to compare; raise `NothingCaptured` for a trace of which there is nothing to show."""
        if isinstance(data, Trace):
            text = View()(data)
            _taken_down(data, View(), text)
            return text
        if isinstance(data, Diagram):
            text = data.mermaid().rstrip("\n")
            _diagram_taken_down(data, text)
            return text
        return str(data) if isinstance(data, _Drawing) else super().serialize(data, **options)


class MermaidExtension(SingleFileSnapshotExtension):
    """A `.mmd` file for each diagram, which many editors and forges draw."""

    _write_mode = WriteMode.TEXT
    file_extension = "mmd"
    _file_extension = "mmd"  # what syrupy 4 calls it

    def serialize(self, data: Any, **_options: Any) -> str:
        """The diagram's text."""
        text = data if isinstance(data, str) else data.mermaid()
        return text.rstrip("\n") + "\n"


@dataclass(eq=False, repr=False)
class TraceSnapshot(Differing):
    """What a trace or a dependency graph is compared with: `assert run == trace_snapshot`.

    Calling it gives another one, of another name or with another view of traces; what is not given stays as it is.
    """

    trees: SnapshotAssertion
    """The test's own, so that traces are numbered together with what else is in their file."""
    diagrams: SnapshotAssertion
    name: str | None = None
    view: View = View()
    difference: Difference | None = field(default=None, init=False)
    """Why the last comparison failed."""

    @classmethod
    def of(cls, snapshot: object, *, hide: Sequence[str] = ()) -> TraceSnapshot:
        """Kept by syrupy as its fixture `snapshot` has it; raise `BadSetting` for a fixture of another plugin."""
        if not isinstance(snapshot, SnapshotAssertion):
            raise BadSetting(f"trace_snapshot needs syrupy's fixture 'snapshot'; here it is {snapshot!r}")
        return cls(snapshot, snapshot.use_extension(MermaidExtension), view=View(hide=tuple(hide)))

    def __call__(
        self,
        *,
        name: str | None = None,
        attributes: Texts | None = None,
        hide: Patterns | None = None,
        collapse: Patterns | None = None,
    ) -> TraceSnapshot:
        """A snapshot of this name; a view of traces with some attributes, without some spans or what they hold."""
        given = {"attributes": attributes, "hide": hide, "collapse": collapse}
        view = replace(self.view, **{key: tuple(several(value)) for key, value in given.items() if value is not None})
        return replace(self, name=self.name if name is None else name, view=view)

    def __eq__(self, other: object) -> bool:
        __tracebackhide__ = True
        if isinstance(other, Trace):
            text = self._drawing(other)
            _taken_down(other, self.view, text)
            return self._agrees(self.trees, text, other.title)
        if isinstance(other, Diagram):
            drawn = other.mermaid()
            _diagram_taken_down(other, drawn)
            return self._agrees(self.diagrams, drawn, "the graph")
        raise BadArgument(
            f"{other!r} is neither a trace nor a dependency graph; use syrupy's fixture 'snapshot' for other values"
        )

    __hash__ = None  # type: ignore[assignment]  # equality asks a file

    def __repr__(self) -> str:
        return "trace_snapshot" if self.name is None else f"trace_snapshot(name={self.name!r})"

    def _drawing(self, trace: Trace) -> _Drawing:
        """The trace as text, which no luck may change if it is to be written down."""
        __tracebackhide__ = True
        text = self.view(trace)
        if self.trees.update_snapshots or getattr(self.trees, "update_new_snapshots_only", False):
            must_not_change(trace, self.view)
        return _Drawing(text)

    def _agrees(self, snapshot: SnapshotAssertion, text: str, title: str) -> bool:
        __tracebackhide__ = True
        of_trace = snapshot is self.trees
        extension = SpanTreeExtension if of_trace else MermaidExtension
        agrees = bool(snapshot(name=self.name, extension_class=extension) == text)
        result = snapshot.executions[snapshot.num_executions - 1]
        self.difference = (
            None if agrees else _difference(result, title, tree_difference if of_trace else diagram_difference)
        )
        return agrees


def _taken_down(trace: Trace, view: View, text: str) -> None:
    """Have it known that a test compares the trace with what is written down, which the text is where they agree."""
    if trace.check_log is not None:
        trace.check_log.add(f"snapshot of {trace.title}", [trace], lambda traces: view(traces[0]) == text)


def _diagram_taken_down(diagram: Diagram, text: str) -> None:
    """The same of a dependency graph, which knows its trace."""
    if isinstance(diagram, DependencyGraph) and diagram.origin is not None:
        trace, by, layer = diagram.origin.trace, diagram.by, diagram.layer
        if trace.check_log is not None:
            drawn = text.rstrip("\n")
            trace.check_log.add(
                f"snapshot of the dependencies of {trace.title}",
                [trace],
                lambda traces: dependencies(traces[0], by, layer).mermaid().rstrip("\n") == drawn,
            )


def _difference(result: AssertionResult, title: str, compare: Callable[[str, str], Difference]) -> Difference:
    __tracebackhide__ = True
    name = repr(result.snapshot_name)
    if isinstance(result.exception, TaintedSnapshotError):
        return Difference(f"snapshot {name} is of another version of syrupy; pytest --snapshot-update writes it anew")
    if result.exception is not None:
        raise result.exception
    if result.recalled_data is None:
        return Difference(f"snapshot {name} does not exist; pytest --snapshot-update writes it")
    difference = compare(str(result.recalled_data), str(result.asserted_data))
    return replace(difference, head=f"{title} is not as in snapshot {name}: {difference.head}")
