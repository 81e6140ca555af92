"""Runs and tests as traces: what `traced_run` records, read live."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pytest_flock_trace.capture.host import join_test
from pytest_flock_trace.capture.ledger import Ledger, Row, TestLedger
from pytest_flock_trace.errors import BadArgument, NotARun, NoTestRunning, RunClosed, RunStillOpen
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.store.result import Parameters, Rows

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from pytest_flock_trace.capture.recorder import Recorder
    from pytest_flock_trace.capture.run import Run

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reading:
    """How raw rows are read as spans."""

    wait_names: Sequence[str] = WAIT_NAMES
    """Globs of the names of spans that only wait for others."""
    transform: Callable[[Span], Span | None] | None = None
    """What the user's hooks make of each span; None drops it."""

    def __call__(self, rows: Iterable[Row]) -> list[Span]:
        """The rows as spans."""
        from pytest_flock_trace.capture.convert import convert

        return convert(rows, self.wait_names, self.transform)


class LiveTree:
    """The tree of some ledgers, built when it is asked for and again once they have changed."""

    def __init__(self, ledgers: Callable[[], Sequence[Ledger]], reading: Reading) -> None:
        self._ledgers = ledgers
        self._reading = reading
        self._sizes: list[int] | None = None
        self._unfinished: list[Row] = []
        self._tree = SpanTree(())
        self.version = 0
        """Changes with the tree."""

    def __call__(self) -> SpanTree:
        """The tree as of now."""
        ledgers = self._ledgers()
        sizes = [len(ledger.rows) for ledger in ledgers]
        if sizes != self._sizes or self._unfinished:  # an open span may have changed without a trace
            rows = [row for ledger, size in zip(ledgers, sizes) for row in ledger.rows[:size]]
            self._unfinished = [row for row in rows if row.live is not None]
            self._tree = SpanTree(self._reading(rows), owned=True)
            self._sizes = sizes
            self.version += 1
        return self._tree


