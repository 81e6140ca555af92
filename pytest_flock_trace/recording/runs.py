"""`traced_run` itself: one object for every test, which always speaks of the running one."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from pytest_flock_trace.errors import BadArgument, NotARun
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.attempt import running_test
from pytest_flock_trace.recording.run_request import Clock, RunRequest
from pytest_flock_trace.recording.traced_run import TracedRun
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.store.result import Parameters, Rows


class RunningStore(TraceStore):
    """The store of whichever test is running."""

    def __init__(self) -> None:
        super().__init__(lambda: (0, SpanTree(())), name="the running test")

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """Query everything the running test has recorded so far: table `spans`, view `runs`."""
        return running_test().trace.store.sql(query, parameters)

    def saved(self, name: str, *, by: str | None = None) -> Rows:
        """The answer to a query that comes with the package, such as "red" or "slowest"."""
        return running_test().trace.store.saved(name, by=by)


class TracedRuns:
    """Opens runs; also the running test's runs, trace and store. The same object in every test and example."""

    def __init__(self) -> None:
        self._store = RunningStore()

    def __call__(
        self, name: str = "", /, *, attributes: Mapping[str, Any] | None = None, clock: Clock = None
    ) -> RunRequest:
        """A run of this name, for `with`, `async with` or as a decorator; attributes go to its root span.

        With `clock="loop"` its times are those of the event loop in which it is opened, so that what waits in virtual
        time lasts as long as it would; raises `NoEventLoop` when it is opened where none is running.
        """
        __tracebackhide__ = True
        if not isinstance(name, str) or not name:
            got = f", not {name!r}" if name != "" else ""
            raise NotARun(f'traced_run needs a name: write traced_run("checkout"){got}')
        if attributes is not None and not isinstance(attributes, Mapping):
            raise BadArgument(f"attributes={attributes!r} of traced_run({name!r}) is no mapping of names to values")
        if clock not in (None, "loop"):
            raise BadArgument(
                f"clock={clock!r} of traced_run({name!r}) is no clock; valid: 'loop' for the running event loop's, "
                "None for the machine's"
            )
        return RunRequest(name, attributes, clock)

    def load(self, path: str | PathLike[str], *, trace_id: str | None = None) -> Trace:
        """All of a trace file as one trace, whose `traces` are the single ones; or the trace of this id.

        Files that Flock writes can be loaded, also outside pytest and where no test is recorded. The file is only
        read. Raises `BadTraceFile` for what is no such file, and `BadArgument` for a trace that is not in it.
        """
        from pytest_flock_trace.recording.loading import load

        return load(path, trace_id)

    def env(self) -> dict[str, str]:
        """Environment variables for a child process: `{**os.environ, **traced_run.env()}`.

        They name the current span as the child's parent, and a receiver in this process, which begins with the first
        call, for what the child's OpenTelemetry SDK exports. Its spans join the run or test that asks here. Raises
        `NoTestRunning` outside both.
        """
        __tracebackhide__ = True
        from pytest_flock_trace.recording.child_process import child_environment

        return child_environment()

    @property
    def runs(self) -> list[TracedRun]:
        """All runs of the running test, those of its fixtures included, in the order they were opened."""
        return list(running_test().runs)

    @property
    def test(self) -> Trace:
        """Everything the running test has caused until now, spans outside every run included."""
        return running_test().trace

    @property
    def store(self) -> TraceStore:
        """What the fixture `trace_store` is."""
        return self._store

    def __repr__(self) -> str:
        return "traced_run"


traced_run = TracedRuns()
"""Opens runs; the fixture of the same name is this object."""
