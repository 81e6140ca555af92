"""The mistakes a user can make and the verdicts a trace can earn, one class each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span


class FlockTraceError(Exception):
    """Whatever this package raises on purpose; the message says what was wrong and what to do."""


class TraceFailure(FlockTraceError, AssertionError):
    """A trace does not bear out what a test claims; counts as a failed assertion."""

    culprits: Sequence[Span]
    """The spans to mark in the printed trace."""

    def __init__(self, message: str, culprits: Sequence[Span] = ()) -> None:
        super().__init__(message)
        self.culprits = tuple(culprits)


class NothingCaptured(TraceFailure):
    """The trace has no span below its root, so no claim about it can be checked."""


class Vacuous(TraceFailure):
    """What was asked about never occurred in the trace, so the answer would prove nothing."""


class NotExactlyOne(TraceFailure):
    """A question that needs one span found none or several."""


class NeverArrived(TraceFailure):
    """A span that was waited for did not come in time; the message says what did."""


class ContractBroken(TraceFailure):
    """A trace breaks rules that it should obey; the message explains each."""


class RunStillOpen(FlockTraceError):
    """Spans were asked of a run whose `with` block has not ended."""


class RunClosed(FlockTraceError):
    """A run was told something after its `with` block had ended."""


class NoTestRunning(FlockTraceError):
    """`traced_run.runs`, `.test` or `.store` was asked for while no captured test was running."""


class NoEventLoop(FlockTraceError, RuntimeError):
    """A run was to go by the event loop's clock, and no event loop was running where it was opened."""


class NotARun(FlockTraceError, TypeError):
    """`traced_run` was called without a name, or put on something it cannot wrap."""


class BadDuration(FlockTraceError, ValueError):
    """A text that is no duration."""


class BadPattern(FlockTraceError, TypeError):
    """A pattern with a condition that does not exist or a value that it cannot compare."""


class BadArgument(FlockTraceError, ValueError):
    """An argument outside the values that a function accepts."""


class BadSetting(FlockTraceError, ValueError):
    """An option, ini value or environment variable that cannot be used."""


class BadCommand(FlockTraceError, ValueError):
    """A command line of `flock-trace` that cannot be followed."""


class BadTarget(FlockTraceError):
    """A file or folder that is not to be overwritten, or that cannot be written."""


class BadTraceFile(FlockTraceError):
    """A file from which no spans can be loaded, or into which none can be written."""


class TraceFileHeld(BadTraceFile):
    """A trace file that somebody else has open, so that it may be of use later."""


class MissingExtra(FlockTraceError, ImportError):
    """What was asked for needs packages that are not installed; the message says which extra brings them."""


class NotSent(FlockTraceError):
    """Spans that a collector did not take: it cannot be reached, or it refuses them."""


class NoViewer(FlockTraceError):
    """A page was asked for, and the front end was not built into the package; the message says how to get it."""


class BadBaseline(FlockTraceError, ValueError):
    """A baseline file that can't be read or written."""


class UnknownSubject(FlockTraceError, KeyError):
    """A table was asked for a row that it doesn't have."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError shows the repr of its message


class NoPrice(FlockTraceError, LookupError):
    """A cost was asked for of a model that has no price."""


class StoreClosed(FlockTraceError):
    """SQL was asked of a store whose test has ended."""


class BadQuery(FlockTraceError, ValueError):
    """DuckDB refused a query."""


class ConsoleBusy(FlockTraceError):
    """The viewer was asked in SQL while as many queries were running as may run at once."""
