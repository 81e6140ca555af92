"""Opening and closing runs: what `traced_run("name")` returns."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from pytest_flock_trace.capture.example import running_example
from pytest_flock_trace.capture.host import hosted
from pytest_flock_trace.errors import NotARun
from pytest_flock_trace.recording.attempt import TestRecord, joined_test, note_lacking
from pytest_flock_trace.recording.process import record_process_if_asked
from pytest_flock_trace.recording.recorded_trace import Reading, recorder
from pytest_flock_trace.recording.traced_run import TracedRun

if TYPE_CHECKING:
    from pytest_flock_trace.capture.run import Run

Clock = Literal["loop"] | None
"""What a run's times are read from: the running event loop's clock, or the machine's."""
_F = TypeVar("_F", bound=Callable[..., Any])


class RunRequest:
    """What `traced_run("name")` returns: a context manager, an async context manager, and a decorator."""

    def __init__(self, name: str, attributes: Mapping[str, Any] | None, clock: Clock = None) -> None:
        self._name = name
        self._attributes = attributes
        self._clock: Clock = clock
        self._entered: list[tuple[Run, TracedRun]] = []

    def __enter__(self) -> TracedRun:
        __tracebackhide__ = True
        from pytest_flock_trace.capture.run import Run

        test = joined_test()
        if test is None and not hosted():
            record_process_if_asked()
        process = recorder()
        if test is not None and test.opening is not None:
            test.opening()
        if not process.in_use:
            process.acquire()  # outside a captured test: record until the process ends
        process.ensure()
        run = Run(process.router, self._name, self._attributes, by_loop=self._clock == "loop")
        view = TracedRun(run, Reading() if test is None else test.reading, note_lacking)
        if test is not None:
            view.check_log = test.check_log
            test.runs.append(view)
        self._entered.append((run, view))
        run.open()
        return view

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        from pytest_flock_trace.capture.router import current_run

        # tasks that share one request each close their own run
        entered = next((pair for pair in self._entered if pair[0] is current_run.get()), self._entered[-1])
        self._entered.remove(entered)
        run, view = entered
        test = run.test if isinstance(run.test, TestRecord) else None
        failed = isinstance(error, (Exception, *(() if test is None else test.failures)))
        run.close(error if failed else None)
        if test is None:
            return
        if test.run_closed is not None:
            test.run_closed(view)
        if kind is None and test.example_run_closed is not None and running_example() is not None:
            test.example_run_closed(view)

    async def __aenter__(self) -> TracedRun:
        __tracebackhide__ = True
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
            with RunRequest(self._name, self._attributes, self._clock):
                return function(*args, **kwargs)

        return in_run

    def _wrap_async(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def in_run(*args: Any, **kwargs: Any) -> Any:
            async with RunRequest(self._name, self._attributes, self._clock):
                return await function(*args, **kwargs)

        return in_run


def _named(function: object) -> str:
    return getattr(function, "__qualname__", repr(function))