class RecordedTrace(Trace):
    """A trace that is read from what is recorded, at the moment it is asked."""

    def __init__(self, name: str, live: LiveTree) -> None:
        super().__init__(SpanTree(()), name=name)
        self._live = live
        self._store: TraceStore | None = None

    @property
    def tree(self) -> SpanTree:
        """The spans recorded until now."""
        return self._live()

    @property
    def store(self) -> TraceStore:
        """The same spans as a DuckDB of their own, opened by the first query."""
        if self._store is None:
            self._store = TraceStore(self._versioned, name=self.title)
        return self._store

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """Query these spans: table `spans`, view `runs`. The rows are fetched at once."""
        return self.store.sql(query, parameters)

    def close_store(self) -> None:
        """Free the DuckDB, if a query opened one."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _versioned(self) -> tuple[object, SpanTree]:
        tree = self.tree
        return self._live.version, tree

    def _captured(self) -> bool:
        return any(span.run is None for span in self.tree.spans)

    def _cause_of_emptiness(self) -> str | None:
        return _recorder().obstacle()


class TracedRun(RecordedTrace):
    """One run. While it is open its root span can be written to; once closed it serves wherever a `Trace` does.

    Spans of its trace that end after it closed appear when they do, marked `late`.
    """

    def __init__(self, run: Run, reading: Reading) -> None:
        super().__init__(run.name, LiveTree(lambda: (run.ledger,), reading))
        self._run = run
        self._subtree: tuple[int, SpanTree] | None = None

    @property
    def title(self) -> str:
        """What messages call this run."""
        return f"run {self.name!r}"

    @property
    def tree(self) -> SpanTree:
        """The run's spans; raise `RunStillOpen` before it closes."""
        __tracebackhide__ = True
        if self._run.is_open:
            raise RunStillOpen(f"{self.title} is still open; ask for its spans after its `with` block")
        return super().tree if self.outermost else self._below_root(super().tree)

    @property
    def outermost(self) -> bool:
        """False for a run inside another one, which is a child span there."""
        return self._run.outer is None

    @property
    def is_open(self) -> bool:
        """True inside the `with` block."""
        return self._run.is_open

    @property
    def fixture(self) -> object:
        """The fixture that opened the run; None for a run of the test's own."""
        return self._run.fixture

    @property
    def ledger(self) -> Ledger:
        """The raw rows."""
        return self._run.ledger

    @property
    def span_context(self) -> SpanContext:
        """Trace and span id of the root span, for propagation by hand."""
        return self._run.span_context

    def set_attribute(self, key: str, value: Any) -> None:
        """Set an attribute of the root span; raise `RunClosed` once it has ended."""
        self._open_root("set_attribute").set_attribute(key, value)

    def add_event(self, name: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Add an event to the root span; raise `RunClosed` once it has ended."""
        self._open_root("add_event").add_event(name, attributes)

    def _open_root(self, call: str) -> Any:
        if not self._run.is_open:
            raise RunClosed(f"{self.title} has closed; call {call} inside its `with` block")
        return self._run.root

    def _below_root(self, tree: SpanTree) -> SpanTree:
        """The part of the outer run's tree that this nested run is."""
        if self._subtree is None or self._subtree[0] != self._live.version:
            context = self._run.span_context
            root = tree.find((format(context.trace_id, "032x"), format(context.span_id, "016x")))
            positions = [] if root is None else [root, *tree.descendants(root)]
            part = SpanTree([tree.spans[position] for position in positions], agents_known=True)
            self._subtree = self._live.version, part
        return self._subtree[1]

    def _cause_of_emptiness(self) -> str | None:
        if cause := super()._cause_of_emptiness():
            return cause
        lost = [] if self._run.test is None else [row.thread for row in self._run.test.rows if row.detached]
        if not lost:
            return None
        return (
            f"{len(lost)} spans of this test were started in threads without its context ({lost[0]!r}) and are in "
            "traced_run.test; start threads with contextvars.copy_context().run"
        )

    def __repr__(self) -> str:
        return f"<TracedRun {self.name!r}, open>" if self._run.is_open else super().__repr__()


class TestTrace(RecordedTrace):
    """Everything a test caused until now: its runs, its fixtures' runs, and the spans outside every run."""

    __test__ = False

    @property
    def title(self) -> str:
        """What messages call this trace."""
        return f"test {self.name!r}"


class TestRecord(TestLedger):
    """One attempt at a test: its ambient spans, its runs, its trace and its store."""

    __test__ = False

    def __init__(self, nodeid: str, reading: Reading) -> None:
        super().__init__(nodeid)
        self.reading = reading
        self.runs: list[TracedRun] = []
        self.trace = TestTrace(nodeid, LiveTree(self._ledgers, reading))
        self.culprits: list[Span] = []
        """Spans that explain why the test failed."""
        self.failures: tuple[type[BaseException], ...] = ()
        """What fails a run besides exceptions: a test framework's own way out."""
        self.opening: Callable[[], None] | None = None
        """Called before a run opens."""
        self.run_closed: Callable[[TracedRun], None] | None = None
        """Called with each run that has closed."""

    @property
    def rows_seen(self) -> bool:
        """True where anything was recorded."""
        return any(ledger.rows for ledger in self._ledgers())

    def read_ambient(self) -> Trace:
        """The spans outside every run."""
        return Trace(SpanTree(self.reading(self.rows), owned=True), name=self.title)

    def release(self) -> None:
        """Free the stores."""
        self.trace.close_store()
        for run in self.runs:
            run.close_store()

    def _ledgers(self) -> list[Ledger]:
        ledgers: list[Ledger] = [self]
        ledgers.extend(run.ledger for run in self.runs if run.outermost)
        return ledgers


class RunRequest:
    """What `traced_run("name")` returns: a context manager, an async context manager, and a decorator."""

    def __init__(self, name: str, attributes: Mapping[str, Any] | None) -> None:
        self._name = name
        self._attributes = attributes
        self._entered: list[tuple[Run, TracedRun]] = []

    def __enter__(self) -> TracedRun:
        from pytest_flock_trace.capture.run import Run

        recorder = _recorder()
        test = _joined()
        if test is not None and test.opening is not None:
            test.opening()
        if not recorder.in_use:
            recorder.acquire()  # outside a captured test: record until the process ends
        recorder.ensure()
        run = Run(recorder.router, self._name, self._attributes)
        view = TracedRun(run, Reading() if test is None else test.reading)
        if test is not None:
            test.runs.append(view)
        self._entered.append((run, view))
        run.open()
        return view

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        from pytest_flock_trace.capture.router import current_run

        # tasks that share one request each close their own run
        entered = next((pair for pair in self._entered if pair[0] is current_run.get()), self._entered[-1])
        self._entered.remove(entered)
        run, view = entered
        test = run.test if isinstance(run.test, TestRecord) else None
        failed = isinstance(error, (Exception, *(() if test is None else test.failures)))
        run.close(error if failed else None)
        if test is not None and test.run_closed is not None:
            test.run_closed(view)

    async def __aenter__(self) -> TracedRun:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, function: _F) -> _F:
        """Run each call of a function as a run of this name; raise `NotARun` for what can't be wrapped."""
        __tracebackhide__ = True
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise NotARun(
                f"traced_run({self._name!r}) cannot wrap the generator function {_named(function)}: "
                "its body runs piecemeal; open the run inside it with `with traced_run(...)`"
            )
        if inspect.isclass(function) or isinstance(function, (staticmethod, classmethod)) or not callable(function):
            raise NotARun(f"traced_run({self._name!r}) cannot wrap {function!r}; only functions and async functions")
        if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__):
            return cast("_F", self._wrap_async(function))
        return cast("_F", self._wrap(function))

    def _wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def in_run(*args: Any, **kwargs: Any) -> Any:
            with RunRequest(self._name, self._attributes):
                return function(*args, **kwargs)

        return in_run

    def _wrap_async(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def in_run(*args: Any, **kwargs: Any) -> Any:
            async with RunRequest(self._name, self._attributes):
                return await function(*args, **kwargs)

        return in_run


class RunningStore(TraceStore):
    """The store of whichever test is running."""

    def __init__(self) -> None:
        super().__init__(lambda: (0, SpanTree(())), name="the running test")

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """Query everything the running test has recorded so far: table `spans`, view `runs`."""
        return _running().trace.store.sql(query, parameters)

    def saved(self, name: str, *, by: str | None = None) -> Rows:
        """The answer to a query that comes with the package, such as "red" or "slowest"."""
        return _running().trace.store.saved(name, by=by)


class TracedRuns:
    """Opens runs; also the running test's runs, trace and store. The same object in every test and example."""

    def __init__(self) -> None:
        self._store = RunningStore()

    def __call__(self, name: str = "", /, *, attributes: Mapping[str, Any] | None = None) -> RunRequest:
        """A run of this name, for `with`, `async with` or as a decorator; attributes go to its root span."""
        __tracebackhide__ = True
        if not isinstance(name, str) or not name:
            got = f", not {name!r}" if name != "" else ""
            raise NotARun(f'traced_run needs a name: write traced_run("checkout"){got}')
        if attributes is not None and not isinstance(attributes, Mapping):
            raise BadArgument(f"attributes={attributes!r} of traced_run({name!r}) is no mapping of names to values")
        return RunRequest(name, attributes)

    @property
    def runs(self) -> list[TracedRun]:
        """All runs of the running test, those of its fixtures included, in the order they were opened."""
        return list(_running().runs)

    @property
    def test(self) -> Trace:
        """Everything the running test has caused until now, spans outside every run included."""
        return _running().trace

    @property
    def store(self) -> TraceStore:
        """What the fixture `trace_store` is."""
        return self._store

    def __repr__(self) -> str:
        return "traced_run"


traced_run = TracedRuns()
"""Opens runs; the fixture of the same name is this object."""


def _running() -> TestRecord:
    __tracebackhide__ = True
    test = _joined()
    if test is None:
        raise NoTestRunning(
            "no captured test is running; request the fixture traced_run or run pytest with --flock-trace"
        )
    return test


def _joined() -> TestRecord | None:
    """The test that is running; one that nobody foresaw would be recorded is recorded from now on."""
    router = _recorder().router
    if not isinstance(router.running, TestRecord):
        join_test()
    return router.running if isinstance(router.running, TestRecord) else None


def _named(function: object) -> str:
    return getattr(function, "__qualname__", repr(function))


def _recorder() -> Recorder:
    from pytest_flock_trace.capture.recorder import the_recorder

    return the_recorder()
